-- name: claim_notifications
-- Due notifications with all that their text needs, leased until `lease`: whoever dies
-- with them lets them come again. A responder's is overtaken once someone came forward
-- after it was made (though one of their contacts that is written to is tried), a
-- relative's once the alert is resolved, and anyone's who is no longer to be told. So is
-- one that failed once the same contact is told of the alert anew: that one is tried on.
-- One that waits for the same person's contact before it is due at its own due_at at the
-- latest. Calls are claimed apart (spoken).
WITH due AS (
    SELECT notification.id
    FROM notification CROSS JOIN LATERAL (
        SELECT url FROM contact WHERE contact.id = notification.contact_id LIMIT 1
    ) AS contact
    WHERE notification.due_at <= %(now)s AND notification.urgent = %(urgent)s
      AND (notification.attempts > 0) = %(again)s
      AND (lower(split_part(contact.url, ':', 1)) IN ('sip', 'tel')) = %(spoken)s
    ORDER BY notification.due_at
    LIMIT %(limit)s
    FOR UPDATE OF notification SKIP LOCKED
), claimed AS (
    UPDATE notification SET due_at = %(lease)s,
        status = CASE status WHEN 'waiting' THEN 'queued' ELSE status END
    FROM due WHERE notification.id = due.id
    RETURNING notification.*
)
SELECT claimed.id, claimed.alert_id, claimed.step, claimed.urgent, claimed.attempts,
    claimed.created_at, contact.url, person.locale, person.role = 'family' AS family,
    senior.name AS senior, coalesce(path.names, '{}') AS place,
    coalesce(alert.kind, message.kind, 'absence') AS kind, coalesce(alert.severity, 'info') AS severity,
    coalesce(alert.status, '') AS status, coalesce(alert.drill, false) AS drill,
    coalesce(alert.observed_at, absence.starts_at, message.created_at) AS observed_at,
    coalesce(alert.opened_at, absence.created_at, message.created_at) AS opened_at,
    CASE WHEN coalesce(senior.health_consent, true)
            OR alert.severity = 'critical' AND NOT alert.drill
        THEN coalesce(alert.evidence, '{}') ELSE '{}' END AS evidence, message.content,
    CASE WHEN alert.senior_id IS NULL THEN alert.device_id END AS device_id,
    model.name AS model, before.wearer AS worn_by, before.until AS worn_until,
    coalesce(noted.texts, '{}') AS notes,
    absence.ends_at AS away_until, absence.reason AS away_because,
    coalesce(link.scopes, '{}') AS scopes, coalesce(senior.location_consent, false)
        AS consent,
    last.heart_rate, last.heart_rate_at, last.systolic, last.diastolic,
    last.blood_pressure_at, last.spo2, last.spo2_at, last.temperature,
    last.temperature_at,
    coalesce(alert.status = 'resolved', absence.ends_at <= %(now)s,
        message.expires_at <= %(now)s, false)
    OR person.archived_at IS NOT NULL OR contact.archived_at IS NOT NULL
    OR (contact.verified_at IS NULL AND claimed.step <> 'contact')
    OR (person.role = 'family' AND message.id IS NULL
        AND NOT coalesce('alerts' = ANY(link.scopes), false))
    OR (person.role <> 'family' AND (claimed.attempts > 0 OR claimed.after_id IS NOT NULL OR %(spoken)s)
        AND coalesce(alert.status <> 'open', false)
        AND (alert.escalation ->> 'status_at')::timestamptz >= claimed.created_at)
    OR (claimed.attempts > 0 AND EXISTS (
        SELECT FROM notification AS newer
        WHERE newer.alert_id = claimed.alert_id AND newer.contact_id = claimed.contact_id
          AND newer.created_at > claimed.created_at))
    AS overtaken
FROM claimed
LEFT JOIN LATERAL (SELECT * FROM alert WHERE alert.id = claimed.alert_id LIMIT 1)
    AS alert ON true
LEFT JOIN LATERAL (SELECT * FROM absence WHERE absence.id = claimed.absence_id LIMIT 1)
    AS absence ON true
LEFT JOIN LATERAL (SELECT * FROM message WHERE message.id = claimed.message_id LIMIT 1)
    AS message ON true
CROSS JOIN LATERAL (SELECT * FROM contact WHERE contact.id = claimed.contact_id LIMIT 1)
    AS contact
CROSS JOIN LATERAL (SELECT * FROM person WHERE person.id = claimed.person_id LIMIT 1)
    AS person
