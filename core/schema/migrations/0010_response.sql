-- Who comes besides: departments, requests to them, hand-over, and asking afterwards.
ALTER TABLE person DROP CONSTRAINT person_role_check;
ALTER TABLE person ADD CONSTRAINT person_role_check CHECK (role IN ('family', 'building_head',
    'grid_worker', 'community_manager', 'street_manager', 'district_manager', 'volunteer', 'admin',
    'department'));
ALTER TABLE alert ADD COLUMN offered_to uuid REFERENCES person;
ALTER TABLE alert ADD COLUMN offered_by uuid REFERENCES person;
CREATE TABLE department (
    id          uuid PRIMARY KEY,
    place_id    uuid NOT NULL REFERENCES place,
    kind        text NOT NULL CHECK (kind IN ('hospital', 'police', 'fire', 'property', 'other')),
    name        text NOT NULL,
    phone       text,
    deadline_s  integer CHECK (deadline_s > 0),
    person_id   uuid NOT NULL REFERENCES person,
    created_at  timestamptz NOT NULL,
    archived_at timestamptz
);
CREATE INDEX department_place ON department (place_id) WHERE archived_at IS NULL;
CREATE TABLE request (
    id            uuid PRIMARY KEY,
    alert_id      uuid NOT NULL REFERENCES alert,
    kind          text NOT NULL CHECK (kind IN ('level_up', 'hospital', 'police', 'fire', 'property', 'other')),
    department_id uuid REFERENCES department,
    name          text,
    phone         text,
    status        text NOT NULL DEFAULT 'asked'
                  CHECK (status IN ('asked', 'accepted', 'on_the_way', 'overdue', 'done', 'declined', 'withdrawn')),
    asked_by      uuid NOT NULL REFERENCES person,
    asked_at      timestamptz NOT NULL,
    asks          integer NOT NULL DEFAULT 1,
    note          text,
    answer        text,
    called_at     timestamptz,
    deadline_s    integer NOT NULL,
    due_at        timestamptz NOT NULL,
    answered_at   timestamptz,
    overdue_at    timestamptz,
    closed_at     timestamptz,
    next_due_at   timestamptz
);
CREATE UNIQUE INDEX request_one_open ON request (alert_id, kind, department_id) NULLS NOT DISTINCT
    WHERE closed_at IS NULL;
CREATE INDEX request_due ON request (next_due_at) WHERE next_due_at IS NOT NULL;
CREATE INDEX request_asked ON request (asked_at DESC, id DESC);
CREATE TABLE followup (
    id           uuid PRIMARY KEY,
    alert_id     uuid NOT NULL REFERENCES alert,
    status       text NOT NULL DEFAULT 'planned' CHECK (status IN ('planned', 'open', 'done', 'cancelled')),
    resolved_at  timestamptz NOT NULL,
    resolved_by  uuid NOT NULL REFERENCES person,
    assignee_id  uuid REFERENCES person,
    due_at       timestamptz,
    answer_by    timestamptz,
    asked_at     timestamptz,
    overdue_at   timestamptz,
    family_answer text CHECK (family_answer IN ('fine', 'call')),
    result       text CHECK (result IN ('well', 'not_well', 'not_reached')),
    tries        integer NOT NULL DEFAULT 0,
    note         text,
    answered_by  uuid REFERENCES person,
    closed_at    timestamptz,
    next_due_at  timestamptz
);
CREATE UNIQUE INDEX followup_one_open ON followup (alert_id) WHERE closed_at IS NULL;
CREATE INDEX followup_due ON followup (next_due_at) WHERE next_due_at IS NOT NULL;
