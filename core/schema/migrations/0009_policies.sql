CREATE TABLE escalation_policy (
    revision    bigint PRIMARY KEY,
    scope       text NOT NULL CHECK (scope IN ('service', 'place')),
    place_id    uuid REFERENCES place,
    format      text CHECK (format IN ('toml', 'json')),
    body        text,
    policies    jsonb,
    note        text,
    set_at      timestamptz NOT NULL,
    set_by      uuid,
    set_by_name text NOT NULL,
    CHECK ((place_id IS NOT NULL) = (scope = 'place')),
    CHECK (num_nulls(format, body, policies) IN (0, 3))
);
CREATE INDEX escalation_policy_place ON escalation_policy (place_id, revision DESC);
CREATE TRIGGER escalation_policy_append_only BEFORE UPDATE OR DELETE ON escalation_policy
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TABLE policy_version (
    version       text PRIMARY KEY,
    policy        jsonb NOT NULL,
    first_used_at timestamptz NOT NULL
);
