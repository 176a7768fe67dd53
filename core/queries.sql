-- name: lock_registry
-- Serialises registry changes until commit, so that versions appear in commit order.
UPDATE registry_version SET version = version + 1 RETURNING version

-- name: note_change
INSERT INTO registry_change (version, wristband_key)
SELECT DISTINCT %(version)s::bigint, key FROM unnest(%(keys)s::integer[]) AS key

-- name: forget_changes
-- Remove changes noted before an instant, by the database's own clock that noted them; a
-- worker that had not seen them yet reads everything anew.
WITH gone AS (DELETE FROM registry_change WHERE noted_at < %(before)s RETURNING version)
UPDATE registry_version SET removed = newest.version
FROM (SELECT max(version) AS version FROM gone) AS newest
WHERE newest.version > removed

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
INSERT INTO person (id, name, role, place_id, username, password_hash, locale, phone,
                    sessions_valid_after, created_at)
VALUES (%(id)s, %(name)s, %(role)s, %(place_id)s, %(username)s, %(password_hash)s,
        %(locale)s, %(phone)s, %(now)s, %(now)s)

-- name: person_named
SELECT id FROM person
WHERE lower(username) = lower(%(username)s) AND archived_at IS NULL

-- name: any_admin
SELECT id FROM person
WHERE role = 'admin' AND username IS NOT NULL AND archived_at IS NULL LIMIT 1

-- name: add_senior
INSERT INTO senior (id, name, birth_date, sex, place_id, home_latitude,
                    home_longitude, address, lives_alone, conditions, risk,
                    expected_interval_s, location_consent, created_at,
                    medication_note, key_holder_name, key_holder_phone,
                    key_holder_note, hospital, language, discharged_on)
VALUES (%(id)s, %(name)s, %(birth_date)s, %(sex)s, %(place_id)s, %(home_latitude)s,
        %(home_longitude)s, %(address)s, %(lives_alone)s, %(conditions)s::text[],
        %(risk)s, %(expected_interval_s)s, %(location_consent)s, %(now)s,
        %(medication_note)s, %(key_holder_name)s, %(key_holder_phone)s,
        %(key_holder_note)s, %(hospital)s, %(language)s, %(discharged_on)s)

-- name: add_family_link
INSERT INTO family_link (id, senior_id, person_id, relation, scopes, consent_at,
                         consent_by)
VALUES (%(id)s, %(senior_id)s, %(person_id)s, %(relation)s, %(scopes)s::text[],
        %(now)s, %(consent_by)s)

-- name: add_contact
INSERT INTO contact (id, person_id, kind, url, verified_at, created_at)
VALUES (%(id)s, %(person_id)s, %(kind)s, %(url)s, %(verified_at)s, %(now)s)

-- name: add_wristband
-- One that was archived or returned may be provisioned again, with a new password.
INSERT INTO wristband AS old (device_id, model, password_sha256, created_at)
VALUES (%(device_id)s, %(model)s, %(password_sha256)s, %(now)s)
ON CONFLICT (device_id) DO UPDATE
    SET model = coalesce(excluded.model, old.model),
        password_sha256 = excluded.password_sha256, revoked_at = NULL,
        archived_at = NULL, returned_at = NULL, return_reason = NULL
    WHERE old.archived_at IS NOT NULL OR old.returned_at IS NOT NULL
RETURNING key

-- name: set_wristband_password
UPDATE wristband SET password_sha256 = %(password_sha256)s
WHERE device_id = %(device_id)s

-- name: return_wristband
UPDATE wristband SET returned_at = %(now)s, return_reason = %(reason)s,
    revoked_at = coalesce(revoked_at, %(now)s)
WHERE device_id = %(device_id)s

-- name: lock_wristbands
-- In the order of their ids, so that two who want the same ones take turns.
SELECT key, device_id, model, revoked_at, returned_at, archived_at FROM wristband
WHERE device_id = ANY(%(device_ids)s::text[])
ORDER BY device_id FOR UPDATE

