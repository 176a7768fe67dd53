-- Ids made here are UUIDv7 too; a link works for whoever still answers for its alert; what
-- is accountable is not emptied as a whole.
-- Ids that sort by the time they were made, as core.ids makes them: a UUIDv7 (RFC 9562).
CREATE FUNCTION fresh_id() RETURNS uuid LANGUAGE sql VOLATILE AS $$
    SELECT encode(set_byte(bytes, 6, (get_byte(bytes, 6) & 15) | 112), 'hex')::uuid
    FROM (SELECT overlay(uuid_send(gen_random_uuid()) PLACING substring(int8send(
        floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1)
        AS bytes) AS made
$$;
CREATE OR REPLACE FUNCTION note_receipt() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO notification_receipt (id, notification_id, kind, at)
    SELECT fresh_id(), NEW.id, receipt.kind, receipt.at
    FROM (VALUES ('delivered', OLD.delivered_at, NEW.delivered_at),
        ('read', OLD.read_at, NEW.read_at), ('used', OLD.used_at, NEW.used_at))
        AS receipt (kind, before, at)
    WHERE receipt.before IS NULL AND receipt.at IS NOT NULL;
    RETURN NULL;
END $$;
ALTER TABLE rule_set ALTER COLUMN id SET DEFAULT fresh_id();
ALTER TABLE escalation_policy ALTER COLUMN id SET DEFAULT fresh_id();

-- Nothing that is accountable is emptied as a whole either, not even in a removal.
CREATE FUNCTION refuse_truncation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$;
DO $$
DECLARE kept text;
BEGIN
    FOREACH kept IN ARRAY ARRAY['alert', 'alert_event', 'message', 'notification',
        'notification_attempt', 'notification_receipt', 'audit_log', 'visit', 'consent',
        'rule_set', 'escalation_policy', 'removal', 'ledger_entry', 'ledger_salt',
        'ledger_head', 'ledger_pending', 'ledger_erasure'] LOOP
        EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON %I FOR EACH STATEMENT'
            ' EXECUTE FUNCTION refuse_truncation()', kept || '_whole', kept);
    END LOOP;
END $$;

-- Places of an alert that a person answers for: on whose rota they are, if they stand
-- there, are on duty within an hour, or nobody who stands there can be reached. The way in
-- of a link that they were sent.
CREATE FUNCTION answers_for(about uuid, whom uuid, instant timestamptz)
RETURNS uuid[] LANGUAGE sql STABLE AS $$
    SELECT ARRAY(
        SELECT mine.place_id
        FROM alert
        LEFT JOIN senior ON senior.id = alert.senior_id
        JOIN place AS here ON here.id = coalesce(senior.place_id, alert.place_id)
        CROSS JOIN LATERAL responsible(here.path, instant) AS mine
        WHERE alert.id = about AND mine.person_id = whom AND (
            mine.stands
            OR EXISTS (
                SELECT FROM duty_period AS duty
                WHERE duty.person_id = whom AND duty.place_id = mine.place_id
                  AND duty.starts_at <= instant + interval '1 hour'
                  AND duty.ends_at > instant - interval '1 hour')
            OR NOT EXISTS (
                SELECT FROM responsible(ARRAY[mine.place_id], instant) AS other
                JOIN contact ON contact.person_id = other.person_id
                WHERE other.stands AND contact.verified_at IS NOT NULL
                  AND contact.archived_at IS NULL)))
$$;
