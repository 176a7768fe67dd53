-- A street in and out: everything at once, by set. Parameters: root is the place at or
-- below which things are read (null: everywhere); rows is a JSON array of objects.

-- name: lock_imports
-- One import at a time.
SELECT pg_advisory_xact_lock(1499034210)

-- name: places
-- At or below the root, and what lies above it.
SELECT id, level, name, parent_id, external_no, path, xmin::text AS version FROM place
WHERE archived_at IS NULL
  AND (%(root)s::uuid IS NULL OR path @> ARRAY[%(root)s::uuid]
       OR id = ANY((SELECT path FROM place WHERE id = %(root)s)::uuid[]))
ORDER BY id

-- name: people
-- Staff, and unless there is a root relatives.
SELECT person.id, person.name, person.role, person.place_id, person.username,
    person.locale, person.phone, person.external_no, person.xmin::text AS version
FROM person LEFT JOIN place ON place.id = person.place_id
WHERE person.archived_at IS NULL AND person.role NOT IN ('admin', 'department')
  AND (%(root)s::uuid IS NULL OR place.path @> ARRAY[%(root)s::uuid])
ORDER BY person.id

-- name: seniors
SELECT senior.id, senior.name, senior.birth_date, senior.sex, senior.place_id,
    senior.home_latitude, senior.home_longitude, senior.address, senior.lives_alone,
    senior.conditions, senior.risk, senior.medication_note, senior.key_holder_name,
    senior.key_holder_phone, senior.key_holder_note, senior.hospital, senior.language,
    senior.discharged_on, senior.expected_interval_s, senior.location_consent,
    senior.health_consent, senior.external_no, senior.xmin::text AS version
FROM senior JOIN place ON place.id = senior.place_id
WHERE senior.archived_at IS NULL
  AND (%(root)s::uuid IS NULL OR place.path @> ARRAY[%(root)s::uuid])
ORDER BY senior.id

-- name: taken
-- Numbers and user names of what the asker may not change, or is not there any more.
SELECT 'place' AS what, external_no AS name FROM place
WHERE external_no IS NOT NULL AND archived_at IS NULL AND %(root)s::uuid IS NOT NULL
  AND NOT path @> ARRAY[%(root)s::uuid]
UNION ALL
SELECT 'senior', senior.external_no FROM senior JOIN place ON place.id = senior.place_id
WHERE senior.external_no IS NOT NULL AND senior.archived_at IS NULL
  AND %(root)s::uuid IS NOT NULL AND NOT place.path @> ARRAY[%(root)s::uuid]
UNION ALL
SELECT 'person', person.external_no
FROM person LEFT JOIN place ON place.id = person.place_id
WHERE person.external_no IS NOT NULL AND person.archived_at IS NULL
  AND (person.role IN ('admin', 'department') OR %(root)s::uuid IS NOT NULL
       AND NOT coalesce(place.path @> ARRAY[%(root)s::uuid], false))
UNION ALL
SELECT 'username', lower(person.username)
FROM person LEFT JOIN place ON place.id = person.place_id
WHERE person.username IS NOT NULL AND person.archived_at IS NULL
  AND (person.role IN ('admin', 'department') OR %(root)s::uuid IS NOT NULL
       AND NOT coalesce(place.path @> ARRAY[%(root)s::uuid], false))

-- name: is_id
-- Whether a place, a person or a senior has this id, archived or not.
SELECT EXISTS (SELECT FROM place WHERE id = %(id)s)
    OR EXISTS (SELECT FROM person WHERE id = %(id)s)
    OR EXISTS (SELECT FROM senior WHERE id = %(id)s)

-- name: links
SELECT id, senior_id, person_id, relation, scopes, consent_at, xmin::text AS version
FROM family_link WHERE archived_at IS NULL ORDER BY id

-- name: ended_links
SELECT DISTINCT senior_id, person_id FROM family_link AS ended
WHERE archived_at IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM family_link AS live
    WHERE live.senior_id = ended.senior_id AND live.person_id = ended.person_id
      AND live.archived_at IS NULL)

