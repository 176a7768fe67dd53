-- What a street's own lists call a place, a person, a senior; and the number people ring.
ALTER TABLE place ADD COLUMN external_no text;
ALTER TABLE person ADD COLUMN external_no text;
ALTER TABLE person ADD COLUMN phone text;
ALTER TABLE senior ADD COLUMN external_no text;
CREATE UNIQUE INDEX place_external_no ON place (external_no)
    WHERE external_no IS NOT NULL AND archived_at IS NULL;
CREATE UNIQUE INDEX person_external_no ON person (external_no)
    WHERE external_no IS NOT NULL AND archived_at IS NULL;
CREATE INDEX person_phone ON person (phone) WHERE archived_at IS NULL;
CREATE UNIQUE INDEX senior_external_no ON senior (external_no)
    WHERE external_no IS NOT NULL AND archived_at IS NULL;
