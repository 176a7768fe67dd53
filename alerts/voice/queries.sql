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
