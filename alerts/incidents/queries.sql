-- name: paused
-- Which of these seniors are away, by an absence that covers either instant.
SELECT DISTINCT wanted.n
FROM unnest(%(seniors)s::uuid[], %(observed)s::timestamptz[])
    WITH ORDINALITY AS wanted (senior_id, observed_at, n)
JOIN absence ON absence.senior_id = wanted.senior_id
WHERE (absence.starts_at <= %(now)s AND %(now)s < absence.ends_at)
   OR (absence.starts_at <= wanted.observed_at AND wanted.observed_at < absence.ends_at)

-- name: insert_alert
-- A new alert, due to be told at once; nothing where one is unresolved already
-- (any of the unique indexes) or the promised id is there.
INSERT INTO alert (id, senior_id, place_id, device_id, kind, severity, drill, canary,
    observed_at, opened_at, evidence, rule_version, escalation_from, escalation,
    next_due_at, updated_at)
VALUES (%(id)s, %(senior_id)s,
    coalesce(%(place_id)s, (SELECT place_id FROM senior WHERE id = %(senior_id)s)),
    %(device_id)s, %(kind)s, %(severity)s, %(drill)s, %(canary)s,
    %(observed_at)s, %(now)s, %(evidence)s, %(rule_version)s, %(now)s, %(escalation)s,
    %(now)s, %(now)s)
ON CONFLICT DO NOTHING
RETURNING id, place_id

-- name: unresolved_of_senior
-- The unresolved alert of a senior and kind; locked.
SELECT id, senior_id, place_id, device_id, kind, severity, status, drill, evidence,
    resolved_at, cleared_at, owner_id, escalation, canary, offered_to, offered_by
FROM alert
WHERE status <> 'resolved' AND kind = %(kind)s
  AND drill = %(drill)s AND canary = %(canary)s
  AND senior_id = %(senior_id)s
FOR UPDATE

-- name: unresolved_of_device
-- The unresolved alert of a wristband that nobody wears, and kind; locked.
SELECT id, senior_id, place_id, device_id, kind, severity, status, drill, evidence,
    resolved_at, cleared_at, owner_id, escalation, canary, offered_to, offered_by
FROM alert
WHERE status <> 'resolved' AND kind = %(kind)s
  AND drill = %(drill)s AND canary = %(canary)s
  AND senior_id IS NULL AND device_id = %(device_id)s
FOR UPDATE

-- name: unresolved_of_place
-- The unresolved alert of a place (null: of the service itself) and kind; locked.
SELECT id, senior_id, place_id, device_id, kind, severity, status, drill, evidence,
    resolved_at, cleared_at, owner_id, escalation, canary, offered_to, offered_by
FROM alert
WHERE status <> 'resolved' AND kind = %(kind)s
  AND drill = %(drill)s AND canary = %(canary)s
  AND senior_id IS NULL AND device_id IS NULL
  AND place_id IS NOT DISTINCT FROM %(place_id)s::uuid
FOR UPDATE

-- name: alert_by_id
-- One alert, locked.
SELECT id, senior_id, place_id, device_id, kind, severity, status, drill, evidence,
    resolved_at, cleared_at, owner_id, escalation, canary, offered_to, offered_by
FROM alert
WHERE id = %(id)s
FOR UPDATE

-- name: raise_severity
-- The same alert grows worse: escalation begins anew.
UPDATE alert
SET severity = %(severity)s, evidence = %(evidence)s, rule_version = %(rule_version)s,
    status = %(status)s, cleared_at = NULL, escalation_from = %(now)s,
    escalation = %(escalation)s, next_due_at = %(now)s, updated_at = %(now)s
WHERE id = %(id)s AND status = %(old)s AND severity = %(old_severity)s

-- name: fire_again
-- Its condition is there again after it had cleared.
UPDATE alert SET cleared_at = NULL, updated_at = %(now)s
WHERE id = %(id)s AND cleared_at IS NOT NULL

