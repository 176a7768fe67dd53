-- name: lock_senior
SELECT id FROM senior WHERE id = %(senior_id)s AND archived_at IS NULL FOR UPDATE

-- name: add_consent
INSERT INTO consent (id, senior_id, purpose, person_id, scopes, given, given_by, guardian,
    reason, text_version, recorded_by, recorded_by_name, at)
VALUES (%(id)s, %(senior_id)s, %(purpose)s, %(person_id)s, %(scopes)s, %(given)s,
    %(given_by)s, %(guardian)s, %(reason)s, %(text_version)s, %(recorded_by)s,
    %(recorded_by_name)s, %(now)s)

-- name: follow_health
UPDATE senior SET health_consent = %(given)s WHERE id = %(senior_id)s

-- name: follow_location
UPDATE senior SET location_consent = %(given)s WHERE id = %(senior_id)s

-- name: follow_family
UPDATE family_link SET archived_at = %(now)s
WHERE senior_id = %(senior_id)s AND person_id = %(person_id)s AND archived_at IS NULL

-- name: linked
SELECT scopes FROM family_link
WHERE senior_id = %(senior_id)s AND person_id = %(person_id)s AND archived_at IS NULL

-- name: forget_latest_vitals
-- What the wristband said last of somebody who no longer agrees to it.
UPDATE wristband_state AS state SET
    heart_rate = NULL, heart_rate_at = NULL, valid_heart_rate_at = NULL,
    systolic = NULL, diastolic = NULL, blood_pressure_at = NULL, spo2 = NULL,
    spo2_at = NULL, temperature = NULL, temperature_at = NULL
FROM binding
WHERE binding.id = state.binding_id AND binding.senior_id = %(senior_id)s

-- name: forget_urgent_vitals
UPDATE urgent_state AS known SET heart_rate = NULL, heart_rate_at = NULL
FROM binding
WHERE binding.id = known.binding_id AND binding.senior_id = %(senior_id)s

-- name: forget_usual
-- What was usual for them; nothing is learnt until they agree again.
DELETE FROM wristband_memory AS memory USING binding
WHERE binding.id = memory.binding_id AND binding.senior_id = %(senior_id)s

-- name: unrecorded
-- What cards say and the history of consents does not yet: of a registration, an import,
-- a changed card, a relative linked or unlinked.
WITH said AS (
    SELECT senior.id AS senior_id, what.purpose, NULL::uuid AS person_id,
        NULL::text[] AS scopes, what.given
    FROM senior CROSS JOIN LATERAL (VALUES
        ('health', senior.health_consent), ('location', senior.location_consent))
        AS what (purpose, given)
    WHERE senior.id = ANY(%(senior_ids)s::uuid[])
    UNION ALL
    (SELECT DISTINCT ON (senior_id, person_id) senior_id, 'family', person_id,
        CASE WHEN archived_at IS NULL THEN scopes END, archived_at IS NULL
    FROM family_link WHERE senior_id = ANY(%(senior_ids)s::uuid[])
    ORDER BY senior_id, person_id, archived_at DESC NULLS FIRST)
), newest AS (
    SELECT DISTINCT ON (senior_id, purpose, person_id) senior_id, purpose, person_id,
        scopes, given
    FROM consent WHERE senior_id = ANY(%(senior_ids)s::uuid[])
    ORDER BY senior_id, purpose, person_id, at DESC, id DESC
)
SELECT said.senior_id, said.purpose, said.person_id, said.scopes, said.given
FROM said LEFT JOIN newest ON newest.senior_id = said.senior_id
    AND newest.purpose = said.purpose
    AND newest.person_id IS NOT DISTINCT FROM said.person_id
WHERE said.given IS DISTINCT FROM coalesce(newest.given, false)
    OR said.given AND said.scopes IS DISTINCT FROM newest.scopes

-- name: consents
-- The history of a senior's consents, newest first, and which of them are in force.
SELECT consent.id, consent.senior_id, consent.purpose, consent.person_id, consent.scopes,
    consent.given, consent.given_by, consent.guardian, consent.reason,
    consent.text_version, consent.recorded_by, consent.recorded_by_name, consent.at,
    NOT EXISTS (
        SELECT 1 FROM consent AS newer
        WHERE newer.senior_id = consent.senior_id AND newer.purpose = consent.purpose
          AND newer.person_id IS NOT DISTINCT FROM consent.person_id
          AND (newer.at, newer.id) > (consent.at, consent.id)) AS newest
FROM consent
WHERE senior_id = %(senior_id)s
  AND (%(id)s::uuid IS NULL OR id = %(id)s)
  AND (%(before_at)s::timestamptz IS NULL
       OR (at, id) < (%(before_at)s::timestamptz, %(before_id)s::uuid))
ORDER BY at DESC, id DESC LIMIT %(limit)s

-- name: lock_any_senior
-- A senior who is not erased yet, archived or not.
SELECT id, name, archived_at FROM senior
WHERE id = %(id)s AND erased_at IS NULL FOR UPDATE

