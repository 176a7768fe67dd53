-- The whole database as of the newest version; migrations/ leads older ones here.
-- Times are timestamptz (UTC); ids are UUIDv7 made by the services; units are in
-- the names or in docs/glossary.md. Business time is always a parameter.

CREATE TABLE place (
    id          uuid PRIMARY KEY,
    level       text NOT NULL CHECK (level IN ('district', 'street', 'community', 'compound', 'building')),
    name        text NOT NULL,
    parent_id   uuid REFERENCES place,
    path        uuid[] NOT NULL,          -- root first, the place itself last
    boundary    jsonb,
    created_at  timestamptz NOT NULL,
    archived_at timestamptz,
    external_no text                      -- what the street's own lists call it
);
CREATE UNIQUE INDEX place_external_no ON place (external_no)
    WHERE external_no IS NOT NULL AND archived_at IS NULL;
CREATE INDEX place_path ON place USING gin (path);
CREATE INDEX place_parent ON place (parent_id);

CREATE TABLE person (
    id                   uuid PRIMARY KEY,
    name                 text NOT NULL,
    role                 text NOT NULL CHECK (role IN ('family', 'building_head', 'grid_worker',
                             'community_manager', 'street_manager', 'district_manager', 'volunteer', 'admin',
                             'department')),
    place_id             uuid REFERENCES place,      -- where a responder works
    username             text,
    password_hash        text,                       -- argon2id
    locale               text NOT NULL DEFAULT 'zh-CN' CHECK (locale IN ('zh-CN', 'en')),
    sessions_valid_after timestamptz NOT NULL,       -- older tokens are void
    created_at           timestamptz NOT NULL,
    archived_at          timestamptz,
    external_no          text,                       -- what the street's own lists call them
    phone                text,  -- the number people ring: on cards, for staff
    erased_at            timestamptz                 -- only an anonymous shell is left
);
CREATE UNIQUE INDEX person_username ON person (lower(username)) WHERE username IS NOT NULL AND archived_at IS NULL;
CREATE INDEX person_place ON person (place_id) WHERE archived_at IS NULL;
CREATE INDEX person_admin ON person (id) WHERE role = 'admin';
CREATE UNIQUE INDEX person_external_no ON person (external_no)
    WHERE external_no IS NOT NULL AND archived_at IS NULL;
CREATE INDEX person_phone ON person (phone) WHERE archived_at IS NULL;

CREATE TABLE contact (
    id          uuid PRIMARY KEY,
    person_id   uuid NOT NULL REFERENCES person,
    kind        text NOT NULL CHECK (kind IN ('push', 'sms', 'voice', 'email', 'chat')),
    url         text NOT NULL,                       -- an Apprise URL: a secret, never logged
    verified_at timestamptz,                         -- only verified contacts are told
    created_at  timestamptz NOT NULL,
    archived_at timestamptz
);
CREATE INDEX contact_person ON contact (person_id) WHERE archived_at IS NULL;

-- A code sent to a contact. The six digits are stored nowhere: they follow from the row's
-- id and the service's key (core.proofs). The newest of a contact counts.
CREATE TABLE contact_code (
    id         uuid PRIMARY KEY,
    contact_id uuid NOT NULL REFERENCES contact ON DELETE CASCADE,
    person_id  uuid NOT NULL REFERENCES person,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    wrong      smallint NOT NULL DEFAULT 0          -- wrong tries
);
CREATE INDEX contact_code_contact ON contact_code (contact_id, created_at);
CREATE INDEX contact_code_person ON contact_code (person_id, created_at);

-- A link by which a person sets user name and password once; its token follows from the
-- row's id and the service's key. A person has one open at most.
CREATE TABLE invitation (
    id         uuid PRIMARY KEY,
    person_id  uuid NOT NULL REFERENCES person,
    invited_by uuid REFERENCES person,              -- null: the command line
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at    timestamptz,
    voided_at  timestamptz
);
CREATE UNIQUE INDEX invitation_open ON invitation (person_id)
    WHERE used_at IS NULL AND voided_at IS NULL;

CREATE TABLE senior (
    id                  uuid PRIMARY KEY,
    name                text NOT NULL,
    birth_date          date NOT NULL,
    sex                 text NOT NULL CHECK (sex IN ('female', 'male', 'unknown')),
    place_id            uuid NOT NULL REFERENCES place,
    home_latitude       double precision NOT NULL,
    home_longitude      double precision NOT NULL,
    address             text,
    lives_alone         boolean NOT NULL DEFAULT false,
    conditions          text[] NOT NULL DEFAULT '{}',
    risk                text NOT NULL DEFAULT 'normal' CHECK (risk IN ('normal', 'high')),
    expected_interval_s integer NOT NULL DEFAULT 300 CHECK (expected_interval_s > 0),
    location_consent    boolean NOT NULL DEFAULT false,
    thresholds          jsonb NOT NULL DEFAULT '{}',  -- personal limits by kind
    routine             jsonb NOT NULL DEFAULT '{}',  -- quiet hours
    created_at          timestamptz NOT NULL,
    archived_at         timestamptz,
    medication_note     text,
    key_holder_name     text,                         -- who can open the door
    key_holder_phone    text,
    key_holder_note     text,
    hospital            text,                         -- where they are usually taken
    language            text NOT NULL DEFAULT 'zh-CN' CHECK (language IN ('zh-CN', 'en')),
    discharged_on       date,                         -- last day in hospital
    external_no         text,
    health_consent      boolean NOT NULL DEFAULT true,  -- the newest `consent` to health data
    erased_at           timestamptz,                    -- only an anonymous shell is left
    phone               text,                           -- the senior's own, dialled by call-backs
    call_back           boolean NOT NULL DEFAULT false  -- "are you all right?" at critical alerts
);
CREATE INDEX senior_place ON senior (place_id) WHERE archived_at IS NULL;
CREATE INDEX senior_discharged ON senior (discharged_on)
    WHERE discharged_on IS NOT NULL AND archived_at IS NULL;
CREATE UNIQUE INDEX senior_external_no ON senior (external_no)
    WHERE external_no IS NOT NULL AND archived_at IS NULL;

