-- What is usual for a binding's wearer, over thirty days; it changes about once an hour.
CREATE TABLE wristband_memory (
    binding_id uuid PRIMARY KEY REFERENCES binding ON DELETE CASCADE,
    layout     smallint NOT NULL,
    packed     bytea NOT NULL,
    updated_at timestamptz NOT NULL
);
