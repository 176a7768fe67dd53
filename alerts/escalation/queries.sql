-- name: claim_due
-- Alerts whose next look is due, with the policy in force for each (null: as shipped);
-- other workers' are passed over.
WITH due AS (
    SELECT id, senior_id, place_id, kind, severity, status, observed_at, opened_at,
        escalation_from, escalation, next_due_at,
        CASE WHEN kind = 'area_outage' THEN 'technical'
            WHEN severity = 'critical' THEN 'critical' ELSE 'warning' END AS section
    FROM alert
    WHERE next_due_at <= %(now)s
    ORDER BY next_due_at
    LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED
)
SELECT due.id, due.senior_id, due.place_id, due.kind, due.severity, due.status,
    due.observed_at, due.opened_at, due.escalation_from, due.escalation,
    due.next_due_at, nearest.policy, nearest.revision
FROM due
LEFT JOIN LATERAL (
    SELECT place_id FROM senior WHERE senior.id = due.senior_id LIMIT 1
) AS home ON true
LEFT JOIN LATERAL (
    SELECT path FROM place WHERE place.id = coalesce(home.place_id, due.place_id) LIMIT 1
) AS place ON true
LEFT JOIN LATERAL (
    SELECT newest.revision, newest.policies -> due.section AS policy
    FROM (
        SELECT DISTINCT ON (place_id) revision, place_id, policies
        FROM escalation_policy
        WHERE place_id IS NULL OR place_id = ANY(place.path)
        ORDER BY place_id, revision DESC) AS newest
    WHERE newest.policies -> due.section IS NOT NULL
    ORDER BY array_position(place.path, newest.place_id) DESC NULLS LAST
    LIMIT 1
) AS nearest ON true
ORDER BY due.next_due_at

-- name: standing
-- An alert that is not resolved, as it stands; locked by nobody, and where it is.
SELECT alert.id, alert.senior_id, alert.place_id, alert.kind, alert.severity,
    alert.status, alert.observed_at, alert.opened_at, alert.escalation_from,
    alert.escalation, alert.next_due_at, coalesce(senior.place_id, alert.place_id) AS at
FROM alert LEFT JOIN senior ON senior.id = alert.senior_id
WHERE alert.id = %(alert_id)s AND alert.status <> 'resolved'

-- name: policy_versions
-- What versions of policies stand for.
SELECT version, policy FROM policy_version WHERE version = ANY(%(versions)s)

-- name: keep_policy_versions
INSERT INTO policy_version (version, policy, first_used_at)
SELECT version, policy, %(now)s
FROM unnest(%(versions)s::text[], %(policies)s::jsonb[]) AS used (version, policy)
ORDER BY version
ON CONFLICT (version) DO NOTHING

-- name: earliest_due
SELECT min(next_due_at) FROM alert WHERE next_due_at IS NOT NULL

-- name: chains
-- For each alert (or senior, or place) everyone who has to do with it, and the verified
-- contacts of each: relatives with the scope `alerts`, whoever is responsible for its
-- place and for those above, on duty or not (`responsible`), whom its policy names, and
-- all administrators. Each is looked up by index one by one (LIMIT and OFFSET 0 see to
-- it): it must not take longer where the planner knows nothing of the tables.
WITH concerned AS MATERIALIZED (
    SELECT asked.key, asked.senior_id, place.path
    FROM unnest(%(keys)s::uuid[], %(seniors)s::uuid[], %(places)s::uuid[])
        AS asked (key, senior_id, place_id)
    LEFT JOIN LATERAL (
        SELECT place_id FROM senior WHERE senior.id = asked.senior_id LIMIT 1
    ) AS home ON true
    LEFT JOIN LATERAL (
        SELECT path FROM place
        WHERE place.id = coalesce(home.place_id, asked.place_id) LIMIT 1
    ) AS place ON true
), responder AS MATERIALIZED (
    SELECT concerned.key, found.place_id, found.person_id, found.stands
    FROM concerned
    CROSS JOIN LATERAL responsible(concerned.path, %(now)s) AS found
), chain AS (
    SELECT concerned.key, link.person_id, 'family' AS place_level, 0 AS nearness,
        'standing' AS duty
    FROM concerned
    CROSS JOIN LATERAL (
        SELECT family_link.person_id FROM family_link
        WHERE family_link.senior_id = concerned.senior_id
          AND family_link.archived_at IS NULL AND 'alerts' = ANY(family_link.scopes)
        OFFSET 0
    ) AS link
    UNION
    SELECT responder.key, responder.person_id, place.level, cardinality(place.path),
        CASE WHEN NOT responder.stands THEN 'off'
            WHEN (
                SELECT true FROM duty_period
                WHERE duty_period.person_id = responder.person_id
                  AND duty_period.place_id = responder.place_id
                  AND duty_period.starts_at <= %(now)s AND duty_period.ends_at > %(now)s
                LIMIT 1)
            THEN 'on' ELSE 'standing' END
    FROM responder
    CROSS JOIN LATERAL (
        SELECT level, path FROM place WHERE place.id = responder.place_id LIMIT 1
    ) AS place
    UNION
    SELECT named.key, named.person_id, 'named', 0, 'standing'
    FROM unnest(%(naming)s::uuid[], %(named)s::uuid[]) AS named (key, person_id)
    UNION
    SELECT concerned.key, person.id, 'administrators', 0, 'standing'
    FROM concerned CROSS JOIN person
    WHERE person.role = 'admin'
)
SELECT chain.key, person.id AS person_id, person.name, person.role, chain.place_level,
    chain.duty,
    array_agg(contact.id ORDER BY contact.id) FILTER (WHERE contact.id IS NOT NULL)
        AS contacts,
    array_agg(contact.kind ORDER BY contact.id) FILTER (WHERE contact.id IS NOT NULL)
        AS kinds
