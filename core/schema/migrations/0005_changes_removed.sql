ALTER TABLE registry_version ADD COLUMN removed bigint NOT NULL DEFAULT 0;
ALTER TABLE registry_change
    ADD COLUMN noted_at timestamptz NOT NULL DEFAULT clock_timestamp();
