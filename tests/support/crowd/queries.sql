-- name: district
INSERT INTO place (id, level, name, path, created_at)
SELECT id, 'district', 'district', ARRAY[id], clock_timestamp() - interval '1 year'
FROM (SELECT uuidv7() AS id) AS one

-- name: street
INSERT INTO place (id, level, name, parent_id, path, created_at)
SELECT one.id, 'street', 'street', above.id, above.path || one.id, above.created_at
FROM (SELECT uuidv7() AS id) AS one CROSS JOIN place AS above

-- name: communities
INSERT INTO place (id, level, name, parent_id, path, created_at)
SELECT one.id, 'community', 'community ' || n, above.id, above.path || one.id, created_at
FROM (SELECT n, uuidv7() AS id FROM generate_series(1, %(communities)s) AS n) AS one
CROSS JOIN place AS above WHERE above.level = 'street'

-- name: compounds
INSERT INTO place (id, level, name, parent_id, path, created_at)
SELECT one.id, 'compound', 'compound ' || n, above.id, above.path || one.id, created_at
FROM (SELECT n, uuidv7() AS id FROM generate_series(1, %(compounds)s) AS n) AS one
JOIN (SELECT id, path, created_at, row_number() OVER (ORDER BY id) AS turn FROM place
    WHERE level = 'community') AS above ON above.turn = 1 + n %% %(communities)s

-- name: buildings
INSERT INTO place (id, level, name, parent_id, path, created_at)
SELECT one.id, 'building', 'building ' || n, above.id, above.path || one.id, created_at
FROM (SELECT n, uuidv7() AS id FROM generate_series(1, %(buildings)s) AS n) AS one
JOIN (SELECT id, path, created_at, row_number() OVER (ORDER BY id) AS turn FROM place
    WHERE level = 'compound') AS above ON above.turn = 1 + n %% %(compounds)s

-- name: staff
INSERT INTO person (id, name, role, place_id, username, sessions_valid_after, created_at)
SELECT uuidv7(), wanted.role || turn, wanted.role, place.id, wanted.role || place.id || turn,
    created_at, created_at
FROM place
JOIN (VALUES ('district', 'district_manager', 2), ('street', 'street_manager', 3),
    ('community', 'community_manager', 1), ('community', 'grid_worker', 1),
    ('compound', 'grid_worker', 2), ('building', 'building_head', 1))
    AS wanted (level, role, each) ON wanted.level = place.level
CROSS JOIN LATERAL generate_series(1, wanted.each) AS turn

-- name: seniors
INSERT INTO senior (id, name, birth_date, sex, place_id, home_latitude, home_longitude,
    lives_alone, conditions, risk, created_at, external_no, call_back, phone)
SELECT uuidv7(), '王奶奶' || n, '1940-01-01'::date + (n %% 7000)::integer, 'female', home.id,
    34.34, 108.94, n %% 3 = 0, CASE WHEN n %% 20 = 0 THEN '{dementia}'::text[] ELSE '{}' END,
    CASE WHEN n %% 30 = 0 THEN 'high' ELSE 'normal' END, created_at, 'S' || n, n %% 2 = 0,
    '13800000000'
FROM generate_series(1, %(seniors)s) AS n
JOIN (SELECT id, created_at, row_number() OVER (ORDER BY id) AS turn FROM place
    WHERE level = 'building') AS home ON home.turn = 1 + n %% %(buildings)s

-- name: relatives
INSERT INTO person (id, name, role, username, sessions_valid_after, created_at)
SELECT uuidv7(), '王' || n, 'family', 'relative' || n, at, at
FROM generate_series(1, %(relatives)s) AS n
CROSS JOIN (SELECT created_at FROM place LIMIT 1) AS begun (at)

-- name: links
-- Most seniors have one relative here, every other one two.
INSERT INTO family_link (id, senior_id, person_id, relation, scopes, consent_at, consent_by)
SELECT uuidv7(), lived.id, person.id, '女儿', '{status,vitals,location,alerts}',
    person.created_at, person.id
FROM person JOIN (SELECT id, row_number() OVER (ORDER BY id) AS turn FROM senior) AS lived
    ON lived.turn = 1 + substr(person.username, 9)::integer %% %(seniors)s
WHERE person.role = 'family'

-- name: contacts
-- Of every tenth nothing is verified.
INSERT INTO contact (id, person_id, kind, url, verified_at, created_at)
SELECT uuidv7(), id, 'push', 'json://127.0.0.1:9/' || id,
    CASE WHEN row_number() OVER () %% 10 > 0 THEN created_at END, created_at
FROM person

-- name: wristbands
-- Everybody wears one that reported a minute ago and is calm.
INSERT INTO wristband (device_id, created_at)
SELECT 'wb-' || lpad((row_number() OVER (ORDER BY id))::text, 7, '0'), created_at
FROM senior