CREATE TABLE family_link (
    id           uuid PRIMARY KEY,
    senior_id    uuid NOT NULL REFERENCES senior,
    person_id    uuid NOT NULL REFERENCES person,
    relation     text NOT NULL,
    scopes       text[] NOT NULL CHECK (scopes <@ ARRAY['status', 'vitals', 'location', 'alerts']),
    consent_at   timestamptz NOT NULL,
    consent_by   uuid NOT NULL REFERENCES person,    -- who recorded the consent
    archived_at  timestamptz
);
CREATE UNIQUE INDEX family_link_pair ON family_link (senior_id, person_id) WHERE archived_at IS NULL;
CREATE INDEX family_link_person ON family_link (person_id) WHERE archived_at IS NULL;

CREATE TABLE absence (
    id         uuid PRIMARY KEY,
    senior_id  uuid NOT NULL REFERENCES senior,
    starts_at  timestamptz NOT NULL,
    ends_at    timestamptz NOT NULL CHECK (ends_at > starts_at),
    reason     text NOT NULL,
    created_by uuid NOT NULL REFERENCES person,
    created_at timestamptz NOT NULL
);
CREATE INDEX absence_senior ON absence (senior_id, ends_at);

CREATE TABLE geofence (
    id          uuid PRIMARY KEY,
    senior_id   uuid NOT NULL REFERENCES senior,
    name        text NOT NULL,
    shape       jsonb NOT NULL,   -- {"type":"circle","latitude","longitude","radius" [m]} or a GeoJSON Polygon
    alert_on    text NOT NULL CHECK (alert_on IN ('exit', 'enter')),
    created_at  timestamptz NOT NULL,
    archived_at timestamptz
);
CREATE INDEX geofence_senior ON geofence (senior_id) WHERE archived_at IS NULL;

CREATE TABLE shift (
    id          uuid PRIMARY KEY,
    person_id   uuid NOT NULL REFERENCES person,
    place_id    uuid NOT NULL REFERENCES place,
    starts_at   timestamptz NOT NULL,
    ends_at     timestamptz NOT NULL CHECK (ends_at > starts_at),
    rrule       text,
    created_at  timestamptz NOT NULL,
    archived_at timestamptz,
    exdates     date[] NOT NULL DEFAULT '{}',   -- local days on which it does not begin
    holidays    text CHECK (holidays IN ('skip', 'only')),
    always_handover boolean NOT NULL DEFAULT false,  -- a hand-over also with nothing open
    over_at     timestamptz,          -- end of its last duty; null: it has no end
    laid_out_until timestamptz        -- its duty_period rows reach to here
);
CREATE INDEX shift_place ON shift (place_id) WHERE archived_at IS NULL;
CREATE INDEX shift_person ON shift (person_id) WHERE archived_at IS NULL;
CREATE INDEX shift_laid_out ON shift (laid_out_until NULLS FIRST) WHERE archived_at IS NULL;

-- Two people take each other's duty, once both agree; then two rows of duty_override.
CREATE TABLE duty_swap (
    id            uuid PRIMARY KEY,
    first_id      uuid NOT NULL REFERENCES person,
    first_place   uuid NOT NULL REFERENCES place,
    first_from    timestamptz NOT NULL,
    first_to      timestamptz NOT NULL CHECK (first_to > first_from),
    first_agreed  timestamptz,
    second_id     uuid NOT NULL REFERENCES person CHECK (second_id <> first_id),
    second_place  uuid NOT NULL REFERENCES place,
    second_from   timestamptz NOT NULL,
    second_to     timestamptz NOT NULL CHECK (second_to > second_from),
    second_agreed timestamptz,
    status        text NOT NULL DEFAULT 'proposed'
                  CHECK (status IN ('proposed', 'agreed', 'declined', 'undone')),
    note          text,
    proposed_by   uuid NOT NULL REFERENCES person,
    created_at    timestamptz NOT NULL
);
CREATE INDEX duty_swap_first ON duty_swap (first_id, first_to);
CREATE INDEX duty_swap_second ON duty_swap (second_id, second_to);

-- Adds, removes or (with both) replaces a person for a place between two instants, in
-- the order of their making.
CREATE TABLE duty_override (
    id               uuid PRIMARY KEY,
    place_id         uuid NOT NULL REFERENCES place,
    starts_at        timestamptz NOT NULL,
    ends_at          timestamptz NOT NULL CHECK (ends_at > starts_at),
    add_person_id    uuid REFERENCES person,
    remove_person_id uuid REFERENCES person,
    swap_id          uuid REFERENCES duty_swap,
    note             text,
    created_by       uuid NOT NULL REFERENCES person,
    created_at       timestamptz NOT NULL,
    archived_at      timestamptz,
    CHECK (num_nonnulls(add_person_id, remove_person_id) > 0
        AND add_person_id IS DISTINCT FROM remove_person_id)
);
CREATE INDEX duty_override_place ON duty_override (place_id, ends_at) WHERE archived_at IS NULL;

-- Who is on duty where, from yesterday to 35 days ahead, laid out from shift and
-- duty_override by core.duty; [starts_at, ends_at).
CREATE TABLE duty_period (
    shift_id    uuid REFERENCES shift ON DELETE CASCADE,
    person_id   uuid NOT NULL REFERENCES person,
    place_id    uuid NOT NULL REFERENCES place,
    starts_at   timestamptz NOT NULL,
    ends_at     timestamptz NOT NULL CHECK (ends_at > starts_at),
    override_id uuid REFERENCES duty_override ON DELETE CASCADE,
    CHECK (num_nonnulls(shift_id, override_id) > 0)
);
CREATE INDEX duty_period_place ON duty_period (place_id, starts_at, ends_at);
CREATE INDEX duty_period_person ON duty_period (person_id, ends_at);
CREATE INDEX duty_period_shift ON duty_period (shift_id);
CREATE INDEX duty_period_override ON duty_period (override_id) WHERE override_id IS NOT NULL;
CREATE INDEX duty_period_ends ON duty_period (ends_at);