-- name: replacement
-- The binding by which one wristband stands in the place of another, if it still does.
SELECT now_worn.id, now_worn.senior_id, now_worn.starts_at
FROM binding AS before
JOIN binding AS now_worn
    ON now_worn.senior_id = before.senior_id AND now_worn.starts_at = before.ends_at
JOIN wristband ON wristband.key = now_worn.wristband_key
WHERE before.wristband_key = %(old)s AND before.ended_as = 'replaced'
  AND wristband.device_id = %(new)s AND now_worn.ends_at IS NULL

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
UPDATE binding SET ends_at = %(at)s,
    ended_as = CASE WHEN ends_at IS NULL THEN %(kind)s::text ELSE ended_as END,
    end_reason = CASE WHEN ends_at IS NULL THEN %(reason)s::text ELSE end_reason END
WHERE id = ANY(%(ids)s::uuid[])

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

-- name: rules_in_force
-- The rules of the service and of places, those that set anything.
SELECT revision, place_id, figures, name FROM (
    SELECT DISTINCT ON (rule_set.place_id) rule_set.revision, rule_set.place_id,
        rule_set.figures, place.name
    FROM rule_set LEFT JOIN place ON place.id = rule_set.place_id
    WHERE rule_set.scope IN ('service', 'place')
    ORDER BY rule_set.place_id, rule_set.revision DESC
) AS newest WHERE figures IS NOT NULL

-- name: newest_rules
-- The newest revision of one scope.
SELECT revision, scope, place_id, senior_id, format, body, figures, note, set_at, set_by,
    set_by_name
FROM rule_set
WHERE scope = %(scope)s AND place_id IS NOT DISTINCT FROM %(place_id)s
  AND senior_id IS NOT DISTINCT FROM %(senior_id)s
ORDER BY revision DESC LIMIT 1

-- name: rules_of_revision
SELECT revision, scope, place_id, senior_id, format, body, figures, note, set_at, set_by,
    set_by_name
FROM rule_set WHERE revision = %(revision)s

-- name: rules_of_senior
-- Everything that says which rules a senior is judged by.
SELECT place.path, senior.conditions, senior.thresholds, senior.routine, senior.risk,
    senior.expected_interval_s, own.figures AS own, own.revision AS own_revision
FROM senior JOIN place ON place.id = senior.place_id
LEFT JOIN LATERAL (
    SELECT figures, revision FROM rule_set
    WHERE scope = 'senior' AND senior_id = senior.id ORDER BY revision DESC LIMIT 1
) AS own ON true
WHERE senior.id = %(senior_id)s

-- name: judged_by
-- What seniors are judged by, each combination once with how many and one of them.
SELECT place.path, senior.conditions, senior.thresholds, senior.routine,
    own.figures AS own, own.revision AS own_revision, count(*) AS seniors,
    min(senior.id::text)::uuid AS senior_id
FROM senior JOIN place ON place.id = senior.place_id
LEFT JOIN LATERAL (
    SELECT figures, revision FROM rule_set
    WHERE scope = 'senior' AND senior_id = senior.id ORDER BY revision DESC LIMIT 1
) AS own ON true
WHERE senior.archived_at IS NULL
  AND (%(place_id)s::uuid IS NULL OR place.path @> ARRAY[%(place_id)s::uuid])
  AND (%(senior_id)s::uuid IS NULL OR senior.id = %(senior_id)s)
GROUP BY place.path, senior.conditions, senior.thresholds, senior.routine, own.figures,
    own.revision

-- name: places_with_rules
-- Paths of the places at or below one (or all) that have rules of their own.
SELECT DISTINCT place.path FROM rule_set JOIN place ON place.id = rule_set.place_id
WHERE rule_set.scope = 'place'
  AND (%(place_id)s::uuid IS NULL OR place.path @> ARRAY[%(place_id)s::uuid])

