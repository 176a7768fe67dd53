-- Silence of whole places, and of our own ingest, as one technical alert each.
ALTER TABLE wristband_state
    ADD COLUMN valid_heart_rate_at timestamptz,
    ADD COLUMN silent_since timestamptz,
    ADD COLUMN held_by uuid;
CREATE INDEX wristband_state_silent ON wristband_state (silent_since) WHERE silent_since IS NOT NULL;
CREATE INDEX wristband_state_held ON wristband_state (held_by) WHERE held_by IS NOT NULL;
CREATE TABLE partition_behind (
    partition smallint PRIMARY KEY,
    since     timestamptz NOT NULL
);
CREATE UNIQUE INDEX alert_one_open_per_place ON alert (place_id, kind) NULLS NOT DISTINCT
    WHERE status <> 'resolved' AND senior_id IS NULL AND device_id IS NULL AND NOT drill AND NOT canary;
