-- The last that is known of somebody counts what a press said, too.
-- What urgent events said last of a binding's wearer: written by the lane of urgent
-- events alone, which never touches wristband_state.
CREATE TABLE urgent_state (
    binding_id    uuid PRIMARY KEY REFERENCES binding ON DELETE CASCADE,
    heard_at      timestamptz NOT NULL,  -- newest arrival (server clock)
    battery       real,
    battery_at    timestamptz,
    heart_rate    real,
    heart_rate_at timestamptz,
    latitude      double precision,
    longitude     double precision,
    accuracy      real,
    location_at   timestamptz,
    updated_at    timestamptz NOT NULL
);
CREATE INDEX urgent_state_updated ON urgent_state (updated_at);

-- The last that is known of a binding's wearer, from reports and urgent events: of each
-- the newer, the position whole. Everything that tells a last value reads it here.
CREATE VIEW last_known AS
SELECT binding.id AS binding_id, binding.senior_id, binding.ends_at,
    state.last_time, state.last_received_at AS reported_at,
    greatest(state.last_received_at, urgent.heard_at) AS last_received_at, state.worn,
    CASE WHEN state.battery IS NULL OR urgent.battery_at > state.last_time
        THEN coalesce(urgent.battery, state.battery) ELSE state.battery END AS battery,
    CASE WHEN urgent.heart_rate_at > state.heart_rate_at OR state.heart_rate_at IS NULL
        THEN urgent.heart_rate ELSE state.heart_rate END AS heart_rate,
    greatest(state.heart_rate_at, urgent.heart_rate_at) AS heart_rate_at,
    state.valid_heart_rate_at, state.systolic, state.diastolic, state.blood_pressure_at,
    state.spo2, state.spo2_at, state.temperature, state.temperature_at,
    CASE WHEN urgent.location_at > state.location_at OR state.location_at IS NULL
        THEN urgent.latitude ELSE state.latitude END AS latitude,
    CASE WHEN urgent.location_at > state.location_at OR state.location_at IS NULL
        THEN urgent.longitude ELSE state.longitude END AS longitude,
    CASE WHEN urgent.location_at > state.location_at OR state.location_at IS NULL
        THEN urgent.accuracy ELSE state.accuracy END AS accuracy,
    greatest(state.location_at, urgent.location_at) AS location_at,
    state.closed_gates, greatest(state.updated_at, urgent.updated_at) AS updated_at
FROM binding
LEFT JOIN wristband_state AS state ON state.binding_id = binding.id
LEFT JOIN urgent_state AS urgent ON urgent.binding_id = binding.id;
