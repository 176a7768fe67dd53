ALTER TABLE senior ADD COLUMN phone text;
ALTER TABLE senior ADD COLUMN call_back boolean NOT NULL DEFAULT false;
ALTER TABLE notification ADD COLUMN delivered_at timestamptz;
ALTER TABLE notification ADD COLUMN read_at timestamptz;
ALTER TABLE notification ADD COLUMN used_at timestamptz;
CREATE INDEX notification_waiting ON notification (id) WHERE status = 'waiting' AND due_at IS NULL;

-- Calls to seniors themselves, "are you all right?"; the answers stand in the timeline.
CREATE TABLE call_back (
    alert_id   uuid PRIMARY KEY REFERENCES alert,
    attempts   integer NOT NULL DEFAULT 0,
    due_at     timestamptz,             -- when to call (again); null once done
    created_at timestamptz NOT NULL
);
CREATE INDEX call_back_due ON call_back (due_at) WHERE due_at IS NOT NULL;

-- What a person wants to hear once a day, at an hour of the service's time zone.
CREATE TABLE daily_wish (
    person_id uuid NOT NULL REFERENCES person,
    kind      text NOT NULL CHECK (kind IN ('digest', 'daily_message')),
    at_hour   smallint NOT NULL CHECK (at_hour BETWEEN 0 AND 23),
    body      jsonb NOT NULL,           -- as the person set it
    due_at    timestamptz NOT NULL,     -- the next one
    set_at    timestamptz NOT NULL,
    PRIMARY KEY (person_id, kind)
);
CREATE INDEX daily_wish_due ON daily_wish (due_at);
