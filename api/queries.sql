-- name: record
INSERT INTO audit_log (id, at, actor_id, actor_name, action, object_type, object_id,
                       senior_id, detail, address)
VALUES (%(id)s, %(at)s, %(actor_id)s, %(actor_name)s, %(action)s, %(object_type)s,
        %(object_id)s, %(senior_id)s, %(detail)s, %(address)s)

-- name: visible_senior
-- A condition on the table senior; parameters of access.parameters().
senior.archived_at IS NULL AND CASE %(my_role)s::text
    WHEN 'admin' THEN true
    WHEN 'family' THEN EXISTS (
        SELECT 1 FROM family_link AS mine
        WHERE mine.senior_id = senior.id AND mine.person_id = %(me)s
          AND mine.archived_at IS NULL)
    ELSE EXISTS (
        SELECT 1 FROM place AS at
        WHERE at.id = senior.place_id AND at.path && %(my_places)s::uuid[])
END

-- name: visible_place
-- A condition on the table place; what managers keep is at or below their own alone.
place.archived_at IS NULL AND CASE
    WHEN %(my_role)s::text = 'admin' THEN true
    WHEN %(my_role)s::text = 'family' THEN false
    WHEN %(manages)s THEN place.path @> ARRAY[%(my_place)s::uuid]
    ELSE place.path && %(my_places)s::uuid[]
END

-- name: visible_person
-- A condition on the table person: oneself; to managers also who works at or below
-- their place and the relatives of the seniors there.
person.archived_at IS NULL AND CASE
    WHEN person.id = %(me)s OR %(my_role)s::text = 'admin' THEN true
    WHEN %(manages)s THEN EXISTS (
            SELECT 1 FROM place AS at
            WHERE at.id = person.place_id AND at.path @> ARRAY[%(my_place)s::uuid])
        OR EXISTS (
            SELECT 1 FROM family_link AS link
            JOIN senior AS of ON of.id = link.senior_id
            JOIN place AS at ON at.id = of.place_id
            WHERE link.person_id = person.id AND link.archived_at IS NULL
              AND of.archived_at IS NULL AND at.path @> ARRAY[%(my_place)s::uuid])
    ELSE false
END

-- name: senior_access
SELECT senior.id, senior.place_id, senior.location_consent, senior.health_consent,
       senior.expected_interval_s, link.scopes
FROM senior
LEFT JOIN family_link AS link
    ON link.senior_id = senior.id AND link.person_id = %(me)s
   AND link.archived_at IS NULL
WHERE senior.id = %(senior_id)s AND {visible}

-- name: place_access
SELECT id, level, parent_id, path FROM place WHERE id = %(id)s AND {visible}

-- name: person_access
SELECT id, role, place_id, username FROM person WHERE id = %(id)s AND {visible}

-- name: emergency
-- Since when unresolved alerts, and no drills, make staff need the senior's location,
-- and whether one of them is critical; the oldest alert of each.
SELECT id, severity, opened_at FROM alert
WHERE senior_id = %(senior_id)s AND status <> 'resolved' AND NOT drill AND NOT canary
  AND (severity = 'critical' OR kind LIKE 'geofence\_%%')
ORDER BY severity = 'critical' DESC, opened_at LIMIT 1

-- name: location_purposes
-- What makes the asker see where seniors are: their link, an alert, or a consent.
SELECT senior.id AS senior_id, link.id AS link_id, pressing.id AS alert_id,
    agreed.id AS consent_id
FROM senior
LEFT JOIN family_link AS link ON %(my_role)s::text = 'family'
    AND link.senior_id = senior.id AND link.person_id = %(me)s
    AND link.archived_at IS NULL
LEFT JOIN LATERAL (
    SELECT id FROM alert
    WHERE senior_id = senior.id AND status <> 'resolved' AND NOT drill AND NOT canary
      AND (severity = 'critical' OR kind LIKE 'geofence\_%%')
    ORDER BY severity = 'critical' DESC, opened_at LIMIT 1) AS pressing ON true
LEFT JOIN LATERAL (
    SELECT id FROM consent
    WHERE senior_id = senior.id AND purpose = 'location' AND given
      AND senior.location_consent
    ORDER BY at DESC, consent.id DESC LIMIT 1) AS agreed ON true
WHERE senior.id = ANY(%(senior_ids)s::uuid[])

-- name: due_wishes
-- Whose hour has come, locked; those who are gone wish for nothing any more.
SELECT daily_wish.person_id, daily_wish.kind, daily_wish.at_hour, daily_wish.body,
    daily_wish.due_at, person.name, person.role, person.place_id, person.locale
FROM daily_wish
CROSS JOIN LATERAL (
    SELECT name, role, place_id, locale, archived_at FROM person
    WHERE person.id = daily_wish.person_id LIMIT 1
) AS person
WHERE daily_wish.due_at <= %(now)s AND person.archived_at IS NULL
ORDER BY daily_wish.due_at LIMIT %(limit)s
FOR UPDATE OF daily_wish SKIP LOCKED

-- name: wish_again
UPDATE daily_wish SET due_at = %(due_at)s
WHERE person_id = %(person_id)s AND kind = %(kind)s

-- name: noticed
-- Alerts of a day without urgency, of the seniors that one may see them of.
SELECT a.senior_id, a.kind, a.severity, a.opened_at, a.status = 'resolved' AS resolved
FROM alert a
JOIN senior s ON s.id = a.senior_id AND s.archived_at IS NULL
JOIN place here ON here.id = s.place_id
WHERE a.opened_at > %(since)s AND a.opened_at <= %(now)s
  AND a.severity = ANY (%(severities)s) AND a.severity <> 'critical'
  AND NOT a.drill AND NOT a.canary
  AND (%(everything)s OR here.path && %(place_ids)s::uuid[] OR s.id = ANY (%(senior_ids)s))
ORDER BY a.opened_at DESC, a.id

-- name: deliveries
-- Notifications of an alert with every try; the address stays out of it.
SELECT n.id, n.person_id, p.name, p.role, c.kind, n.step, n.status, n.attempts,
    n.created_at, n.delivered_at, n.read_at, coalesce(tries.tries, '[]') AS tries
FROM notification n
JOIN person p ON p.id = n.person_id
JOIN contact c ON c.id = n.contact_id
LEFT JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_object(
        'at', to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        'status', t.status, 'answer', answer)
        ORDER BY at, t.id) AS tries
    FROM notification_attempt t WHERE t.notification_id = n.id) tries ON true
WHERE n.alert_id = %(alert_id)s
ORDER BY n.created_at, p.name, n.id
LIMIT 1000

-- name: note_receipt
UPDATE notification SET
    delivered_at = coalesce(delivered_at, greatest(least(%(at)s, %(now)s), created_at)),
    read_at = CASE WHEN %(status)s = 'read'
        THEN coalesce(read_at, greatest(least(%(at)s, %(now)s), created_at))
        ELSE read_at END
WHERE id = %(id)s
RETURNING id, delivered_at, read_at

-- name: use_link
-- Use up a notification's link; no row where it was used before.
UPDATE notification SET used_at = %(now)s, read_at = coalesce(read_at, %(now)s),
    delivered_at = coalesce(delivered_at, %(now)s)
WHERE id = %(id)s AND used_at IS NULL
RETURNING id
