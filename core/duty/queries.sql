-- name: lock_places
-- Changes of a place's shifts and overrides follow each other: whoever changes a row of
-- them holds this first.
SELECT FROM place WHERE id = ANY(%(places)s::uuid[]) ORDER BY id FOR NO KEY UPDATE

-- name: lock_places_of
SELECT FROM place
WHERE id IN (SELECT place_id FROM shift
    WHERE person_id = %(person_id)s AND archived_at IS NULL)
ORDER BY id FOR NO KEY UPDATE

-- name: give_way
-- Rolling forward waits for nobody: it comes again.
SET LOCAL lock_timeout = '500ms'

-- name: shifts_of
-- Shifts of a place that are to be laid out: one, or all.
SELECT id, person_id, place_id, starts_at, ends_at, rrule, exdates, holidays
FROM shift
WHERE place_id = %(place_id)s AND archived_at IS NULL
  AND (%(shift_id)s::uuid IS NULL OR id = %(shift_id)s)
ORDER BY id

-- name: overrides_of
-- Overrides of a place that are not over, in the order of their making; one is of
-- somebody planned where they have a shift there about that time.
SELECT id, place_id, starts_at, ends_at, add_person_id, remove_person_id,
    EXISTS (
        SELECT FROM shift
        WHERE shift.place_id = duty_override.place_id
          AND shift.person_id = duty_override.remove_person_id
          AND shift.archived_at IS NULL
          AND shift.starts_at < duty_override.ends_at + interval '35 days'
          AND (shift.over_at IS NULL
            OR shift.over_at > duty_override.starts_at - interval '35 days')) AS planned
FROM duty_override
WHERE place_id = %(place_id)s AND archived_at IS NULL AND ends_at > %(since)s
  AND (%(until)s::timestamptz IS NULL OR starts_at < %(until)s)
ORDER BY created_at, id

-- name: drop_periods
-- What is laid out anew: of one shift or of all shifts of a place, and of overrides.
DELETE FROM duty_period
WHERE place_id = %(place_id)s
  AND (shift_id IS NULL OR %(shift_id)s::uuid IS NULL OR shift_id = %(shift_id)s)

-- name: drop_shift
-- A shift that moved to another place leaves nothing behind.
DELETE FROM duty_period WHERE shift_id = %(shift_id)s

-- name: add_periods
INSERT INTO duty_period (shift_id, person_id, place_id, starts_at, ends_at, override_id)
SELECT * FROM unnest(%(shifts)s::uuid[], %(people)s::uuid[], %(places)s::uuid[],
    %(starts)s::timestamptz[], %(ends)s::timestamptz[], %(overrides)s::uuid[])

-- name: laid_out
UPDATE shift SET laid_out_until = %(until)s, over_at = laid.over_at
FROM unnest(%(shifts)s::uuid[], %(overs)s::timestamptz[]) AS laid (id, over_at)
WHERE shift.id = laid.id

-- name: due_places
-- Places with shifts whose duties do not reach far enough, the furthest behind first.
SELECT place_id FROM shift
WHERE archived_at IS NULL AND (laid_out_until IS NULL OR laid_out_until < %(until)s)
  AND (over_at IS NULL OR laid_out_until IS NULL OR over_at > laid_out_until)
GROUP BY place_id
ORDER BY min(laid_out_until) NULLS FIRST
LIMIT %(limit)s

-- name: forget_periods
DELETE FROM duty_period WHERE ends_at < %(before)s

-- name: places_by_holidays
-- Places with shifts that follow the calendar of holidays.
SELECT DISTINCT place_id FROM shift
WHERE archived_at IS NULL AND holidays IS NOT NULL

-- name: corrections
SELECT day, working FROM holiday

-- name: responsible
-- Who of some places' responders stands for them at an instant.
SELECT place_id, person_id, stands FROM responsible(%(places)s::uuid[], %(now)s)