-- name: contacts
SELECT contact.id, contact.person_id, contact.kind, contact.url,
    contact.verified_at IS NOT NULL AS verified, contact.xmin::text AS version
FROM contact JOIN person ON person.id = contact.person_id
WHERE contact.archived_at IS NULL AND person.archived_at IS NULL
  AND person.role NOT IN ('admin', 'department')
ORDER BY contact.id

-- name: wristbands
SELECT wristband.device_id, wristband.model, wristband.revoked_at IS NOT NULL AS revoked,
    worn.senior_id, worn.starts_at AS since, wristband.xmin::text AS version
FROM wristband
LEFT JOIN binding AS worn
    ON worn.wristband_key = wristband.key AND worn.ends_at IS NULL
WHERE wristband.archived_at IS NULL AND wristband.returned_at IS NULL
ORDER BY wristband.key

-- name: bindings
-- Open ones, and the last that ended of each wristband and of each senior.
SELECT binding.id, wristband.device_id, binding.senior_id, binding.starts_at,
    binding.ends_at
FROM binding JOIN wristband ON wristband.key = binding.wristband_key
WHERE binding.ends_at IS NULL
UNION
(SELECT DISTINCT ON (binding.wristband_key) binding.id, wristband.device_id,
    binding.senior_id, binding.starts_at, binding.ends_at
FROM binding JOIN wristband ON wristband.key = binding.wristband_key
WHERE binding.ends_at IS NOT NULL ORDER BY binding.wristband_key, binding.ends_at DESC)
UNION
(SELECT DISTINCT ON (binding.senior_id) binding.id, wristband.device_id,
    binding.senior_id, binding.starts_at, binding.ends_at
FROM binding JOIN wristband ON wristband.key = binding.wristband_key
WHERE binding.ends_at IS NOT NULL ORDER BY binding.senior_id, binding.ends_at DESC)

-- name: shifts
SELECT shift.id, shift.person_id, shift.place_id, shift.starts_at, shift.ends_at,
    shift.rrule, shift.holidays, shift.xmin::text AS version
FROM shift JOIN place ON place.id = shift.place_id
WHERE shift.archived_at IS NULL
  AND (%(root)s::uuid IS NULL OR place.path @> ARRAY[%(root)s::uuid])
ORDER BY shift.id

-- name: recorder
-- Who stands for the command line where a person is recorded.
SELECT id FROM person WHERE role = 'admin' AND archived_at IS NULL ORDER BY id LIMIT 1

-- name: add_place
INSERT INTO place (id, level, name, parent_id, path, external_no, created_at)
SELECT id, level, name, parent_id, path, external_no, %(now)s
FROM jsonb_to_recordset(%(rows)s) AS r (id uuid, level text, name text, parent_id uuid,
    path uuid[], external_no text)

-- name: change_place
UPDATE place SET name = r.name, parent_id = r.parent_id, external_no = r.external_no
FROM jsonb_to_recordset(%(rows)s) AS r (id uuid, version text, name text, parent_id uuid,
    external_no text)
WHERE place.id = r.id AND place.xmin::text = r.version AND place.archived_at IS NULL

-- name: move_places
UPDATE place SET path = r.path
FROM jsonb_to_recordset(%(rows)s) AS r (id uuid, path uuid[]) WHERE place.id = r.id

-- name: add_person
INSERT INTO person (id, name, role, place_id, username, locale, phone, external_no,
    sessions_valid_after, created_at)
SELECT id, name, role, place_id, username, locale, phone, external_no, %(now)s, %(now)s
FROM jsonb_to_recordset(%(rows)s) AS r (id uuid, name text, role text, place_id uuid,
    username text, locale text, phone text, external_no text)

-- name: change_person
UPDATE person SET name = r.name, role = r.role, place_id = r.place_id,
    username = r.username, locale = r.locale, phone = r.phone,
    external_no = r.external_no
FROM jsonb_to_recordset(%(rows)s) AS r (id uuid, version text, name text, role text,
    place_id uuid, username text, locale text, phone text, external_no text)
WHERE person.id = r.id AND person.xmin::text = r.version AND person.archived_at IS NULL

