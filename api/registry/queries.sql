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
-- With the duties laid out from them.
WITH gone AS (
    UPDATE shift SET archived_at = %(now)s
    WHERE place_id = %(id)s AND archived_at IS NULL
    RETURNING id
)
DELETE FROM duty_period USING gone WHERE duty_period.shift_id = gone.id

-- name: people
SELECT person.id, person.name, person.role, person.place_id, person.username,
       person.phone, person.locale, person.created_at, {path_names} AS place
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
                  phone = coalesce(%(phone)s, phone),
                  username = coalesce(%(username)s, username),
                  password_hash = coalesce(%(password_hash)s, password_hash),
                  sessions_valid_after = CASE WHEN %(password_hash)s::text IS NULL
                      THEN sessions_valid_after ELSE %(now)s END
WHERE id = %(id)s

-- name: has_login
-- Whether they can log in; a user name alone, as an import sets it, is no login.
SELECT 1 FROM person WHERE id = %(id)s AND password_hash IS NOT NULL

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
-- With the duties laid out from them.
WITH gone AS (
    UPDATE shift SET archived_at = %(now)s
    WHERE person_id = %(id)s AND archived_at IS NULL
    RETURNING id
)
DELETE FROM duty_period USING gone WHERE duty_period.shift_id = gone.id

-- name: is_linked
SELECT 1 FROM family_link WHERE person_id = %(id)s AND archived_at IS NULL LIMIT 1

-- name: linked_elsewhere
-- Whether a senior they are linked to is not at or below a manager's place.
SELECT 1 FROM family_link AS link
JOIN senior ON senior.id = link.senior_id
JOIN place AS home ON home.id = senior.place_id
WHERE link.person_id = %(id)s AND link.archived_at IS NULL
  AND NOT home.path @> ARRAY[%(my_place)s::uuid] LIMIT 1

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

-- name: seniors
SELECT senior.id, senior.name, senior.birth_date, senior.sex, senior.place_id,
       senior.home_latitude, senior.home_longitude, senior.address,
       senior.lives_alone, senior.conditions, senior.risk,
       senior.expected_interval_s, senior.location_consent, senior.health_consent,
       senior.medication_note, senior.key_holder_name, senior.key_holder_phone,
       senior.key_holder_note, senior.hospital, senior.language, senior.discharged_on,
       senior.created_at,
       {path_names} AS place, worn.device_id, mine.scopes,
       ARRAY(SELECT jsonb_build_object('person_id', relative.id,
                        'name', relative.name, 'relation', link.relation,
                        'kinds', ARRAY(SELECT DISTINCT contact.kind FROM contact
                                       WHERE contact.person_id = relative.id
                                         AND contact.verified_at IS NOT NULL
                                         AND contact.archived_at IS NULL))
             FROM family_link AS link JOIN person AS relative
               ON relative.id = link.person_id
             WHERE link.senior_id = senior.id AND link.archived_at IS NULL
               AND relative.archived_at IS NULL
             ORDER BY link.id) AS contacts
FROM (
    SELECT senior.id FROM senior
    WHERE {visible} AND {listed}
      AND (%(after)s::uuid IS NULL OR senior.id > %(after)s)
      AND (%(id)s::uuid IS NULL OR senior.id = %(id)s)
      AND (%(under)s::uuid[] IS NULL OR senior.place_id = ANY(ARRAY(
               SELECT below.id FROM place AS below
               WHERE below.path && %(under)s::uuid[])))
      AND (%(place_id)s::uuid IS NULL OR senior.place_id = ANY(ARRAY(
               SELECT below.id FROM place AS below
               WHERE below.path @> ARRAY[%(place_id)s::uuid])))
    ORDER BY senior.id LIMIT %(limit)s
) AS wanted
JOIN senior ON senior.id = wanted.id
JOIN place ON place.id = senior.place_id
LEFT JOIN family_link AS mine
    ON mine.senior_id = senior.id AND mine.person_id = %(me)s
   AND mine.archived_at IS NULL