-- name: add_rules
INSERT INTO rule_set (revision, scope, place_id, senior_id, format, body, figures, note,
    set_at, set_by, set_by_name)
SELECT coalesce(max(revision), 0) + 1, %(scope)s, %(place_id)s, %(senior_id)s, %(format)s,
    %(body)s, %(figures)s, %(note)s, %(now)s, %(set_by)s, %(set_by_name)s
FROM rule_set
RETURNING revision

-- name: look_at_silences
-- Have silences judged anew by the rules from now on: of wristbands that may be silent by
-- the least patience that rules can have, and of those with no more to come if asked.
UPDATE wristband_state SET silence_due_at = %(now)s
WHERE binding_id IN (
    SELECT state.binding_id FROM wristband_state AS state
    JOIN binding ON binding.id = state.binding_id AND binding.ends_at IS NULL
    JOIN senior ON senior.id = binding.senior_id AND senior.archived_at IS NULL
    JOIN place ON place.id = senior.place_id
    WHERE state.last_received_at < %(now)s
            - %(least_intervals)s * senior.expected_interval_s * interval '1 s'
      AND (state.silence_due_at > %(now)s
        OR %(anew)s AND state.silence_due_at IS NULL AND state.silent_since IS NOT NULL
            AND state.held_by IS NULL)
      AND (%(place_id)s::uuid IS NULL OR place.path @> ARRAY[%(place_id)s::uuid])
      AND (%(senior_id)s::uuid IS NULL OR senior.id = %(senior_id)s)
    FOR UPDATE OF state SKIP LOCKED)

-- name: rules_history
-- Revisions, newest first, each with the figures of the one before in its scope.
SELECT rule_set.revision, rule_set.scope, rule_set.place_id, rule_set.senior_id,
    rule_set.figures, rule_set.note, rule_set.set_at, rule_set.set_by,
    rule_set.set_by_name, before.figures AS figures_before,
    NOT EXISTS (
        SELECT 1 FROM rule_set AS newer
        WHERE newer.scope = rule_set.scope AND newer.revision > rule_set.revision
          AND newer.place_id IS NOT DISTINCT FROM rule_set.place_id
          AND newer.senior_id IS NOT DISTINCT FROM rule_set.senior_id) AS newest
FROM rule_set
LEFT JOIN LATERAL (
    SELECT figures FROM rule_set AS older
    WHERE older.scope = rule_set.scope AND older.revision < rule_set.revision
      AND older.place_id IS NOT DISTINCT FROM rule_set.place_id
      AND older.senior_id IS NOT DISTINCT FROM rule_set.senior_id
    ORDER BY older.revision DESC LIMIT 1
) AS before ON true
WHERE (%(after)s::bigint IS NULL OR rule_set.revision < %(after)s)
  AND (%(place_id)s::uuid IS NULL OR rule_set.place_id = %(place_id)s)
  AND (%(senior_id)s::uuid IS NULL OR rule_set.senior_id = %(senior_id)s)
  AND (rule_set.scope = 'service' OR %(under)s::uuid IS NULL OR EXISTS (
        SELECT 1 FROM place LEFT JOIN senior ON senior.id = rule_set.senior_id
        WHERE place.id = coalesce(rule_set.place_id, senior.place_id)
          AND place.path @> ARRAY[%(under)s::uuid]))
ORDER BY rule_set.revision DESC LIMIT %(limit)s

-- name: keep_rule_versions
INSERT INTO rule_version (version, figures, first_used_at)
SELECT version, figures, %(now)s
FROM unnest(%(versions)s::text[], %(figures)s::jsonb[]) AS used (version, figures)
ORDER BY version
ON CONFLICT (version) DO NOTHING

-- name: rule_version
SELECT version, figures, first_used_at FROM rule_version WHERE version = %(version)s

-- name: add_message
INSERT INTO message (id, kind, key, senior_id, place_id, alert_id, content, expires_at,
    created_at)
