-- The ledger: what happened, chained so that nobody can change it unseen; visits; and
-- what reports need of each alert.
CREATE TABLE visit (
    id          uuid PRIMARY KEY,
    senior_id   uuid REFERENCES senior,
    place_id    uuid NOT NULL REFERENCES place,
    person_id   uuid NOT NULL REFERENCES person,
    person_name text NOT NULL,
    at          timestamptz NOT NULL,
    kind        text NOT NULL CHECK (kind IN ('visit', 'call')),
    note        text NOT NULL,
    found_well  boolean,
    alert_id    uuid REFERENCES alert,
    corrects_id uuid UNIQUE REFERENCES visit,
    created_at  timestamptz NOT NULL
);
CREATE INDEX visit_senior ON visit (senior_id, at DESC);
CREATE INDEX visit_place ON visit (place_id, at DESC);

CREATE TABLE ledger_entry (
    position  bigint PRIMARY KEY,
    source    text NOT NULL,
    row_id    uuid NOT NULL,
    form      smallint NOT NULL,
    digest    bytea NOT NULL,
    chain     bytea NOT NULL,
    sealed_at timestamptz NOT NULL,
    UNIQUE (source, row_id)
);
CREATE TRIGGER ledger_entry_append_only BEFORE UPDATE OR DELETE ON ledger_entry
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TABLE ledger_salt (
    position bigint PRIMARY KEY REFERENCES ledger_entry,
    salt     bytea NOT NULL
);
CREATE TRIGGER ledger_salt_fixed BEFORE UPDATE ON ledger_salt
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TABLE ledger_head (
    single    boolean PRIMARY KEY DEFAULT true CHECK (single),
    position  bigint NOT NULL,
    chain     bytea NOT NULL,
    sealed_at timestamptz NOT NULL
);
CREATE TABLE ledger_pending (
    n        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source   text NOT NULL,
    row_id   uuid NOT NULL,
    noted_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TABLE ledger_erasure (
    id        uuid PRIMARY KEY,
    at        timestamptz NOT NULL,
    by_id     uuid,
    reason    text NOT NULL,
    positions bigint[] NOT NULL
);
CREATE TRIGGER ledger_erasure_append_only BEFORE UPDATE OR DELETE ON ledger_erasure
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE FUNCTION await_sealing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO ledger_pending (source, row_id) SELECT TG_TABLE_NAME, id FROM fresh;
    RETURN NULL;
END $$;

ALTER TABLE alert
    ADD COLUMN answered_at timestamptz,
    ADD COLUMN answered_role text,
    ADD COLUMN arrived_at timestamptz,
    ADD COLUMN lapses integer NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX alert_one_open_drill ON alert (senior_id, kind)
    WHERE status <> 'resolved' AND senior_id IS NOT NULL AND drill AND NOT canary;
CREATE FUNCTION note_response() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.event = 'expired' THEN
        UPDATE alert SET lapses = lapses + 1 WHERE id = NEW.alert_id;
    ELSE
        UPDATE alert
        SET answered_at = coalesce(answered_at, NEW.at),
            answered_role = coalesce(answered_role, NEW.actor ->> 'role'),
            arrived_at = CASE WHEN NEW.event = 'arrived'
                THEN coalesce(arrived_at, NEW.at) ELSE arrived_at END
        WHERE id = NEW.alert_id
          AND (answered_at IS NULL OR NEW.event = 'arrived' AND arrived_at IS NULL);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER alert_event_response AFTER INSERT ON alert_event FOR EACH ROW
    WHEN (NEW.event = 'expired' OR NEW.actor IS NOT NULL
        AND NEW.event IN ('acknowledged', 'departed', 'arrived', 'resolved'))
    EXECUTE FUNCTION note_response();
UPDATE alert SET answered_at = known.answered_at, answered_role = known.answered_role,
    arrived_at = known.arrived_at, lapses = known.lapses
FROM (
    SELECT alert_id,
        (array_agg(at ORDER BY position) FILTER (WHERE event <> 'expired'))[1]
            AS answered_at,
        (array_agg(actor ->> 'role' ORDER BY position) FILTER (WHERE event <> 'expired'))[1]
            AS answered_role,
        (array_agg(at ORDER BY position) FILTER (WHERE event = 'arrived'))[1]
            AS arrived_at,
        count(*) FILTER (WHERE event = 'expired') AS lapses
    FROM alert_event
    WHERE event = 'expired' OR actor IS NOT NULL
        AND event IN ('acknowledged', 'departed', 'arrived', 'resolved')
    GROUP BY alert_id) AS known
WHERE known.alert_id = alert.id;

CREATE TRIGGER alert_fixed BEFORE DELETE OR UPDATE OF id, senior_id, place_id, device_id,
    kind, drill, canary, observed_at, opened_at ON alert
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER notification_fixed BEFORE DELETE OR UPDATE OF id, alert_id, absence_id,
    message_id, person_id, contact_id, step, after_id, urgent, created_at ON notification
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER notification_attempt_append_only
    BEFORE UPDATE OR DELETE ON notification_attempt
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER message_append_only BEFORE UPDATE OR DELETE ON message
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER visit_append_only BEFORE UPDATE OR DELETE ON visit
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

INSERT INTO ledger_pending (source, row_id)
SELECT source, id FROM (
    SELECT 'alert' AS source, id, opened_at AS at, 0 AS n FROM alert
    UNION ALL SELECT 'alert_event', id, at, position FROM alert_event
    UNION ALL SELECT 'message', id, created_at, 0 FROM message
    UNION ALL SELECT 'notification', id, created_at, 0 FROM notification
    UNION ALL SELECT 'notification_attempt', id, at, 0 FROM notification_attempt
    UNION ALL SELECT 'audit_log', id, at, position FROM audit_log) AS before
ORDER BY at, n, id;

CREATE TRIGGER alert_sealed AFTER INSERT ON alert REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION await_sealing();
CREATE TRIGGER alert_event_sealed AFTER INSERT ON alert_event
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION await_sealing();
CREATE TRIGGER message_sealed AFTER INSERT ON message REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION await_sealing();
CREATE TRIGGER notification_sealed AFTER INSERT ON notification
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION await_sealing();
CREATE TRIGGER notification_attempt_sealed AFTER INSERT ON notification_attempt
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION await_sealing();
CREATE TRIGGER audit_log_sealed AFTER INSERT ON audit_log
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION await_sealing();
CREATE TRIGGER visit_sealed AFTER INSERT ON visit REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION await_sealing();
CREATE TRIGGER ledger_erasure_sealed AFTER INSERT ON ledger_erasure
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION await_sealing();
