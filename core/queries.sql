-- name: lock_registry
-- Serialises registry changes until commit, so that versions appear in commit order.
UPDATE registry_version SET version = version + 1 RETURNING version

-- name: note_change
INSERT INTO registry_change (version, wristband_key)
SELECT DISTINCT %(version)s::bigint, key FROM unnest(%(keys)s::integer[]) AS key

-- name: worn_by
-- Wristbands of a senior: the present one and those of readings not yet arrived.
SELECT DISTINCT wristband_key FROM binding
WHERE senior_id = %(senior_id)s
  AND (ends_at IS NULL OR ends_at > %(now)s - interval '7 days')

-- name: add_place
INSERT INTO place (id, level, name, parent_id, path, boundary, created_at)
VALUES (%(id)s, %(level)s, %(name)s, %(parent_id)s, %(path)s::uuid[],
        %(boundary)s, %(now)s)

-- name: place_for_share
SELECT level, path FROM place
WHERE id = %(id)s AND archived_at IS NULL FOR SHARE

-- name: add_person
INSERT INTO person (id, name, role, place_id, username, password_hash, locale,
                    sessions_valid_after, created_at)
VALUES (%(id)s, %(name)s, %(role)s, %(place_id)s, %(username)s, %(password_hash)s,
        %(locale)s, %(now)s, %(now)s)

-- name: person_named
SELECT id FROM person
WHERE lower(username) = lower(%(username)s) AND archived_at IS NULL

-- name: any_admin
SELECT id FROM person
WHERE role = 'admin' AND username IS NOT NULL AND archived_at IS NULL LIMIT 1

-- name: add_senior
INSERT INTO senior (id, name, birth_date, sex, place_id, home_latitude,
                    home_longitude, address, lives_alone, conditions, risk,
                    expected_interval_s, location_consent, created_at)
VALUES (%(id)s, %(name)s, %(birth_date)s, %(sex)s, %(place_id)s, %(home_latitude)s,
        %(home_longitude)s, %(address)s, %(lives_alone)s, %(conditions)s::text[],
        %(risk)s, %(expected_interval_s)s, %(location_consent)s, %(now)s)

-- name: add_family_link
INSERT INTO family_link (id, senior_id, person_id, relation, scopes, consent_at,
                         consent_by)
VALUES (%(id)s, %(senior_id)s, %(person_id)s, %(relation)s, %(scopes)s::text[],
        %(now)s, %(consent_by)s)

-- name: add_contact
INSERT INTO contact (id, person_id, kind, url, verified_at, created_at)
VALUES (%(id)s, %(person_id)s, %(kind)s, %(url)s, %(verified_at)s, %(now)s)

-- name: add_wristband
-- An archived wristband may be provisioned again, with a new password.
INSERT INTO wristband AS old (device_id, model, password_sha256, created_at)
VALUES (%(device_id)s, %(model)s, %(password_sha256)s, %(now)s)
ON CONFLICT (device_id) DO UPDATE
    SET model = excluded.model, password_sha256 = excluded.password_sha256,
        revoked_at = NULL, archived_at = NULL
    WHERE old.archived_at IS NOT NULL
RETURNING key

-- name: revoke_wristband
UPDATE wristband SET revoked_at = %(now)s
WHERE device_id = %(device_id)s AND archived_at IS NULL AND revoked_at IS NULL

-- name: lock_wristband
SELECT key, revoked_at FROM wristband
WHERE device_id = %(device_id)s AND archived_at IS NULL FOR UPDATE

-- name: lock_senior
SELECT expected_interval_s FROM senior
WHERE id = %(senior_id)s AND archived_at IS NULL FOR UPDATE

-- name: bindings_reaching
-- Bindings of this wristband or this senior that reach beyond an instant.
SELECT id, wristband_key, senior_id, starts_at, ends_at FROM binding
WHERE (wristband_key = %(key)s OR senior_id = %(senior_id)s)
  AND (ends_at IS NULL OR ends_at > %(starts_at)s OR starts_at >= %(starts_at)s)
FOR UPDATE

-- name: end_bindings
UPDATE binding SET ends_at = %(at)s WHERE id = ANY(%(ids)s::uuid[])

-- name: still_silence
-- Nobody waits for reports of a binding that has ended.
UPDATE wristband_state SET silence_due_at = NULL
WHERE binding_id = ANY(%(ids)s::uuid[])

-- name: add_binding
INSERT INTO binding (id, wristband_key, senior_id, starts_at, created_at)
VALUES (%(id)s, %(key)s, %(senior_id)s, %(starts_at)s, %(now)s)

-- name: add_state
INSERT INTO wristband_state (binding_id, wristband_key, silence_due_at, updated_at)
VALUES (%(id)s, %(key)s,
        %(now)s + 3 * make_interval(secs => %(expected_interval_s)s), %(now)s)

-- name: open_binding
SELECT id, senior_id, starts_at FROM binding
WHERE wristband_key = %(key)s AND ends_at IS NULL FOR UPDATE

-- name: notify
SELECT pg_notify(%(channel)s, %(payload)s)