LEFT JOIN LATERAL (
    SELECT wristband.device_id FROM binding
    JOIN wristband ON wristband.key = binding.wristband_key
    WHERE binding.senior_id = senior.id AND binding.ends_at IS NULL) AS worn ON true
ORDER BY senior.id

-- name: everyone
true

-- name: living_alone
senior.lives_alone

-- name: over_80
senior.birth_date <= (%(today)s::date - interval '80 years')::date

-- name: dementia
senior.conditions @> ARRAY['dementia'] AND senior.health_consent

-- name: recently_in_hospital
-- Out of hospital for thirty days at most.
senior.discharged_on BETWEEN %(today)s::date - 30 AND %(today)s::date
AND senior.health_consent

-- name: high_risk
senior.risk = 'high' AND senior.health_consent

-- name: count_care_lists
SELECT count(*) FILTER (WHERE {living_alone}) AS living_alone,
       count(*) FILTER (WHERE {over_80}) AS over_80,
       count(*) FILTER (WHERE {dementia}) AS dementia,
       count(*) FILTER (WHERE {recently_in_hospital}) AS recently_in_hospital,
       count(*) FILTER (WHERE {high_risk}) AS high_risk,
       count(*) FILTER (WHERE {special_care}) AS special_care
FROM senior
WHERE {visible}
  AND (%(under)s::uuid[] IS NULL OR senior.place_id = ANY(ARRAY(
           SELECT below.id FROM place AS below
           WHERE below.path && %(under)s::uuid[])))
  AND (%(place_id)s::uuid IS NULL OR senior.place_id = ANY(ARRAY(
           SELECT below.id FROM place AS below
           WHERE below.path @> ARRAY[%(place_id)s::uuid])))

-- name: lock_senior
SELECT conditions, thresholds, routine FROM senior
WHERE id = %(id)s AND archived_at IS NULL FOR UPDATE

-- name: change_senior
UPDATE senior SET name = coalesce(%(name)s, name),
    birth_date = coalesce(%(birth_date)s, birth_date),
    sex = coalesce(%(sex)s, sex),
    place_id = coalesce(%(place_id)s, place_id),
    home_latitude = coalesce(%(home_latitude)s, home_latitude),
    home_longitude = coalesce(%(home_longitude)s, home_longitude),
    address = CASE WHEN 'address' = ANY(%(clear)s::text[]) THEN NULL
        ELSE coalesce(%(address)s, address) END,
    lives_alone = coalesce(%(lives_alone)s, lives_alone),
    conditions = coalesce(%(conditions)s::text[], conditions),
    risk = coalesce(%(risk)s, risk),
    expected_interval_s = coalesce(%(expected_interval_s)s, expected_interval_s),
    location_consent = coalesce(%(location_consent)s, location_consent),
    medication_note = CASE WHEN 'medication_note' = ANY(%(clear)s::text[]) THEN NULL
        ELSE coalesce(%(medication_note)s, medication_note) END,
    key_holder_name = CASE WHEN 'key_holder' = ANY(%(clear)s::text[]) THEN NULL
        ELSE coalesce(%(key_holder_name)s, key_holder_name) END,
    key_holder_phone = CASE WHEN 'key_holder' = ANY(%(clear)s::text[]) THEN NULL
        WHEN %(key_holder_name)s::text IS NULL THEN key_holder_phone
        ELSE %(key_holder_phone)s END,
    key_holder_note = CASE WHEN 'key_holder' = ANY(%(clear)s::text[]) THEN NULL
        WHEN %(key_holder_name)s::text IS NULL THEN key_holder_note
        ELSE %(key_holder_note)s END,
    hospital = CASE WHEN 'hospital' = ANY(%(clear)s::text[]) THEN NULL
        ELSE coalesce(%(hospital)s, hospital) END,
    language = coalesce(%(language)s, language),
    discharged_on = CASE WHEN 'discharged_on' = ANY(%(clear)s::text[]) THEN NULL
        ELSE coalesce(%(discharged_on)s, discharged_on) END
WHERE id = %(id)s