VALUES (%(id)s, %(kind)s, %(key)s, %(senior_id)s, %(place_id)s, %(alert_id)s, %(content)s,
    %(expires_at)s, %(now)s)
ON CONFLICT (key) DO NOTHING
RETURNING id

-- name: tell_people
-- One notification for each verified contact of these people, phones that ring left out
-- where only what is written is wanted and there is such; nothing rings or texts a
-- department by itself.
INSERT INTO notification (id, message_id, person_id, contact_id, step, urgent, due_at,
    created_at)
SELECT fresh_id(), %(id)s, person.id, contact.id, 'message', %(urgent)s, %(now)s,
    %(now)s
FROM (SELECT DISTINCT unnest(%(people)s::uuid[]) AS id) AS wanted
CROSS JOIN LATERAL (
    SELECT id, role, archived_at FROM person WHERE person.id = wanted.id LIMIT 1
) AS person
CROSS JOIN LATERAL (
    SELECT contact.id, contact.kind FROM contact
    WHERE contact.person_id = person.id AND contact.archived_at IS NULL
      AND contact.verified_at IS NOT NULL
    OFFSET 0
) AS contact
WHERE person.archived_at IS NULL
  AND (person.role <> 'department' OR contact.kind IN ('push', 'email', 'chat'))
  AND (%(rings)s OR contact.kind <> 'voice' OR NOT EXISTS (
        SELECT FROM contact AS other
        WHERE other.person_id = person.id AND other.archived_at IS NULL
          AND other.verified_at IS NOT NULL AND other.kind <> 'voice'))

-- name: tell_contact
INSERT INTO notification (id, message_id, person_id, contact_id, step, urgent, due_at,
    created_at)
SELECT fresh_id(), %(id)s, person_id, id, 'contact', false, %(now)s, %(now)s
FROM contact WHERE id = %(contact_id)s

-- name: wake_outbox
SELECT pg_notify(%(channel)s, '')

-- name: lock_contact
-- A contact, with its person locked until commit.
SELECT contact.id, contact.person_id, contact.verified_at
FROM contact JOIN person ON person.id = contact.person_id
WHERE contact.id = %(id)s AND contact.archived_at IS NULL
  AND person.archived_at IS NULL
FOR NO KEY UPDATE OF person

-- name: codes_sent
-- Codes sent to any contact of a person, newest first.
SELECT contact_id, created_at FROM contact_code
WHERE person_id = %(person_id)s AND created_at > %(since)s
ORDER BY created_at DESC

-- name: newest_code
SELECT id, expires_at, wrong FROM contact_code
WHERE contact_id = %(contact_id)s ORDER BY created_at DESC, id DESC LIMIT 1

-- name: add_code
INSERT INTO contact_code (id, contact_id, person_id, created_at, expires_at)
VALUES (%(id)s, %(contact_id)s, %(person_id)s, %(now)s, %(expires_at)s)

-- name: forget_codes
DELETE FROM contact_code WHERE person_id = %(person_id)s AND created_at <= %(since)s

-- name: count_wrong_code
UPDATE contact_code SET wrong = wrong + 1 WHERE id = %(id)s

-- name: verify_contact
UPDATE contact SET verified_at = %(now)s
WHERE id = %(id)s AND verified_at IS NULL AND archived_at IS NULL

-- name: lock_person_to_invite
SELECT id, role FROM person
WHERE id = %(id)s AND archived_at IS NULL FOR NO KEY UPDATE

-- name: verified_kinds
SELECT DISTINCT kind FROM contact
WHERE person_id = %(person_id)s AND archived_at IS NULL AND verified_at IS NOT NULL
ORDER BY kind

-- name: void_invitations
UPDATE invitation SET voided_at = %(now)s
WHERE person_id = %(person_id)s AND used_at IS NULL AND voided_at IS NULL

