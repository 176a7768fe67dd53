-- name: path_names
-- Names of a place's path, the district first; needs a table named place.
ARRAY(SELECT above.name FROM unnest(place.path) WITH ORDINALITY AS step (id, depth)
      JOIN place AS above ON above.id = step.id ORDER BY step.depth)

-- name: seniors_of
-- Seniors of some places, and how many of their relatives an alert would reach.
SELECT senior.id, senior.name, senior.place_id, senior.risk, {path_names} AS place,
    (SELECT count(DISTINCT link.person_id) FROM family_link AS link
     JOIN person ON person.id = link.person_id AND person.archived_at IS NULL
     JOIN contact ON contact.person_id = link.person_id AND contact.archived_at IS NULL
        AND contact.verified_at IS NOT NULL
     WHERE link.senior_id = senior.id AND link.archived_at IS NULL
       AND 'alerts' = ANY(link.scopes)) AS family_reachable
FROM senior JOIN place ON place.id = senior.place_id
WHERE senior.archived_at IS NULL AND senior.place_id = ANY(%(places)s::uuid[])
  AND (%(after)s::uuid IS NULL OR senior.id > %(after)s)
ORDER BY senior.id LIMIT %(limit)s

-- name: places_named
SELECT place.id, {path_names} AS place FROM place
WHERE place.id = ANY(%(places)s::uuid[])

-- name: place_known
SELECT 1 FROM place WHERE id = %(id)s AND archived_at IS NULL