-- name: lock_any_person
SELECT id, name, role, archived_at FROM person
WHERE id = %(id)s AND erased_at IS NULL FOR UPDATE

-- name: senior_needed
-- Why a senior cannot be erased now.
SELECT CASE
    WHEN EXISTS (SELECT 1 FROM binding WHERE senior_id = %(id)s AND ends_at IS NULL)
        THEN 'they wear a wristband; end its binding first'
    WHEN EXISTS (SELECT 1 FROM alert
                 WHERE senior_id = %(id)s AND status <> 'resolved' AND NOT canary)
        THEN 'an alert of theirs is unresolved'
END AS reason

-- name: person_needed
SELECT CASE
    WHEN EXISTS (SELECT 1 FROM alert WHERE owner_id = %(id)s AND status <> 'resolved')
        THEN 'they have taken an alert that is unresolved'
    WHEN EXISTS (SELECT 1 FROM person WHERE id = %(id)s AND role = 'admin')
        AND NOT EXISTS (SELECT 1 FROM person
                        WHERE role = 'admin' AND id <> %(id)s AND username IS NOT NULL
                          AND archived_at IS NULL)
        THEN 'this is the last administrator'
    WHEN EXISTS (SELECT 1 FROM department
                 WHERE person_id = %(id)s AND archived_at IS NULL)
        THEN 'a department is told through them; archive it first'
END AS reason

-- name: archive_senior
UPDATE senior SET archived_at = %(now)s WHERE id = %(id)s AND archived_at IS NULL

-- name: archive_person
UPDATE person SET archived_at = %(now)s WHERE id = %(id)s AND archived_at IS NULL

-- name: bring_back_senior
UPDATE senior SET archived_at = NULL WHERE id = %(id)s AND archived_at = %(at)s

-- name: bring_back_person
-- Not where their user name has been given to somebody else meanwhile.
UPDATE person SET archived_at = NULL WHERE id = %(id)s AND archived_at = %(at)s
  AND NOT EXISTS (SELECT 1 FROM person AS other
                  WHERE lower(other.username) = lower(person.username)
                    AND other.id <> person.id AND other.archived_at IS NULL)

-- name: add_erasure
INSERT INTO erasure (id, senior_id, person_id, reason, requested_by, requested_by_name,
    requested_at, due_at)
VALUES (%(id)s, %(senior_id)s, %(person_id)s, %(reason)s, %(requested_by)s,
    %(requested_by_name)s, %(now)s, %(due_at)s)

-- name: erasures
SELECT id, senior_id, person_id, reason, requested_by, requested_by_name, requested_at,
    due_at, undone_at, done_at, counts,
    CASE WHEN done_at IS NOT NULL THEN 'done' WHEN undone_at IS NOT NULL THEN 'undone'
        ELSE 'pending' END AS status
FROM erasure
WHERE (%(id)s::uuid IS NULL OR id = %(id)s)
  AND (%(after)s::uuid IS NULL OR id < %(after)s)
ORDER BY id DESC LIMIT %(limit)s

-- name: pending_erasure
SELECT id, requested_at FROM erasure
WHERE coalesce(senior_id, person_id) = %(id)s AND undone_at IS NULL AND done_at IS NULL
FOR UPDATE

-- name: undo_erasure
UPDATE erasure SET undone_at = %(now)s WHERE id = %(id)s

-- name: due_erasures
SELECT id FROM erasure
WHERE due_at <= %(now)s AND undone_at IS NULL AND done_at IS NULL ORDER BY due_at LIMIT 20

-- name: lock_erasure
SELECT id, senior_id, person_id, requested_by FROM erasure
WHERE id = %(id)s AND undone_at IS NULL AND done_at IS NULL FOR UPDATE

-- name: begin_removal
INSERT INTO removal (id, cause, erasure_id, kind, cutoff, began_at)
VALUES (%(id)s, %(cause)s, %(erasure_id)s, %(kind)s, %(cutoff)s, %(now)s)

-- name: open_for_removal
-- Until this transaction ends, what is append-only may be changed on this record.
SELECT set_config('yinling.removal', %(id)s::text, true)

-- name: be_patient
SELECT set_config('statement_timeout', '900000', true)

-- name: end_removal
UPDATE removal SET ended_at = %(now)s, counts = %(counts)s WHERE id = %(id)s

-- name: end_erasure
UPDATE erasure SET done_at = %(now)s, counts = %(counts)s WHERE id = %(id)s

-- name: part_ids
SELECT id FROM {table} WHERE {where}

-- name: part_change
UPDATE {table} SET {values} WHERE {where}

-- name: part_delete
DELETE FROM {table} WHERE {where}

-- name: part_rows
SELECT {columns} FROM {table} WHERE {where} ORDER BY {order}

-- name: retention_rules
SELECT kind, days, note, set_by_name, set_at FROM retention_rule

-- name: set_retention
INSERT INTO retention_rule (kind, days, note, set_by, set_by_name, set_at)
VALUES (%(kind)s, %(days)s, %(note)s, %(set_by)s, %(set_by_name)s, %(now)s)
ON CONFLICT (kind) DO UPDATE SET days = excluded.days, note = excluded.note,
    set_by = excluded.set_by, set_by_name = excluded.set_by_name, set_at = excluded.set_at

