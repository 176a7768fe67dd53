-- name: claim_due
-- Alerts whose next look is due; other workers' are passed over.
SELECT id, senior_id, kind, severity, status, escalation_from, escalation
FROM alert
WHERE next_due_at <= %(now)s
ORDER BY next_due_at
LIMIT %(limit)s
FOR UPDATE SKIP LOCKED

-- name: earliest_due
SELECT min(next_due_at) FROM alert WHERE next_due_at IS NOT NULL

-- name: chains
-- For each alert everyone reachable who has to do with it: relatives with the scope
-- `alerts`, responders of its place and of those above, and all administrators.
WITH concerned AS (
    SELECT alert.id AS alert_id, alert.senior_id, place.path
    FROM alert
    LEFT JOIN senior ON senior.id = alert.senior_id
    LEFT JOIN place ON place.id = coalesce(senior.place_id, alert.place_id)
    WHERE alert.id = ANY(%(alerts)s)
), chain AS (
    SELECT concerned.alert_id, link.person_id, 'family' AS place_level, 0 AS nearness
    FROM concerned
    JOIN family_link AS link ON link.senior_id = concerned.senior_id
    WHERE link.archived_at IS NULL AND 'alerts' = ANY(link.scopes)
    UNION
    SELECT concerned.alert_id, person.id, place.level, cardinality(place.path)
    FROM concerned
    JOIN place ON place.id = ANY(concerned.path)
    JOIN person ON person.place_id = place.id AND person.role = ANY(%(responders)s)
    UNION
    SELECT concerned.alert_id, person.id, 'administrators', 0
    FROM concerned CROSS JOIN person
    WHERE person.role = 'admin'
)
SELECT chain.alert_id, person.id AS person_id, person.name, person.role,
    chain.place_level, array_agg(contact.id ORDER BY contact.id) AS contacts
FROM chain
JOIN person ON person.id = chain.person_id AND person.archived_at IS NULL
JOIN contact ON contact.person_id = person.id AND contact.archived_at IS NULL
    AND contact.verified_at IS NOT NULL
GROUP BY chain.alert_id, person.id, chain.place_level, chain.nearness
ORDER BY chain.alert_id, chain.nearness DESC, person.id

-- name: keep
-- What the policy decided of an alert.
UPDATE alert
SET status = %(status)s, owner_id = CASE WHEN %(expired)s THEN NULL ELSE owner_id END,
    escalation = %(escalation)s, escalation_from = %(escalation_from)s,
    next_due_at = %(next_due_at)s, updated_at = %(now)s
WHERE id = %(id)s AND status = %(old)s

-- name: put_off
-- An alert that could not be decided is looked at again soon.
UPDATE alert SET next_due_at = %(until)s WHERE id = %(id)s

-- name: add_notifications
-- One row per contact and telling; urgent ones are sent before all others.
INSERT INTO notification
    (id, alert_id, person_id, contact_id, step, urgent, due_at, created_at)
SELECT row.id, %(alert_id)s, row.person_id, row.contact_id, row.step, %(urgent)s,
    %(now)s, %(now)s
FROM unnest(%(ids)s::uuid[], %(persons)s::uuid[], %(contacts)s::uuid[], %(steps)s::text[])
    AS row (id, person_id, contact_id, step)
ON CONFLICT (alert_id, contact_id, step) DO NOTHING

-- name: claim_silent
-- Wristbands whose silence reaches its next stage, with what that is judged by; those
-- that ingest or another worker is writing are passed over.
SELECT state.binding_id, state.last_received_at, wristband.device_id, binding.senior_id,
    senior.place_id, senior.expected_interval_s, senior.risk
FROM wristband_state AS state
JOIN binding ON binding.id = state.binding_id
JOIN wristband ON wristband.key = binding.wristband_key
JOIN senior ON senior.id = binding.senior_id
WHERE state.silence_due_at <= %(now)s AND state.last_received_at IS NOT NULL
  AND binding.ends_at IS NULL AND senior.archived_at IS NULL
ORDER BY state.silence_due_at
LIMIT %(limit)s
FOR UPDATE OF state SKIP LOCKED

-- name: current_partitions
-- Partitions whose ingest is alive and keeps up, and since when.
SELECT partition, current_since
FROM ingest_partition
WHERE current_since IS NOT NULL AND heartbeat_at >= %(alive_since)s

-- name: set_silence_due
UPDATE wristband_state SET silence_due_at = due.at
FROM unnest(%(bindings)s::uuid[], %(dues)s::timestamptz[]) AS due (binding_id, at)
WHERE wristband_state.binding_id = due.binding_id

-- name: end_silences
-- Bindings that are over have no silence to come.
UPDATE wristband_state SET silence_due_at = NULL
FROM binding JOIN senior ON senior.id = binding.senior_id
WHERE binding.id = wristband_state.binding_id AND wristband_state.silence_due_at <= %(now)s
  AND (binding.ends_at IS NOT NULL OR senior.archived_at IS NOT NULL)

-- name: heard_again
-- Seniors whose wristband reported after their unresolved `offline` alert was opened.
SELECT alert.senior_id, state.last_received_at
FROM alert
JOIN binding ON binding.senior_id = alert.senior_id AND binding.ends_at IS NULL
JOIN wristband_state AS state ON state.binding_id = binding.id
WHERE alert.kind = 'offline' AND alert.status <> 'resolved' AND alert.cleared_at IS NULL
  AND state.last_received_at > alert.opened_at
LIMIT %(limit)s

-- name: beat
INSERT INTO service_heartbeat (service, at) VALUES ('alerts', %(now)s)
ON CONFLICT (service) DO UPDATE SET at = excluded.at
