ALTER TABLE senior
    ADD COLUMN medication_note text,
    ADD COLUMN key_holder_name text,
    ADD COLUMN key_holder_phone text,
    ADD COLUMN key_holder_note text,
    ADD COLUMN hospital text,
    ADD COLUMN language text NOT NULL DEFAULT 'zh-CN' CHECK (language IN ('zh-CN', 'en')),
    ADD COLUMN discharged_on date;
CREATE INDEX senior_discharged ON senior (discharged_on)
    WHERE discharged_on IS NOT NULL AND archived_at IS NULL;
ALTER TABLE wristband
    ADD COLUMN returned_at timestamptz,
    ADD COLUMN return_reason text;
ALTER TABLE binding
    ADD COLUMN ended_as text CHECK (ended_as IN ('moved', 'unbound', 'replaced', 'returned')),
    ADD COLUMN end_reason text;
CREATE TABLE contact_code (
    id         uuid PRIMARY KEY,
    contact_id uuid NOT NULL REFERENCES contact ON DELETE CASCADE,
    person_id  uuid NOT NULL REFERENCES person,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    wrong      smallint NOT NULL DEFAULT 0
);
CREATE INDEX contact_code_contact ON contact_code (contact_id, created_at);
CREATE INDEX contact_code_person ON contact_code (person_id, created_at);
CREATE TABLE invitation (
    id         uuid PRIMARY KEY,
    person_id  uuid NOT NULL REFERENCES person,
    invited_by uuid REFERENCES person,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at    timestamptz,
    voided_at  timestamptz
);
CREATE UNIQUE INDEX invitation_open ON invitation (person_id)
    WHERE used_at IS NULL AND voided_at IS NULL;
