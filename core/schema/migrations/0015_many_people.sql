-- Whoever is responsible, and the administrators, are found by index among many people.
CREATE INDEX person_admin ON person (id) WHERE role = 'admin';
CREATE OR REPLACE FUNCTION responsible(places uuid[], instant timestamptz)
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
        FROM person WHERE person.place_id = ANY(places) AND person.archived_at IS NULL
    )
    SELECT pair.place_id, pair.person_id, bool_or(pair.stands)
    FROM pair JOIN person ON person.id = pair.person_id
    WHERE person.archived_at IS NULL
      AND person.role IN ('building_head', 'grid_worker', 'community_manager',
        'street_manager', 'district_manager', 'volunteer')
    GROUP BY pair.place_id, pair.person_id
$$;