-- name: senior_in_use
SELECT CASE
    WHEN EXISTS (SELECT 1 FROM binding WHERE senior_id = %(id)s AND ends_at IS NULL)
        THEN 'they wear a wristband; end its binding first'
    WHEN EXISTS (SELECT 1 FROM alert
                 WHERE senior_id = %(id)s AND status <> 'resolved')
        THEN 'an alert of theirs is unresolved'
END AS reason

-- name: archive_senior
UPDATE senior SET archived_at = %(now)s WHERE id = %(id)s

-- name: set_thresholds
UPDATE senior SET thresholds = %(thresholds)s WHERE id = %(id)s

-- name: set_routine
UPDATE senior SET routine = %(routine)s WHERE id = %(id)s

-- name: family
SELECT link.id, link.senior_id, link.person_id, relative.name, link.relation,
       link.scopes, link.consent_at, link.consent_by
FROM family_link AS link JOIN person AS relative ON relative.id = link.person_id
WHERE link.senior_id = %(senior_id)s AND link.archived_at IS NULL
  AND (%(after)s::uuid IS NULL OR link.id > %(after)s)
  AND (%(id)s::uuid IS NULL OR link.id = %(id)s)
ORDER BY link.id LIMIT %(limit)s

-- name: unlink_family
UPDATE family_link SET archived_at = %(now)s
WHERE id = %(id)s AND senior_id = %(senior_id)s AND archived_at IS NULL

-- name: contacts
SELECT id, person_id, kind, url, verified_at, created_at FROM contact
WHERE person_id = %(person_id)s AND archived_at IS NULL
  AND (%(after)s::uuid IS NULL OR id > %(after)s)
  AND (%(id)s::uuid IS NULL OR id = %(id)s)
ORDER BY id LIMIT %(limit)s

-- name: same_contact
-- The contact that is added again: one still to be proven, or one to be vouched for.
SELECT id, verified_at FROM contact
WHERE person_id = %(person_id)s AND kind = %(kind)s AND url = %(url)s
  AND archived_at IS NULL AND (verified_at IS NULL OR %(verified)s)
ORDER BY verified_at NULLS LAST LIMIT 1

-- name: count_contacts
SELECT count(*) AS count FROM contact
WHERE person_id = %(id)s AND archived_at IS NULL

-- name: archive_contact
UPDATE contact SET archived_at = %(now)s
WHERE id = %(id)s AND person_id = %(person_id)s AND archived_at IS NULL

-- name: geofences
SELECT id, senior_id, name, shape, alert_on, created_at FROM geofence
WHERE senior_id = %(senior_id)s AND archived_at IS NULL
  AND (%(after)s::uuid IS NULL OR id > %(after)s)
  AND (%(id)s::uuid IS NULL OR id = %(id)s)
ORDER BY id LIMIT %(limit)s

-- name: count_geofences
SELECT count(*) AS count FROM geofence
WHERE senior_id = %(senior_id)s AND archived_at IS NULL

-- name: add_geofence
INSERT INTO geofence (id, senior_id, name, shape, alert_on, created_at)
VALUES (%(id)s, %(senior_id)s, %(name)s, %(shape)s, %(alert_on)s, %(now)s)

-- name: archive_geofence
UPDATE geofence SET archived_at = %(now)s
WHERE id = %(id)s AND senior_id = %(senior_id)s AND archived_at IS NULL

-- name: absences
-- Without those taken back before they began.
SELECT id, senior_id, starts_at, ends_at, reason, created_by, created_at FROM absence
WHERE senior_id = %(senior_id)s AND ends_at - starts_at > interval '1 microsecond'
  AND (%(after)s::uuid IS NULL OR id < %(after)s)
  AND (%(id)s::uuid IS NULL OR id = %(id)s)
ORDER BY id DESC LIMIT %(limit)s

-- name: add_absence
INSERT INTO absence (id, senior_id, starts_at, ends_at, reason, created_by, created_at)
VALUES (%(id)s, %(senior_id)s, %(starts_at)s, %(ends_at)s, %(reason)s, %(me)s, %(now)s)