-- name: add_invitation
INSERT INTO invitation (id, person_id, invited_by, created_at, expires_at)
VALUES (%(id)s, %(person_id)s, %(invited_by)s, %(now)s, %(expires_at)s)

-- name: invited
SELECT person.id AS person_id, person.name, person.role, person.username, person.locale
FROM invitation JOIN person ON person.id = invitation.person_id
WHERE invitation.id = %(id)s AND invitation.used_at IS NULL
  AND invitation.voided_at IS NULL AND invitation.expires_at > %(now)s
  AND person.archived_at IS NULL

-- name: lock_invited
-- The same, locked until commit: of two at once the second finds it used.
SELECT person.id AS person_id, person.name, person.role, person.username, person.locale
FROM invitation JOIN person ON person.id = invitation.person_id
WHERE invitation.id = %(id)s AND invitation.used_at IS NULL
  AND invitation.voided_at IS NULL AND invitation.expires_at > %(now)s
  AND person.archived_at IS NULL
FOR NO KEY UPDATE

-- name: set_login
UPDATE person SET username = %(username)s, password_hash = %(password_hash)s,
    sessions_valid_after = %(now)s
WHERE id = %(id)s AND archived_at IS NULL

-- name: use_invitation
UPDATE invitation SET used_at = %(now)s WHERE id = %(invitation_id)s

-- name: newest_policies
-- The newest revision of one scope's escalation policies.
SELECT revision, scope, place_id, format, body, policies, note, set_at, set_by, set_by_name
FROM escalation_policy
WHERE scope = %(scope)s AND place_id IS NOT DISTINCT FROM %(place_id)s
ORDER BY revision DESC LIMIT 1

-- name: policies_of_revision
SELECT revision, scope, place_id, format, body, policies, note, set_at, set_by, set_by_name
FROM escalation_policy WHERE revision = %(revision)s

-- name: policies_in_force
-- What is set for a place, from the service down to the place itself.
SELECT newest.revision, newest.place_id, newest.policies, above.name
FROM (
    SELECT DISTINCT ON (place_id) revision, place_id, policies
    FROM escalation_policy ORDER BY place_id, revision DESC) AS newest
LEFT JOIN place ON place.id = %(place_id)s
LEFT JOIN place AS above ON above.id = newest.place_id
WHERE newest.policies IS NOT NULL
  AND (newest.place_id IS NULL OR newest.place_id = ANY(place.path))
ORDER BY cardinality(above.path) NULLS FIRST

-- name: go_by_policies
-- How many seniors go by what a scope sets in some of these sections: those below no
-- nearer place that sets all of them.
WITH newest AS (
    SELECT DISTINCT ON (place_id) place_id, policies
    FROM escalation_policy ORDER BY place_id, revision DESC
)
SELECT count(*) AS seniors
FROM senior JOIN place ON place.id = senior.place_id
WHERE senior.archived_at IS NULL
  AND (%(place_id)s::uuid IS NULL OR place.path @> ARRAY[%(place_id)s::uuid])
  AND EXISTS (
    SELECT FROM unnest(%(sections)s::text[]) AS section
    WHERE NOT EXISTS (
        SELECT FROM newest
        WHERE newest.place_id = ANY(place.path) AND newest.policies ? section
          AND array_position(place.path, newest.place_id)
            > coalesce(array_position(place.path, %(place_id)s::uuid), 0)))

-- name: person_to_name
SELECT role, archived_at, EXISTS (
    SELECT FROM contact WHERE contact.person_id = person.id
      AND contact.archived_at IS NULL AND contact.verified_at IS NOT NULL) AS reachable
FROM person WHERE id = %(id)s

-- name: add_policies
INSERT INTO escalation_policy (revision, scope, place_id, format, body, policies, note,
    set_at, set_by, set_by_name)
SELECT coalesce(max(revision), 0) + 1, %(scope)s, %(place_id)s, %(format)s, %(body)s,
    %(policies)s, %(note)s, %(now)s, %(set_by)s, %(set_by_name)s