-- name: bindings
INSERT INTO binding (id, wristband_key, senior_id, starts_at, created_at)
SELECT uuidv7(), wristband.key, worn.id, worn.created_at - interval '90 days', worn.created_at
FROM (SELECT id, created_at, row_number() OVER (ORDER BY id) AS n FROM senior) AS worn
JOIN wristband ON wristband.device_id = 'wb-' || lpad(worn.n::text, 7, '0')

-- name: states
INSERT INTO wristband_state (binding_id, wristband_key, last_time, last_received_at, worn,
    battery, heart_rate, heart_rate_at, silence_due_at, packed, layout, updated_at)
SELECT id, wristband_key, clock_timestamp() - interval '1 minute',
    clock_timestamp() - interval '1 minute', true, 80, 70,
    clock_timestamp() - interval '1 minute', clock_timestamp() + interval '15 minutes',
    decode(repeat('00', 400), 'hex'), 0, clock_timestamp() - interval '1 minute'
FROM binding

-- name: readings
INSERT INTO reading (wristband_key, time, seq, received_at, heart_rate, worn)
SELECT wristband.key, at, n, at, 70, true
FROM wristband CROSS JOIN generate_series(1, %(readings)s) AS n
CROSS JOIN LATERAL (SELECT date_trunc('ms', clock_timestamp()) - n * interval '7 hours') AS s (at)

-- name: gone
-- Which alerts there were: the newest two minutes ago, two hundred still open.
CREATE TEMPORARY TABLE gone AS
SELECT n, uuidv7(-age) AS id, lived.id AS senior_id, lived.place_id,
    clock_timestamp() - age AS at, n <= 200 AND n %% 2 = 0 AS open,
    (ARRAY['sos', 'fall', 'offline', 'battery_low', 'heart_rate_high'])[1 + n %% 5] AS kind,
    (ARRAY['critical', 'critical', 'warning', 'info', 'warning'])[1 + n %% 5] AS severity
FROM (SELECT n, n * interval '2 minutes' AS age FROM generate_series(1, %(alerts)s) AS n) AS s
JOIN (SELECT id, place_id, row_number() OVER (ORDER BY id) AS turn FROM senior) AS lived
    ON lived.turn = 1 + (n * 7) %% (SELECT count(*) FROM senior)

-- name: alerts
INSERT INTO alert (id, senior_id, place_id, kind, severity, status, observed_at, opened_at,
    resolved_at, outcome, escalation_from, updated_at, answered_at, answered_role,
    evidence, drill, next_due_at)
SELECT id, senior_id, place_id, kind, severity,
    CASE WHEN open THEN 'acknowledged' ELSE 'resolved' END, at, at,
    CASE WHEN NOT open THEN at + interval '20 minutes' END,
    CASE WHEN NOT open THEN 'helped' END, at, at, at + interval '1 minute', 'grid_worker',
    '{"text": "x"}', n %% 50 = 49,
    CASE WHEN open THEN clock_timestamp() + interval '1 hour' END
FROM gone ORDER BY at

-- name: events
INSERT INTO alert_event (id, alert_id, at, event, actor)
SELECT uuidv7(at - clock_timestamp()), gone.id, at, step.event,
    CASE WHEN step.actor THEN '{"id": "x", "name": "y", "role": "grid_worker"}'::jsonb END
FROM gone CROSS JOIN (VALUES ('opened', false), ('told', false), ('acknowledged', true),
    ('resolved', true)) AS step (event, actor) ORDER BY at

-- name: notifications
INSERT INTO notification (id, alert_id, person_id, contact_id, step, status, urgent,
    attempts, created_at)
SELECT uuidv7(at - clock_timestamp()), gone.id, contact.person_id, contact.id,
    'step ' || turn, 'sent', severity = 'critical', 1, at
FROM gone CROSS JOIN generate_series(1, 3) AS turn
JOIN (SELECT id, person_id, row_number() OVER (ORDER BY id) AS place FROM contact) AS contact
    ON contact.place = 1 + (n * 3 + turn) %% (SELECT count(*) FROM contact)
ORDER BY at

-- name: attempts
INSERT INTO notification_attempt (id, notification_id, at, status, answer)
SELECT uuidv7(), id, created_at, 'sent', 'HTTP 200' FROM notification

-- name: messages
INSERT INTO message (id, kind, alert_id, content, created_at)
SELECT uuidv7(), 'handover', id, '{}', at FROM gone WHERE n %% 3 = 0

-- name: told
INSERT INTO notification (id, message_id, person_id, contact_id, step, status, urgent,
    attempts, created_at)
SELECT uuidv7(), message.id, contact.person_id, contact.id, 'message', 'sent', false, 1,
    message.created_at
FROM message CROSS JOIN (SELECT id, person_id FROM contact LIMIT 1) AS contact

