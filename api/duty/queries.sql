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

-- name: overrides
SELECT duty_override.id, duty_override.place_id, duty_override.starts_at,
    duty_override.ends_at, duty_override.add_person_id, duty_override.remove_person_id,
    duty_override.swap_id, duty_override.note, duty_override.created_by,
    duty_override.created_at
FROM duty_override JOIN place ON place.id = duty_override.place_id
WHERE duty_override.archived_at IS NULL
  AND (%(me)s IN (duty_override.add_person_id, duty_override.remove_person_id)
    OR %(manages)s AND {visible})
  AND (%(after)s::uuid IS NULL OR duty_override.id > %(after)s)
  AND (%(id)s::uuid IS NULL OR duty_override.id = %(id)s)
  AND (%(place_id)s::uuid IS NULL OR place.path @> ARRAY[%(place_id)s::uuid])
  AND (%(from)s::timestamptz IS NULL OR duty_override.ends_at > %(from)s)
  AND (%(to)s::timestamptz IS NULL OR duty_override.starts_at < %(to)s)
ORDER BY duty_override.id LIMIT %(limit)s

-- name: add_override
INSERT INTO duty_override (id, place_id, starts_at, ends_at, add_person_id,
    remove_person_id, swap_id, note, created_by, created_at)
VALUES (%(id)s, %(place_id)s, %(starts_at)s, %(ends_at)s, %(add_person_id)s,
    %(remove_person_id)s, %(swap_id)s, %(note)s, %(created_by)s, %(now)s)

-- name: undo_override
UPDATE duty_override SET archived_at = %(now)s
WHERE id = %(id)s AND archived_at IS NULL
RETURNING place_id

-- name: undo_swap
UPDATE duty_override SET archived_at = %(now)s
WHERE swap_id = %(id)s AND archived_at IS NULL
RETURNING place_id

-- name: swaps
SELECT duty_swap.*, first.name AS first_name, second.name AS second_name,
    first_at.name AS first_place_name, second_at.name AS second_place_name
FROM duty_swap
JOIN person AS first ON first.id = duty_swap.first_id
JOIN person AS second ON second.id = duty_swap.second_id
JOIN place AS first_at ON first_at.id = duty_swap.first_place
JOIN place AS second_at ON second_at.id = duty_swap.second_place
WHERE (%(me)s IN (duty_swap.first_id, duty_swap.second_id)
    OR %(manages)s AND EXISTS (
        SELECT FROM place
        WHERE place.id IN (duty_swap.first_place, duty_swap.second_place) AND {visible}))
  AND (%(after)s::uuid IS NULL OR duty_swap.id > %(after)s)
  AND (%(id)s::uuid IS NULL OR duty_swap.id = %(id)s)
  AND (%(status)s::text IS NULL OR duty_swap.status = %(status)s)
ORDER BY duty_swap.id LIMIT %(limit)s

-- name: lock_swap
SELECT status FROM duty_swap WHERE id = %(id)s FOR UPDATE

-- name: add_swap
INSERT INTO duty_swap (id, first_id, first_place, first_from, first_to, first_agreed,
    second_id, second_place, second_from, second_to, second_agreed, note, proposed_by,
    created_at)
VALUES (%(id)s, %(first_id)s, %(first_place)s, %(first_from)s, %(first_to)s,
    %(first_agreed)s, %(second_id)s, %(second_place)s, %(second_from)s, %(second_to)s,
    %(second_agreed)s, %(note)s, %(proposed_by)s, %(now)s)

-- name: agree
UPDATE duty_swap
SET first_agreed = CASE WHEN first_id = %(me)s THEN %(now)s ELSE first_agreed END,
    second_agreed = CASE WHEN second_id = %(me)s THEN %(now)s ELSE second_agreed END
WHERE id = %(id)s
RETURNING first_agreed IS NOT NULL AND second_agreed IS NOT NULL AS both_agreed

-- name: set_swap_status
UPDATE duty_swap SET status = %(status)s WHERE id = %(id)s

-- name: on_duty_in
-- Whether a person is on duty for a place at some time of a span.
SELECT 1 FROM duty_period
WHERE place_id = %(place_id)s AND person_id = %(person_id)s
  AND starts_at < %(ends_at)s AND ends_at > %(starts_at)s LIMIT 1