-- Responders of some places, and who of them stands for the place at an instant: whoever
-- is on duty there; whoever works there and has no shift there, unless taken off. A shift
-- counts from 35 days before its first duty to 35 days after its last. Those who do not
-- stand are off shift: told only where nobody who stands can be reached. LIMIT and OFFSET 0
-- have people looked up by index, whatever the planner knows of the table.
CREATE FUNCTION responsible(places uuid[], instant timestamptz)
RETURNS TABLE (place_id uuid, person_id uuid, stands boolean)
LANGUAGE sql STABLE AS $$
    WITH planned AS (
        SELECT DISTINCT shift.place_id, shift.person_id FROM shift
        WHERE shift.place_id = ANY(places) AND shift.archived_at IS NULL
          AND shift.starts_at <= instant + interval '35 days'
          AND (shift.over_at IS NULL OR shift.over_at > instant - interval '35 days')
    ), pair (place_id, person_id, stands) AS (
        SELECT duty_period.place_id, duty_period.person_id, true FROM duty_period
        WHERE duty_period.place_id = ANY(places)
          AND duty_period.starts_at <= instant AND duty_period.ends_at > instant
        UNION ALL
        SELECT planned.place_id, planned.person_id, false FROM planned
        UNION ALL
        SELECT person.place_id, person.id,
            NOT EXISTS (
                SELECT FROM planned
                WHERE planned.person_id = person.id AND planned.place_id = person.place_id)
            AND NOT EXISTS (
                SELECT FROM duty_override
                WHERE duty_override.place_id = person.place_id
                  AND duty_override.remove_person_id = person.id
                  AND duty_override.archived_at IS NULL
                  AND duty_override.starts_at <= instant AND duty_override.ends_at > instant)
        FROM unnest(places) AS here (id)
        CROSS JOIN LATERAL (
            SELECT person.id, person.place_id FROM person
            WHERE person.place_id = here.id AND person.archived_at IS NULL OFFSET 0
        ) AS person
    )
    SELECT pair.place_id, pair.person_id, bool_or(pair.stands)
    FROM pair
    CROSS JOIN LATERAL (
        SELECT role, archived_at FROM person WHERE person.id = pair.person_id LIMIT 1
    ) AS person
    WHERE person.archived_at IS NULL
      AND person.role IN ('building_head', 'grid_worker', 'community_manager',
        'street_manager', 'district_manager', 'volunteer')
    GROUP BY pair.place_id, pair.person_id
$$;

-- What administrators know better than the shipped calendar of public holidays.
CREATE TABLE holiday (
    day     date PRIMARY KEY,
    working boolean NOT NULL,
    name    text NOT NULL,
    set_by  uuid NOT NULL REFERENCES person,
    set_at  timestamptz NOT NULL
);

-- The secret address of a person's duties as a calendar, kept as a hash.
CREATE TABLE calendar_feed (
    person_id    uuid PRIMARY KEY REFERENCES person,
    token_sha256 bytea NOT NULL UNIQUE,
    created_at   timestamptz NOT NULL
);

-- Places whose seniors nobody (or nobody near) can reach now, written by the alerts
-- service; a row is one gap, `told` the high-risk seniors it was told at once for.
CREATE TABLE coverage_gap (
    place_id uuid PRIMARY KEY REFERENCES place ON DELETE CASCADE,
    since    timestamptz NOT NULL,
    reach    text NOT NULL CHECK (reach IN ('nobody', 'above')),
    cause    text NOT NULL,
    seniors  integer NOT NULL,
    told     uuid[] NOT NULL DEFAULT '{}'
);

-- How far the alerts service is with hand-overs and with the daily list of gaps.
CREATE TABLE duty_progress (
    single             boolean PRIMARY KEY DEFAULT true CHECK (single),
    handed_over_until  timestamptz,
    gaps_told_on       date
);
INSERT INTO duty_progress (single) VALUES (true);

CREATE TABLE wristband (
    key             integer GENERATED ALWAYS AS IDENTITY UNIQUE,  -- short name inside reading
    device_id       text PRIMARY KEY CHECK (device_id ~ '^[A-Za-z0-9_-]{1,64}$'),
    model           text,
    password_sha256 bytea,            -- of its own random >=128-bit password
    created_at      timestamptz NOT NULL,
    revoked_at      timestamptz,
    archived_at     timestamptz,
    returned_at     timestamptz,      -- came back; can be issued again with a new password
    return_reason   text
);

-- Who wore which wristband from when to when ([starts_at, ends_at)).
CREATE TABLE binding (
    id            uuid PRIMARY KEY,
    wristband_key integer NOT NULL REFERENCES wristband (key),
    senior_id     uuid NOT NULL REFERENCES senior,
    starts_at     timestamptz NOT NULL,
    ends_at       timestamptz,
    created_at    timestamptz NOT NULL,
    ended_as      text CHECK (ended_as IN ('moved', 'unbound', 'replaced', 'returned')),
    end_reason    text,               -- in the words of whoever ended it
    CHECK (ends_at >= starts_at)
);
CREATE UNIQUE INDEX binding_wristband_open ON binding (wristband_key) WHERE ends_at IS NULL;
CREATE UNIQUE INDEX binding_senior_open ON binding (senior_id) WHERE ends_at IS NULL;
CREATE INDEX binding_wristband ON binding (wristband_key, starts_at);
CREATE INDEX binding_senior ON binding (senior_id, starts_at);

-- What changed in the registry, in commit order: whoever changes a wristband's binding,
-- limits, geofences, absences or its senior does, in the same transaction,
--   UPDATE registry_version SET version = version + 1 RETURNING version   (locks until commit)
-- and inserts the wristbands concerned here; ingest reads what is newer at each batch.
-- Key 0 stands for the rules of the service or of places: they are read again, and no
-- wristband's state is. Rows that every worker has seen are removed after a day.
CREATE TABLE registry_version (
    single  boolean PRIMARY KEY DEFAULT true CHECK (single),
    version bigint NOT NULL,
    removed bigint NOT NULL DEFAULT 0     -- changes up to this one are no longer listed
);
INSERT INTO registry_version (single, version) VALUES (true, 0);
CREATE TABLE registry_change (
    version       bigint NOT NULL,
    wristband_key integer NOT NULL,
    noted_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (version, wristband_key)
);

-- One report. Its identity is (wristband, claimed time to the millisecond, seq or -1).
-- Where the claimed time was replaced by the arrival time, time_replaced is true, the
-- identity is in replaced_time, and time is the arrival, made distinct by microseconds.
-- Who it belongs to follows from binding's period at that time.
CREATE TABLE reading (
    wristband_key   integer NOT NULL,
    time            timestamptz NOT NULL,
    seq             bigint NOT NULL,
    received_at     timestamptz NOT NULL,
    time_replaced   boolean NOT NULL DEFAULT false,
    heart_rate      real,              -- 1/min
    systolic        real,              -- mmHg
    diastolic       real,              -- mmHg
    spo2            real,              -- %
    temperature     real,              -- degrees Celsius, skin
    latitude        double precision,  -- WGS-84
    longitude       double precision,
    accuracy        real,              -- m
    location_source smallint,          -- index into core.model.LOCATION_SOURCES
    steps           integer,           -- cumulative, may reset
    motion          real,              -- g
    worn            boolean,
    battery         real,              -- %
    PRIMARY KEY (wristband_key, time, seq)
);
CREATE TABLE replaced_time (
    wristband_key integer NOT NULL,
    claimed_ms    bigint NOT NULL,     -- claimed time, milliseconds since 1970
    seq           bigint NOT NULL,
    PRIMARY KEY (wristband_key, claimed_ms, seq)
);

