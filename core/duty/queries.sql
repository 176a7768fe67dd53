-- name: lock_place
-- Changes of a place's shifts and overrides follow each other.
SELECT FROM place WHERE id = %(place_id)s FOR NO KEY UPDATE

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