-- name: presses
INSERT INTO sos_press (id, device_id, received_at, trigger, alert_id, payload)
SELECT uuidv7(), wristband.device_id, at, 'button', gone.id, '{}'
FROM gone JOIN binding ON binding.senior_id = gone.senior_id
JOIN wristband ON wristband.key = binding.wristband_key WHERE gone.kind = 'sos'

-- name: detections
INSERT INTO detection (id, binding_id, senior_id, kind, severity, observed_at, detected_at,
    evidence, rule_version, alert_id)
SELECT uuidv7(), binding.id, gone.senior_id, kind, severity, at, at, '{"x": 1}', 'v', gone.id
FROM gone JOIN binding ON binding.senior_id = gone.senior_id WHERE kind <> 'sos'

-- name: requests
INSERT INTO request (id, alert_id, kind, status, asked_by, asked_at, deadline_s, due_at,
    closed_at)
SELECT uuidv7(), gone.id, 'level_up', 'done', asker.id, at, 600, at, at
FROM gone CROSS JOIN (SELECT id FROM person LIMIT 1) AS asker WHERE n %% 4 = 0 AND NOT open

-- name: followups
INSERT INTO followup (id, alert_id, status, resolved_at, resolved_by, due_at, closed_at)
SELECT uuidv7(), gone.id, 'done', at, asker.id, at, at
FROM gone CROSS JOIN (SELECT id FROM person LIMIT 1) AS asker
WHERE severity = 'critical' AND NOT open

-- name: call_backs
INSERT INTO call_back (alert_id, created_at)
SELECT id, at FROM gone WHERE severity = 'critical'

-- name: commands
INSERT INTO command_outbox (id, device_id, command, created_at, expires_at, sent_at)
SELECT uuidv7(), 'wb-0000001', '{}', at, at, at FROM gone

-- name: visits
INSERT INTO visit (id, senior_id, place_id, person_id, person_name, at, kind, note,
    created_at)
SELECT uuidv7(), gone.senior_id, gone.place_id, asker.id, 'y', at, 'visit', 'x', at
FROM gone CROSS JOIN (SELECT id FROM person LIMIT 1) AS asker

-- name: absences
INSERT INTO absence (id, senior_id, starts_at, ends_at, reason, created_by, created_at)
SELECT uuidv7(), gone.senior_id, at, at + interval '1 day', 'x', asker.id, at
FROM gone CROSS JOIN (SELECT id FROM person LIMIT 1) AS asker WHERE n %% 5 = 0

-- name: consents
INSERT INTO consent (id, senior_id, purpose, given, given_by, text_version,
    recorded_by_name, at)
SELECT uuidv7(), id, 'health', true, 'senior', '1', 'y', created_at FROM senior

-- name: audit
INSERT INTO audit_log (id, at, actor_name, action, object_type, object_id, senior_id)
SELECT uuidv7(-age), clock_timestamp() - age, 'y', 'senior.read_vitals', 'senior', lived.id, lived.id
FROM (SELECT n, n * interval '30 s' AS age FROM generate_series(1, %(audit)s) AS n) AS s
JOIN (SELECT id, row_number() OVER (ORDER BY id) AS turn FROM senior) AS lived
    ON lived.turn = 1 + (n * 3) %% (SELECT count(*) FROM senior)
ORDER BY s.n DESC

-- name: sealed
INSERT INTO ledger_entry (position, source, row_id, form, digest, chain, sealed_at)
SELECT row_number() OVER (), source, id, 1, '\x00', '\x00', clock_timestamp()
FROM (SELECT 'alert_event' AS source, id FROM alert_event
    UNION ALL SELECT 'notification', id FROM notification
    UNION ALL SELECT 'audit_log', id FROM audit_log) AS row

-- name: head
INSERT INTO ledger_head (position, chain, sealed_at)
SELECT max(position), '\x00', clock_timestamp() FROM ledger_entry

-- name: salts
INSERT INTO ledger_salt (position, salt) SELECT position, '\x00' FROM ledger_entry

-- name: shifts
-- Grid workers of compounds take turns, each a day of two; some swapped one.
INSERT INTO shift (id, person_id, place_id, starts_at, ends_at, rrule, created_at,
    laid_out_until)
SELECT uuidv7(), person.id, person.place_id, start, start + interval '12 hours',
    'FREQ=DAILY', start, clock_timestamp() + interval '60 days'
FROM person CROSS JOIN LATERAL (SELECT clock_timestamp() - interval '6 hours'
    - extract(epoch FROM person.created_at)::integer %% 3 * interval '1 day') AS s (start)
WHERE person.role = 'grid_worker'

-- name: periods
INSERT INTO duty_period (shift_id, person_id, place_id, starts_at, ends_at)
SELECT shift.id, person_id, place_id, shift.starts_at + n * interval '1 day',
    shift.ends_at + n * interval '1 day'
FROM shift CROSS JOIN generate_series(0, 34) AS n