-- name: who_hears_of_absence
-- Verified contacts of the nearest grid workers: the lowest place at or above the
-- senior's home that has one who can be reached.
SELECT nearest.person_id, nearest.contact_id
FROM (
    SELECT person.id AS person_id, contact.id AS contact_id,
        rank() OVER (ORDER BY node.depth DESC) AS distance
    FROM senior
    JOIN place AS home ON home.id = senior.place_id
    CROSS JOIN unnest(home.path) WITH ORDINALITY AS node (place_id, depth)
    JOIN person ON person.place_id = node.place_id AND person.role = 'grid_worker'
        AND person.archived_at IS NULL
    JOIN contact ON contact.person_id = person.id AND contact.archived_at IS NULL
        AND contact.verified_at IS NOT NULL
    WHERE senior.id = %(senior_id)s
) AS nearest
WHERE distance = 1

-- name: tell_absence
INSERT INTO notification
    (id, absence_id, person_id, contact_id, step, urgent, due_at, created_at)
VALUES (%(id)s, %(absence_id)s, %(person_id)s, %(contact_id)s, 'absence', false,
    %(now)s, %(now)s)

-- name: end_absence
-- One that has begun ends now.
UPDATE absence SET ends_at = %(now)s
WHERE id = %(id)s AND starts_at < %(now)s AND ends_at > %(now)s

-- name: drop_absence
-- One that has not begun is over at once; who was told of it stays on record.
UPDATE absence SET starts_at = %(now)s - interval '1 microsecond', ends_at = %(now)s
WHERE id = %(id)s AND starts_at >= %(now)s

-- name: wristbands
SELECT wristband.key, wristband.device_id, wristband.model, wristband.created_at,
       wristband.revoked_at, wristband.returned_at, wristband.return_reason,
       worn.senior_id, worn.starts_at AS bound_since,
       state.last_received_at AS last_seen
FROM wristband
LEFT JOIN binding AS worn
    ON worn.wristband_key = wristband.key AND worn.ends_at IS NULL
LEFT JOIN last_known AS state ON state.binding_id = worn.id
WHERE wristband.archived_at IS NULL
  AND (%(my_role)s::text = 'admin'
       OR %(my_role)s::text <> 'family' AND EXISTS (
           SELECT 1 FROM senior WHERE senior.id = worn.senior_id AND {visible}))
  AND (%(after)s::integer IS NULL OR wristband.key > %(after)s)
  AND (%(device_id)s::text IS NULL OR wristband.device_id = %(device_id)s)
ORDER BY wristband.key LIMIT %(limit)s

-- name: wristband_known
-- Whether there is or was such a wristband.
SELECT key FROM wristband WHERE device_id = %(device_id)s

-- name: worn_wristbands
-- Who wore which wristband, of one wristband or one senior, newest first; an
-- administrator sees those of archived seniors and wristbands, too.
SELECT binding.id, wristband.device_id, wristband.model, binding.senior_id,
       senior.name AS senior, binding.starts_at, binding.ends_at, binding.ended_as,
       binding.end_reason
FROM binding
JOIN wristband ON wristband.key = binding.wristband_key
JOIN senior ON senior.id = binding.senior_id
WHERE (%(key)s::integer IS NULL OR binding.wristband_key = %(key)s)
  AND (%(senior_id)s::uuid IS NULL OR binding.senior_id = %(senior_id)s)
  AND (%(my_role)s::text = 'admin' OR {visible})
  AND (%(after)s::timestamptz IS NULL
       OR (binding.starts_at, binding.id) < (%(after)s, %(after_id)s::uuid))
ORDER BY binding.starts_at DESC, binding.id DESC LIMIT %(limit)s

-- name: change_wristband
UPDATE wristband SET model = coalesce(%(model)s, model)
WHERE device_id = %(device_id)s AND archived_at IS NULL

-- name: archive_wristband
UPDATE wristband SET archived_at = %(now)s, revoked_at = coalesce(revoked_at, %(now)s)
WHERE device_id = %(device_id)s AND archived_at IS NULL

-- name: open_alert_of_wristband
SELECT 1 FROM alert
WHERE device_id = %(device_id)s AND senior_id IS NULL AND status <> 'resolved' LIMIT 1

