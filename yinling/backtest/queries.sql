-- name: wearers
-- Bindings that overlap a time, with all that says how their readings are judged.
SELECT binding.id, binding.wristband_key, binding.senior_id, binding.starts_at,
    binding.ends_at, senior.thresholds, senior.conditions, senior.risk,
    senior.expected_interval_s, senior.routine, place.path,
    ARRAY(SELECT above.name FROM unnest(place.path) WITH ORDINALITY AS step (id, n)
        JOIN place AS above ON above.id = step.id ORDER BY step.n) AS names,
    fences.fences, away.spans AS away, worker.name AS worker,
    own.figures AS own, coalesce(own.revision, 0) AS own_revision
FROM binding
JOIN senior ON senior.id = binding.senior_id
JOIN place ON place.id = senior.place_id
LEFT JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_object('id', id, 'name', name, 'shape', shape,
        'alert_on', alert_on)) AS fences
    FROM geofence WHERE senior_id = binding.senior_id AND archived_at IS NULL
) AS fences ON true
LEFT JOIN LATERAL (
    SELECT array_agg(ARRAY[starts_at, ends_at]) AS spans
    FROM absence WHERE senior_id = binding.senior_id AND ends_at > %(start)s
) AS away ON true
LEFT JOIN LATERAL (
    SELECT person.name FROM person
    WHERE person.role = 'grid_worker' AND person.archived_at IS NULL
      AND person.place_id = ANY(place.path)
    ORDER BY array_position(place.path, person.place_id) DESC, person.id LIMIT 1
) AS worker ON true
LEFT JOIN LATERAL (
    SELECT figures, revision FROM rule_set
    WHERE scope = 'senior' AND rule_set.senior_id = binding.senior_id
    ORDER BY revision DESC LIMIT 1
) AS own ON true
WHERE senior.health_consent AND senior.erased_at IS NULL
  AND binding.starts_at < %(end)s
  AND (binding.ends_at IS NULL OR binding.ends_at > %(start)s)
ORDER BY binding.wristband_key, binding.starts_at

-- name: readings
-- Readings of some wristbands, every column of a fixed width and none null.
COPY (
    SELECT wristband_key, time, received_at, seq,
        coalesce(heart_rate, 'NaN'), coalesce(systolic, 'NaN'),
        coalesce(diastolic, 'NaN'), coalesce(spo2, 'NaN'),
        coalesce(temperature, 'NaN'), coalesce(latitude, 'NaN'),
        coalesce(longitude, 'NaN'), coalesce(accuracy, 'NaN'),
        coalesce(location_source, -1::smallint), coalesce(steps::real, 'NaN'),
        coalesce(motion, 'NaN'), coalesce(worn::integer::smallint, -1::smallint),
        coalesce(battery, 'NaN')
    FROM reading
    WHERE wristband_key = ANY({keys}) AND time >= {start} AND received_at < {end}
) TO STDOUT (FORMAT binary)

-- name: presses
-- Urgent events, and whose alerts they became.
SELECT alert.senior_id, sos_press.trigger, sos_press.received_at,
    coalesce(to_timestamp(sos_press.claimed_ms / 1000.0), sos_press.received_at)
FROM sos_press
JOIN alert ON alert.id = sos_press.alert_id
WHERE sos_press.received_at >= %(start)s AND sos_press.received_at < %(end)s
  AND alert.senior_id IS NOT NULL AND NOT alert.drill AND NOT alert.canary
ORDER BY sos_press.received_at
