-- What is read of departments, calls for help, follow-ups and an alert's responders.

-- name: departments
-- Departments at, below or above the asker's place.
SELECT department.id, department.place_id, department.kind, department.name,
    department.phone, department.deadline_s, department.person_id, department.created_at,
    ARRAY(SELECT step.name FROM unnest(here.path) WITH ORDINALITY AS p (id, rank)
          JOIN place step ON step.id = p.id ORDER BY p.rank) AS place,
    (SELECT count(*) FROM contact
     WHERE contact.person_id = department.person_id AND contact.archived_at IS NULL
       AND contact.verified_at IS NOT NULL
       AND contact.kind IN ('push', 'email', 'chat')) AS contacts
FROM department
JOIN place AS here ON here.id = department.place_id
LEFT JOIN place AS near ON near.id = %(near)s::uuid
WHERE department.archived_at IS NULL
  AND (%(my_role)s::text = 'admin' OR here.path && %(my_places)s::uuid[]
       OR EXISTS (SELECT FROM place AS mine
                  WHERE mine.id = ANY (%(my_places)s::uuid[])
                    AND department.place_id = ANY (mine.path)))
  AND (%(id)s::uuid IS NULL OR department.id = %(id)s)
  AND (%(kind)s::text IS NULL OR department.kind = %(kind)s)
  AND (%(place_id)s::uuid IS NULL OR here.path @> ARRAY[%(place_id)s::uuid])
  AND (%(near)s::uuid IS NULL OR department.place_id = ANY (near.path))
  AND (%(after)s::uuid IS NULL OR department.id > %(after)s)
ORDER BY CASE WHEN %(near)s::uuid IS NOT NULL THEN -cardinality(here.path) END, department.id
LIMIT %(limit)s

-- name: add_department
INSERT INTO department (id, place_id, kind, name, phone, deadline_s, person_id, created_at)
VALUES (%(id)s, %(place_id)s, %(kind)s, %(name)s, %(phone)s, %(deadline_s)s,
    %(person_id)s, %(now)s)

-- name: change_department
UPDATE department
SET name = %(name)s, phone = %(phone)s, deadline_s = %(deadline_s)s
WHERE id = %(id)s

-- name: rename_person
UPDATE person SET name = %(name)s WHERE id = %(person_id)s

-- name: department_needed
-- Whether a call for help to it is not closed.
SELECT 1 FROM request WHERE department_id = %(id)s AND closed_at IS NULL LIMIT 1

-- name: archive_department
UPDATE department SET archived_at = %(now)s WHERE id = %(id)s

-- name: archive_its_person
UPDATE person SET archived_at = %(now)s WHERE id = %(person_id)s

-- name: archive_its_contacts
UPDATE contact SET archived_at = %(now)s
WHERE person_id = %(person_id)s AND archived_at IS NULL

-- name: requests
-- Calls for help of the alerts that somebody sees, newest first.
SELECT request.id, request.alert_id, request.kind AS "to", request.department_id,
    request.name, request.phone, request.status, request.asked_at, request.asks,
    request.due_at, request.overdue_at, request.answered_at, request.closed_at,
    request.called_at, request.note, request.answer,
    jsonb_build_object('id', asker.id, 'name', asker.name, 'role', asker.role) AS asked_by,
    alert.kind AS alert_kind, alert.drill, alert.senior_id, senior.name AS senior_name,
    senior.address, department.person_id AS department_person,
    ARRAY(SELECT step.name FROM unnest(here.path) WITH ORDINALITY AS p (id, rank)
          JOIN place step ON step.id = p.id ORDER BY p.rank) AS place
FROM request
JOIN alert ON alert.id = request.alert_id
JOIN person AS asker ON asker.id = request.asked_by
LEFT JOIN senior ON senior.id = alert.senior_id
LEFT JOIN place AS here ON here.id = coalesce(senior.place_id, alert.place_id)
LEFT JOIN department ON department.id = request.department_id
WHERE (%(my_role)s::text IN ('admin', 'department')
       OR here.path && %(my_places)s::uuid[]
       OR EXISTS (SELECT FROM family_link AS link
                  WHERE link.senior_id = alert.senior_id AND link.person_id = %(me)s
                    AND link.archived_at IS NULL AND 'alerts' = ANY (link.scopes)))
  AND (%(my_role)s::text <> 'department' OR department.person_id = %(me)s)
  AND (%(id)s::uuid IS NULL OR request.id = %(id)s)
  AND (%(alerts)s::uuid[] IS NULL OR request.alert_id = ANY (%(alerts)s))
  AND (%(statuses)s::text[] IS NULL OR request.status = ANY (%(statuses)s))
  AND (%(kind)s::text IS NULL OR request.kind = %(kind)s)
  AND (%(place_id)s::uuid IS NULL OR here.path @> ARRAY[%(place_id)s::uuid])
  AND (%(before_at)s::timestamptz IS NULL
       OR (request.asked_at, request.id) < (%(before_at)s, %(before_id)s::uuid))
