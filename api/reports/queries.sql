-- name: response_columns
-- Numbers of every alert of a period, in PostgreSQL's binary format; none is null.
COPY (
    SELECT coalesce(areas.area, -1)::int4 AS area,
        coalesce(array_position(%(kinds)s::text[], alert.kind), 0)::int4,
        coalesce(array_position(%(severities)s::text[], alert.severity), 0)::int4,
        coalesce(array_position(%(roles)s::text[], alert.answered_role), 0)::int4,
        coalesce(array_position(%(outcomes)s::text[], alert.outcome), 0)::int4,
        (date_trunc('week', alert.opened_at AT TIME ZONE %(zone)s)::date
            - date '1970-01-01')::int4,
        (extract(year FROM alert.opened_at AT TIME ZONE %(zone)s) * 12
            + extract(month FROM alert.opened_at AT TIME ZONE %(zone)s) - 1)::int4,
        ((alert.status = 'resolved')::int + 2 * alert.drill::int
            + 4 * (alert.lapses > 0)::int + 8 * (alert.senior_id IS NOT NULL)::int)::int4,
        CASE WHEN alert.answered_at IS NULL THEN -1 ELSE greatest(0, extract(epoch
            FROM alert.answered_at - alert.opened_at) * 1000000) END::int8,
        CASE WHEN alert.arrived_at IS NULL THEN -1 ELSE greatest(0, extract(epoch
            FROM alert.arrived_at - alert.opened_at) * 1000000) END::int8
    FROM alert
    LEFT JOIN unnest(%(places)s::uuid[], %(areas)s::int4[]) AS areas (place_id, area)
        ON areas.place_id = alert.place_id
    WHERE alert.opened_at >= %(from)s AND alert.opened_at < %(to)s AND NOT alert.canary
      AND (%(everywhere)s OR areas.area IS NOT NULL)
) TO STDOUT (FORMAT binary)

-- name: places_below
-- A place with all below it, archived ones too, or all there are.
SELECT id, name, level, path, archived_at IS NOT NULL AS archived FROM place
WHERE %(root)s::uuid IS NULL OR path @> ARRAY[%(root)s::uuid]
ORDER BY name, id

-- name: senior_days
-- How many days seniors were looked after in a period, by the place where they live.
SELECT senior.place_id, sum(greatest(0, extract(epoch FROM
        least(%(to)s, senior.archived_at) - greatest(%(from)s, senior.created_at))))
    ::float / 86400 AS days
FROM senior
WHERE %(root)s::uuid IS NULL OR senior.place_id = ANY(%(places)s::uuid[])
GROUP BY senior.place_id

-- name: requests_closed
-- Calls for help of a period: how many, how many are closed, how many were late.
SELECT count(*) AS requests,
    count(*) FILTER (WHERE request.closed_at IS NOT NULL) AS closed,
    count(*) FILTER (WHERE request.overdue_at IS NOT NULL) AS overdue
FROM request JOIN alert ON alert.id = request.alert_id
WHERE request.asked_at >= %(from)s AND request.asked_at < %(to)s
  AND NOT alert.drill AND NOT alert.canary
  AND (%(root)s::uuid IS NULL OR alert.place_id = ANY(%(places)s::uuid[]))

-- name: drills
-- Drills of a period, newest first, with how soon somebody was reached.
SELECT alert.id, alert.opened_at, alert.status, alert.answered_role, alert.resolved_at,
    senior.id AS senior_id, senior.name AS senior, place.name AS place,
    opened.actor ->> 'name' AS begun_by,
    extract(epoch FROM alert.answered_at - alert.opened_at)::float AS answered_s,
    extract(epoch FROM alert.arrived_at - alert.opened_at)::float AS arrived_s,
    (SELECT count(DISTINCT person_id) FROM notification
     WHERE notification.alert_id = alert.id) AS people_told
FROM alert
LEFT JOIN senior ON senior.id = alert.senior_id
LEFT JOIN place ON place.id = alert.place_id
LEFT JOIN LATERAL (
    SELECT actor FROM alert_event
    WHERE alert_event.alert_id = alert.id ORDER BY position LIMIT 1) AS opened ON true
WHERE alert.drill AND NOT alert.canary
  AND alert.opened_at >= %(from)s AND alert.opened_at < %(to)s
  AND (%(root)s::uuid IS NULL OR alert.place_id = ANY(%(places)s::uuid[]))
  AND (%(before)s::timestamptz IS NULL
       OR (alert.opened_at, alert.id) < (%(before)s::timestamptz, %(before_id)s::uuid))
ORDER BY alert.opened_at DESC, alert.id DESC LIMIT %(limit)s

-- name: care_visits
-- Special-care seniors of a place with their visits of a month; a corrected entry does
-- not count, the one that corrects it does.
WITH home AS MATERIALIZED (
    SELECT place.id,
        ARRAY(SELECT above.name FROM unnest(place.path) WITH ORDINALITY AS step (id, depth)
              JOIN place AS above ON above.id = step.id ORDER BY step.depth) AS place
    FROM place
)
SELECT senior.id, senior.name, senior.address, senior.place_id, home.place,
    {reasons} AS reasons, seen.visits, seen.calls, seen.last_visit_at,
    EXISTS (SELECT FROM absence WHERE absence.senior_id = senior.id
        AND absence.starts_at <= %(now)s AND absence.ends_at > %(now)s) AS away
FROM senior
JOIN home ON home.id = senior.place_id
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE visit.kind = 'visit'
            AND visit.at >= %(from)s AND visit.at < %(to)s) AS visits,
        count(*) FILTER (WHERE visit.kind = 'call'
            AND visit.at >= %(from)s AND visit.at < %(to)s) AS calls,
        max(visit.at) FILTER (WHERE visit.kind = 'visit') AS last_visit_at
    FROM visit
    WHERE visit.senior_id = senior.id AND NOT EXISTS (
        SELECT FROM visit AS later WHERE later.corrects_id = visit.id)
) AS seen
WHERE senior.archived_at IS NULL AND {special_care}
  AND senior.created_at < %(to)s
  AND (%(root)s::uuid IS NULL OR senior.place_id = ANY(%(places)s::uuid[]))
ORDER BY seen.last_visit_at NULLS FIRST, senior.name, senior.id
