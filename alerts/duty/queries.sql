-- name: lock_progress
-- One service at a time hands over and watches for gaps.
SELECT handed_over_until, gaps_told_on FROM duty_progress FOR UPDATE

-- name: handed_over
UPDATE duty_progress SET handed_over_until = %(until)s

-- name: gaps_told
UPDATE duty_progress SET gaps_told_on = %(day)s

-- name: ended
-- Where duties ended in a span of time, whose, and whether a hand-over is asked for also
-- with nothing open.
SELECT duty_period.place_id, duty_period.ends_at, place.name,
    array_agg(DISTINCT duty_period.person_id), coalesce(bool_or(shift.always_handover), false)
FROM duty_period
JOIN place ON place.id = duty_period.place_id AND place.archived_at IS NULL
LEFT JOIN shift ON shift.id = duty_period.shift_id
WHERE duty_period.ends_at > %(since)s AND duty_period.ends_at <= %(until)s
GROUP BY duty_period.place_id, duty_period.ends_at, place.name
ORDER BY duty_period.ends_at, duty_period.place_id

-- name: standing
-- Who stands for a place at an instant, and whether by being on duty.
SELECT person_id, EXISTS (
    SELECT FROM duty_period
    WHERE duty_period.place_id = %(place_id)s AND duty_period.starts_at <= %(at)s
      AND duty_period.ends_at > %(at)s AND duty_period.person_id = found.person_id)
FROM responsible(ARRAY[%(place_id)s::uuid], %(at)s) AS found WHERE stands

-- name: open_alerts
-- Unresolved alerts at or below a place, the most pressing and oldest first.
SELECT alert.id, alert.kind, alert.severity, alert.status, alert.drill, alert.opened_at,
    senior.name AS senior, place.name AS place, owner.name AS owner,
    count(*) OVER () AS total
FROM alert
LEFT JOIN senior ON senior.id = alert.senior_id
JOIN place ON place.id = coalesce(senior.place_id, alert.place_id)
LEFT JOIN person AS owner ON owner.id = alert.owner_id
WHERE alert.status <> 'resolved' AND NOT alert.canary
  AND place.path @> ARRAY[%(place_id)s::uuid]
ORDER BY array_position(ARRAY['critical', 'warning', 'info'], alert.severity),
    alert.opened_at
LIMIT %(limit)s

-- name: named
SELECT id, name FROM person WHERE id = ANY(%(people)s::uuid[]) ORDER BY name

-- name: note_handover
INSERT INTO audit_log (id, at, actor_name, action, object_type, object_id, detail)
VALUES (%(id)s, %(now)s, 'alerts service', 'duty.handover', 'place', %(place_id)s,
    %(detail)s)

-- name: next_end
SELECT min(ends_at) FROM duty_period WHERE ends_at > %(now)s

-- name: keep_gaps
-- Gaps that are there now; one that got worse is told anew.
INSERT INTO coverage_gap AS old (place_id, since, reach, cause, seniors)
SELECT gap.place_id, %(now)s, gap.reach, gap.cause, gap.seniors
FROM unnest(%(places)s::uuid[], %(reaches)s::text[], %(causes)s::text[],
    %(seniors)s::integer[]) AS gap (place_id, reach, cause, seniors)
ORDER BY gap.place_id
ON CONFLICT (place_id) DO UPDATE
SET reach = excluded.reach, cause = excluded.cause, seniors = excluded.seniors,
    told = CASE WHEN old.reach = 'above' AND excluded.reach = 'nobody' THEN '{}'
        ELSE old.told END
WHERE (old.reach, old.cause, old.seniors)
    IS DISTINCT FROM (excluded.reach, excluded.cause, excluded.seniors)

-- name: end_gaps
DELETE FROM coverage_gap WHERE place_id <> ALL(%(places)s::uuid[])

-- name: untold
-- High-risk seniors whose place has a gap that was not told of for them yet.
SELECT coverage_gap.place_id, coverage_gap.reach, coverage_gap.cause, senior.id,
    senior.name, place.name AS place, place.path
FROM coverage_gap
JOIN place ON place.id = coverage_gap.place_id
JOIN senior ON senior.place_id = place.id AND senior.archived_at IS NULL
    AND senior.risk = 'high'
WHERE senior.id <> ALL(coverage_gap.told)
ORDER BY coverage_gap.reach DESC, place.name, senior.name

-- name: told_of
UPDATE coverage_gap SET told = told || told_now.seniors
FROM (
    SELECT place_id, array_agg(senior_id) AS seniors
    FROM unnest(%(places)s::uuid[], %(seniors)s::uuid[]) AS one (place_id, senior_id)
    GROUP BY place_id
) AS told_now
WHERE coverage_gap.place_id = told_now.place_id

-- name: managers
-- Managers who have a verified contact, where they work, and whether they stand there.
SELECT person.id, person.place_id, coalesce(bool_or(duty.stands), false)
FROM person
LEFT JOIN LATERAL responsible(ARRAY[person.place_id], %(now)s) AS duty
    ON duty.person_id = person.id
WHERE person.role = ANY(%(managers)s::text[]) AND person.archived_at IS NULL
  AND EXISTS (
    SELECT FROM contact
    WHERE contact.person_id = person.id AND contact.archived_at IS NULL
      AND contact.verified_at IS NOT NULL)
GROUP BY person.id
ORDER BY person.id

-- name: administrators
SELECT id FROM person WHERE role = 'admin' AND archived_at IS NULL ORDER BY id

-- name: place_names
SELECT id, name FROM place WHERE id = ANY(%(places)s::uuid[])