-- name: homes
-- Places at or below some (or all) where seniors live, and how many.
SELECT place.id, place.path, count(*), count(*) FILTER (WHERE senior.risk = 'high')
FROM senior JOIN place ON place.id = senior.place_id
WHERE senior.archived_at IS NULL
  AND (%(roots)s::uuid[] IS NULL OR place.path && %(roots)s::uuid[])
GROUP BY place.id
ORDER BY place.id

-- name: people_of
-- Responders who have to do with some places in a span, and what is wrong with their
-- contacts: none is verified, or the last three deliveries to each failed within a week.
WITH pair AS (
    SELECT place_id, person_id, bool_or(home) AS home
    FROM (
        SELECT person.place_id, person.id, true FROM person
        WHERE person.place_id = ANY(%(places)s::uuid[]) AND person.archived_at IS NULL
        UNION ALL
        SELECT shift.place_id, shift.person_id, false FROM shift
        WHERE shift.place_id = ANY(%(places)s::uuid[]) AND shift.archived_at IS NULL
          AND shift.starts_at < %(until)s + interval '35 days'
          AND (shift.over_at IS NULL OR shift.over_at > %(since)s - interval '35 days')
        UNION ALL
        SELECT duty_period.place_id, duty_period.person_id, false FROM duty_period
        WHERE duty_period.place_id = ANY(%(places)s::uuid[])
          AND duty_period.starts_at < %(until)s AND duty_period.ends_at > %(since)s
    ) AS about (place_id, person_id, home)
    GROUP BY place_id, person_id
), reach AS (
    SELECT person.id, count(contact.id) AS contacts,
        count(*) FILTER (WHERE last.failed) AS failing
    FROM person
    LEFT JOIN contact ON contact.person_id = person.id AND contact.archived_at IS NULL
        AND contact.verified_at IS NOT NULL
    LEFT JOIN LATERAL (
        SELECT count(*) = 3 AND bool_and(tried.status <> 'sent'
            AND tried.created_at > %(now)s - interval '7 days') AS failed
        FROM (
            SELECT status, created_at FROM notification
            WHERE notification.contact_id = contact.id
              AND (notification.status = 'sent' OR notification.attempts > 0)
            ORDER BY created_at DESC LIMIT 3
        ) AS tried
    ) AS last ON true
    WHERE person.id IN (SELECT person_id FROM pair) AND person.archived_at IS NULL
      AND person.role = ANY(%(responders)s::text[])
    GROUP BY person.id
)
SELECT pair.place_id, place.level, person.id, person.name, person.role, pair.home,
    CASE WHEN reach.contacts = 0 THEN 'no_verified_contact'
         WHEN reach.failing = reach.contacts THEN 'last_deliveries_failed' END AS fault
FROM pair
JOIN reach ON reach.id = pair.person_id
JOIN person ON person.id = pair.person_id
JOIN place ON place.id = pair.place_id
ORDER BY pair.place_id, person.id

-- name: duties
-- Who is on duty for some places in a span.
SELECT place_id, person_id, starts_at, ends_at FROM duty_period
WHERE place_id = ANY(%(places)s::uuid[])
  AND starts_at < %(until)s AND ends_at > %(since)s

-- name: stood_down
-- When those who work at some places do not stand for them without being on duty: they
-- have shifts there about that time, or are taken off.
SELECT shift.place_id, shift.person_id, shift.starts_at - interval '35 days' AS starts_at,
    coalesce(shift.over_at + interval '35 days', '9000-01-01 00:00Z') AS ends_at
FROM shift JOIN person ON person.id = shift.person_id
WHERE shift.place_id = ANY(%(places)s::uuid[]) AND shift.archived_at IS NULL
  AND person.place_id = shift.place_id
UNION ALL
SELECT place_id, remove_person_id, starts_at, ends_at FROM duty_override
WHERE place_id = ANY(%(places)s::uuid[]) AND archived_at IS NULL
  AND remove_person_id IS NOT NULL
  AND starts_at < %(until)s AND ends_at > %(since)s
