-- name: called
-- Whom a notification called, while they may still answer for themselves.
SELECT person.id, person.name, person.role
FROM notification
JOIN person ON person.id = notification.person_id AND person.archived_at IS NULL
WHERE notification.id = %(id)s

-- name: note_read
UPDATE notification SET read_at = coalesce(read_at, %(now)s) WHERE id = %(id)s

-- name: record
INSERT INTO audit_log (id, at, actor_id, actor_name, action, object_type, object_id,
    senior_id, detail)
SELECT %(id)s, %(now)s, %(actor_id)s, %(actor_name)s, 'alert.acknowledge', 'alert',
    alert.id::text, alert.senior_id, '{"by": "voice"}'
FROM alert WHERE alert.id = %(alert_id)s

-- name: plan_call_backs
-- Seniors to be asked how they are: who wants it has given a number, the alert is
-- critical, the first step has been told, and nobody is there yet.
INSERT INTO call_back (alert_id, due_at, created_at)
SELECT alert.id, %(now)s, %(now)s
FROM alert CROSS JOIN LATERAL (
    SELECT call_back, phone, archived_at FROM senior
    WHERE senior.id = alert.senior_id LIMIT 1
) AS senior
WHERE alert.opened_at > %(now)s::timestamptz - interval '1 hour'
  AND alert.severity = 'critical' AND NOT alert.canary
  AND alert.status IN ('open', 'acknowledged', 'en_route')
  AND senior.call_back AND senior.phone IS NOT NULL AND senior.archived_at IS NULL
  AND EXISTS (
    SELECT FROM alert_event WHERE alert_event.alert_id = alert.id AND event = 'told')
ON CONFLICT (alert_id) DO NOTHING

-- name: claim_call_back
-- The one due for longest, leased; what no longer needs asking is not asked.
WITH ripe AS MATERIALIZED (
    SELECT alert_id FROM call_back WHERE due_at <= %(now)s ORDER BY due_at LIMIT 20
), over AS (
    UPDATE call_back SET due_at = NULL
    FROM ripe CROSS JOIN LATERAL (
        SELECT alert.status, senior.call_back, senior.phone, senior.archived_at
        FROM alert JOIN senior ON senior.id = alert.senior_id
        WHERE alert.id = ripe.alert_id LIMIT 1
    ) AS wanted
    WHERE call_back.alert_id = ripe.alert_id
      AND (wanted.status IN ('on_scene', 'resolved') OR NOT wanted.call_back
        OR wanted.phone IS NULL OR wanted.archived_at IS NOT NULL)
    RETURNING call_back.alert_id
), due AS (
    SELECT call_back.alert_id FROM call_back
    WHERE call_back.alert_id = ANY(ARRAY(SELECT alert_id FROM ripe))
      AND call_back.due_at <= %(now)s
      AND NOT EXISTS (SELECT FROM over WHERE over.alert_id = call_back.alert_id)
    ORDER BY call_back.due_at LIMIT 1
    FOR UPDATE SKIP LOCKED
)
UPDATE call_back SET due_at = %(lease)s, attempts = attempts + 1
FROM due JOIN alert ON alert.id = due.alert_id
JOIN senior ON senior.id = alert.senior_id
WHERE call_back.alert_id = due.alert_id
RETURNING call_back.alert_id, call_back.attempts, alert.drill, senior.name,
    senior.language, senior.phone

-- name: called_back
UPDATE call_back SET due_at = %(due_at)s WHERE alert_id = %(alert_id)s