-- name: due_again
-- The escalation worker is to look at it now; deadlines only ever come nearer. A fix
-- without accuracy does not take that of the fix before.
UPDATE alert
SET escalation = %(escalation)s, evidence = CASE WHEN %(evidence)s ? 'latitude'
        THEN evidence - 'accuracy' ELSE evidence END || %(evidence)s,
    next_due_at = least(next_due_at, %(now)s), updated_at = %(now)s
WHERE id = %(id)s AND status = %(old)s

-- name: move
-- A step of the lifecycle.
UPDATE alert
SET status = %(status)s, owner_id = %(owner_id)s, outcome = %(outcome)s,
    resolved_at = %(resolved_at)s, escalation = %(escalation)s,
    escalation_from = coalesce(%(escalation_from)s, escalation_from),
    cleared_at = CASE WHEN %(status)s = 'open' THEN NULL ELSE cleared_at END,
    offered_to = NULL, offered_by = NULL,
    next_due_at = %(next_due_at)s, updated_at = %(now)s
WHERE id = %(id)s AND status = %(old)s

-- name: clear
-- Its condition is over; status and outcome change only where nobody need come.
UPDATE alert
SET cleared_at = %(at)s, status = %(status)s, outcome = %(outcome)s,
    resolved_at = %(resolved_at)s,
    next_due_at = CASE WHEN %(resolved_at)s::timestamptz IS NULL THEN next_due_at END,
    updated_at = %(now)s
WHERE id = %(id)s AND status = %(old)s

-- name: touch
-- The timeline grew.
UPDATE alert SET updated_at = %(now)s WHERE id = %(id)s

-- name: add_event
INSERT INTO alert_event (id, alert_id, at, event, actor, detail)
VALUES (%(id)s, %(alert_id)s, %(at)s, %(event)s, %(actor)s, %(detail)s)

-- name: steps_taken
-- What people did since the round began (that event included).
SELECT DISTINCT event
FROM alert_event
WHERE alert_id = %(alert_id)s AND actor IS NOT NULL
  AND position >= (
    SELECT max(position) FROM alert_event
    WHERE alert_id = %(alert_id)s
      AND (event = ANY(%(round_begins)s) OR detail ->> 'round' = 'anew'))

-- name: did_before
-- Whether this person caused this event before in the alert's present round.
SELECT EXISTS (
    SELECT FROM alert_event
    WHERE alert_id = %(alert_id)s AND event = %(event)s AND actor ->> 'id' = %(actor)s
      AND position >= (
        SELECT max(position) FROM alert_event
        WHERE alert_id = %(alert_id)s
          AND (event = ANY(%(round_begins)s) OR detail ->> 'round' = 'anew')))

-- name: one_at_a_time
-- Presses of one wristband are judged one after the other, until commit.
SELECT pg_advisory_xact_lock(1397707603, hashtext(%(device_id)s))

-- name: known_press
-- The press that this one resends: same time and seq; with one of the two, that one,
-- seq alone within 10 min. `since` and `until` bound seq alone, and are null otherwise.
SELECT alert_id
FROM sos_press
WHERE device_id = %(device_id)s
  AND claimed_ms IS NOT DISTINCT FROM %(claimed_ms)s::bigint
  AND seq IS NOT DISTINCT FROM %(seq)s::bigint
  AND (%(since)s::timestamptz IS NULL OR received_at >= %(since)s)
ORDER BY received_at DESC
LIMIT 1

-- name: same_nameless_press
-- The previous press with neither time nor seq, where it is near enough to be one with
-- this and its alert is unresolved.
SELECT previous.alert_id
FROM (
    SELECT alert_id, received_at
    FROM sos_press
    WHERE device_id = %(device_id)s AND claimed_ms IS NULL AND seq IS NULL
      AND trigger = %(trigger)s
    ORDER BY received_at DESC
    LIMIT 1
) AS previous
JOIN alert ON alert.id = previous.alert_id
WHERE previous.received_at >= %(since)s AND alert.status <> 'resolved'
  AND alert.senior_id IS NOT DISTINCT FROM %(senior_id)s::uuid

-- name: add_press
INSERT INTO sos_press
    (id, device_id, claimed_ms, seq, received_at, trigger, alert_id, payload)
VALUES (%(id)s, %(device_id)s, %(claimed_ms)s, %(seq)s, %(received_at)s, %(trigger)s,
    %(alert_id)s, %(payload)s)