CREATE TABLE rejected (
    id        uuid PRIMARY KEY,
    topic     text NOT NULL,
    sha256    bytea NOT NULL,          -- of the whole MQTT payload
    idx       integer NOT NULL,        -- index in the array, -1: the whole message
    device_id text,
    reasons   jsonb NOT NULL,          -- [{"field", "reason"}]
    payload   bytea NOT NULL,          -- the item as it came
    first_at  timestamptz NOT NULL,
    count     bigint NOT NULL DEFAULT 1,
    UNIQUE (topic, sha256, idx)
);
CREATE INDEX rejected_first_at ON rejected (first_at DESC, id DESC);

-- Unknown fields of reports, counted (they are ignored, not rejected).
CREATE TABLE unknown_field (
    field text PRIMARY KEY,
    count bigint NOT NULL
);

-- The latest known of a binding, and its detectors' packed state.
CREATE TABLE wristband_state (
    binding_id        uuid PRIMARY KEY REFERENCES binding ON DELETE CASCADE,
    wristband_key     integer NOT NULL,
    last_time         timestamptz,     -- newest report's own time
    last_received_at  timestamptz,     -- newest arrival (server clock): what silence is counted from
    worn              boolean,
    battery           real,
    heart_rate        real,
    heart_rate_at     timestamptz,
    valid_heart_rate_at timestamptz,   -- newest heart rate that no quality gate stood before
    systolic          real,
    diastolic         real,
    blood_pressure_at timestamptz,
    spo2              real,
    spo2_at           timestamptz,
    temperature       real,
    temperature_at    timestamptz,
    latitude          double precision,
    longitude         double precision,
    accuracy          real,
    location_at       timestamptz,
    closed_gates      jsonb NOT NULL DEFAULT '[]',  -- [{"code","text"}]: why vitals are not judged now
    layout            smallint,        -- alerts.detection state layout of `packed`
    packed            bytea,
    silence_due_at    timestamptz,     -- when silence becomes the next offline stage
    silent_since      timestamptz,     -- from when silence counts; null while it reports
    held_by           uuid,            -- the area_outage that holds its deadline back
    updated_at        timestamptz NOT NULL
);
CREATE INDEX wristband_state_silence ON wristband_state (silence_due_at) WHERE silence_due_at IS NOT NULL;
CREATE INDEX wristband_state_silent ON wristband_state (silent_since) WHERE silent_since IS NOT NULL;
CREATE INDEX wristband_state_held ON wristband_state (held_by) WHERE held_by IS NOT NULL;
CREATE INDEX wristband_state_updated ON wristband_state (updated_at);

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

-- What is usual for a binding's wearer, over thirty days; it changes about once an hour.
CREATE TABLE wristband_memory (
    binding_id uuid PRIMARY KEY REFERENCES binding ON DELETE CASCADE,
    layout     smallint NOT NULL,      -- alerts.detection memory layout of `packed`
    packed     bytea NOT NULL,
    updated_at timestamptz NOT NULL
);

-- One row per broker partition: who writes it (epoch) and since when it keeps up.
CREATE TABLE ingest_partition (
    partition     smallint PRIMARY KEY,
    epoch         bigint NOT NULL DEFAULT 0,
    owner         text,
    heartbeat_at  timestamptz,
    current_since timestamptz          -- null while not keeping up
);

-- Partitions that nobody serves as they should, and since when: noted by the alerts
-- service, so that a stalled or dead ingest is told to technicians.
CREATE TABLE partition_behind (
    partition smallint PRIMARY KEY,
    since     timestamptz NOT NULL
);

CREATE TABLE detection (
    id           uuid PRIMARY KEY,
    binding_id   uuid NOT NULL REFERENCES binding,
    senior_id    uuid NOT NULL REFERENCES senior,
    kind         text NOT NULL,
    severity     text NOT NULL,
    observed_at  timestamptz NOT NULL,
    detected_at  timestamptz NOT NULL,
    evidence     jsonb NOT NULL,
    rule_version text NOT NULL,
    alert_id     uuid,
    UNIQUE (binding_id, kind, severity, observed_at)
);

CREATE TABLE alert (
    id              uuid PRIMARY KEY,
    senior_id       uuid REFERENCES senior,
    place_id        uuid REFERENCES place,
    device_id       text,
    kind            text NOT NULL,
    severity        text NOT NULL CHECK (severity IN ('critical', 'warning', 'info')),
    status          text NOT NULL DEFAULT 'open'
                    CHECK (status IN ('open', 'acknowledged', 'en_route', 'on_scene', 'resolved')),
    drill           boolean NOT NULL DEFAULT false,
    canary          boolean NOT NULL DEFAULT false,
    observed_at     timestamptz NOT NULL,
    opened_at       timestamptz NOT NULL,
    evidence        jsonb NOT NULL DEFAULT '{}',
    rule_version    text,
    outcome         text,
    resolved_at     timestamptz,
    cleared_at      timestamptz,        -- its condition is over (a person may still be needed)
    owner_id        uuid REFERENCES person,   -- who acknowledged, is on the way or there
    escalation_from timestamptz,        -- the instant later steps are counted from
    escalation      jsonb NOT NULL DEFAULT '{}',  -- the policy's own progress
    next_due_at     timestamptz,        -- when the escalation worker must look again
    updated_at      timestamptz NOT NULL,
    offered_to      uuid REFERENCES person,   -- who is asked to take it over from its owner
    offered_by      uuid REFERENCES person,   -- and who asked that
    answered_at     timestamptz,        -- a person's first step; a trigger on alert_event keeps these four
    answered_role   text,               -- what that person was
    arrived_at      timestamptz,        -- somebody was there first
    lapses          integer NOT NULL DEFAULT 0  -- promises to come that expired
);
CREATE UNIQUE INDEX alert_one_open_per_senior ON alert (senior_id, kind)
    WHERE status <> 'resolved' AND senior_id IS NOT NULL AND NOT drill AND NOT canary;