FROM chain
CROSS JOIN LATERAL (
    SELECT id, name, role, archived_at FROM person
    WHERE person.id = chain.person_id LIMIT 1
) AS person
LEFT JOIN LATERAL (
    SELECT contact.id, contact.kind FROM contact
    WHERE contact.person_id = person.id AND contact.archived_at IS NULL
      AND contact.verified_at IS NOT NULL
    OFFSET 0
) AS contact ON true
WHERE person.archived_at IS NULL AND person.role <> 'department'
GROUP BY chain.key, person.id, person.name, person.role, chain.place_level,
    chain.nearness, chain.duty
ORDER BY chain.key, chain.nearness DESC, person.id

-- name: keep
-- What the policy decided of an alert.
UPDATE alert
SET status = %(status)s, owner_id = CASE WHEN %(expired)s THEN NULL ELSE owner_id END,
    escalation = %(escalation)s, escalation_from = %(escalation_from)s,
    next_due_at = %(next_due_at)s, updated_at = %(now)s
WHERE id = %(id)s AND status = %(old)s

-- name: reports_of_motion
-- Steps and motion that a senior's wristbands sent since an instant.
SELECT reading.time, reading.steps, reading.motion
FROM binding
JOIN reading ON reading.wristband_key = binding.wristband_key
    AND reading.time >= greatest(binding.starts_at, %(since)s)
    AND reading.time < coalesce(binding.ends_at, 'infinity')
WHERE binding.senior_id = %(senior_id)s
  AND coalesce(binding.ends_at, 'infinity') > %(since)s
ORDER BY reading.time
LIMIT 5000

-- name: put_off
-- An alert that could not be decided is looked at again soon.
UPDATE alert SET next_due_at = %(until)s WHERE id = %(id)s

-- name: add_notifications
-- One row per contact and telling; urgent ones are sent before all others. One that comes
-- after another of the same person waits for it.
INSERT INTO notification
    (id, alert_id, person_id, contact_id, step, after_id, status, urgent, due_at,
    created_at)
SELECT row.id, %(alert_id)s, row.person_id, row.contact_id, %(step)s, row.after_id,
    CASE WHEN row.after_id IS NULL THEN 'queued' ELSE 'waiting' END, %(urgent)s,
    CASE WHEN row.after_id IS NULL THEN %(now)s::timestamptz END, %(now)s
FROM unnest(%(ids)s::uuid[], %(persons)s::uuid[], %(contacts)s::uuid[], %(afters)s::uuid[])
    AS row (id, person_id, contact_id, after_id)
ON CONFLICT (alert_id, contact_id, step) DO NOTHING

