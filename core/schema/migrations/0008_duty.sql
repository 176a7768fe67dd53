ALTER TABLE shift ADD COLUMN exdates date[] NOT NULL DEFAULT '{}';
ALTER TABLE shift ADD COLUMN holidays text CHECK (holidays IN ('skip', 'only'));
ALTER TABLE shift ADD COLUMN always_handover boolean NOT NULL DEFAULT false;
ALTER TABLE shift ADD COLUMN over_at timestamptz;
ALTER TABLE shift ADD COLUMN laid_out_until timestamptz;
UPDATE shift SET over_at = ends_at WHERE rrule IS NULL;
CREATE INDEX shift_place ON shift (place_id) WHERE archived_at IS NULL;
CREATE INDEX shift_person ON shift (person_id) WHERE archived_at IS NULL;
CREATE INDEX shift_laid_out ON shift (laid_out_until NULLS FIRST) WHERE archived_at IS NULL;

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
        FROM person WHERE person.place_id = ANY(places)
    )
    SELECT pair.place_id, pair.person_id, bool_or(pair.stands)
    FROM pair JOIN person ON person.id = pair.person_id
    WHERE person.archived_at IS NULL
      AND person.role IN ('building_head', 'grid_worker', 'community_manager',
        'street_manager', 'district_manager', 'volunteer')
    GROUP BY pair.place_id, pair.person_id
$$;

CREATE TABLE holiday (
    day     date PRIMARY KEY,
    working boolean NOT NULL,
    name    text NOT NULL,
    set_by  uuid NOT NULL REFERENCES person,
    set_at  timestamptz NOT NULL
);

CREATE TABLE calendar_feed (
    person_id    uuid PRIMARY KEY REFERENCES person,
    token_sha256 bytea NOT NULL UNIQUE,
    created_at   timestamptz NOT NULL
);

CREATE TABLE coverage_gap (
    place_id uuid PRIMARY KEY REFERENCES place ON DELETE CASCADE,
    since    timestamptz NOT NULL,
    reach    text NOT NULL CHECK (reach IN ('nobody', 'above')),
    cause    text NOT NULL,
    seniors  integer NOT NULL,
    told     uuid[] NOT NULL DEFAULT '{}'
);

CREATE TABLE duty_progress (
    single             boolean PRIMARY KEY DEFAULT true CHECK (single),
    handed_over_until  timestamptz,
    gaps_told_on       date
);
INSERT INTO duty_progress (single) VALUES (true);

CREATE INDEX notification_contact ON notification (contact_id, created_at);
