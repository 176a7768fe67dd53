-- name: make_stage
-- Where a batch's reports land before those that are new go into reading; NaN and -1
-- stand for absent.
CREATE TEMPORARY TABLE IF NOT EXISTS stage (
    ordinal integer, wristband_key integer, time timestamptz, seq bigint,
    received_at timestamptz, time_replaced boolean, claimed_ms bigint,
    heart_rate real, systolic real, diastolic real, spo2 real, temperature real,
    latitude double precision, longitude double precision, accuracy real,
    location_source smallint, steps real, motion real, worn smallint, battery real
) ON COMMIT DELETE ROWS

-- name: make_state_stage
-- Where the states that a batch changed land.
CREATE TEMPORARY TABLE IF NOT EXISTS state_stage (
    binding_id uuid, wristband_key integer, last_time timestamptz,
    last_received_at timestamptz, worn smallint, battery real,
    heart_rate real, heart_rate_at timestamptz, valid_heart_rate_at timestamptz,
    systolic real, diastolic real, blood_pressure_at timestamptz,
    spo2 real, spo2_at timestamptz, temperature real, temperature_at timestamptz,
    latitude double precision, longitude double precision, accuracy real,
    location_at timestamptz, gates smallint, packed bytea, silence_due_at timestamptz
) ON COMMIT DELETE ROWS

-- name: make_memory_stage
-- Where the memories that a batch changed land.
CREATE TEMPORARY TABLE IF NOT EXISTS memory_stage (binding_id uuid, packed bytea)
ON COMMIT DELETE ROWS

-- name: own
-- Become the partition's writer; whoever was it before can no longer commit.
INSERT INTO ingest_partition AS old (partition, epoch, owner, heartbeat_at)
VALUES (%(partition)s, 1, %(owner)s, %(now)s)
ON CONFLICT (partition) DO UPDATE
    SET epoch = old.epoch + 1, owner = %(owner)s, heartbeat_at = %(now)s,
        current_since = NULL
RETURNING epoch

-- name: try_lock
-- The advisory lock of one partition (or lane), held as long as the connection lives.
SELECT pg_try_advisory_lock(%(class)s, %(number)s)

-- name: lock_epochs
-- Lock the partitions of a batch and read who writes them.
SELECT partition, epoch FROM ingest_partition
WHERE partition = ANY(%(partitions)s::smallint[])
ORDER BY partition FOR NO KEY UPDATE

-- name: beat_partitions
-- Say which partitions are served, and since when they keep up.
UPDATE ingest_partition
SET heartbeat_at = %(now)s,
    current_since = CASE WHEN served.current THEN coalesce(current_since, %(now)s) END
FROM unnest(%(partitions)s::smallint[], %(epochs)s::bigint[], %(current)s::boolean[])
    AS served (partition, epoch, current)
WHERE ingest_partition.partition = served.partition
  AND ingest_partition.epoch = served.epoch

-- name: beat_service
INSERT INTO service_heartbeat (service, at, detail) VALUES ('ingest', %(now)s, %(detail)s)
ON CONFLICT (service) DO UPDATE SET at = excluded.at, detail = excluded.detail

-- name: registry_changes
-- The registry's version, up to which its changes are no longer listed, and the
-- wristbands (0: the rules) that changed since a version; none where there is no such.
SELECT registry.version, registry.removed, change.wristband_key
FROM registry_version AS registry
LEFT JOIN registry_change AS change ON change.version > %(seen)s::bigint

-- name: place_paths
SELECT id, path FROM place WHERE id = ANY(%(places)s::uuid[])

-- name: wristbands
SELECT device_id, key FROM wristband WHERE device_id = ANY(%(device_ids)s)