CREATE UNIQUE INDEX alert_one_open_per_device ON alert (device_id, kind)
    WHERE status <> 'resolved' AND senior_id IS NULL AND device_id IS NOT NULL AND NOT drill AND NOT canary;
CREATE UNIQUE INDEX alert_one_open_per_place ON alert (place_id, kind) NULLS NOT DISTINCT
    WHERE status <> 'resolved' AND senior_id IS NULL AND device_id IS NULL AND NOT drill AND NOT canary;
CREATE UNIQUE INDEX alert_one_open_drill ON alert (senior_id, kind)
    WHERE status <> 'resolved' AND senior_id IS NOT NULL AND drill AND NOT canary;
CREATE INDEX alert_due ON alert (next_due_at) WHERE next_due_at IS NOT NULL;
CREATE INDEX alert_opened ON alert (opened_at DESC, id DESC);
CREATE INDEX alert_senior ON alert (senior_id, opened_at DESC);
CREATE INDEX alert_unresolved ON alert (kind, senior_id) WHERE status <> 'resolved';
CREATE INDEX alert_owner ON alert (owner_id) WHERE owner_id IS NOT NULL AND status <> 'resolved';

-- An alert's timeline: rows are added, never changed (a trigger refuses).
CREATE TABLE alert_event (
    position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id       uuid NOT NULL UNIQUE,
    alert_id uuid NOT NULL REFERENCES alert,
    at       timestamptz NOT NULL,
    event    text NOT NULL,
    actor    jsonb,                     -- {"id","name","role"} or null for the system
    detail   jsonb NOT NULL DEFAULT '{}',
    xid      xid8 NOT NULL DEFAULT pg_current_xact_id()  -- lets readers wait for earlier writers
);
CREATE INDEX alert_event_alert ON alert_event (alert_id, position);
CREATE INDEX alert_event_xid ON alert_event (xid);
-- Append-only means: but for a removal (an erasure, a retention) that is itself on
-- record and under way, whose id the transaction names in the setting yinling.removal.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM removal
               WHERE id = nullif(current_setting('yinling.removal', true), '')::uuid
                 AND ended_at IS NULL) THEN
        RETURN coalesce(NEW, OLD);
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$;
CREATE TRIGGER alert_event_append_only BEFORE UPDATE OR DELETE ON alert_event
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Every press, so that a resend is known.
CREATE TABLE sos_press (
    id          uuid PRIMARY KEY,
    device_id   text NOT NULL,
    claimed_ms  bigint,                 -- claimed time, milliseconds since 1970
    seq         bigint,
    received_at timestamptz NOT NULL,
    trigger     text NOT NULL,
    alert_id    uuid NOT NULL REFERENCES alert,
    payload     bytea NOT NULL
);
CREATE INDEX sos_press_device ON sos_press (device_id, received_at DESC);

-- What people are told that is no alert: a code, an invitation, a gap in the rota, a
-- digest. Its kind names the words (alerts/notify/wordings), `content` fills them in.
CREATE TABLE message (
    id         uuid PRIMARY KEY,
    kind       text NOT NULL,
    key        text UNIQUE,             -- told once per key; null: each time
    senior_id  uuid REFERENCES senior,
    place_id   uuid REFERENCES place,
    alert_id   uuid REFERENCES alert,   -- what it is about, if an alert
    content    jsonb NOT NULL DEFAULT '{}',
    expires_at timestamptz,             -- not told from then on
    created_at timestamptz NOT NULL
);
CREATE INDEX message_senior ON message (senior_id) WHERE senior_id IS NOT NULL;

