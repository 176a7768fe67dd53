-- What the api reads of alerts, statuses and readings. Each statement is limited to what
-- the asker may see: %(everything)s for administrators, %(place_ids)s with all below them
-- for responders, %(senior_ids)s for family.

-- name: alerts
-- Alerts with the names and rights needed to show them, newest first.
SELECT a.id, a.senior_id, s.name AS senior_name, a.place_id, a.device_id, a.kind,
       a.severity, a.status, a.drill, a.observed_at, a.opened_at, a.evidence, a.outcome,
       a.rule_version, a.owner_id, a.updated_at, a.offered_to,
       (SELECT p.name FROM person p WHERE p.id = a.offered_to) AS offered_to_name,
       (SELECT jsonb_build_object('id', p.id, 'name', p.name, 'role', p.role)
        FROM person p WHERE p.id = a.owner_id) AS owner,
       coalesce(s.location_consent, false) AS location_consent,
       coalesce(s.health_consent, true) AS health_consent,
       s.address,
       here.path AS path,
       ARRAY(SELECT step.name FROM unnest(named.path) WITH ORDINALITY AS p (id, rank)
             JOIN place step ON step.id = p.id ORDER BY p.rank) AS place,
       EXISTS (SELECT 1 FROM alert o
               WHERE o.senior_id = a.senior_id AND o.status <> 'resolved'
                 AND NOT o.canary AND NOT o.drill
                 AND (o.severity = 'critical' OR o.kind LIKE 'geofence\_%%')) AS emergency,
       EXISTS (SELECT 1 FROM alert o
               WHERE o.senior_id = a.senior_id AND o.status <> 'resolved'
                 AND NOT o.canary AND NOT o.drill AND o.severity = 'critical') AS urgent
FROM alert a
LEFT JOIN senior s ON s.id = a.senior_id
LEFT JOIN place here ON here.id = coalesce(s.place_id, a.place_id)
LEFT JOIN place named ON named.id = coalesce(a.place_id, s.place_id)
WHERE NOT a.canary
  AND (%(everything)s OR here.path && %(place_ids)s::uuid[] OR a.senior_id = ANY (%(senior_ids)s))
  AND (%(ids)s::uuid[] IS NULL OR a.id = ANY (%(ids)s))
  AND (%(statuses)s::text[] IS NULL OR a.status = ANY (%(statuses)s))
  AND (%(kind)s::text IS NULL OR a.kind = %(kind)s)
  AND (%(severity)s::text IS NULL OR a.severity = %(severity)s)
  AND (%(under)s::uuid IS NULL OR %(under)s = ANY (named.path))
  AND (%(senior_id)s::uuid IS NULL OR a.senior_id = %(senior_id)s)
  AND (%(since)s::timestamptz IS NULL OR a.opened_at >= %(since)s)
  AND (%(until)s::timestamptz IS NULL OR a.opened_at < %(until)s)
  AND (%(before_at)s::timestamptz IS NULL
       OR (a.opened_at, a.id) < (%(before_at)s, %(before_id)s::uuid))
ORDER BY a.opened_at DESC, a.id DESC
LIMIT %(limit)s

-- name: alert_events
-- Timelines of some alerts, in the order they were written.
SELECT alert_id, at, event, actor, detail, xid::text AS xid
FROM alert_event
WHERE alert_id = ANY (%(ids)s)
ORDER BY alert_id, position

-- name: statuses
-- How seniors are now: the open binding's latest values, unresolved alerts, absence and
-- whoever has taken the most pressing alert.
SELECT s.id AS senior_id, s.name, s.expected_interval_s, s.location_consent,
       s.health_consent,
       s.home_latitude, s.home_longitude, s.place_id, here.path AS path, s.thresholds,
       b.id AS binding_id, w.last_time, w.last_received_at, w.worn, w.battery,
       w.heart_rate, w.heart_rate_at, w.valid_heart_rate_at, w.systolic, w.diastolic, w.blood_pressure_at,
       w.spo2, w.spo2_at, w.temperature, w.temperature_at,
       w.latitude, w.longitude, w.accuracy, w.location_at,
       w.closed_gates, w.reported_at, w.updated_at,
       coalesce(over.alerts, '[]') AS resolved,
       around.outage, absent.absence, coalesce(open.alerts, '[]') AS alerts, coming.responder,
       coalesce(relatives.people, '[]') AS family_with
FROM senior s
JOIN place here ON here.id = s.place_id
LEFT JOIN LATERAL (
    SELECT id FROM binding
    WHERE senior_id = s.id AND starts_at <= %(now)s AND (ends_at IS NULL OR ends_at > %(now)s)
    ORDER BY starts_at DESC LIMIT 1) b ON true