LEFT JOIN LATERAL (
    SELECT * FROM senior
    WHERE senior.id = coalesce(alert.senior_id, absence.senior_id, message.senior_id)
    LIMIT 1
) AS senior ON true
LEFT JOIN LATERAL (
    SELECT scopes FROM family_link
    WHERE family_link.senior_id = senior.id AND family_link.person_id = person.id
      AND family_link.archived_at IS NULL LIMIT 1
) AS link ON true
LEFT JOIN LATERAL (
    SELECT array_agg(place.name ORDER BY node.depth) AS names
    FROM (
        SELECT leaf.path FROM place AS leaf
        WHERE leaf.id = coalesce(alert.place_id, message.place_id, senior.place_id)
        LIMIT 1
    ) AS home
    CROSS JOIN unnest(home.path) WITH ORDINALITY AS node (id, depth)
    CROSS JOIN LATERAL (SELECT name FROM place WHERE place.id = node.id LIMIT 1) AS place
) AS path ON true
LEFT JOIN LATERAL (
    SELECT * FROM last_known
    WHERE last_known.senior_id = alert.senior_id AND last_known.ends_at IS NULL
      AND (senior.health_consent OR alert.severity = 'critical' AND NOT alert.drill)
    LIMIT 1
) AS last ON true
LEFT JOIN LATERAL (
    SELECT wristband.key, wristband.model AS name FROM wristband
    WHERE wristband.device_id = alert.device_id AND alert.senior_id IS NULL LIMIT 1
) AS model ON true
LEFT JOIN LATERAL (
    SELECT coalesce(wearer.name, '') AS wearer, binding.ends_at AS until
    FROM binding CROSS JOIN LATERAL (
        SELECT name FROM senior WHERE senior.id = binding.senior_id LIMIT 1) AS wearer
    WHERE binding.wristband_key = model.key AND binding.starts_at <= %(now)s
    ORDER BY binding.starts_at DESC LIMIT 1
) AS before ON person.role = 'admin'
LEFT JOIN LATERAL (
    SELECT array_agg(said.note ORDER BY said.position DESC) AS texts
    FROM (
        SELECT position, detail ->> 'note' AS note FROM alert_event
        WHERE alert_event.alert_id = alert.id AND event IN ('opened', 'pressed')
          AND detail ? 'note' AND actor IS NOT NULL
        ORDER BY position DESC LIMIT 3) AS said
) AS noted ON true
ORDER BY claimed.created_at, claimed.id

-- name: earliest_notification
SELECT min(earliest.due_at)
FROM (VALUES (true), (false)) AS lane (urgent)
CROSS JOIN LATERAL (
    SELECT notification.due_at
    FROM notification CROSS JOIN LATERAL (
        SELECT url FROM contact WHERE contact.id = notification.contact_id LIMIT 1
    ) AS contact
    WHERE notification.due_at IS NOT NULL AND notification.urgent = lane.urgent
      AND (lower(split_part(contact.url, ':', 1)) IN ('sip', 'tel')) = %(spoken)s
    ORDER BY notification.due_at
    LIMIT 1
) AS earliest

-- name: overtake
UPDATE notification SET status = 'overtaken', due_at = NULL
WHERE id = ANY(%(ids)s) AND status <> 'sent'

-- name: defer
-- Its destination is busy: later, without counting as a try.
UPDATE notification SET due_at = %(until)s WHERE id = %(id)s AND status <> 'sent'

-- name: add_attempt
INSERT INTO notification_attempt (id, notification_id, at, status, answer)
VALUES (%(id)s, %(notification_id)s, %(at)s, %(status)s, %(answer)s)

-- name: renew
-- Still under way: whoever else looks leaves them alone a while longer.
UPDATE notification SET due_at = %(until)s
WHERE id = ANY(%(ids)s) AND due_at IS NOT NULL AND status <> 'sent'

-- name: withdrawn
-- Of those under way, what nobody needs any more: of a resolved alert, and a responder's
-- once somebody came forward after it was made.
SELECT notification.id, alert.status = 'resolved' AS over
FROM notification
JOIN alert ON alert.id = notification.alert_id
JOIN person ON person.id = notification.person_id
WHERE notification.id = ANY(%(ids)s)
  AND (alert.status = 'resolved'
    OR (person.role <> 'family' AND alert.status <> 'open'
      AND (alert.escalation ->> 'status_at')::timestamptz >= notification.created_at))

-- name: wait_until
-- How long the contacts wait whose person's contact before is on its way since now.
UPDATE notification SET due_at = %(until)s
FROM notification AS before
WHERE notification.status = 'waiting' AND notification.due_at IS NULL
  AND before.id = notification.after_id AND before.status <> 'waiting'

-- name: spare
-- Every contact of the same person that waits behind this one, which has reached them.
WITH RECURSIVE behind AS (
    SELECT id FROM notification WHERE after_id = %(id)s AND status = 'waiting'
    UNION ALL
    SELECT next.id FROM notification AS next JOIN behind ON next.after_id = behind.id
    WHERE next.status = 'waiting'
)
UPDATE notification SET status = 'spared', due_at = NULL
FROM behind WHERE notification.id = behind.id AND notification.status = 'waiting'

-- name: release
-- The contacts that wait behind these are due now.
UPDATE notification SET due_at = least(due_at, %(now)s)
WHERE after_id = ANY(%(ids)s) AND status = 'waiting'

-- name: keep_result
UPDATE notification
SET status = %(status)s, due_at = %(due_at)s, attempts = attempts + 1,
    delivered_at = coalesce(delivered_at, %(delivered_at)s)
WHERE id = %(notification_id)s AND status <> 'sent'

-- name: claim_commands
WITH due AS (
    SELECT id
    FROM command_outbox
    WHERE due_at <= %(now)s
    ORDER BY due_at
    LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED
)
UPDATE command_outbox SET due_at = %(lease)s, attempts = attempts + 1
FROM due WHERE command_outbox.id = due.id
RETURNING command_outbox.id, command_outbox.device_id, command_outbox.command,
    command_outbox.attempts, command_outbox.expires_at

-- name: earliest_command
SELECT min(due_at) FROM command_outbox WHERE due_at IS NOT NULL

-- name: command_sent
UPDATE command_outbox SET due_at = NULL, sent_at = %(now)s WHERE id = ANY(%(ids)s)

-- name: command_expired
UPDATE command_outbox SET due_at = NULL WHERE id = ANY(%(ids)s)

-- name: command_failed
UPDATE command_outbox SET due_at = %(until)s WHERE id = %(id)s