-- Outbox: one row per person's contact and telling; one attempt row per try.
CREATE TABLE notification (
    id         uuid PRIMARY KEY,
    alert_id   uuid REFERENCES alert,
    absence_id uuid REFERENCES absence ON DELETE CASCADE,
    message_id uuid REFERENCES message ON DELETE CASCADE,
    person_id  uuid NOT NULL REFERENCES person,
    contact_id uuid NOT NULL REFERENCES contact,
    step       text NOT NULL,           -- unique per telling: names the escalation step
    after_id   uuid REFERENCES notification,  -- waits for that one: due when it fails (or at due_at), spared when it is sent
    status     text NOT NULL DEFAULT 'queued' CHECK (status IN ('queued', 'waiting', 'sent', 'failed', 'overtaken', 'spared')),
    urgent     boolean NOT NULL,
    due_at     timestamptz,             -- when to try (again); null once done
    attempts   integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL,
    delivered_at timestamptz,           -- where a channel says so: on the phone, answered
    read_at    timestamptz,             -- where a person showed it: a key, a page, an app
    used_at    timestamptz,             -- its link acknowledged; it does so once
    UNIQUE (alert_id, contact_id, step),
    UNIQUE (absence_id, contact_id, step),
    UNIQUE (message_id, contact_id, step),
    CONSTRAINT notification_about CHECK (num_nonnulls(alert_id, absence_id, message_id) = 1)
);
CREATE INDEX notification_due ON notification (urgent DESC, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX notification_alert ON notification (alert_id);
CREATE INDEX notification_contact ON notification (contact_id, created_at);
CREATE INDEX notification_after ON notification (after_id) WHERE after_id IS NOT NULL;
CREATE INDEX notification_waiting ON notification (id) WHERE status = 'waiting' AND due_at IS NULL;
CREATE TABLE notification_attempt (
    id              uuid PRIMARY KEY,
    notification_id uuid NOT NULL REFERENCES notification,
    at              timestamptz NOT NULL,
    status          text NOT NULL CHECK (status IN ('sent', 'failed')),
    answer          text NOT NULL
);
CREATE INDEX notification_attempt_notification ON notification_attempt (notification_id);

-- That a telling reached a phone, was read, or its link acknowledged: the first of each,
-- kept by a trigger on notification whoever notes it there, and sealed.
CREATE TABLE notification_receipt (
    id              uuid PRIMARY KEY,
    notification_id uuid NOT NULL REFERENCES notification,
    kind            text NOT NULL CHECK (kind IN ('delivered', 'read', 'used')),
    at              timestamptz NOT NULL,
    UNIQUE (notification_id, kind)
);
-- Ids that sort by the time they were made, as core.ids makes them: a UUIDv7 (RFC 9562).
CREATE FUNCTION fresh_id() RETURNS uuid LANGUAGE sql VOLATILE AS $$
    SELECT encode(set_byte(bytes, 6, (get_byte(bytes, 6) & 15) | 112), 'hex')::uuid
    FROM (SELECT overlay(uuid_send(gen_random_uuid()) PLACING substring(int8send(
        floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1)
        AS bytes) AS made
$$;
CREATE FUNCTION note_receipt() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO notification_receipt (id, notification_id, kind, at)
    SELECT fresh_id(), NEW.id, receipt.kind, receipt.at
    FROM (VALUES ('delivered', OLD.delivered_at, NEW.delivered_at),
        ('read', OLD.read_at, NEW.read_at), ('used', OLD.used_at, NEW.used_at))
        AS receipt (kind, before, at)
    WHERE receipt.before IS NULL AND receipt.at IS NOT NULL;
    RETURN NULL;
END $$;
CREATE TRIGGER notification_received AFTER UPDATE OF delivered_at, read_at, used_at
    ON notification FOR EACH ROW
    WHEN ((OLD.delivered_at, OLD.read_at, OLD.used_at)
        IS DISTINCT FROM (NEW.delivered_at, NEW.read_at, NEW.used_at))
    EXECUTE FUNCTION note_receipt();

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

-- Commands to wristbands, published by the alerts service.
CREATE TABLE command_outbox (
    id         uuid PRIMARY KEY,
    device_id  text NOT NULL,
    command    jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    due_at     timestamptz,             -- null once published or expired
    sent_at    timestamptz,
    attempts   integer NOT NULL DEFAULT 0
);
CREATE INDEX command_outbox_due ON command_outbox (due_at) WHERE due_at IS NOT NULL;

CREATE TABLE audit_log (
    position    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id          uuid NOT NULL UNIQUE,
    at          timestamptz NOT NULL,
    actor_id    uuid,
    actor_name  text NOT NULL,
    action      text NOT NULL,          -- e.g. senior.read_vitals, place.create
    object_type text NOT NULL,
    object_id   text,
    senior_id   uuid,
    detail      jsonb NOT NULL DEFAULT '{}',
    address     text
);
CREATE INDEX audit_log_senior ON audit_log (senior_id, position DESC);
CREATE INDEX audit_log_actor ON audit_log (actor_id, position DESC);
CREATE INDEX audit_log_handover ON audit_log (object_id, position DESC)
    WHERE action = 'duty.handover';
CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE ON audit_log
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

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
    id        uuid NOT NULL UNIQUE DEFAULT fresh_id(),  -- by which the ledger names it
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

-- Escalation policies as people set them; rows are added, never changed. The newest of a
-- scope is in force, one without policies says nothing any more. For each alert that of
-- the nearest place counts that has its section, else the service's, else the shipped.
-- Revisions follow the order of commits, as those of rule_set.
CREATE TABLE escalation_policy (
    revision    bigint PRIMARY KEY,
    scope       text NOT NULL CHECK (scope IN ('service', 'place')),
    place_id    uuid REFERENCES place,
    format      text CHECK (format IN ('toml', 'json')),
    body        text,                   -- as given
    policies    jsonb,                  -- as read: {section: whole policy}
    note        text,
    set_at      timestamptz NOT NULL,
    set_by      uuid,
    set_by_name text NOT NULL,
    id          uuid NOT NULL UNIQUE DEFAULT fresh_id(),  -- by which the ledger names it
    CHECK ((place_id IS NOT NULL) = (scope = 'place')),
    CHECK (num_nulls(format, body, policies) IN (0, 3))
);
CREATE INDEX escalation_policy_place ON escalation_policy (place_id, revision DESC);
CREATE TRIGGER escalation_policy_append_only BEFORE UPDATE OR DELETE ON escalation_policy
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- What the version of a policy stood for that an alert goes by, kept when first used.
CREATE TABLE policy_version (
    version       text PRIMARY KEY,
    policy        jsonb NOT NULL,       -- {section, ...the policy}
    first_used_at timestamptz NOT NULL
);

-- Whoever can be called for help beside the responders, for a place and all below it:
-- its contacts are those of a person of the role `department`.
CREATE TABLE department (
    id          uuid PRIMARY KEY,
    place_id    uuid NOT NULL REFERENCES place,
    kind        text NOT NULL CHECK (kind IN ('hospital', 'police', 'fire', 'property', 'other')),
    name        text NOT NULL,
    phone       text,                   -- for people to ring; nothing dials it by itself
    deadline_s  integer CHECK (deadline_s > 0),  -- its help must be on the way within [s]
    person_id   uuid NOT NULL REFERENCES person,
    created_at  timestamptz NOT NULL,
    archived_at timestamptz
);
CREATE INDEX department_place ON department (place_id) WHERE archived_at IS NULL;

-- A call for help from an alert (吹哨), to the next level or a department, tracked until
-- it is closed: asked, accepted, on_the_way, done, or declined, overdue, withdrawn.
CREATE TABLE request (
    id            uuid PRIMARY KEY,
    alert_id      uuid NOT NULL REFERENCES alert,
    kind          text NOT NULL CHECK (kind IN ('level_up', 'hospital', 'police', 'fire', 'property', 'other')),
    department_id uuid REFERENCES department,  -- null: the next level, or a public emergency number
    name          text,                 -- of the department, as it was called then
    phone         text,
    status        text NOT NULL DEFAULT 'asked'
                  CHECK (status IN ('asked', 'accepted', 'on_the_way', 'overdue', 'done', 'declined', 'withdrawn')),
    asked_by      uuid NOT NULL REFERENCES person,
    asked_at      timestamptz NOT NULL,
    asks          integer NOT NULL DEFAULT 1,  -- how often it was asked
    note          text,
    answer        text,                 -- what was last said to it
    called_at     timestamptz,          -- when a person rang
    deadline_s    integer NOT NULL,
    due_at        timestamptz NOT NULL, -- by then help is on its way, or it is overdue
    answered_at   timestamptz,          -- when somebody first came forward
    overdue_at    timestamptz,
    closed_at     timestamptz,
    next_due_at   timestamptz
);
CREATE UNIQUE INDEX request_one_open ON request (alert_id, kind, department_id) NULLS NOT DISTINCT
    WHERE closed_at IS NULL;
CREATE INDEX request_due ON request (next_due_at) WHERE next_due_at IS NOT NULL;
CREATE INDEX request_asked ON request (asked_at DESC, id DESC);

-- Asking afterwards how a senior is (回访), for each critical alert that was resolved.
CREATE TABLE followup (
    id           uuid PRIMARY KEY,
    alert_id     uuid NOT NULL REFERENCES alert,
    status       text NOT NULL DEFAULT 'planned' CHECK (status IN ('planned', 'open', 'done', 'cancelled')),
    resolved_at  timestamptz NOT NULL,
    resolved_by  uuid NOT NULL REFERENCES person,
    assignee_id  uuid REFERENCES person,
    due_at       timestamptz,           -- when it is asked
    answer_by    timestamptz,           -- when it is overdue
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

CREATE TABLE revoked_token (
    jti        uuid PRIMARY KEY,
    expires_at timestamptz NOT NULL
);

-- Each long-running service says here that it lives; /readyz reads it.
CREATE TABLE service_heartbeat (
    service text PRIMARY KEY,
    at      timestamptz NOT NULL,
    detail  jsonb NOT NULL DEFAULT '{}'
);

-- What seniors agreed to or withdrew, purpose by purpose; the newest row of a purpose is
-- in force, and senior.health_consent, senior.location_consent and family_link follow it.
CREATE TABLE consent (
    id               uuid PRIMARY KEY,
    senior_id        uuid NOT NULL REFERENCES senior,
    purpose          text NOT NULL CHECK (purpose IN ('health', 'location', 'family')),
    person_id        uuid REFERENCES person,     -- of family: with whom
    scopes           text[],                     -- of family: what they may see
    given            boolean NOT NULL,           -- false: withdrawn
    given_by         text NOT NULL CHECK (given_by IN ('senior', 'guardian')),
    guardian         text,                       -- who spoke for the senior …
    reason           text,                       -- … and why
    text_version     text NOT NULL,              -- of the form that was read out or signed
    recorded_by      uuid REFERENCES person,
    recorded_by_name text NOT NULL,
    at               timestamptz NOT NULL,
    CONSTRAINT consent_guardian CHECK (given_by = 'senior' OR reason IS NOT NULL),
    CONSTRAINT consent_family CHECK ((purpose = 'family') = (person_id IS NOT NULL))
);
CREATE INDEX consent_senior ON consent (senior_id, purpose, at DESC);
CREATE TRIGGER consent_append_only BEFORE UPDATE OR DELETE ON consent
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Requests to erase one person, with time to undo them.
CREATE TABLE erasure (
    id                uuid PRIMARY KEY,
    senior_id         uuid REFERENCES senior,
    person_id         uuid REFERENCES person,
    reason            text NOT NULL,
    requested_by      uuid REFERENCES person,
    requested_by_name text NOT NULL,
    requested_at      timestamptz NOT NULL,
    due_at            timestamptz NOT NULL,      -- until then it can be undone
    undone_at         timestamptz,
    done_at           timestamptz,
    counts            jsonb NOT NULL DEFAULT '{}',
    CONSTRAINT erasure_whose CHECK (num_nonnulls(senior_id, person_id) = 1)
);
CREATE UNIQUE INDEX erasure_pending ON erasure (coalesce(senior_id, person_id))
    WHERE undone_at IS NULL AND done_at IS NULL;

-- Every taking away of content that is otherwise append-only.
CREATE TABLE removal (
    id         uuid PRIMARY KEY,
    cause      text NOT NULL CHECK (cause IN ('erasure', 'retention')),
    erasure_id uuid REFERENCES erasure,
    kind       text,                             -- of retention (core/privacy/retention.toml)
    cutoff     timestamptz,                      -- what is older goes
    began_at   timestamptz NOT NULL,
    ended_at   timestamptz,
    counts     jsonb NOT NULL DEFAULT '{}',
    CONSTRAINT removal_of CHECK (CASE cause WHEN 'erasure' THEN erasure_id IS NOT NULL
        ELSE kind IS NOT NULL AND cutoff IS NOT NULL END)
);
CREATE INDEX removal_kind ON removal (kind, began_at DESC) WHERE cause = 'retention';

-- How long each kind is kept where somebody set something else than is shipped.
CREATE TABLE retention_rule (
    kind        text PRIMARY KEY,
    days        integer NOT NULL CHECK (days >= 0),
    note        text,
    set_by      uuid REFERENCES person,
    set_by_name text NOT NULL,
    set_at      timestamptz NOT NULL
);

-- When each kind was last seen to, and how far that is.
CREATE TABLE retention_run (
    kind     text PRIMARY KEY,
    began_at timestamptz NOT NULL,
    ended_at timestamptz,              -- null while under way
    removed  bigint NOT NULL DEFAULT 0
);

-- The visit diary: rows are added, never changed; a correction is an entry of its own.
CREATE TABLE visit (
    id          uuid PRIMARY KEY,
    senior_id   uuid REFERENCES senior,
    place_id    uuid NOT NULL REFERENCES place,   -- where the senior lived then, or what was visited
    person_id   uuid NOT NULL REFERENCES person,
    person_name text NOT NULL,                    -- as they were called then
    at          timestamptz NOT NULL,
    kind        text NOT NULL CHECK (kind IN ('visit', 'call')),
    note        text NOT NULL,
    found_well  boolean,                          -- null: not said
    alert_id    uuid REFERENCES alert,
    corrects_id uuid UNIQUE REFERENCES visit,     -- the entry that this one stands in for
    created_at  timestamptz NOT NULL
);
CREATE INDEX visit_senior ON visit (senior_id, at DESC);
CREATE INDEX visit_place ON visit (place_id, at DESC);

-- The ledger (docs/accountability.md): every row of the tables below that get a trigger
-- `…_sealed` waits in ledger_pending until the sealer chains its salted digest. Erasing
-- takes salt and payload away and leaves the entry, covered by a row of ledger_erasure.
CREATE TABLE ledger_entry (
    position  bigint PRIMARY KEY,       -- from 1, without gaps
    source    text NOT NULL,            -- the row's table
    row_id    uuid NOT NULL,
    form      smallint NOT NULL,        -- core.ledger.form: which columns, how written
    digest    bytea NOT NULL,           -- SHA-256 of salt and row
    chain     bytea NOT NULL,           -- SHA-256 of the chain before and this entry
    sealed_at timestamptz NOT NULL,
    UNIQUE (source, row_id)
);
CREATE TRIGGER ledger_entry_append_only BEFORE UPDATE OR DELETE ON ledger_entry
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TABLE ledger_salt (
    position bigint PRIMARY KEY REFERENCES ledger_entry,
    salt     bytea NOT NULL
);
CREATE TRIGGER ledger_salt_fixed BEFORE UPDATE ON ledger_salt
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TABLE ledger_head (
    single    boolean PRIMARY KEY DEFAULT true CHECK (single),
    position  bigint NOT NULL,
    chain     bytea NOT NULL,
    sealed_at timestamptz NOT NULL
);
CREATE TABLE ledger_pending (
    n        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source   text NOT NULL,
    row_id   uuid NOT NULL,
    noted_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TABLE ledger_erasure (
    id        uuid PRIMARY KEY,
    at        timestamptz NOT NULL,
    by_id     uuid,
    reason    text NOT NULL,
    positions bigint[] NOT NULL
);
CREATE TRIGGER ledger_erasure_append_only BEFORE UPDATE OR DELETE ON ledger_erasure
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE FUNCTION await_sealing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO ledger_pending (source, row_id) SELECT TG_TABLE_NAME, id FROM fresh;
    RETURN NULL;
END $$;
CREATE TRIGGER alert_sealed AFTER INSERT ON alert REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION await_sealing();
CREATE TRIGGER alert_event_sealed AFTER INSERT ON alert_event
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION await_sealing();
CREATE TRIGGER message_sealed AFTER INSERT ON message REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION await_sealing();
CREATE TRIGGER notification_sealed AFTER INSERT ON notification
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION await_sealing();
CREATE TRIGGER notification_attempt_sealed AFTER INSERT ON notification_attempt
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION await_sealing();
CREATE TRIGGER audit_log_sealed AFTER INSERT ON audit_log
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION await_sealing();
CREATE TRIGGER visit_sealed AFTER INSERT ON visit REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION await_sealing();
CREATE TRIGGER ledger_erasure_sealed AFTER INSERT ON ledger_erasure
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION await_sealing();
CREATE TRIGGER notification_receipt_sealed AFTER INSERT ON notification_receipt
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION await_sealing();
CREATE TRIGGER consent_sealed AFTER INSERT ON consent REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION await_sealing();
CREATE TRIGGER rule_set_sealed AFTER INSERT ON rule_set REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION await_sealing();
CREATE TRIGGER escalation_policy_sealed AFTER INSERT ON escalation_policy
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION await_sealing();

-- What is final in rows that otherwise move on.
CREATE TRIGGER alert_fixed BEFORE DELETE OR UPDATE OF id, senior_id, place_id, device_id,
    kind, drill, canary, observed_at, opened_at ON alert
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER notification_fixed BEFORE DELETE OR UPDATE OF id, alert_id, absence_id,
    message_id, person_id, contact_id, step, after_id, urgent, created_at ON notification
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER notification_attempt_append_only
    BEFORE UPDATE OR DELETE ON notification_attempt
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER notification_receipt_append_only
    BEFORE UPDATE OR DELETE ON notification_receipt
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER message_append_only BEFORE UPDATE OR DELETE ON message
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER visit_append_only BEFORE UPDATE OR DELETE ON visit
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Nothing that is accountable is emptied as a whole either, not even in a removal.
CREATE FUNCTION refuse_truncation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$;
DO $$
DECLARE kept text;
BEGIN
    FOREACH kept IN ARRAY ARRAY['alert', 'alert_event', 'message', 'notification',
        'notification_attempt', 'notification_receipt', 'audit_log', 'visit', 'consent',
        'rule_set', 'escalation_policy', 'removal', 'ledger_entry', 'ledger_salt',
        'ledger_head', 'ledger_pending', 'ledger_erasure'] LOOP
        EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON %I FOR EACH STATEMENT'
            ' EXECUTE FUNCTION refuse_truncation()', kept || '_whole', kept);
    END LOOP;
END $$;

-- Places of an alert that a person answers for: on whose rota they are, if they stand
-- there, are on duty within an hour, or nobody who stands there can be reached. The way in
-- of a link that they were sent.
CREATE FUNCTION answers_for(about uuid, whom uuid, instant timestamptz)
RETURNS uuid[] LANGUAGE sql STABLE AS $$
    SELECT ARRAY(
        SELECT mine.place_id
        FROM alert
        LEFT JOIN senior ON senior.id = alert.senior_id
        JOIN place AS here ON here.id = coalesce(senior.place_id, alert.place_id)
        CROSS JOIN LATERAL responsible(here.path, instant) AS mine
        WHERE alert.id = about AND mine.person_id = whom AND (
            mine.stands
            OR EXISTS (
                SELECT FROM duty_period AS duty
                WHERE duty.person_id = whom AND duty.place_id = mine.place_id
                  AND duty.starts_at <= instant + interval '1 hour'
                  AND duty.ends_at > instant - interval '1 hour')
            OR NOT EXISTS (
                SELECT FROM responsible(ARRAY[mine.place_id], instant) AS other
                JOIN contact ON contact.person_id = other.person_id
                WHERE other.stands AND contact.verified_at IS NOT NULL
                  AND contact.archived_at IS NULL)))
$$;

-- What reports need of an alert, whoever writes its timeline.
CREATE FUNCTION note_response() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.event = 'expired' THEN
        UPDATE alert SET lapses = lapses + 1 WHERE id = NEW.alert_id;
    ELSE
        UPDATE alert
        SET answered_at = coalesce(answered_at, NEW.at),
            answered_role = coalesce(answered_role, NEW.actor ->> 'role'),
            arrived_at = CASE WHEN NEW.event = 'arrived'
                THEN coalesce(arrived_at, NEW.at) ELSE arrived_at END
        WHERE id = NEW.alert_id
          AND (answered_at IS NULL OR NEW.event = 'arrived' AND arrived_at IS NULL);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER alert_event_response AFTER INSERT ON alert_event FOR EACH ROW
    WHEN (NEW.event = 'expired' OR NEW.actor IS NOT NULL
        AND NEW.event IN ('acknowledged', 'departed', 'arrived', 'resolved'))
    EXECUTE FUNCTION note_response();
