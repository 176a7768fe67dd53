-- What only the pages read.

-- name: present
-- Up to here the page shows everything; its stream goes on from here.
SELECT pg_current_snapshot()::text AS snapshot

-- name: phones
-- Contacts of seniors' relatives that hold a telephone number, for the call button.
SELECT l.senior_id, p.name, l.relation, c.url
FROM family_link l
JOIN person p ON p.id = l.person_id AND p.archived_at IS NULL
JOIN contact c ON c.person_id = p.id AND c.archived_at IS NULL
 AND c.verified_at IS NOT NULL AND c.kind IN ('voice', 'sms')
WHERE l.senior_id = ANY (%(senior_ids)s) AND l.archived_at IS NULL
ORDER BY l.senior_id, c.kind DESC, c.created_at

-- name: told
-- Whom a notification told about which alert, and for which places of it they answer.
SELECT n.id AS notification_id, n.alert_id, p.id, p.name, p.role, p.place_id, p.locale,
    n.used_at IS NOT NULL AS used,
    answers_for(n.alert_id, p.id, %(now)s) AS duty_places
FROM notification n
JOIN person p ON p.id = n.person_id AND p.archived_at IS NULL
WHERE n.id = %(id)s