LEFT JOIN LATERAL (SELECT * FROM last_known WHERE binding_id = b.id LIMIT 1) w ON true
LEFT JOIN LATERAL (
    SELECT CASE WHEN place_id IS NULL THEN 'service' ELSE 'area_outage' END AS outage
    FROM alert
    WHERE kind = 'area_outage' AND status <> 'resolved' AND cleared_at IS NULL
      AND senior_id IS NULL AND device_id IS NULL AND NOT drill AND NOT canary
      AND (place_id = ANY (here.path) OR place_id IS NULL)
    ORDER BY place_id IS NULL DESC LIMIT 1) around ON true
LEFT JOIN LATERAL (
    SELECT jsonb_build_object('id', id, 'from', starts_at, 'to', ends_at, 'reason', reason) AS absence
    FROM absence WHERE senior_id = s.id AND starts_at <= %(now)s AND ends_at > %(now)s
    ORDER BY ends_at DESC LIMIT 1) absent ON true
LEFT JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_object('id', id, 'kind', kind, 'severity', severity,
               'status', status, 'drill', drill, 'evidence', evidence)
               ORDER BY array_position(ARRAY['critical', 'warning', 'info'], severity),
                        opened_at DESC) AS alerts
    FROM alert WHERE senior_id = s.id AND status <> 'resolved' AND NOT canary) open ON true
LEFT JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_object('kind', newest.kind,
               'limits', newest.evidence -> 'limits', 'resolved_at', newest.resolved_at)) AS alerts
    FROM (SELECT DISTINCT ON (kind) kind, severity, status, evidence, resolved_at,
              opened_at, cleared_at
          FROM alert
          WHERE senior_id = s.id AND opened_at > %(now)s - interval '7 days'
            AND kind IN ('heart_rate_high', 'heart_rate_low', 'blood_pressure_high',
                'blood_pressure_low', 'spo2_low')
            AND NOT drill AND NOT canary
          ORDER BY kind, opened_at DESC) newest
    WHERE newest.severity = 'critical' AND newest.status = 'resolved'
      AND newest.cleared_at IS NULL AND newest.evidence ? 'limits'
      AND NOT EXISTS (SELECT 1 FROM rule_set WHERE set_at > newest.opened_at)) over ON true
LEFT JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_object('name', name, 'since', since) ORDER BY since) AS people
    FROM (SELECT e.actor ->> 'name' AS name, min(e.at) AS since
          FROM alert a JOIN alert_event e ON e.alert_id = a.id
          WHERE a.senior_id = s.id AND a.status <> 'resolved' AND NOT a.canary
            AND e.event = 'family_acknowledged'
          GROUP BY 1) said) relatives ON true
LEFT JOIN LATERAL (
    SELECT jsonb_build_object('name', p.name, 'role', p.role, 'state', a.status) AS responder
    FROM alert a JOIN person p ON p.id = a.owner_id
    WHERE a.senior_id = s.id AND a.status IN ('acknowledged', 'en_route', 'on_scene')
      AND NOT a.canary
    ORDER BY array_position(ARRAY['critical', 'warning', 'info'], a.severity),
             array_position(ARRAY['on_scene', 'en_route', 'acknowledged'], a.status)
    LIMIT 1) coming ON true
WHERE s.archived_at IS NULL
  AND (%(everything)s OR here.path && %(place_ids)s::uuid[] OR s.id = ANY (%(senior_ids)s))
  AND (%(ids)s::uuid[] IS NULL OR s.id = ANY (%(ids)s))

-- name: points
-- Single readings of one metric, whoever's wristband it was at the time.
SELECT r.time, {values}
FROM binding b
JOIN reading r ON r.wristband_key = b.wristband_key
 AND r.time >= greatest(b.starts_at, %(since)s)
 AND r.time < least(coalesce(b.ends_at, %(until)s), %(until)s)
WHERE b.senior_id = %(senior_id)s AND {present}
ORDER BY r.time, r.seq
LIMIT %(limit)s

-- name: buckets
-- The same, taken together by spans of time. Means are taken over the decimal numbers
-- that were sent, so that they do not depend on the order of rows.
SELECT {bucket} AS time, {values}, count(*) AS count
FROM binding b
JOIN reading r ON r.wristband_key = b.wristband_key
 AND r.time >= greatest(b.starts_at, %(since)s)
 AND r.time < least(coalesce(b.ends_at, %(until)s), %(until)s)
WHERE b.senior_id = %(senior_id)s AND {present}
GROUP BY 1
ORDER BY 1
LIMIT %(limit)s

-- name: fences
-- Geofences of a senior, for the drawing of where they are.
SELECT name, shape, alert_on FROM geofence
WHERE senior_id = %(senior_id)s AND archived_at IS NULL ORDER BY created_at

-- name: links
-- A family member's seniors and scopes.
SELECT l.senior_id, l.scopes FROM family_link l
JOIN senior s ON s.id = l.senior_id AND s.archived_at IS NULL
WHERE l.person_id = %(person_id)s AND l.archived_at IS NULL