-- name: claim_unmarked
-- Wristbands not known to be silent whose deadline passed, with what that is judged by;
-- those that ingest or another worker is writing are passed over. (Those whose binding
-- is over were put at rest by end_silences before.)
WITH due AS MATERIALIZED (
    SELECT binding_id, last_received_at, silent_since, silence_due_at
    FROM wristband_state
    WHERE silence_due_at <= %(now)s AND last_received_at IS NOT NULL
      AND silent_since IS NULL
    ORDER BY silence_due_at
    LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED
)
SELECT due.binding_id, due.last_received_at, due.silent_since, worn.device_id,
    worn.senior_id, worn.place_id, worn.path, worn.expected_interval_s, worn.risk,
    worn.conditions, worn.thresholds, worn.routine, own.figures AS own,
    own.revision AS own_revision,
    NULL::uuid AS outage
FROM due
CROSS JOIN LATERAL (
    SELECT wristband.device_id, binding.senior_id, senior.place_id, place.path,
        senior.expected_interval_s, senior.risk, senior.conditions, senior.thresholds,
        senior.routine, binding.ends_at, senior.archived_at
    FROM binding
    JOIN wristband ON wristband.key = binding.wristband_key
    JOIN senior ON senior.id = binding.senior_id
    JOIN place ON place.id = senior.place_id
    WHERE binding.id = due.binding_id LIMIT 1
) AS worn
LEFT JOIN LATERAL (
    SELECT figures, revision FROM rule_set
    WHERE scope = 'senior' AND senior_id = worn.senior_id ORDER BY revision DESC LIMIT 1
) AS own ON true
WHERE worn.ends_at IS NULL AND worn.archived_at IS NULL
ORDER BY due.silence_due_at

-- name: claim_silent
-- Silent wristbands that reach the next stage, with the outage of a place that is told
-- in their stead: one that they fell silent with.
WITH due AS MATERIALIZED (
    SELECT binding_id, last_received_at, silent_since, silence_due_at
    FROM wristband_state
    WHERE silence_due_at <= %(now)s AND last_received_at IS NOT NULL
      AND silent_since IS NOT NULL
    ORDER BY silence_due_at
    LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED
)
SELECT due.binding_id, due.last_received_at, due.silent_since, worn.device_id,
    worn.senior_id, worn.place_id, worn.path, worn.expected_interval_s, worn.risk,
    worn.conditions, worn.thresholds, worn.routine, own.figures AS own,
    own.revision AS own_revision,
    outage.id AS outage
FROM due
CROSS JOIN LATERAL (
    SELECT wristband.device_id, binding.senior_id, senior.place_id, place.path,
        senior.expected_interval_s, senior.risk, senior.conditions, senior.thresholds,
        senior.routine, binding.ends_at, senior.archived_at
    FROM binding
    JOIN wristband ON wristband.key = binding.wristband_key
    JOIN senior ON senior.id = binding.senior_id
    JOIN place ON place.id = senior.place_id
    WHERE binding.id = due.binding_id LIMIT 1
) AS worn
LEFT JOIN LATERAL (
    SELECT figures, revision FROM rule_set
    WHERE scope = 'senior' AND senior_id = worn.senior_id ORDER BY revision DESC LIMIT 1
) AS own ON true
LEFT JOIN LATERAL (
    SELECT id FROM alert
    WHERE senior_id IS NULL AND device_id IS NULL AND kind = 'area_outage'
      AND status <> 'resolved' AND cleared_at IS NULL AND NOT drill AND NOT canary
      AND place_id = ANY(worn.path)
      AND CASE WHEN kind = 'area_outage' THEN due.silent_since
          >= (evidence ->> 'since')::timestamptz
              - (evidence ->> 'within_s')::integer * interval '1 s' END
    LIMIT 1
) AS outage ON true
WHERE worn.ends_at IS NULL AND worn.archived_at IS NULL
ORDER BY due.silence_due_at

-- name: current_partitions
-- Partitions whose ingest is alive and keeps up, and since when.
SELECT partition, current_since
FROM ingest_partition
WHERE current_since IS NOT NULL AND heartbeat_at >= %(alive_since)s

-- name: no_more_behind
DELETE FROM partition_behind WHERE partition <> ALL(%(behind)s::smallint[])

-- name: behind
INSERT INTO partition_behind (partition, since)
SELECT number, %(now)s FROM unnest(%(behind)s::smallint[]) AS number
ON CONFLICT (partition) DO NOTHING

-- name: longest_behind
-- Since when partitions are behind that have been for long, and how many.
SELECT min(since), count(*) FROM partition_behind WHERE since <= %(until)s