-- name: bindings
-- Who wears or lately wore these wristbands, with limits, geofences, absences and state.
SELECT binding.id, binding.wristband_key, wristband.device_id, binding.senior_id,
    senior.place_id, place.path, binding.starts_at, binding.ends_at, senior.thresholds,
    senior.conditions, senior.routine, senior.risk, senior.expected_interval_s,
    senior.health_consent, own.figures AS own, own.revision AS own_revision, fences.fences,
    away.spans AS away,
    state.last_time, state.last_received_at, state.worn, state.battery,
    state.heart_rate, state.heart_rate_at, state.valid_heart_rate_at, state.systolic, state.diastolic,
    state.blood_pressure_at, state.spo2, state.spo2_at, state.temperature,
    state.temperature_at, state.latitude, state.longitude, state.accuracy,
    state.location_at, state.layout, state.packed,
    memory.layout AS memory_layout, memory.packed AS memory
FROM binding
JOIN wristband ON wristband.key = binding.wristband_key
JOIN senior ON senior.id = binding.senior_id
JOIN place ON place.id = senior.place_id
LEFT JOIN LATERAL (
    SELECT figures, revision FROM rule_set
    WHERE scope = 'senior' AND senior_id = senior.id ORDER BY revision DESC LIMIT 1
) AS own ON true
LEFT JOIN wristband_state AS state ON state.binding_id = binding.id
LEFT JOIN wristband_memory AS memory ON memory.binding_id = binding.id
LEFT JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_object('id', id, 'name', name, 'shape', shape,
        'alert_on', alert_on)) AS fences
    FROM geofence WHERE senior_id = binding.senior_id AND archived_at IS NULL
) AS fences ON true
LEFT JOIN LATERAL (
    SELECT array_agg(ARRAY[starts_at, ends_at]) AS spans
    FROM absence WHERE senior_id = binding.senior_id AND ends_at > %(horizon)s
) AS away ON true
WHERE binding.wristband_key = ANY(%(keys)s::integer[])
  AND (binding.ends_at IS NULL OR binding.ends_at > %(horizon)s)
ORDER BY binding.wristband_key, binding.starts_at

-- name: drop_replaced_repeats
-- A report whose time was replaced before is a repeat, even once its time is believed.
DELETE FROM stage USING replaced_time AS known
WHERE known.wristband_key = stage.wristband_key
  AND known.claimed_ms = stage.claimed_ms AND known.seq = stage.seq

-- name: keep_replaced
-- Identities of reports whose time is replaced now.
INSERT INTO replaced_time (wristband_key, claimed_ms, seq)
SELECT wristband_key, claimed_ms, seq FROM stage WHERE time_replaced

-- name: store
-- Insert what is new; the ordinals of the new rows, four bytes each.
WITH fresh AS (
    INSERT INTO reading (wristband_key, time, seq, received_at, time_replaced,
        heart_rate, systolic, diastolic, spo2, temperature, latitude, longitude,
        accuracy, location_source, steps, motion, worn, battery)
    SELECT wristband_key, time, seq, received_at, time_replaced,
        nullif(heart_rate, 'NaN'), nullif(systolic, 'NaN'), nullif(diastolic, 'NaN'),
        nullif(spo2, 'NaN'), nullif(temperature, 'NaN'), nullif(latitude, 'NaN'),
        nullif(longitude, 'NaN'), nullif(accuracy, 'NaN'), nullif(location_source, -1),
        nullif(steps, 'NaN')::integer, nullif(motion, 'NaN'),
        CASE worn WHEN 1 THEN true WHEN 0 THEN false END, nullif(battery, 'NaN')
    FROM stage ORDER BY ordinal
    ON CONFLICT DO NOTHING
    RETURNING wristband_key, time, seq
)
SELECT string_agg(int4send(stage.ordinal), ''::bytea ORDER BY stage.ordinal)
FROM stage JOIN fresh USING (wristband_key, time, seq)

-- name: reject
-- List refused items once each, however often they come.
INSERT INTO rejected AS old
    (id, topic, sha256, idx, device_id, reasons, payload, first_at, count)
