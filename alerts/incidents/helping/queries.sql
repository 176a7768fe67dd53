-- name: path_of
-- The places from the top down to where an alert is.
SELECT place.path
FROM alert
LEFT JOIN senior ON senior.id = alert.senior_id
JOIN place ON place.id = coalesce(senior.place_id, alert.place_id)
WHERE alert.id = %(alert_id)s

-- name: told_so_far
-- Everyone whom a notification of this alert went or goes to.
SELECT DISTINCT person_id FROM notification WHERE alert_id = %(alert_id)s

-- name: family_of
-- Relatives who are told of a senior's alerts.
SELECT person_id FROM family_link
WHERE senior_id = %(senior_id)s AND archived_at IS NULL AND 'alerts' = ANY(scopes)

-- name: came_forward
-- Responders who acknowledged, set out or arrived.
SELECT DISTINCT (actor ->> 'id')::uuid FROM alert_event
WHERE alert_id = %(alert_id)s AND actor IS NOT NULL
  AND event IN ('acknowledged', 'departed', 'arrived', 'handed_over')

-- name: in_chain
-- A responder of a place or of one above it, now, whether on shift or not.
SELECT person.id, person.name, person.role
FROM responsible(%(path)s::uuid[], %(now)s) AS stands
JOIN person ON person.id = stands.person_id
WHERE person.id = %(person_id)s
LIMIT 1

-- name: named
SELECT id, name, role FROM person WHERE id = %(id)s

-- name: offer
-- Somebody is asked to take an alert over; its owner stays until they accept.
UPDATE alert SET offered_to = %(to)s, offered_by = %(by)s, updated_at = %(now)s
WHERE id = %(id)s AND status = %(old)s

-- name: hand_over
UPDATE alert
SET owner_id = %(owner_id)s, status = %(status)s, offered_to = NULL, offered_by = NULL,
    escalation = %(escalation)s, next_due_at = %(now)s, updated_at = %(now)s
WHERE id = %(id)s AND status = %(old)s AND offered_to = %(owner_id)s

-- name: last_move
-- How far a person is in the present round: departed or arrived.
SELECT event FROM alert_event
WHERE alert_id = %(alert_id)s AND event IN ('departed', 'arrived')
  AND actor ->> 'id' = %(person_id)s
  AND position >= (
    SELECT max(position) FROM alert_event
    WHERE alert_id = %(alert_id)s
      AND (event = ANY(%(round_begins)s) OR detail ->> 'round' = 'anew'))
ORDER BY position DESC
LIMIT 1

-- name: departments_near
-- Departments for a place, the nearest up the tree first.
SELECT department.id, department.kind, department.name, department.phone,
    department.deadline_s, department.person_id
FROM department JOIN place ON place.id = department.place_id
WHERE department.place_id = ANY(%(path)s::uuid[]) AND department.archived_at IS NULL
  AND (%(kind)s::text IS NULL OR department.kind = %(kind)s)
  AND (%(id)s::uuid IS NULL OR department.id = %(id)s)
ORDER BY cardinality(place.path) DESC, department.id
LIMIT 1

-- name: open_request
-- The request of an alert to somebody that is not closed.
SELECT id, status, due_at FROM request
WHERE alert_id = %(alert_id)s AND kind = %(kind)s AND closed_at IS NULL
  AND department_id IS NOT DISTINCT FROM %(department_id)s::uuid

-- name: add_request
INSERT INTO request (id, alert_id, kind, department_id, name, phone, asked_by, asked_at,
    note, deadline_s, due_at, next_due_at)
VALUES (%(id)s, %(alert_id)s, %(kind)s, %(department_id)s, %(name)s, %(phone)s,
    %(asked_by)s, %(now)s, %(note)s, %(deadline_s)s, %(due_at)s, %(due_at)s)

-- name: ask_again
-- A request that is overdue is asked once more.
UPDATE request
SET status = 'asked', asks = asks + 1, asked_by = %(asked_by)s,
    note = coalesce(%(note)s, note), deadline_s = %(deadline_s)s, due_at = %(due_at)s,
    next_due_at = %(due_at)s
WHERE id = %(id)s AND status = 'overdue'

-- name: alert_of_request
SELECT alert_id FROM request WHERE id = %(id)s

-- name: request_locked
SELECT id, alert_id, kind, department_id, name, status, asked_by, asked_at
FROM request WHERE id = %(id)s FOR UPDATE

-- name: open_requests
-- Requests of an alert that are not closed; locked.
SELECT id, alert_id, kind, department_id, name, status, asked_by, asked_at
FROM request WHERE alert_id = %(alert_id)s AND closed_at IS NULL
ORDER BY id FOR UPDATE

-- name: told_by_hand
-- Whether a telling that somebody asked for told this person, since an instant.
SELECT EXISTS (
    SELECT FROM alert_event
    WHERE alert_id = %(alert_id)s AND event = 'told' AND at >= %(since)s
      AND detail ->> 'reason' = 'by_hand' AND detail -> 'people' @> %(person)s)

-- name: keep_answer
UPDATE request
SET status = coalesce(%(status)s, status), answer = coalesce(%(note)s, answer),
    called_at = coalesce(%(called_at)s, called_at),
    answered_at = coalesce(answered_at, %(answered_at)s),
    closed_at = %(closed_at)s,
    next_due_at = CASE WHEN %(settled)s THEN NULL ELSE next_due_at END
WHERE id = %(id)s

-- name: close_requests
-- The alert is over: whoever came forward has done it, the others are not needed.
UPDATE request
SET status = CASE WHEN answered_at IS NULL THEN 'withdrawn' ELSE 'done' END,
    closed_at = %(now)s, next_due_at = NULL
WHERE alert_id = %(alert_id)s AND closed_at IS NULL
RETURNING id, kind, name, status

-- name: address_of
SELECT address FROM senior WHERE id = %(senior_id)s

-- name: begin_followup
-- Asking afterwards is planned by the alerts service, which looks at it at once.
INSERT INTO followup (id, alert_id, resolved_at, resolved_by, next_due_at)
VALUES (%(id)s, %(alert_id)s, %(now)s, %(resolved_by)s, %(now)s)
ON CONFLICT DO NOTHING

-- name: cancel_followup
-- The alert is open again: what is asked afterwards comes later.
UPDATE followup SET status = 'cancelled', closed_at = %(now)s, next_due_at = NULL
WHERE alert_id = %(alert_id)s AND closed_at IS NULL

-- name: alert_of_followup
SELECT alert_id FROM followup WHERE id = %(id)s

-- name: followup_locked
SELECT id, status, result, assignee_id, resolved_by, answer_by
FROM followup WHERE id = %(id)s FOR UPDATE

-- name: not_reached
UPDATE followup
SET tries = tries + 1, result = 'not_reached', note = coalesce(%(note)s, note)
WHERE id = %(id)s

-- name: verify
UPDATE followup
SET status = 'done', result = %(result)s, note = coalesce(%(note)s, note),
    family_answer = coalesce(%(family_answer)s, family_answer),
    answered_by = %(answered_by)s, closed_at = %(now)s, next_due_at = NULL
WHERE id = %(id)s

-- name: wants_call
UPDATE followup SET family_answer = 'call' WHERE id = %(id)s
