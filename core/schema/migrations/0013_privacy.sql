ALTER TABLE senior ADD COLUMN health_consent boolean NOT NULL DEFAULT true;
ALTER TABLE senior ADD COLUMN erased_at timestamptz;
ALTER TABLE person ADD COLUMN erased_at timestamptz;

CREATE TABLE consent (
    id               uuid PRIMARY KEY,
    senior_id        uuid NOT NULL REFERENCES senior,
    purpose          text NOT NULL CHECK (purpose IN ('health', 'location', 'family')),
    person_id        uuid REFERENCES person,
    scopes           text[],
    given            boolean NOT NULL,
    given_by         text NOT NULL CHECK (given_by IN ('senior', 'guardian')),
    guardian         text,
    reason           text,
    text_version     text NOT NULL,
    recorded_by      uuid REFERENCES person,
    recorded_by_name text NOT NULL,
    at               timestamptz NOT NULL,
    CONSTRAINT consent_guardian CHECK (given_by = 'senior' OR reason IS NOT NULL),
    CONSTRAINT consent_family CHECK ((purpose = 'family') = (person_id IS NOT NULL))
);
CREATE INDEX consent_senior ON consent (senior_id, purpose, at DESC);

CREATE TABLE erasure (
    id                uuid PRIMARY KEY,
    senior_id         uuid REFERENCES senior,
    person_id         uuid REFERENCES person,
    reason            text NOT NULL,
    requested_by      uuid REFERENCES person,
    requested_by_name text NOT NULL,
    requested_at      timestamptz NOT NULL,
    due_at            timestamptz NOT NULL,
    undone_at         timestamptz,
    done_at           timestamptz,
    counts            jsonb NOT NULL DEFAULT '{}',
    CONSTRAINT erasure_whose CHECK (num_nonnulls(senior_id, person_id) = 1)
);
CREATE UNIQUE INDEX erasure_pending ON erasure (coalesce(senior_id, person_id))
    WHERE undone_at IS NULL AND done_at IS NULL;

CREATE TABLE removal (
    id         uuid PRIMARY KEY,
    cause      text NOT NULL CHECK (cause IN ('erasure', 'retention')),
    erasure_id uuid REFERENCES erasure,
    kind       text,
    cutoff     timestamptz,
    began_at   timestamptz NOT NULL,
    ended_at   timestamptz,
    counts     jsonb NOT NULL DEFAULT '{}',
    CONSTRAINT removal_of CHECK (CASE cause WHEN 'erasure' THEN erasure_id IS NOT NULL
        ELSE kind IS NOT NULL AND cutoff IS NOT NULL END)
);
CREATE INDEX removal_kind ON removal (kind, began_at DESC) WHERE cause = 'retention';

CREATE TABLE retention_rule (
    kind        text PRIMARY KEY,
    days        integer NOT NULL CHECK (days >= 0),
    note        text,
    set_by      uuid REFERENCES person,
    set_by_name text NOT NULL,
    set_at      timestamptz NOT NULL
);

CREATE TABLE retention_run (
    kind     text PRIMARY KEY,
    began_at timestamptz NOT NULL,
    ended_at timestamptz,
    removed  bigint NOT NULL DEFAULT 0
);

CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM removal
               WHERE id = nullif(current_setting('yinling.removal', true), '')::uuid
                 AND ended_at IS NULL) THEN
        RETURN coalesce(NEW, OLD);
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$;
CREATE TRIGGER consent_append_only BEFORE UPDATE OR DELETE ON consent
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- What was agreed to before consents were kept one by one.
INSERT INTO consent (id, senior_id, purpose, given, given_by, text_version,
                     recorded_by_name, at)
SELECT gen_random_uuid(), id, purpose, true, 'senior', 'registration', 'registration',
       created_at
FROM senior CROSS JOIN (VALUES ('health'), ('location')) AS agreed (purpose)
WHERE purpose = 'health' OR location_consent;
INSERT INTO consent (id, senior_id, purpose, person_id, scopes, given, given_by,
                     text_version, recorded_by, recorded_by_name, at)
SELECT gen_random_uuid(), link.senior_id, 'family', link.person_id, link.scopes, true,
       'senior', 'registration', link.consent_by, recorder.name, link.consent_at
FROM family_link AS link JOIN person AS recorder ON recorder.id = link.consent_by
WHERE link.archived_at IS NULL;