-- name: add_senior
INSERT INTO senior (id, name, birth_date, sex, place_id, home_latitude, home_longitude,
    address, lives_alone, conditions, risk, medication_note, key_holder_name,
    key_holder_phone, key_holder_note, hospital, language, discharged_on,
    expected_interval_s, location_consent, health_consent, external_no, created_at)
SELECT id, name, birth_date, sex, place_id, home_latitude, home_longitude, address,
    lives_alone, conditions, risk, medication_note, key_holder_name, key_holder_phone,
    key_holder_note, hospital, language, discharged_on, expected_interval_s,
    location_consent, health_consent, external_no, %(now)s
FROM jsonb_to_recordset(%(rows)s) AS r (id uuid, name text, birth_date date, sex text,
    place_id uuid, home_latitude double precision, home_longitude double precision,
    address text, lives_alone boolean, conditions text[], risk text,
    medication_note text, key_holder_name text, key_holder_phone text,
    key_holder_note text, hospital text, language text, discharged_on date,
    expected_interval_s integer, location_consent boolean, health_consent boolean,
    external_no text)

-- name: change_senior
-- Consents are not among them: they are recorded one by one.
UPDATE senior SET name = r.name, birth_date = r.birth_date, sex = r.sex,
    place_id = r.place_id, home_latitude = r.home_latitude,
    home_longitude = r.home_longitude, address = r.address, lives_alone = r.lives_alone,
    conditions = r.conditions, risk = r.risk, medication_note = r.medication_note,
    key_holder_name = r.key_holder_name, key_holder_phone = r.key_holder_phone,
    key_holder_note = r.key_holder_note, hospital = r.hospital, language = r.language,
    discharged_on = r.discharged_on, expected_interval_s = r.expected_interval_s,
    external_no = r.external_no
FROM jsonb_to_recordset(%(rows)s) AS r (id uuid, version text, name text,
    birth_date date, sex text, place_id uuid, home_latitude double precision,
    home_longitude double precision, address text, lives_alone boolean,
    conditions text[], risk text, medication_note text, key_holder_name text,
    key_holder_phone text, key_holder_note text, hospital text, language text,
    discharged_on date, expected_interval_s integer, external_no text)
WHERE senior.id = r.id AND senior.xmin::text = r.version AND senior.archived_at IS NULL

-- name: add_family_link
INSERT INTO family_link (id, senior_id, person_id, relation, scopes, consent_at,
    consent_by)
SELECT id, senior_id, person_id, relation, scopes, %(now)s, %(recorder)s
FROM jsonb_to_recordset(%(rows)s) AS r (id uuid, senior_id uuid, person_id uuid,
    relation text, scopes text[])

-- name: change_family_link
UPDATE family_link AS link SET relation = r.relation, scopes = r.scopes,
    consent_at = CASE WHEN link.scopes <@ r.scopes AND link.scopes @> r.scopes
        THEN link.consent_at ELSE %(now)s END,
    consent_by = CASE WHEN link.scopes <@ r.scopes AND link.scopes @> r.scopes
        THEN link.consent_by ELSE %(recorder)s END
FROM jsonb_to_recordset(%(rows)s) AS r (id uuid, version text, relation text,
    scopes text[])
WHERE link.id = r.id AND link.xmin::text = r.version AND link.archived_at IS NULL

-- name: add_contact
INSERT INTO contact (id, person_id, kind, url, verified_at, created_at)
SELECT id, person_id, kind, url, CASE WHEN verified THEN %(now)s::timestamptz END,
    %(now)s
FROM jsonb_to_recordset(%(rows)s) AS r (id uuid, person_id uuid, kind text, url text,
    verified boolean)

-- name: change_contact
UPDATE contact SET kind = r.kind,
    verified_at = CASE WHEN r.verified THEN coalesce(verified_at, %(now)s) END
FROM jsonb_to_recordset(%(rows)s) AS r (id uuid, version text, kind text,
    verified boolean)
WHERE contact.id = r.id AND contact.xmin::text = r.version
  AND contact.archived_at IS NULL