-- name: keep_latest
-- What a press said of its wearer, where it is newer than what another said before. What
-- was measured before they wore it is not theirs; that it was heard of is.
INSERT INTO urgent_state AS known (binding_id, heard_at, battery, battery_at, heart_rate,
    heart_rate_at, latitude, longitude, accuracy, location_at, updated_at)
SELECT binding.id, %(received_at)s, said.battery,
    CASE WHEN said.battery IS NOT NULL THEN %(observed_at)s::timestamptz END,
    said.heart_rate,
    CASE WHEN said.heart_rate IS NOT NULL THEN %(observed_at)s::timestamptz END,
    said.latitude, said.longitude, said.accuracy,
    CASE WHEN said.latitude IS NOT NULL THEN %(observed_at)s::timestamptz END, %(now)s
FROM binding LEFT JOIN jsonb_to_record(%(evidence)s) AS said (battery real,
    heart_rate real, latitude double precision, longitude double precision,
    accuracy real) ON binding.starts_at <= %(observed_at)s
WHERE binding.id = %(binding_id)s
ON CONFLICT (binding_id) DO UPDATE SET
    heard_at = greatest(known.heard_at, excluded.heard_at),
    battery = CASE WHEN excluded.battery_at < known.battery_at OR excluded.battery_at IS NULL
        THEN known.battery ELSE excluded.battery END,
    battery_at = greatest(known.battery_at, excluded.battery_at),
    heart_rate = CASE WHEN excluded.heart_rate_at < known.heart_rate_at
            OR excluded.heart_rate_at IS NULL
        THEN known.heart_rate ELSE excluded.heart_rate END,
    heart_rate_at = greatest(known.heart_rate_at, excluded.heart_rate_at),
    (latitude, longitude, accuracy, location_at) = (
        SELECT fix.* FROM (VALUES
            (known.latitude, known.longitude, known.accuracy, known.location_at),
            (excluded.latitude, excluded.longitude, excluded.accuracy,
                excluded.location_at)) AS fix (latitude, longitude, accuracy, at)
        ORDER BY fix.at DESC NULLS LAST LIMIT 1),
    updated_at = greatest(known.updated_at, excluded.updated_at)

-- name: other_unresolved
-- Whether another alert of that senior (or device) and kind is unresolved.
SELECT EXISTS (
    SELECT FROM (SELECT * FROM alert WHERE id = %(id)s LIMIT 1) AS this
    JOIN alert AS other ON other.kind = this.kind
    WHERE other.id <> this.id AND other.status <> 'resolved'
      AND other.senior_id IS NOT DISTINCT FROM this.senior_id
      AND (this.senior_id IS NOT NULL
           OR other.device_id IS NOT DISTINCT FROM this.device_id)
      AND other.drill = this.drill AND other.canary = this.canary)

-- name: add_notice
-- A command for the wristband the senior wears now, in the senior's language.
INSERT INTO command_outbox (id, device_id, command, created_at, expires_at, due_at)
SELECT %(id)s, wristband.device_id,
    CASE senior.language WHEN 'en' THEN %(english)s ELSE %(command)s END,
    %(now)s, %(expires_at)s, %(now)s
FROM binding JOIN wristband ON wristband.key = binding.wristband_key
JOIN senior ON senior.id = binding.senior_id
WHERE binding.senior_id = %(senior_id)s AND binding.starts_at <= %(now)s
  AND (binding.ends_at IS NULL OR binding.ends_at > %(now)s)
  AND wristband.revoked_at IS NULL
RETURNING id

-- name: announce
SELECT pg_notify(%(channel)s, %(payload)s)

-- name: any_unresolved
-- Whether an alert that is no drill is unresolved for a senior.
SELECT EXISTS (SELECT FROM alert
    WHERE senior_id = %(senior_id)s AND status <> 'resolved' AND NOT drill)

-- name: overdue_drills
SELECT id FROM alert
WHERE kind = 'sos' AND drill AND status <> 'resolved' AND opened_at < %(before)s
ORDER BY id FOR UPDATE SKIP LOCKED