SELECT id, topic, sha256, idx, device_id, reasons, payload, %(now)s, count
FROM unnest(%(ids)s::uuid[], %(topics)s::text[], %(digests)s::bytea[], %(indexes)s::integer[],
    %(device_ids)s::text[], %(reasons)s::jsonb[], %(payloads)b::bytea[], %(counts)s::bigint[])
    AS item (id, topic, sha256, idx, device_id, reasons, payload, count)
ORDER BY topic, sha256, idx
ON CONFLICT (topic, sha256, idx) DO UPDATE SET count = old.count + excluded.count

-- name: count_unknown
INSERT INTO unknown_field AS old (field, count)
SELECT field, count FROM unnest(%(fields)s::text[], %(counts)s::bigint[]) AS seen (field, count)
ORDER BY field
ON CONFLICT (field) DO UPDATE SET count = old.count + excluded.count

-- name: write_state
-- The latest of each binding, with the words of its closed gates.
INSERT INTO wristband_state AS old (binding_id, wristband_key, last_time,
    last_received_at, worn, battery, heart_rate, heart_rate_at, valid_heart_rate_at,
    systolic, diastolic,
    blood_pressure_at, spo2, spo2_at, temperature, temperature_at, latitude, longitude,
    accuracy, location_at, closed_gates, layout, packed, silence_due_at, updated_at)
SELECT binding_id, wristband_key, nullif(last_time, '-infinity'),
    nullif(last_received_at, '-infinity'),
    CASE worn WHEN 1 THEN true WHEN 0 THEN false END, nullif(battery, 'NaN'),
    nullif(heart_rate, 'NaN'), nullif(heart_rate_at, '-infinity'),
    nullif(valid_heart_rate_at, '-infinity'),
    nullif(systolic, 'NaN'), nullif(diastolic, 'NaN'),
    nullif(blood_pressure_at, '-infinity'), nullif(spo2, 'NaN'),
    nullif(spo2_at, '-infinity'), nullif(temperature, 'NaN'),
    nullif(temperature_at, '-infinity'), nullif(latitude, 'NaN'),
    nullif(longitude, 'NaN'), nullif(accuracy, 'NaN'),
    nullif(location_at, '-infinity'), %(gates)s::jsonb -> gates::integer, %(layout)s, packed,
    nullif(silence_due_at, '-infinity'), %(now)s
FROM state_stage ORDER BY binding_id
ON CONFLICT (binding_id) DO UPDATE SET
    last_time = excluded.last_time, last_received_at = excluded.last_received_at,
    worn = excluded.worn, battery = excluded.battery,
    heart_rate = excluded.heart_rate, heart_rate_at = excluded.heart_rate_at,
    valid_heart_rate_at = excluded.valid_heart_rate_at,
    systolic = excluded.systolic, diastolic = excluded.diastolic,
    blood_pressure_at = excluded.blood_pressure_at,
    spo2 = excluded.spo2, spo2_at = excluded.spo2_at,
    temperature = excluded.temperature, temperature_at = excluded.temperature_at,
    latitude = excluded.latitude, longitude = excluded.longitude,
    accuracy = excluded.accuracy, location_at = excluded.location_at,
    closed_gates = excluded.closed_gates, layout = excluded.layout,
    packed = excluded.packed, silence_due_at = excluded.silence_due_at,
    silent_since = NULL, held_by = NULL, updated_at = excluded.updated_at

-- name: write_memory
-- What became usual for some bindings' wearers.
INSERT INTO wristband_memory AS old (binding_id, layout, packed, updated_at)
SELECT binding_id, %(layout)s, packed, %(now)s FROM memory_stage ORDER BY binding_id
ON CONFLICT (binding_id) DO UPDATE SET
    layout = excluded.layout, packed = excluded.packed, updated_at = excluded.updated_at

