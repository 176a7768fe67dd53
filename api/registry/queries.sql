-- name: path_names
-- Names of a place's path, the district first; needs a table named place.
ARRAY(SELECT above.name FROM unnest(place.path) WITH ORDINALITY AS step (id, depth)
      JOIN place AS above ON above.id = step.id ORDER BY step.depth)

-- name: places
SELECT place.id, place.name, place.level, place.parent_id, place.boundary,
       place.created_at, {path_names} AS place
FROM place
WHERE {visible} AND (%(after)s::uuid IS NULL OR place.id > %(after)s)
  AND (%(id)s::uuid IS NULL OR place.id = %(id)s)
  AND (%(parent_id)s::uuid IS NULL OR place.parent_id = %(parent_id)s)
  AND (%(level)s::text IS NULL OR place.level = %(level)s)
ORDER BY place.id LIMIT %(limit)s

-- name: change_place
UPDATE place SET name = coalesce(%(name)s, name),
                 boundary = coalesce(%(boundary)s, boundary)
WHERE id = %(id)s AND archived_at IS NULL

-- name: lock_tree
-- Moving a place rewrites paths below it: one at a time, and nobody adds meanwhile.
SELECT id FROM place WHERE path @> ARRAY[%(id)s::uuid] FOR UPDATE

-- name: move_place
UPDATE place SET parent_id = CASE WHEN id = %(id)s THEN %(parent_id)s::uuid
                                  ELSE parent_id END,
                 path = %(above)s::uuid[] || path[array_position(path, %(id)s::uuid):]
WHERE path @> ARRAY[%(id)s::uuid]

-- name: place_in_use
SELECT CASE
    WHEN EXISTS (SELECT 1 FROM place WHERE parent_id = %(id)s AND archived_at IS NULL)
        THEN 'places lie in it'
    WHEN EXISTS (SELECT 1 FROM senior WHERE place_id = %(id)s AND archived_at IS NULL)
        THEN 'seniors live there'
    WHEN EXISTS (SELECT 1 FROM person WHERE place_id = %(id)s AND archived_at IS NULL)
        THEN 'people work there'
    WHEN EXISTS (SELECT 1 FROM alert
                 WHERE place_id = %(id)s AND status <> 'resolved')
        THEN 'an alert there is unresolved'
END AS reason

-- name: lock_place
SELECT id FROM place WHERE id = %(id)s AND archived_at IS NULL FOR UPDATE

-- name: archive_place
UPDATE place SET archived_at = %(now)s WHERE id = %(id)s

-- name: archive_shifts_at
UPDATE shift SET archived_at = %(now)s
WHERE place_id = %(id)s AND archived_at IS NULL

-- name: people
SELECT person.id, person.name, person.role, person.place_id, person.username,
       person.locale, person.created_at, {path_names} AS place
FROM person LEFT JOIN place ON place.id = person.place_id
WHERE {visible} AND (%(after)s::uuid IS NULL OR person.id > %(after)s)
  AND (%(id)s::uuid IS NULL OR person.id = %(id)s)
  AND (%(role)s::text IS NULL OR person.role = %(role)s)
  AND (%(place_id)s::uuid IS NULL OR place.path @> ARRAY[%(place_id)s::uuid])
ORDER BY person.id LIMIT %(limit)s

-- name: lock_person
SELECT id, name, role, place_id, username FROM person
WHERE id = %(id)s AND archived_at IS NULL FOR UPDATE

-- name: change_person
UPDATE person SET name = coalesce(%(name)s, name),
                  role = coalesce(%(role)s, role),
                  place_id = coalesce(%(place_id)s, place_id),
                  locale = coalesce(%(locale)s, locale),
                  username = coalesce(%(username)s, username),
                  password_hash = coalesce(%(password_hash)s, password_hash),
                  sessions_valid_after = CASE WHEN %(password_hash)s::text IS NULL
                      THEN sessions_valid_after ELSE %(now)s END
WHERE id = %(id)s

-- name: other_admin
SELECT id FROM person
WHERE role = 'admin' AND id <> %(id)s AND username IS NOT NULL AND archived_at IS NULL
ORDER BY id LIMIT 1 FOR UPDATE

-- name: person_in_use
SELECT CASE
    WHEN EXISTS (SELECT 1 FROM alert
                 WHERE owner_id = %(id)s AND status <> 'resolved')
        THEN 'they have taken an alert that is unresolved'
END AS reason

-- name: archive_person
UPDATE person SET archived_at = %(now)s WHERE id = %(id)s

-- name: archive_contacts_of
UPDATE contact SET archived_at = %(now)s
WHERE person_id = %(id)s AND archived_at IS NULL

-- name: archive_links_of
UPDATE family_link SET archived_at = %(now)s
WHERE person_id = %(id)s AND archived_at IS NULL

-- name: archive_shifts_of
UPDATE shift SET archived_at = %(now)s
WHERE person_id = %(id)s AND archived_at IS NULL

-- name: is_linked
SELECT 1 FROM family_link WHERE person_id = %(id)s AND archived_at IS NULL LIMIT 1

-- name: my_places
SELECT place.id, place.name, place.level, {path_names} AS place FROM place
WHERE {visible} ORDER BY cardinality(place.path), place.id LIMIT 1000

-- name: my_seniors
SELECT senior.id, senior.name, link.scopes FROM senior
LEFT JOIN family_link AS link
    ON link.senior_id = senior.id AND link.person_id = %(me)s
   AND link.archived_at IS NULL
WHERE {visible} ORDER BY senior.id LIMIT 1000

-- name: username_of
SELECT username FROM person WHERE id = %(me)s
