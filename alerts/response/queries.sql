-- name: claim_requests
-- Requests whose deadline has passed, with their alerts locked first; what others hold is
-- passed over.
SELECT request.id, request.alert_id, request.kind, request.name, request.status,
    request.asked_by
FROM alert JOIN request ON request.alert_id = alert.id
WHERE request.next_due_at <= %(now)s
ORDER BY request.next_due_at
LIMIT %(limit)s
FOR UPDATE OF alert, request SKIP LOCKED

-- name: overdue_request
UPDATE request SET status = 'overdue', overdue_at = %(now)s, next_due_at = NULL
WHERE id = %(id)s

-- name: settle_request
UPDATE request SET next_due_at = NULL WHERE id = %(id)s

-- name: managers_above
-- Managers of the nearest place above a person's own on the way up from an alert that
-- has any who can be told; above all, those of the highest.
WITH path AS (
    SELECT place.path FROM alert
    LEFT JOIN senior ON senior.id = alert.senior_id
    JOIN place ON place.id = coalesce(senior.place_id, alert.place_id)
    WHERE alert.id = %(alert_id)s
), manager AS (
    SELECT person.id, cardinality(place.path) AS depth
    FROM path CROSS JOIN LATERAL responsible(path.path, %(now)s) AS stands
    JOIN place ON place.id = stands.place_id
    JOIN person ON person.id = stands.person_id
    WHERE stands.stands AND person.role LIKE '%%\_manager' AND person.id <> %(person_id)s
      AND EXISTS (
        SELECT FROM contact
        WHERE contact.person_id = person.id AND contact.archived_at IS NULL
          AND contact.verified_at IS NOT NULL)
), own AS (
    SELECT coalesce(min(cardinality(place.path)), 9) AS depth
    FROM person JOIN place ON place.id = person.place_id
    WHERE person.id = %(person_id)s
)
SELECT manager.id FROM manager, own
WHERE manager.depth = coalesce(
    (SELECT max(depth) FROM manager WHERE manager.depth < own.depth),
    (SELECT min(depth) FROM manager))

-- name: administrators
SELECT id FROM person WHERE role = 'admin' AND archived_at IS NULL

-- name: claim_followups
-- Follow-ups of which something is due, with their alerts locked first.
SELECT followup.id, followup.alert_id, followup.status, followup.resolved_at,
    followup.resolved_by, followup.assignee_id, followup.due_at, followup.answer_by
FROM alert JOIN followup ON followup.alert_id = alert.id
WHERE followup.next_due_at <= %(now)s
ORDER BY followup.next_due_at
LIMIT %(limit)s
FOR UPDATE OF alert, followup SKIP LOCKED

-- name: plan_followup
UPDATE followup
SET due_at = %(due_at)s, answer_by = %(answer_by)s, next_due_at = %(due_at)s
WHERE id = %(id)s

-- name: ask_followup
UPDATE followup
SET status = 'open', asked_at = %(now)s, assignee_id = %(assignee_id)s,
    next_due_at = answer_by
WHERE id = %(id)s

-- name: overdue_followup
UPDATE followup SET overdue_at = %(now)s, next_due_at = NULL WHERE id = %(id)s

-- name: cancel_followup
UPDATE followup SET status = 'cancelled', closed_at = %(now)s, next_due_at = NULL
WHERE id = %(id)s

-- name: put_off_followup
UPDATE followup SET next_due_at = %(until)s WHERE id = %(id)s

-- name: put_off_request
UPDATE request SET next_due_at = %(until)s WHERE id = %(id)s

-- name: assignee
-- Whose task it is to ask: whoever resolved the alert, if they stand now; else whoever
-- stands nearest to the senior, grid workers before others; else whoever resolved it.
WITH path AS (
    SELECT place.path FROM alert
    JOIN senior ON senior.id = alert.senior_id
    JOIN place ON place.id = senior.place_id
    WHERE alert.id = %(alert_id)s
), standing AS (
    SELECT person.id, person.name, person.role, cardinality(place.path) AS depth
    FROM path CROSS JOIN LATERAL responsible(path.path, %(now)s) AS stands
    JOIN place ON place.id = stands.place_id
    JOIN person ON person.id = stands.person_id
    WHERE stands.stands
)
SELECT id, name, role FROM (
    SELECT id, name, role, id = %(resolved_by)s AS own, depth, 0 AS late FROM standing
    UNION ALL
    SELECT id, name, role, false, 0, 1 FROM person
    WHERE id = %(resolved_by)s AND archived_at IS NULL
) AS found
ORDER BY late, own DESC, depth DESC,
    array_position(ARRAY['grid_worker', 'building_head', 'community_manager',
        'street_manager', 'district_manager', 'volunteer'], role), id
LIMIT 1

-- name: overdue
-- How many calls for help and follow-ups are past their time and not closed.
SELECT (SELECT count(*) FROM request WHERE closed_at IS NULL AND status = 'overdue'),
    (SELECT count(*) FROM followup WHERE closed_at IS NULL AND overdue_at IS NOT NULL)

-- name: earliest_due
SELECT least((SELECT min(next_due_at) FROM request WHERE next_due_at IS NOT NULL),
    (SELECT min(next_due_at) FROM followup WHERE next_due_at IS NOT NULL))
