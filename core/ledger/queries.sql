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
        WHERE notification.alert_id = %(alert_id)s))
ORDER BY position LIMIT %(limit)s