FROM escalation_policy
RETURNING revision

-- name: policies_history
-- Revisions, newest first, each with the policies of the one before in its scope.
SELECT this.revision, this.scope, this.place_id, this.policies, this.note, this.set_at,
    this.set_by, this.set_by_name, before.policies AS policies_before,
    NOT EXISTS (
        SELECT FROM escalation_policy AS newer
        WHERE newer.revision > this.revision
          AND newer.place_id IS NOT DISTINCT FROM this.place_id) AS newest
FROM escalation_policy AS this
LEFT JOIN LATERAL (
    SELECT older.policies FROM escalation_policy AS older
    WHERE older.revision < this.revision
      AND older.place_id IS NOT DISTINCT FROM this.place_id
    ORDER BY older.revision DESC LIMIT 1
) AS before ON true
WHERE (%(after)s::bigint IS NULL OR this.revision < %(after)s)
  AND (%(place_id)s::uuid IS NULL OR this.place_id = %(place_id)s)
  AND (this.scope = 'service' OR %(under)s::uuid IS NULL OR EXISTS (
        SELECT FROM place
        WHERE place.id = this.place_id AND place.path @> ARRAY[%(under)s::uuid]))
ORDER BY this.revision DESC LIMIT %(limit)s

-- name: policy_version
SELECT version, policy, first_used_at FROM policy_version WHERE version = %(version)s

-- name: senior_and_place
SELECT senior.name, senior.place_id FROM senior
WHERE senior.id = %(senior_id)s AND senior.archived_at IS NULL

-- name: of_circle
-- A condition on the table person: some roles, at or below a place (null: everywhere);
-- relatives by the seniors they are linked with.
person.archived_at IS NULL AND person.role = ANY(%(roles)s)
AND (%(place_id)s::uuid IS NULL OR person.id IN (
    SELECT staff.id FROM place JOIN person AS staff ON staff.place_id = place.id
    WHERE place.path @> ARRAY[%(place_id)s::uuid]
    UNION ALL
    SELECT family_link.person_id
    FROM place JOIN senior ON senior.place_id = place.id
    JOIN family_link ON family_link.senior_id = senior.id
    WHERE place.path @> ARRAY[%(place_id)s::uuid] AND senior.archived_at IS NULL
      AND family_link.archived_at IS NULL))

-- name: is_invited
-- A condition on the table person: an invitation of theirs is open.
EXISTS (
    SELECT 1 FROM invitation
    WHERE invitation.person_id = person.id AND invitation.used_at IS NULL
      AND invitation.voided_at IS NULL AND invitation.expires_at > %(now)s)

-- name: may_be_invited
-- A condition on the table person: the link can come to them, by a message or by whoever
-- invites.
(%(shows_relatives)s OR person.role <> 'family' OR EXISTS (
    SELECT 1 FROM contact
    WHERE contact.person_id = person.id AND contact.archived_at IS NULL
      AND contact.verified_at IS NOT NULL))

-- name: joining
-- How far a circle of people has come, of a very large one so many.
WITH meant AS (
    SELECT person.id, person.password_hash IS NOT NULL AS has_login,
        {is_invited} AS is_invited, {may_be_invited} AS may_be_invited
    FROM person WHERE {of_circle}
    LIMIT %(most_counted)s
), waiting AS (
    SELECT meant.has_login
    FROM meant JOIN contact ON contact.person_id = meant.id
    WHERE contact.archived_at IS NULL AND contact.verified_at IS NULL
)
SELECT count(*) AS people,
    count(*) FILTER (WHERE has_login) AS with_login,
    count(*) FILTER (WHERE NOT has_login AND is_invited) AS invited,
    count(*) FILTER (WHERE NOT has_login AND NOT is_invited AND may_be_invited)
        AS to_invite,
    (SELECT count(*) FROM waiting WHERE has_login) AS unproven,
    (SELECT count(*) FROM waiting WHERE NOT has_login) AS out_of_reach
