-- name: add
INSERT INTO visit (id, senior_id, place_id, person_id, person_name, at, kind, note,
    found_well, alert_id, corrects_id, created_at)
VALUES (%(id)s, %(senior_id)s, %(place_id)s, %(me)s, %(my_name)s, %(at)s, %(kind)s,
    %(note)s, %(found_well)s, %(alert_id)s, %(corrects_id)s, %(now)s)
ON CONFLICT (corrects_id) DO NOTHING
RETURNING id

-- name: find
-- Entries at or below the asker's place, newest first.
SELECT visit.id, visit.senior_id, senior.name AS senior, visit.place_id,
    place.name AS place, visit.person_id, visit.person_name, visit.at, visit.kind,
    visit.note, visit.found_well, visit.alert_id, visit.corrects_id, visit.created_at,
    later.id AS corrected_by_id
FROM visit
JOIN place ON place.id = visit.place_id
LEFT JOIN senior ON senior.id = visit.senior_id
LEFT JOIN visit AS later ON later.corrects_id = visit.id
WHERE (%(my_place)s::uuid IS NULL OR place.path @> ARRAY[%(my_place)s::uuid])
  AND (%(id)s::uuid IS NULL OR visit.id = %(id)s)
  AND (%(senior_id)s::uuid IS NULL OR visit.senior_id = %(senior_id)s)
  AND (%(place_id)s::uuid IS NULL OR place.path @> ARRAY[%(place_id)s::uuid])
  AND (%(from)s::timestamptz IS NULL OR visit.at >= %(from)s)
  AND (%(to)s::timestamptz IS NULL OR visit.at < %(to)s)
  AND (%(before)s::timestamptz IS NULL
       OR (visit.at, visit.id) < (%(before)s::timestamptz, %(before_id)s::uuid))
ORDER BY visit.at DESC, visit.id DESC LIMIT %(limit)s

-- name: alert_of
SELECT senior_id, place_id FROM alert WHERE id = %(id)s
