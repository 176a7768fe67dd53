CREATE TABLE message (
    id         uuid PRIMARY KEY,
    kind       text NOT NULL,
    key        text UNIQUE,
    senior_id  uuid REFERENCES senior,
    place_id   uuid REFERENCES place,
    alert_id   uuid REFERENCES alert,
    content    jsonb NOT NULL DEFAULT '{}',
    expires_at timestamptz,
    created_at timestamptz NOT NULL
);
CREATE INDEX message_senior ON message (senior_id) WHERE senior_id IS NOT NULL;
ALTER TABLE notification ADD COLUMN message_id uuid REFERENCES message ON DELETE CASCADE;
ALTER TABLE notification ADD UNIQUE (message_id, contact_id, step);
ALTER TABLE notification DROP CONSTRAINT notification_check;
ALTER TABLE notification ADD CONSTRAINT notification_about
    CHECK (num_nonnulls(alert_id, absence_id, message_id) = 1);
ALTER TABLE notification ADD COLUMN after_id uuid REFERENCES notification;
CREATE INDEX notification_after ON notification (after_id) WHERE after_id IS NOT NULL;
ALTER TABLE notification DROP CONSTRAINT notification_status_check;
ALTER TABLE notification ADD CONSTRAINT notification_status_check
    CHECK (status IN ('queued', 'waiting', 'sent', 'failed', 'overtaken', 'spared'));
