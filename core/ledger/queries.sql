-- name: lock
-- One transaction at a time writes entries; others wait.
SELECT pg_advisory_xact_lock(%(lock)s)

-- name: try_lock
SELECT pg_try_advisory_xact_lock(%(lock)s)

-- name: head
SELECT position, chain, sealed_at FROM ledger_head

-- name: keep_head
INSERT INTO ledger_head (position, chain, sealed_at)
VALUES (%(position)s, %(chain)s, %(sealed_at)s)
ON CONFLICT (single) DO UPDATE SET position = excluded.position, chain = excluded.chain,
    sealed_at = excluded.sealed_at

-- name: pending
-- What committed and waits to be sealed. By presence, not by number: a row whose
-- transaction commits late is found late, and none is passed over.
SELECT n, source, row_id FROM ledger_pending ORDER BY n LIMIT %(limit)s

-- name: no_longer_pending
DELETE FROM ledger_pending WHERE n = ANY(%(ns)s::bigint[])

-- name: waiting
-- How many rows wait, and for how long the oldest has [s], by the clock that noted it.
SELECT count(*), coalesce(extract(epoch FROM clock_timestamp() - min(noted_at)), 0)::float
FROM (SELECT noted_at FROM ledger_pending ORDER BY n LIMIT 10000) AS oldest

-- name: rows
-- Rows of one table, each as JSON of what never changes.
SELECT id, {fields}::text FROM {source} WHERE id = ANY(%(ids)s::uuid[])

-- name: add_entries
INSERT INTO ledger_entry (position, source, row_id, form, digest, chain, sealed_at)
SELECT position, source, row_id, form, digest, chain, %(sealed_at)s
FROM unnest(%(positions)s::bigint[], %(sources)s::text[], %(rows)s::uuid[],
    %(forms)s::smallint[], %(digests)s::bytea[], %(chains)s::bytea[])
    AS entry (position, source, row_id, form, digest, chain)

-- name: add_salts
INSERT INTO ledger_salt (position, salt)
SELECT * FROM unnest(%(positions)s::bigint[], %(salts)s::bytea[])

-- name: entries_of_rows
-- Their positions, without those erased before.
SELECT position FROM ledger_entry JOIN ledger_salt USING (position)
WHERE source = %(source)s AND row_id = ANY(%(ids)s::uuid[]) ORDER BY position

-- name: add_erasure
INSERT INTO ledger_erasure (id, at, by_id, reason, positions)
VALUES (%(id)s, %(at)s, %(by_id)s, %(reason)s, %(positions)s)

-- name: forget_salts
DELETE FROM ledger_salt WHERE position = ANY(%(positions)s::bigint[])

-- name: entries
-- Entries from a position on, with the salts that are left.
SELECT position, source, row_id, form, digest, chain, sealed_at, salt
FROM ledger_entry LEFT JOIN ledger_salt USING (position)
WHERE position >= %(first)s ORDER BY position

-- name: chain_at
SELECT chain FROM ledger_entry WHERE position = %(position)s

-- name: waits_longest
-- The row that has waited longest to be sealed, and for how long [s].
SELECT source, row_id,
    extract(epoch FROM clock_timestamp() - noted_at)::float AS waited_s
FROM ledger_pending ORDER BY n LIMIT 1

-- name: unlisted
-- A row of one table that neither was sealed nor waits to be.
SELECT row.id FROM {source} AS row
WHERE NOT EXISTS (
        SELECT FROM ledger_entry WHERE source = %(source)s AND row_id = row.id)
  AND NOT EXISTS (
        SELECT FROM ledger_pending WHERE source = %(source)s AND row_id = row.id)
LIMIT 1

-- name: contradicted_alerts
-- An alert whose row says something else than its timeline: whether it is over and how it
-- ended, how severe it is, who answered first and when, who arrived, lapsed promises.
WITH told AS (
    SELECT alert_id,
        (array_agg(event ORDER BY position DESC)
            FILTER (WHERE event IN ('resolved', 'reopened')))[1] AS ending,
        (array_agg(detail ->> 'outcome' ORDER BY position DESC)
            FILTER (WHERE event = 'resolved' AND NOT detail ? 'repeat'))[1] AS outcome,
        (array_agg(detail ->> 'severity' ORDER BY position DESC)
            FILTER (WHERE event = 'opened' OR detail ->> 'reason' = 'severity'))[1]
            AS severity,
        (array_agg(at ORDER BY position) FILTER (WHERE step))[1] AS answered_at,
        (array_agg(actor ->> 'role' ORDER BY position)
            FILTER (WHERE step AND actor ->> 'role' IS NOT NULL))[1] AS answered_role,
        (array_agg(at ORDER BY position) FILTER (WHERE step AND event = 'arrived'))[1]
            AS arrived_at,
        count(*) FILTER (WHERE event = 'expired') AS lapses
    FROM (SELECT *, actor IS NOT NULL
            AND event IN ('acknowledged', 'departed', 'arrived', 'resolved') AS step
        FROM alert_event) AS noted
    GROUP BY alert_id)
SELECT alert.id FROM alert JOIN told ON told.alert_id = alert.id
WHERE (alert.status = 'resolved') <> (coalesce(told.ending, '') = 'resolved')
   OR alert.status = 'resolved' AND alert.outcome IS DISTINCT FROM told.outcome
   OR alert.severity <> coalesce(told.severity, alert.severity)
   OR alert.answered_at IS DISTINCT FROM told.answered_at
   OR alert.answered_role IS DISTINCT FROM told.answered_role
   OR alert.arrived_at IS DISTINCT FROM told.arrived_at
   OR alert.lapses <> told.lapses
LIMIT 1

-- name: contradicted_receipts
-- A notification whose row says something else of its receipts than was sealed.
WITH noted AS (
    SELECT notification_id, min(at) FILTER (WHERE kind = 'delivered') AS delivered_at,
        min(at) FILTER (WHERE kind = 'read') AS read_at,
        min(at) FILTER (WHERE kind = 'used') AS used_at
    FROM notification_receipt GROUP BY notification_id)
SELECT notification.id
FROM notification LEFT JOIN noted ON noted.notification_id = notification.id
WHERE (notification.delivered_at, notification.read_at, notification.used_at)
    IS DISTINCT FROM (noted.delivered_at, noted.read_at, noted.used_at)
LIMIT 1

-- name: position_of
SELECT position FROM ledger_entry WHERE source = %(source)s AND row_id = %(row_id)s

-- name: page
-- Entries in order, of one alert if asked: its own, its timeline's, its tellings'.
SELECT position, source, row_id, form, digest, chain, sealed_at, salt IS NULL AS erased
FROM ledger_entry LEFT JOIN ledger_salt USING (position)
WHERE position >= %(first)s AND (%(alert_id)s::uuid IS NULL OR row_id IN (
    SELECT %(alert_id)s::uuid
    UNION ALL SELECT id FROM alert_event WHERE alert_id = %(alert_id)s
    UNION ALL SELECT id FROM notification WHERE alert_id = %(alert_id)s
    UNION ALL SELECT attempt.id FROM notification_attempt AS attempt
        JOIN notification ON notification.id = attempt.notification_id
        WHERE notification.alert_id = %(alert_id)s
    UNION ALL SELECT receipt.id FROM notification_receipt AS receipt
        JOIN notification ON notification.id = receipt.notification_id
        WHERE notification.alert_id = %(alert_id)s))
ORDER BY position LIMIT %(limit)s