-- name: history
-- Stored readings of some bindings newer than an instant each; `row` is the caller's.
SELECT wanted.row, reading.seq,
    extract(epoch FROM reading.time)::double precision,
    extract(epoch FROM reading.received_at)::double precision,
    reading.heart_rate, reading.systolic, reading.diastolic, reading.spo2,
    reading.temperature, reading.latitude, reading.longitude, reading.accuracy,
    reading.location_source, reading.steps, reading.motion, reading.worn,
    reading.battery
FROM unnest(%(rows)s::integer[], %(keys)s::integer[], %(since)s::timestamptz[],
    %(starts)s::timestamptz[], %(ends)s::timestamptz[])
    AS wanted (row, wristband_key, since, starts, ends)
JOIN reading ON reading.wristband_key = wanted.wristband_key
    AND reading.time > wanted.since AND reading.time >= wanted.starts
    AND reading.time < wanted.ends
ORDER BY wanted.row, reading.time, reading.seq

-- name: detect
-- Detections; those made before (the same fact) are left out of the answer.
INSERT INTO detection (id, binding_id, senior_id, kind, severity, observed_at,
    detected_at, evidence, rule_version)
SELECT id, binding_id, senior_id, kind, severity, observed_at, %(now)s, evidence,
    rule_version
FROM unnest(%(ids)s::uuid[], %(bindings)s::uuid[], %(seniors)s::uuid[], %(kinds)s::text[],
    %(severities)s::text[], %(observed)s::timestamptz[], %(evidence)s::jsonb[],
    %(rule_versions)s::text[])
    AS found (id, binding_id, senior_id, kind, severity, observed_at, evidence,
        rule_version)
ON CONFLICT (binding_id, kind, severity, observed_at) DO NOTHING
RETURNING id

-- name: link_detections
UPDATE detection SET alert_id = linked.alert_id
FROM unnest(%(ids)s::uuid[], %(alerts)s::uuid[]) AS linked (id, alert_id)
WHERE detection.id = linked.id

-- name: command
-- Commands to wristbands, published by the alerts service when due.
INSERT INTO command_outbox (id, device_id, command, created_at, due_at, expires_at)
SELECT id, device_id, %(command)s::jsonb, %(now)s, due_at, expires_at
FROM unnest(%(ids)s::uuid[], %(device_ids)s::text[], %(due)s::timestamptz[],
    %(expires)s::timestamptz[]) AS asked (id, device_id, due_at, expires_at)

-- name: clearable
-- Which of these alerts are unresolved and not cleared yet.
SELECT alert.senior_id, alert.kind FROM alert
JOIN unnest(%(seniors)s::uuid[], %(kinds)s::text[]) AS over (senior_id, kind)
    ON alert.senior_id = over.senior_id AND alert.kind = over.kind
WHERE alert.status <> 'resolved' AND alert.cleared_at IS NULL

-- name: notify
SELECT pg_notify(%(channel)s, '')

-- name: known_copy
-- Whether these very bytes of this wristband were taken as a press before.
SELECT 1 FROM sos_press
WHERE device_id = %(device_id)s AND payload = %(payload)s LIMIT 1

-- name: wearer
-- Whoever wore the wristband at an instant, else its present wearer.
SELECT binding.id, binding.senior_id, senior.place_id
FROM wristband
JOIN binding ON binding.wristband_key = wristband.key
JOIN senior ON senior.id = binding.senior_id
WHERE wristband.device_id = %(device_id)s
  AND ((binding.starts_at <= %(observed_at)s
        AND (binding.ends_at IS NULL OR binding.ends_at > %(observed_at)s))
    OR (binding.starts_at <= %(now)s
        AND (binding.ends_at IS NULL OR binding.ends_at > %(now)s)))
ORDER BY (binding.starts_at <= %(observed_at)s
    AND (binding.ends_at IS NULL OR binding.ends_at > %(observed_at)s)) DESC,
    binding.starts_at DESC
LIMIT 1