-- name: set_silence
UPDATE wristband_state
SET silence_due_at = found.due, silent_since = found.since, held_by = found.held
FROM unnest(%(bindings)s::uuid[], %(dues)s::timestamptz[], %(since)s::timestamptz[],
    %(held)s::uuid[]) AS found (binding_id, due, since, held)
WHERE wristband_state.binding_id = found.binding_id

-- name: end_silences
-- Bindings that are over have no silence to come. (Joined at once: all may be waiting.)
UPDATE wristband_state SET silence_due_at = NULL, silent_since = NULL, held_by = NULL
FROM binding JOIN senior ON senior.id = binding.senior_id
WHERE binding.id = wristband_state.binding_id
  AND (wristband_state.silence_due_at <= %(now)s OR wristband_state.silent_since IS NOT NULL)
  AND (binding.ends_at IS NOT NULL OR senior.archived_at IS NOT NULL)

-- name: open_outages
-- Outages of places that are not over.
SELECT alert.id, place.path, (evidence ->> 'since')::timestamptz AS since,
    (evidence ->> 'within_s')::double precision AS within_s,
    (evidence ->> 'wristbands')::integer AS wristbands
FROM alert JOIN place ON place.id = alert.place_id
WHERE alert.kind = 'area_outage' AND alert.status <> 'resolved'
  AND alert.cleared_at IS NULL AND alert.senior_id IS NULL AND alert.device_id IS NULL
  AND NOT alert.drill AND NOT alert.canary

-- name: held
-- How many wristbands an outage holds back, up to a number.
SELECT count(*) FROM (
    SELECT FROM wristband_state WHERE held_by = %(id)s LIMIT %(enough)s) AS counted

-- name: release_held
-- Wristbands whose outage is over though they are still silent: their silence counts anew.
WITH held AS MATERIALIZED (
    SELECT binding_id, held_by FROM wristband_state WHERE held_by IS NOT NULL
)
UPDATE wristband_state
SET held_by = NULL, silent_since = %(now)s,
    silence_due_at = %(now)s + 3 * senior.expected_interval_s * interval '1 s'
FROM held
CROSS JOIN LATERAL (
    SELECT status = 'resolved' OR cleared_at IS NOT NULL AS over FROM alert
    WHERE alert.id = held.held_by LIMIT 1
) AS outage
CROSS JOIN LATERAL (
    SELECT senior.expected_interval_s FROM binding
    JOIN senior ON senior.id = binding.senior_id
    WHERE binding.id = held.binding_id LIMIT 1
) AS senior
WHERE outage.over AND wristband_state.binding_id = held.binding_id
  AND wristband_state.held_by = held.held_by

-- name: fallen_due
-- Places of silent wristbands that are to be told of, none held back, and since when.
WITH due AS MATERIALIZED (
    SELECT binding_id, silent_since FROM wristband_state
    WHERE silence_due_at <= %(now)s AND silent_since IS NOT NULL
)
SELECT home.path, min(due.silent_since), max(due.silent_since)
FROM due
CROSS JOIN LATERAL (
    SELECT place.path, binding.ends_at, senior.archived_at
    FROM binding
    JOIN senior ON senior.id = binding.senior_id
    JOIN place ON place.id = senior.place_id
    WHERE binding.id = due.binding_id LIMIT 1
) AS home
WHERE home.ends_at IS NULL AND home.archived_at IS NULL
GROUP BY home.path

-- name: fallen
-- Wristbands that fell silent in a span of time, where no outage is told of and nobody
-- is away.
WITH fallen AS MATERIALIZED (
    SELECT binding_id, silent_since FROM wristband_state
    WHERE silent_since BETWEEN %(first)s AND %(last)s
)
SELECT home.path, fallen.silent_since
FROM fallen
CROSS JOIN LATERAL (
    SELECT senior.id, place.path, binding.ends_at, senior.archived_at
    FROM binding
    JOIN senior ON senior.id = binding.senior_id
    JOIN place ON place.id = senior.place_id
    WHERE binding.id = fallen.binding_id LIMIT 1
) AS home
WHERE home.ends_at IS NULL AND home.archived_at IS NULL
  AND home.path && %(roots)s::uuid[]
  AND NOT home.path && %(told)s::uuid[]
  AND NOT EXISTS (
    SELECT FROM absence
    WHERE absence.senior_id = home.id
      AND absence.starts_at <= %(now)s AND absence.ends_at > %(now)s)