ORDER BY request.asked_at DESC, request.id DESC
LIMIT %(limit)s

-- name: followups
-- Follow-ups of the alerts that somebody sees, in the order they came.
SELECT followup.id, followup.alert_id, followup.status, followup.resolved_at,
    followup.due_at, followup.answer_by, followup.asked_at, followup.overdue_at,
    followup.family_answer, followup.result, followup.tries, followup.note,
    followup.closed_at, alert.kind, alert.senior_id, senior.name AS senior_name,
    alert.status AS alert_status,
    CASE WHEN assignee.id IS NOT NULL THEN jsonb_build_object('id', assignee.id,
        'name', assignee.name, 'role', assignee.role) END AS assignee,
    CASE WHEN answered.id IS NOT NULL THEN jsonb_build_object('id', answered.id,
        'name', answered.name, 'role', answered.role) END AS answered_by,
    ARRAY(SELECT step.name FROM unnest(here.path) WITH ORDINALITY AS p (id, rank)
          JOIN place step ON step.id = p.id ORDER BY p.rank) AS place
FROM followup
JOIN alert ON alert.id = followup.alert_id
JOIN senior ON senior.id = alert.senior_id
JOIN place AS here ON here.id = senior.place_id
LEFT JOIN person AS assignee ON assignee.id = followup.assignee_id
LEFT JOIN person AS answered ON answered.id = followup.answered_by
WHERE (%(my_role)s::text = 'admin'
       OR here.path && %(my_places)s::uuid[]
       OR EXISTS (SELECT FROM family_link AS link
                  WHERE link.senior_id = alert.senior_id AND link.person_id = %(me)s
                    AND link.archived_at IS NULL AND 'alerts' = ANY (link.scopes)))
  AND (%(id)s::uuid IS NULL OR followup.id = %(id)s)
  AND (%(alerts)s::uuid[] IS NULL OR followup.alert_id = ANY (%(alerts)s))
  AND (%(senior_id)s::uuid IS NULL OR alert.senior_id = %(senior_id)s)
  AND (%(statuses)s::text[] IS NULL OR followup.status = ANY (%(statuses)s))
  AND (NOT %(overdue)s OR followup.overdue_at IS NOT NULL AND followup.closed_at IS NULL)
  AND (%(place_id)s::uuid IS NULL OR here.path @> ARRAY[%(place_id)s::uuid])
  AND (%(after)s::uuid IS NULL OR followup.id > %(after)s)
ORDER BY followup.id
LIMIT %(limit)s

-- name: responders
-- Responders of an alert's place and of those above, nearest first, and whether they
-- stand now.
SELECT person.id AS person_id, person.name, person.role, place.level, stands.stands AS on_duty
FROM alert
LEFT JOIN senior ON senior.id = alert.senior_id
JOIN place AS here ON here.id = coalesce(senior.place_id, alert.place_id)
CROSS JOIN LATERAL responsible(here.path, %(now)s) AS stands
JOIN place ON place.id = stands.place_id
JOIN person ON person.id = stands.person_id
WHERE alert.id = %(alert_id)s
ORDER BY stands.stands DESC, cardinality(place.path) DESC, person.id

-- name: asked_by_link
-- What a message asks whom, and for which places of its alert they answer: the way in of
-- its link.
SELECT message.kind AS message_kind, message.content, message.alert_id,
    notification.id AS notification_id, person.id, person.name, person.role,
    person.place_id, person.locale,
    answers_for(message.alert_id, person.id, %(now)s) AS duty_places
FROM notification
JOIN message ON message.id = notification.message_id
JOIN person ON person.id = notification.person_id AND person.archived_at IS NULL
WHERE notification.id = %(id)s