-- name: forget_retention
DELETE FROM retention_rule WHERE kind = %(kind)s

-- name: retention_runs
SELECT kind, began_at, ended_at, removed FROM retention_run

-- name: begin_run
INSERT INTO retention_run (kind, began_at) VALUES (%(kind)s, %(now)s)
ON CONFLICT (kind) DO UPDATE SET began_at = excluded.began_at, ended_at = NULL, removed = 0

-- name: go_on_with_run
UPDATE retention_run SET removed = removed + %(rows)s,
    ended_at = CASE WHEN %(over)s THEN %(now)s END
WHERE kind = %(kind)s

-- name: uses_timescale
SELECT 1 FROM pg_extension WHERE extname = 'timescaledb'

-- name: drop_old_chunks
-- Whole weeks at once, where readings are a hypertable.
SELECT count(*) FROM drop_chunks('reading', older_than => %(cutoff)s::timestamptz)

-- name: old_chunks
SELECT count(*) FROM show_chunks('reading', older_than => %(cutoff)s::timestamptz)

-- name: old_readings
-- By wristband, along the primary key: there is no index by time alone.
WITH old AS (
    SELECT found.wristband_key, found.time, found.seq FROM wristband
    CROSS JOIN LATERAL (
        SELECT wristband_key, time, seq FROM reading
        WHERE wristband_key = wristband.key AND time < %(cutoff)s
        ORDER BY time LIMIT %(limit)s) AS found
    LIMIT %(limit)s)
DELETE FROM reading USING old
WHERE reading.wristband_key = old.wristband_key AND reading.time = old.time
  AND reading.seq = old.seq

-- name: count_old_readings
SELECT count(*) FROM wristband JOIN reading ON reading.wristband_key = wristband.key
    AND reading.time < %(cutoff)s

-- name: unagreed_vitals
-- Blank what is health data of readings, of whoever does not agree to it; that there was
-- a report, worn and charged, stays.
WITH old AS (
    SELECT reading.wristband_key, reading.time, reading.seq
    FROM senior JOIN binding ON binding.senior_id = senior.id
    JOIN reading ON reading.wristband_key = binding.wristband_key
        AND reading.time >= binding.starts_at AND reading.time < %(cutoff)s
        AND (binding.ends_at IS NULL OR reading.time < binding.ends_at)
    WHERE NOT senior.health_consent AND senior.erased_at IS NULL
      AND num_nonnulls(reading.heart_rate, reading.systolic, reading.diastolic,
        reading.spo2, reading.temperature, reading.steps, reading.motion) > 0
    LIMIT %(limit)s)
UPDATE reading SET heart_rate = NULL, systolic = NULL, diastolic = NULL, spo2 = NULL,
    temperature = NULL, steps = NULL, motion = NULL
FROM old
WHERE reading.wristband_key = old.wristband_key AND reading.time = old.time
  AND reading.seq = old.seq

-- name: count_unagreed_vitals
SELECT count(*)
FROM senior JOIN binding ON binding.senior_id = senior.id
JOIN reading ON reading.wristband_key = binding.wristband_key
    AND reading.time >= binding.starts_at AND reading.time < %(cutoff)s
    AND (binding.ends_at IS NULL OR reading.time < binding.ends_at)
WHERE NOT senior.health_consent AND senior.erased_at IS NULL
  AND num_nonnulls(reading.heart_rate, reading.systolic, reading.diastolic,
    reading.spo2, reading.temperature, reading.steps, reading.motion) > 0

-- name: erased_readings
-- What a wristband still held of somebody who was erased, and sent later.
WITH late AS (
    SELECT reading.wristband_key, reading.time, reading.seq
    FROM senior JOIN binding ON binding.senior_id = senior.id
    JOIN reading ON reading.wristband_key = binding.wristband_key
        AND reading.time >= binding.starts_at AND reading.time < binding.ends_at
    WHERE senior.erased_at IS NOT NULL LIMIT %(limit)s)
DELETE FROM reading USING late
WHERE reading.wristband_key = late.wristband_key AND reading.time = late.time
  AND reading.seq = late.seq

-- name: count_erased_readings
SELECT count(*) FROM senior JOIN binding ON binding.senior_id = senior.id
JOIN reading ON reading.wristband_key = binding.wristband_key
    AND reading.time >= binding.starts_at AND reading.time < binding.ends_at
WHERE senior.erased_at IS NOT NULL

-- name: step_keys
SELECT {key} FROM {table} WHERE {where} ORDER BY {order} LIMIT %(limit)s

-- name: step_count
SELECT count(*) FROM {table} WHERE {where}

-- name: step_remove
DELETE FROM {table} WHERE {key} = ANY(%(keys)s)

-- name: step_blank
UPDATE {table} SET {values} WHERE {key} = ANY(%(keys)s)

-- name: try_retention
-- One at a time, wherever the services run.
SELECT pg_try_advisory_xact_lock(%(lock)s)
