-- What the services ask for all day is found by index, at a district's size and without
-- the planner's statistics.
CREATE INDEX alert_unresolved ON alert (kind, senior_id) WHERE status <> 'resolved';
CREATE INDEX alert_owner ON alert (owner_id) WHERE owner_id IS NOT NULL AND status <> 'resolved';
CREATE INDEX audit_log_actor ON audit_log (actor_id, position DESC);
CREATE INDEX audit_log_handover ON audit_log (object_id, position DESC)
    WHERE action = 'duty.handover';
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
