-- name: cards
-- Seniors of a place, or one of them, with the building heads and grid workers who stand
-- nearest to their home: the lowest place at or above it that has any, two of each.
SELECT senior.id, senior.name, senior.address, senior.language, place.id AS place_id,
    ARRAY(SELECT above.name
          FROM unnest(place.path) WITH ORDINALITY AS step (id, depth)
          JOIN place AS above ON above.id = step.id ORDER BY step.depth) AS place,
    ARRAY(SELECT jsonb_build_object('role', near.role, 'name', near.name,
                     'phone', near.phone)
          FROM (
              SELECT person.role, person.name, person.phone, person.id,
                  rank() OVER (PARTITION BY person.role ORDER BY step.depth DESC)
                      AS distance,
                  row_number() OVER (PARTITION BY person.role
                      ORDER BY step.depth DESC, person.phone IS NULL, person.id)
                      AS turn
              FROM unnest(place.path) WITH ORDINALITY AS step (id, depth)
              JOIN person ON person.place_id = step.id AND person.archived_at IS NULL
                  AND person.role IN ('building_head', 'grid_worker')
          ) AS near
          WHERE near.distance = 1 AND near.turn <= 2
          ORDER BY near.role, near.turn) AS responsible
FROM senior JOIN place ON place.id = senior.place_id
WHERE senior.archived_at IS NULL
  AND (%(senior_id)s::uuid IS NULL OR senior.id = %(senior_id)s)
  AND (%(place_id)s::uuid IS NULL OR place.path @> ARRAY[%(place_id)s::uuid])
ORDER BY place, place.id, senior.address NULLS LAST, senior.name, senior.id
LIMIT %(limit)s