FROM meant

-- name: to_invite
-- Who has neither login nor open invitation, locked until commit.
SELECT person.id, ARRAY(
        SELECT DISTINCT contact.kind FROM contact
        WHERE contact.person_id = person.id AND contact.archived_at IS NULL
          AND contact.verified_at IS NOT NULL ORDER BY contact.kind) AS kinds
FROM person
WHERE {of_circle} AND person.password_hash IS NULL
  AND NOT {is_invited} AND {may_be_invited}
ORDER BY person.id LIMIT %(limit)s
FOR NO KEY UPDATE OF person SKIP LOCKED

-- name: void_invitations_of
UPDATE invitation SET voided_at = %(now)s
WHERE person_id = ANY(%(people)s) AND used_at IS NULL AND voided_at IS NULL

-- name: add_invitations
INSERT INTO invitation (id, person_id, invited_by, created_at, expires_at)
SELECT id, person_id, %(invited_by)s, %(now)s, %(expires_at)s
FROM unnest(%(ids)s::uuid[], %(people)s::uuid[]) AS made (id, person_id)

-- name: held_invitations
-- Open invitations of a circle, place by place or as they were made; a relative's place
-- is where the first of their seniors lives.
SELECT invitation.id, person.id AS person_id, person.name, person.role, person.phone,
    person.locale, invitation.expires_at, relative.senior, relative.relation,
    ARRAY(SELECT above.name
          FROM unnest(place.path) WITH ORDINALITY AS step (id, depth)
          JOIN place AS above ON above.id = step.id ORDER BY step.depth) AS place
FROM person
JOIN invitation ON invitation.person_id = person.id AND invitation.used_at IS NULL
    AND invitation.voided_at IS NULL AND invitation.expires_at > %(now)s
LEFT JOIN LATERAL (
    SELECT senior.name AS senior, senior.place_id, family_link.relation
    FROM family_link JOIN senior ON senior.id = family_link.senior_id
    WHERE family_link.person_id = person.id AND family_link.archived_at IS NULL
      AND senior.archived_at IS NULL AND person.role = 'family'
    ORDER BY senior.id LIMIT 1
) AS relative ON true
LEFT JOIN place ON place.id = coalesce(person.place_id, relative.place_id)
WHERE {of_circle} AND person.password_hash IS NULL
  AND (%(shows_relatives)s OR person.role <> 'family')
  AND (%(after)s::uuid IS NULL OR invitation.id > %(after)s)
ORDER BY {order} LIMIT %(limit)s

-- name: by_place
place, person.role, person.name, person.id

-- name: as_made
invitation.id

-- name: contacts_to_prove
-- Contacts that wait for a code, of people who can log in to type it, and to whom few
-- enough went in a day.
SELECT contact.id
FROM contact JOIN person ON person.id = contact.person_id
WHERE {of_circle} AND person.password_hash IS NOT NULL
  AND contact.archived_at IS NULL AND contact.verified_at IS NULL
  AND NOT EXISTS (
      SELECT 1 FROM contact_code
      WHERE contact_code.contact_id = contact.id
        AND contact_code.created_at > %(since)s)
  AND (SELECT count(*) FROM contact_code
       WHERE contact_code.person_id = person.id
         AND contact_code.created_at > %(since)s) < %(most_a_day)s
ORDER BY contact.id LIMIT %(limit)s

-- name: wait_little
-- Whoever else has the table locked goes first.
SELECT set_config('lock_timeout', '2000', true)

-- name: never_analyzed
-- Our tables with rows of which the planner knows nothing.
SELECT relname FROM pg_class
WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace
  AND reltuples < 0 AND pg_relation_size(oid) > 65536
  AND pg_has_role(relowner, 'USAGE')
ORDER BY relname