-- name: shifts
SELECT shift.id, shift.person_id, shift.place_id, shift.starts_at, shift.ends_at,
       shift.rrule, shift.exdates, shift.holidays, shift.always_handover, shift.created_at
FROM shift JOIN place ON place.id = shift.place_id
WHERE shift.archived_at IS NULL
  AND (shift.person_id = %(me)s OR %(manages)s AND {visible})
  AND (%(after)s::uuid IS NULL OR shift.id > %(after)s)
  AND (%(id)s::uuid IS NULL OR shift.id = %(id)s)
  AND (%(person_id)s::uuid IS NULL OR shift.person_id = %(person_id)s)
  AND (%(place_id)s::uuid IS NULL OR place.path @> ARRAY[%(place_id)s::uuid])
ORDER BY shift.id LIMIT %(limit)s

-- name: add_shift
INSERT INTO shift (id, person_id, place_id, starts_at, ends_at, rrule, exdates, holidays,
                   always_handover, created_at)
VALUES (%(id)s, %(person_id)s, %(place_id)s, %(starts_at)s, %(ends_at)s, %(rrule)s,
        %(exdates)s::date[], %(holidays)s, %(always_handover)s, %(now)s)

-- name: change_shift
UPDATE shift SET person_id = %(person_id)s, place_id = %(place_id)s,
                 starts_at = %(starts_at)s, ends_at = %(ends_at)s, rrule = %(rrule)s,
                 exdates = %(exdates)s::date[], holidays = %(holidays)s,
                 always_handover = %(always_handover)s
WHERE id = %(id)s AND archived_at IS NULL

-- name: archive_shift
UPDATE shift SET archived_at = %(now)s WHERE id = %(id)s AND archived_at IS NULL

-- name: rejected
SELECT id, topic, idx, reasons, payload, first_at, count FROM rejected
WHERE %(first_at)s::timestamptz IS NULL
   OR (first_at, id) < (%(first_at)s::timestamptz, %(id)s::uuid)
ORDER BY first_at DESC, id DESC LIMIT %(limit)s

-- name: audit
SELECT position, id, at, actor_id, actor_name, action, object_type, object_id,
       senior_id, detail, address
FROM audit_log
WHERE (%(after)s::bigint IS NULL OR position < %(after)s)
  AND (%(senior_id)s::uuid IS NULL OR senior_id = %(senior_id)s)
  AND (%(actor_id)s::uuid IS NULL OR actor_id = %(actor_id)s)
  AND (%(action)s::text IS NULL OR action = %(action)s)
  AND (%(from)s::timestamptz IS NULL OR at >= %(from)s)
  AND (%(to)s::timestamptz IS NULL OR at < %(to)s)
ORDER BY position DESC LIMIT %(limit)s

-- name: heartbeats
SELECT service, at FROM service_heartbeat

-- name: care
SELECT thresholds, routine FROM senior WHERE id = %(id)s

-- name: call_back
SELECT phone, call_back AS wanted FROM senior WHERE id = %(id)s

-- name: set_call_back
UPDATE senior SET phone = %(phone)s, call_back = %(wanted)s WHERE id = %(id)s

-- name: wishes
SELECT kind, body FROM daily_wish WHERE person_id = %(id)s

-- name: set_wish
INSERT INTO daily_wish (person_id, kind, at_hour, body, due_at, set_at)
VALUES (%(person_id)s, %(kind)s, %(hour)s, %(body)s, %(due_at)s, %(now)s)
ON CONFLICT (person_id, kind) DO UPDATE SET at_hour = excluded.at_hour,
    body = excluded.body, due_at = excluded.due_at, set_at = excluded.set_at

-- name: drop_wish
DELETE FROM daily_wish WHERE person_id = %(person_id)s AND kind = %(kind)s

-- name: offices
-- Places of an office and of those below it, as far down as communities.
SELECT place.id, place.level, place.name FROM place
WHERE {visible} AND place.archived_at IS NULL
  AND place.level IN ('district', 'street', 'community')
ORDER BY cardinality(place.path), place.name, place.id LIMIT 500