-- name: add_wristband
-- One that was archived or returned may be provisioned again, with a new password.
INSERT INTO wristband AS old (device_id, model, password_sha256, created_at)
SELECT device_id, model, decode(password_sha256, 'hex'), %(now)s
FROM jsonb_to_recordset(%(rows)s) AS r (device_id text, model text, password_sha256 text)
ON CONFLICT (device_id) DO UPDATE
    SET model = excluded.model, password_sha256 = excluded.password_sha256,
        revoked_at = NULL, returned_at = NULL, return_reason = NULL, archived_at = NULL
    WHERE old.archived_at IS NOT NULL OR old.returned_at IS NOT NULL

-- name: change_wristband
UPDATE wristband SET model = r.model
FROM jsonb_to_recordset(%(rows)s) AS r (device_id text, version text, model text)
WHERE wristband.device_id = r.device_id AND wristband.xmin::text = r.version
  AND wristband.archived_at IS NULL

-- name: end_binding
UPDATE binding SET ends_at = r.at, ended_as = 'moved'
FROM jsonb_to_recordset(%(rows)s) AS r (id uuid, at timestamptz)
WHERE binding.id = r.id AND binding.ends_at IS NULL
RETURNING binding.senior_id

-- name: still_silence
-- Nobody waits for reports of a binding that has ended.
UPDATE wristband_state SET silence_due_at = NULL
FROM jsonb_to_recordset(%(rows)s) AS r (id uuid) WHERE binding_id = r.id

-- name: add_binding
INSERT INTO binding (id, wristband_key, senior_id, starts_at, created_at)
SELECT r.id, wristband.key, r.senior_id, r.at, %(now)s
FROM jsonb_to_recordset(%(rows)s) AS r (id uuid, device_id text, senior_id uuid,
    at timestamptz)
JOIN wristband ON wristband.device_id = r.device_id AND wristband.revoked_at IS NULL

-- name: add_state
INSERT INTO wristband_state (binding_id, wristband_key, silence_due_at, updated_at)
SELECT binding.id, binding.wristband_key,
    %(now)s + 3 * make_interval(secs => senior.expected_interval_s), %(now)s
FROM jsonb_to_recordset(%(rows)s) AS r (id uuid)
JOIN binding ON binding.id = r.id JOIN senior ON senior.id = binding.senior_id

-- name: add_shift
INSERT INTO shift (id, person_id, place_id, starts_at, ends_at, rrule, holidays,
    created_at)
SELECT id, person_id, place_id, starts_at, ends_at, rrule, holidays, %(now)s
FROM jsonb_to_recordset(%(rows)s) AS r (id uuid, person_id uuid, place_id uuid,
    starts_at timestamptz, ends_at timestamptz, rrule text, holidays text)

-- name: change_shift
UPDATE shift SET ends_at = r.ends_at, rrule = r.rrule, holidays = r.holidays
FROM jsonb_to_recordset(%(rows)s) AS r (id uuid, version text, ends_at timestamptz,
    rrule text, holidays text)
WHERE shift.id = r.id AND shift.xmin::text = r.version AND shift.archived_at IS NULL

-- name: add_audit
INSERT INTO audit_log (id, at, actor_id, actor_name, action, object_type, object_id,
    senior_id, detail, address)
SELECT id, %(now)s, %(actor_id)s, %(actor_name)s, action, object_type, object_id,
    senior_id, detail, %(address)s
FROM jsonb_to_recordset(%(rows)s) AS r (id uuid, action text, object_type text,
    object_id text, senior_id uuid, detail jsonb)

-- name: keys_of
-- Wristbands by device id, and those of seniors: worn now or with readings to come.
SELECT key FROM wristband WHERE device_id = ANY(%(devices)s::text[])
UNION
SELECT wristband_key FROM binding
WHERE senior_id = ANY(%(seniors)s::uuid[])
  AND (ends_at IS NULL OR ends_at > %(now)s - interval '7 days')

-- name: notify_wristbands
SELECT pg_notify(%(channel)s, device_id) FROM unnest(%(devices)s::text[]) AS device_id

-- name: take_time
-- Planning a large file takes longer than a request may sit idle in its transaction.
SELECT set_config('idle_in_transaction_session_timeout', '300000', true),
    set_config('statement_timeout', '120000', true)
