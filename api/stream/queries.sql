-- What the live stream reads.

-- name: alerts_since
-- Alerts with timeline events that the snapshot %(seen)s did not show, and the snapshot
-- up to which this answer is complete; one row without an alert where nothing is new.
SELECT pg_current_snapshot()::text AS snapshot, fresh.alert_id, fresh.xids
FROM (VALUES (1)) one
LEFT JOIN (
    SELECT alert_id, array_agg(DISTINCT xid::text) AS xids, max(position) AS newest
    FROM alert_event
    WHERE xid >= pg_snapshot_xmin(%(seen)s::pg_snapshot)
      AND NOT pg_visible_in_snapshot(xid, %(seen)s::pg_snapshot)
    GROUP BY alert_id
    ORDER BY newest DESC LIMIT 1000) fresh ON true
ORDER BY fresh.newest

-- name: present
-- The snapshot of now: what was committed before is not sent.
SELECT pg_current_snapshot()::text AS snapshot

-- name: states_since
-- Seniors of whom reports or urgent events were written since, among those watched.
WITH fresh AS MATERIALIZED (
    SELECT binding_id, max(updated_at) AS updated_at FROM (
        SELECT binding_id, updated_at FROM wristband_state WHERE updated_at > %(since)s
        UNION ALL
        SELECT binding_id, updated_at FROM urgent_state WHERE updated_at > %(since)s
    ) AS written GROUP BY binding_id
)
SELECT worn.senior_id, fresh.updated_at
FROM fresh
CROSS JOIN LATERAL (
    SELECT b.senior_id, b.ends_at, here.path
    FROM binding b
    JOIN senior s ON s.id = b.senior_id
    JOIN place here ON here.id = s.place_id
    WHERE b.id = fresh.binding_id LIMIT 1
) AS worn
WHERE worn.ends_at IS NULL
  AND (%(everything)s OR worn.path && %(place_ids)s::uuid[]
       OR worn.senior_id = ANY (%(senior_ids)s::uuid[]))
ORDER BY worn.senior_id = ANY (%(senior_ids)s::uuid[]) DESC, fresh.updated_at DESC
LIMIT %(limit)s