-- name: census
-- How many wristbands of a place report or fell silent no earlier than `first`, up to a
-- limit: those of some places below it, of people away and of nobody left out.
SELECT count(*) FROM (
    SELECT FROM place
    JOIN senior ON senior.place_id = place.id AND senior.archived_at IS NULL
    JOIN binding ON binding.senior_id = senior.id AND binding.ends_at IS NULL
    JOIN wristband_state AS state ON state.binding_id = binding.id
    WHERE place.path @> ARRAY[%(place)s::uuid] AND NOT place.path && %(without)s::uuid[]
      AND state.last_received_at IS NOT NULL
      AND (state.silent_since IS NULL OR state.silent_since >= %(first)s)
      AND NOT EXISTS (
        SELECT FROM absence
        WHERE absence.senior_id = senior.id
          AND absence.starts_at <= %(now)s AND absence.ends_at > %(now)s)
    LIMIT %(limit)s) AS counted

-- name: census_of_parts
-- For each part of a place (the places next below, and itself) how many wristbands
-- report or fell silent no earlier than `first`, and how many of them are overdue.
SELECT count(*), count(*) FILTER (WHERE %(now)s - state.last_received_at
    >= %(intervals)s * senior.expected_interval_s * interval '1 s')
FROM place
JOIN senior ON senior.place_id = place.id AND senior.archived_at IS NULL
JOIN binding ON binding.senior_id = senior.id AND binding.ends_at IS NULL
JOIN wristband_state AS state ON state.binding_id = binding.id
WHERE place.path @> ARRAY[%(place)s::uuid]
  AND state.last_received_at IS NOT NULL
  AND (state.silent_since IS NULL OR state.silent_since >= %(first)s)
  AND NOT EXISTS (
    SELECT FROM absence
    WHERE absence.senior_id = senior.id
      AND absence.starts_at <= %(now)s AND absence.ends_at > %(now)s)
GROUP BY place.path[%(depth)s + 1]

-- name: keep_evidence
-- What an outage is about now, also where its alert was there before.
UPDATE alert SET evidence = %(evidence)s WHERE id = %(id)s

-- name: within_outage
-- Unresolved alerts that an outage stands for: `offline` of those who fell silent with
-- it, and outages of places below.
SELECT alert.id, alert.kind, alert.place_id
FROM alert
JOIN binding ON binding.senior_id = alert.senior_id AND binding.ends_at IS NULL
JOIN wristband_state AS state ON state.binding_id = binding.id
JOIN senior ON senior.id = alert.senior_id
JOIN place ON place.id = senior.place_id
WHERE alert.kind = 'offline' AND alert.status <> 'resolved' AND alert.cleared_at IS NULL
  AND place.path @> ARRAY[%(place)s::uuid] AND state.silent_since >= %(since)s
UNION ALL
SELECT alert.id, alert.kind, alert.place_id
FROM alert JOIN place ON place.id = alert.place_id
WHERE alert.kind = 'area_outage' AND alert.status <> 'resolved' AND alert.cleared_at IS NULL
  AND alert.id <> %(id)s AND place.path @> ARRAY[%(place)s::uuid]

-- name: hold_for
-- What narrower outages held back, the wider one now does.
UPDATE wristband_state SET held_by = %(alert)s WHERE held_by = ANY(%(narrower)s::uuid[])

-- name: heard_again
-- Seniors whose wristband reported after their unresolved `offline` alert was opened.
WITH lost AS MATERIALIZED (
    SELECT senior_id, opened_at FROM alert
    WHERE kind = 'offline' AND status <> 'resolved' AND cleared_at IS NULL
)
SELECT lost.senior_id, worn.last_received_at
FROM lost
CROSS JOIN LATERAL (
    SELECT state.last_received_at FROM binding
    JOIN wristband_state AS state ON state.binding_id = binding.id
    WHERE binding.senior_id = lost.senior_id AND binding.ends_at IS NULL LIMIT 1
) AS worn
WHERE worn.last_received_at > lost.opened_at
LIMIT %(limit)s

-- name: beat
INSERT INTO service_heartbeat (service, at) VALUES ('alerts', %(now)s)
ON CONFLICT (service) DO UPDATE SET at = excluded.at
