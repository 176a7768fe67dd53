-- name: token_person
-- With the places they are on duty for now, or within an hour.
SELECT id, name, role, place_id, locale,
    ARRAY(
        SELECT DISTINCT duty_period.place_id FROM duty_period
        WHERE duty_period.person_id = person.id
          AND duty_period.starts_at <= %(now)s + interval '1 hour'
          AND duty_period.ends_at > %(now)s - interval '1 hour'
    ) AS duty_places
FROM person
WHERE id = %(id)s AND archived_at IS NULL AND sessions_valid_after <= %(issued_at)s
  AND NOT EXISTS (SELECT 1 FROM revoked_token WHERE jti = %(jti)s)

-- name: login
SELECT id, name, role, place_id, locale, password_hash FROM person
WHERE lower(username) = lower(%(username)s) AND archived_at IS NULL

-- name: password_of
SELECT username, password_hash FROM person WHERE id = %(id)s AND archived_at IS NULL

-- name: revoke_token
INSERT INTO revoked_token (jti, expires_at) VALUES (%(jti)s, %(expires_at)s)
ON CONFLICT DO NOTHING

-- name: forget_expired
DELETE FROM revoked_token WHERE expires_at < %(now)s

-- name: set_password
-- Tokens made before this instant are void.
UPDATE person SET password_hash = %(password_hash)s, sessions_valid_after = %(now)s
WHERE id = %(id)s AND archived_at IS NULL