-- name: holidays
SELECT day, working, name, set_at FROM holiday
WHERE day >= make_date(%(year)s, 1, 1) AND day < make_date(%(year)s + 1, 1, 1)
ORDER BY day

-- name: set_holiday
INSERT INTO holiday (day, working, name, set_by, set_at)
VALUES (%(day)s, %(working)s, %(name)s, %(me)s, %(now)s)
ON CONFLICT (day) DO UPDATE SET working = excluded.working, name = excluded.name,
    set_by = excluded.set_by, set_at = excluded.set_at

-- name: drop_holiday
DELETE FROM holiday WHERE day = %(day)s RETURNING day

-- name: set_feed
INSERT INTO calendar_feed (person_id, token_sha256, created_at)
VALUES (%(person_id)s, %(sha256)s, %(now)s)
ON CONFLICT (person_id) DO UPDATE SET token_sha256 = excluded.token_sha256,
    created_at = excluded.created_at

-- name: drop_feed
DELETE FROM calendar_feed WHERE person_id = %(person_id)s RETURNING person_id

-- name: feed_owner
SELECT person.id, person.locale FROM calendar_feed
JOIN person ON person.id = calendar_feed.person_id AND person.archived_at IS NULL
WHERE calendar_feed.token_sha256 = %(sha256)s

-- name: duties_of
SELECT duty_period.shift_id, duty_period.override_id, duty_period.starts_at,
    duty_period.ends_at, {path_names} AS place
FROM duty_period JOIN place ON place.id = duty_period.place_id
WHERE duty_period.person_id = %(person_id)s
ORDER BY duty_period.starts_at, duty_period.ends_at, place.id

-- name: rota_places
-- Places at or below one with somebody who has to do with them, top down.
SELECT place.id, place.name, place.level, place.path, {path_names} AS place
FROM place
WHERE place.path @> ARRAY[%(place_id)s::uuid] AND place.archived_at IS NULL
  AND (EXISTS (SELECT FROM shift WHERE shift.place_id = place.id AND archived_at IS NULL)
    OR EXISTS (SELECT FROM duty_override
        WHERE duty_override.place_id = place.id AND archived_at IS NULL
          AND ends_at > %(from)s AND starts_at < %(to)s)
    OR EXISTS (SELECT FROM person WHERE person.place_id = place.id
        AND person.archived_at IS NULL AND person.role = ANY(%(responders)s::text[])))
ORDER BY place.path LIMIT %(limit)s

-- name: rota_people
SELECT id, name, role FROM person WHERE id = ANY(%(people)s::uuid[])

-- name: last_handovers
SELECT at, detail FROM audit_log
WHERE action = 'duty.handover' AND object_type = 'place' AND object_id = %(place_id)s
ORDER BY position DESC LIMIT 5

-- name: places_below
-- The next places below one; without one, the uppermost.
SELECT id, name FROM place
WHERE archived_at IS NULL AND parent_id IS NOT DISTINCT FROM %(place_id)s::uuid
ORDER BY name, id LIMIT 200

-- name: place_above
SELECT above.id, above.name FROM place JOIN place AS above ON above.id = place.parent_id
WHERE place.id = %(place_id)s

-- name: candidates
-- Responders whom one may put on duty at a place: those who work at, below or above it,
-- at or below one's own place; the nearest first.
SELECT person.id, person.name, person.role, own.name AS place
FROM person JOIN place AS own ON own.id = person.place_id
JOIN place AS wanted ON wanted.id = %(place_id)s
WHERE person.archived_at IS NULL AND person.role = ANY(%(responders)s::text[])
  AND (own.path @> ARRAY[wanted.id] OR wanted.path @> ARRAY[own.id])
  AND (%(below)s::uuid IS NULL OR own.path @> ARRAY[%(below)s::uuid])
ORDER BY abs(cardinality(own.path) - cardinality(wanted.path)), own.name, person.name,
    person.id
LIMIT %(limit)s

-- name: names
SELECT id, name FROM person WHERE id = ANY(%(ids)s::uuid[])
