-- Rules as people set them; rows are added, never changed. The newest of a scope is in
-- force; one without figures returns the scope to what stands above it. Revisions
-- follow the order of commits: they are made under the lock of registry_version.
CREATE TABLE rule_set (
    revision  bigint PRIMARY KEY,
    scope     text NOT NULL CHECK (scope IN ('service', 'place', 'senior')),
    place_id  uuid REFERENCES place,
    senior_id uuid REFERENCES senior,
    format    text CHECK (format IN ('toml', 'json')),
    body      text,                     -- as given
    figures   jsonb,                    -- as read, nested as in the file
    note      text,
    set_at    timestamptz NOT NULL,
    set_by    uuid,
    set_by_name text NOT NULL,
    CHECK ((place_id IS NOT NULL) = (scope = 'place')),
    CHECK ((senior_id IS NOT NULL) = (scope = 'senior')),
    CHECK (num_nulls(format, body, figures) IN (0, 3))
);
CREATE INDEX rule_set_place ON rule_set (place_id, revision DESC) WHERE scope = 'place';
CREATE INDEX rule_set_senior ON rule_set (senior_id, revision DESC) WHERE scope = 'senior';
CREATE TRIGGER rule_set_append_only BEFORE UPDATE OR DELETE ON rule_set
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- What a rule version that made an alert stood for, kept when it was first used.
CREATE TABLE rule_version (
    version       text PRIMARY KEY,
    figures       jsonb NOT NULL,       -- {dotted name: value, "day.quiet"?: [...]}
    first_used_at timestamptz NOT NULL
);
