-- Receipts, consents, and revisions of rules and of policies are sealed in the ledger.
CREATE TABLE notification_receipt (
    id              uuid PRIMARY KEY,
    notification_id uuid NOT NULL REFERENCES notification,
    kind            text NOT NULL CHECK (kind IN ('delivered', 'read', 'used')),
    at              timestamptz NOT NULL,
    UNIQUE (notification_id, kind)
);
CREATE FUNCTION note_receipt() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO notification_receipt (id, notification_id, kind, at)
    SELECT gen_random_uuid(), NEW.id, receipt.kind, receipt.at
    FROM (VALUES ('delivered', OLD.delivered_at, NEW.delivered_at),
        ('read', OLD.read_at, NEW.read_at), ('used', OLD.used_at, NEW.used_at))
        AS receipt (kind, before, at)
    WHERE receipt.before IS NULL AND receipt.at IS NOT NULL;
    RETURN NULL;
END $$;
CREATE TRIGGER notification_received AFTER UPDATE OF delivered_at, read_at, used_at
    ON notification FOR EACH ROW
    WHEN ((OLD.delivered_at, OLD.read_at, OLD.used_at)
        IS DISTINCT FROM (NEW.delivered_at, NEW.read_at, NEW.used_at))
    EXECUTE FUNCTION note_receipt();
INSERT INTO notification_receipt (id, notification_id, kind, at)
SELECT gen_random_uuid(), notification.id, receipt.kind, receipt.at
FROM notification CROSS JOIN LATERAL (VALUES ('delivered', notification.delivered_at),
    ('read', notification.read_at), ('used', notification.used_at)) AS receipt (kind, at)
WHERE receipt.at IS NOT NULL;
CREATE TRIGGER notification_receipt_append_only
    BEFORE UPDATE OR DELETE ON notification_receipt
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

ALTER TABLE rule_set ADD COLUMN id uuid NOT NULL UNIQUE DEFAULT gen_random_uuid();
ALTER TABLE escalation_policy ADD COLUMN id uuid NOT NULL UNIQUE DEFAULT gen_random_uuid();

INSERT INTO ledger_pending (source, row_id)
SELECT source, id FROM (
    SELECT 'notification_receipt' AS source, id, at, 0 AS n FROM notification_receipt
    UNION ALL SELECT 'consent', id, at, 0 FROM consent
    UNION ALL SELECT 'rule_set', id, set_at, revision FROM rule_set
    UNION ALL SELECT 'escalation_policy', id, set_at, revision FROM escalation_policy)
    AS before
ORDER BY at, n, id;
CREATE TRIGGER notification_receipt_sealed AFTER INSERT ON notification_receipt
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION await_sealing();
CREATE TRIGGER consent_sealed AFTER INSERT ON consent REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION await_sealing();
CREATE TRIGGER rule_set_sealed AFTER INSERT ON rule_set REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION await_sealing();
CREATE TRIGGER escalation_policy_sealed AFTER INSERT ON escalation_policy
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION await_sealing();
