"""Who stands for a place: the database's function, duty periods and coverage agree."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg
import pytest

from core.duty import roster, standing
from core.duty.coverage import Cause, Reach
from core.ids import new_id
from core.model import PlaceLevel, Role
from tests.support.town import NOON, Town

pytestmark = pytest.mark.db
ZONE = ZoneInfo("Asia/Shanghai")
HOUR = timedelta(hours=1)


@pytest.fixture
def town(conn: psycopg.Connection) -> Town:
    return Town(conn).build()


def shift(
    town: Town, person: UUID, place: UUID, starts: datetime, ends: datetime, **more: Any
) -> UUID:
    """A shift as the api stores it."""
    shift_id = new_id()
    town.conn.execute(
        "INSERT INTO shift (id, person_id, place_id, starts_at, ends_at, rrule, created_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s)",
        (shift_id, person, place, starts, ends, more.get("rrule"), NOON),
    )
    roster.lay_out_place(town.conn, place, ZONE, NOON, shift_id)
    town.conn.commit()
    return shift_id


def override(
    town: Town,
    place: UUID,
    starts: datetime,
    ends: datetime,
    *,
    add: UUID | None = None,
    remove: UUID | None = None,
) -> None:
    by = add or remove
    town.conn.execute(
        "INSERT INTO duty_override (id, place_id, starts_at, ends_at, add_person_id,"
        " remove_person_id, created_by, created_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
        (new_id(), place, starts, ends, add, remove, by, NOON),
    )
    roster.lay_out_place(town.conn, place, ZONE, NOON)
    town.conn.commit()


def stands(town: Town, at: datetime) -> set[tuple[UUID, UUID]]:
    rows = town.conn.execute(
        roster.QUERIES["responsible"],
        {"places": list(town.places.values()), "now": at},
    )
    return {(place, person) for place, person, stand in rows if stand}


def reason(town: Town, at: datetime) -> tuple[Reach, tuple[Cause, ...]] | None:
    """Why the town's senior is without help at an instant; None where they are not."""
    gaps = standing.look(town.conn, None, at, at + timedelta(seconds=1), at).gaps
    return (gaps[0].reach, gaps[0].causes) if gaps else None


def test_without_a_shift_one_stands_always_with_one_only_on_duty(town: Town):
    building = town.places[PlaceLevel.BUILDING]
    head = town.person(Role.BUILDING_HEAD, PlaceLevel.BUILDING)
    assert (building, head.id) in stands(town, NOON)
    shift(town, head.id, building, NOON + HOUR, NOON + 9 * HOUR)
    assert stands(town, NOON) == set()
    assert stands(town, NOON + HOUR) == {(building, head.id)}
    assert stands(town, NOON + 9 * HOUR) == set()


def test_a_shift_long_over_or_far_ahead_leaves_one_standing(town: Town):
    building = town.places[PlaceLevel.BUILDING]
    head = town.person(Role.BUILDING_HEAD, PlaceLevel.BUILDING)
    shift(town, head.id, building, NOON - HOUR, NOON)
    assert stands(town, NOON + timedelta(days=34)) == set()
    assert stands(town, NOON + timedelta(days=36)) == {(building, head.id)}


def test_who_is_on_duty_elsewhere_counts_there_with_their_own_role(town: Town):
    building, street = town.places[PlaceLevel.BUILDING], town.places[PlaceLevel.STREET]
    helper = town.person(Role.VOLUNTEER, PlaceLevel.STREET)
    shift(town, helper.id, building, NOON, NOON + HOUR)
    assert stands(town, NOON) == {(building, helper.id), (street, helper.id)}
    assert stands(town, NOON + HOUR) == {(street, helper.id)}


def test_an_archived_shift_or_person_is_not_on_duty(town: Town):
    building = town.places[PlaceLevel.BUILDING]
    helper = town.person(Role.VOLUNTEER, PlaceLevel.STREET)
    shift(town, helper.id, building, NOON, NOON + HOUR)
    town.conn.execute("UPDATE person SET archived_at = %s", (NOON,))
    assert stands(town, NOON) == set()


def test_causes_are_told_apart(town: Town):
    building = town.places[PlaceLevel.BUILDING]
    assert reason(town, NOON) == (Reach.NOBODY, (Cause.NO_ONE_ASSIGNED,))
    silent = town.person(Role.GRID_WORKER, PlaceLevel.COMPOUND, url=None)
    assert reason(town, NOON) == (Reach.NOBODY, (Cause.NO_VERIFIED_CONTACT,))
    head = town.person(Role.BUILDING_HEAD, PlaceLevel.BUILDING)
    assert reason(town, NOON) is None
    shift(town, head.id, building, NOON + HOUR, NOON + 2 * HOUR)
    assert reason(town, NOON) == (
        Reach.NOBODY,
        (Cause.OFF_SHIFT, Cause.NO_VERIFIED_CONTACT),
    )
    assert reason(town, NOON + HOUR) is None
    town.contact(silent, "json://127.0.0.1:1/hook", verified=False)
    assert reason(town, NOON) is not None
    town.person(Role.STREET_MANAGER, PlaceLevel.STREET)
    reach, causes = reason(town, NOON) or (None, ())
    assert (reach, causes[0]) == (Reach.ABOVE, Cause.OFF_SHIFT)


def deliver(town: Town, contact: UUID, statuses: str, at: datetime) -> None:
    """Deliveries to a contact, oldest first: s sent, f failed, q tried in vain so far."""
    words = {"s": "sent", "f": "failed", "q": "queued", "w": "waiting"}
    for number, letter in enumerate(statuses):
        message = new_id()
        town.conn.execute(
            "INSERT INTO message (id, kind, created_at) VALUES (%s, 'test', %s)",
            (message, at),
        )
        town.conn.execute(
            "INSERT INTO notification (id, message_id, person_id, contact_id, step, status,"
            " urgent, attempts, created_at) SELECT %s, %s, person_id, id, 'x', %s, false,"
            " %s, %s FROM contact WHERE id = %s",
            (new_id(), message, words[letter], 0 if letter == "w" else 2,
             at + timedelta(minutes=number), contact),
        )  # fmt: skip
    town.conn.commit()


@pytest.mark.parametrize(
    ("statuses", "days_ago", "fails"),
    [
        ("fff", 1, True),
        ("sfqf", 1, True),
        ("fffwww", 1, True),
        ("ff", 1, False),
        ("ffs", 1, False),
        ("fsff", 1, False),
        ("fff", 8, False),
    ],
)
def test_three_failed_deliveries_in_a_row_make_a_contact_useless(
    town: Town, statuses: str, days_ago: int, fails: bool
):
    head = town.person(Role.BUILDING_HEAD, PlaceLevel.BUILDING, url=None)
    contact = town.contact(head, "json://127.0.0.1:1/hook")
    deliver(town, contact, statuses, NOON - timedelta(days=days_ago))
    expected = (Reach.NOBODY, (Cause.LAST_DELIVERIES_FAILED,)) if fails else None
    assert reason(town, NOON) == expected
    town.contact(head, "json://127.0.0.1:2/hook")
    assert reason(town, NOON) is None, "another contact may still be of use"


def test_function_periods_and_coverage_agree_at_every_hour(town: Town):
    """A crowded rota: at each instant the function and the spans name the same people."""
    chance = Random(11)
    places = [town.places[level] for level in ("building", "compound", "community")]
    levels = [PlaceLevel.BUILDING, PlaceLevel.COMPOUND, PlaceLevel.COMMUNITY]
    people = [town.person(Role.GRID_WORKER, chance.choice(levels)).id for _ in range(6)]
    rules = [None, "FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO,WE,FR", "FREQ=DAILY;COUNT=3"]
    for _ in range(10):
        starts = NOON + HOUR * chance.randrange(-40, 60)
        ends = starts + HOUR * chance.randrange(1, 14)
        place, person = chance.choice(places), chance.choice(people)
        shift(town, person, place, starts, ends, rrule=chance.choice(rules))
    for _ in range(8):
        starts = NOON + HOUR * chance.randrange(-10, 80)
        one, other = chance.sample([*people, None], 2)
        ends = starts + HOUR * chance.randrange(1, 30)
        override(town, chance.choice(places), starts, ends, add=one, remove=other)
    since, until = NOON, NOON + timedelta(days=5)
    found = standing.stands(town.conn, list(town.places.values()), since, until, NOON)
    for hour in range(24 * 5):
        at = since + hour * HOUR
        spans = {
            (one.place_id, one.person_id)
            for one in found
            if any(start <= at < end for start, end in one.stands)
        }
        assert spans == stands(town, at), at
    assert any(one.stands for one in found)
    assert all(a[1] < b[0] for one in found for a, b in pairwise(one.stands))


def test_coverage_is_the_same_function_at_each_instant(town: Town):
    building = town.places[PlaceLevel.BUILDING]
    head = town.person(Role.BUILDING_HEAD, PlaceLevel.BUILDING)
    shift(town, head.id, building, NOON, NOON + 8 * HOUR, rrule="FREQ=DAILY")
    until = NOON + timedelta(days=3)
    gaps = standing.look(town.conn, None, NOON, until, NOON).gaps
    assert [(gap.starts_at - NOON, gap.ends_at - NOON) for gap in gaps] == [
        (timedelta(days=day, hours=8), timedelta(days=day + 1)) for day in range(3)
    ]
    assert {gap.causes for gap in gaps} == {(Cause.OFF_SHIFT,)}


def test_rolling_forward_lays_out_what_is_new_and_forgets_what_is_over(town: Town):
    building = town.places[PlaceLevel.BUILDING]
    head = town.person(Role.BUILDING_HEAD, PlaceLevel.BUILDING)
    shift(town, head.id, building, NOON, NOON + 8 * HOUR, rrule="FREQ=DAILY")
    town.conn.autocommit = True
    assert roster.roll_forward(town.conn, ZONE, NOON) == 0
    later = NOON + timedelta(days=20)
    assert roster.roll_forward(town.conn, ZONE, later) == 1
    assert roster.roll_forward(town.conn, ZONE, later) == 0
    roster.forget(town.conn, later)
    row = town.conn.execute("SELECT min(ends_at), max(starts_at) FROM duty_period")
    first, last = row.fetchone() or (None, None)
    assert first is not None
    assert last is not None
    assert first >= later - timedelta(days=1)
    assert last >= later + timedelta(days=34)


def test_rolling_forward_gives_way_to_who_changes_a_rota(town: Town, database_url: str):
    building = town.places[PlaceLevel.BUILDING]
    head = town.person(Role.BUILDING_HEAD, PlaceLevel.BUILDING)
    shift(town, head.id, building, NOON, NOON + 8 * HOUR, rrule="FREQ=DAILY")
    later = NOON + timedelta(days=20)
    town.conn.autocommit = True
    with psycopg.connect(database_url) as other:
        roster.lock(other, building)
        assert roster.roll_forward(town.conn, ZONE, later) == 0
    assert roster.roll_forward(town.conn, ZONE, later) == 1


def test_a_rule_that_cannot_be_read_leaves_others_laid_out(town: Town):
    building = town.places[PlaceLevel.BUILDING]
    head = town.person(Role.BUILDING_HEAD, PlaceLevel.BUILDING)
    shift(town, head.id, building, NOON, NOON + HOUR, rrule="FREQ=SECONDLY")
    shift(town, head.id, building, NOON, NOON + HOUR)
    rows = town.conn.execute("SELECT count(*) FROM duty_period").fetchone()
    assert rows == (1,)


def test_a_whole_street_is_looked_through_within_two_seconds(conn: psycopg.Connection):
    """6,000 seniors in 900 buildings, 1,200 staff, shifts, and a week of deliveries."""
    street(conn)
    now = datetime(2026, 11, 21, 4, tzinfo=UTC)
    clock = datetime.now
    begun = clock(UTC)
    found = standing.look(conn, None, now, now + timedelta(days=7), now)
    spent = clock(UTC) - begun
    assert sum(home.seniors for home in found.homes) == 6000
    assert len(found.homes) == 900
    assert len({one.person_id for one in found.people}) == 1200
    assert found.gaps
    assert spent < timedelta(seconds=2)


def street(conn: psycopg.Connection) -> None:
    """A street office in SQL: every third building head works in shifts."""
    conn.execute(
        """
        CREATE TEMP TABLE node AS
        SELECT gen_random_uuid() AS id, level, n, up FROM (
            SELECT 'district' AS level, 0 AS n, NULL::integer AS up
            UNION ALL SELECT 'street', 0, 0
            UNION ALL SELECT 'community', n, 0 FROM generate_series(0, 19) AS n
            UNION ALL SELECT 'compound', n, n / 3 FROM generate_series(0, 59) AS n
            UNION ALL SELECT 'building', n, n / 15 FROM generate_series(0, 899) AS n
        ) AS level;
        WITH RECURSIVE tree AS (
            SELECT node.*, NULL::uuid AS parent_id, ARRAY[node.id] AS path
            FROM node WHERE level = 'district'
            UNION ALL
            SELECT node.*, tree.id, tree.path || node.id FROM tree JOIN node
            ON node.up = tree.n AND node.level = CASE tree.level
                WHEN 'district' THEN 'street' WHEN 'street' THEN 'community'
                WHEN 'community' THEN 'compound' WHEN 'compound' THEN 'building' END
        )
        INSERT INTO place (id, level, name, parent_id, path, created_at)
        SELECT id, level, level || n, parent_id, path, timestamptz '2026-01-01' FROM tree;
        INSERT INTO person (id, name, role, place_id, sessions_valid_after, created_at)
        SELECT gen_random_uuid(), name, 'building_head', id, timestamptz '2026-01-01', timestamptz '2026-01-01'
        FROM place WHERE level = 'building'
        UNION ALL
        SELECT gen_random_uuid(), name || n, 'grid_worker', id, timestamptz '2026-01-01', timestamptz '2026-01-01'
        FROM place CROSS JOIN generate_series(1, 15) AS n WHERE level = 'community';
        INSERT INTO contact (id, person_id, kind, url, verified_at, created_at)
        SELECT gen_random_uuid(), id, 'push', 'json://127.0.0.1:1/' || id, timestamptz '2026-01-01',
            timestamptz '2026-01-01'
        FROM person WHERE hashtext(name) % 10 <> 0;
        INSERT INTO senior (id, name, birth_date, sex, place_id, home_latitude,
            home_longitude, created_at)
        SELECT gen_random_uuid(), 'x' || n, date '1940-01-01', 'female', id, 34, 108,
            timestamptz '2026-01-01'
        FROM (SELECT id, row_number() OVER (ORDER BY id) AS row FROM place
              WHERE level = 'building') AS building
        CROSS JOIN LATERAL generate_series(1, CASE WHEN row % 3 = 0 THEN 6 ELSE 7 END) AS n;
        DELETE FROM senior WHERE id IN (
            SELECT id FROM senior ORDER BY id
            LIMIT (SELECT count(*) - 6000 FROM senior));
        INSERT INTO shift (id, person_id, place_id, starts_at, ends_at, rrule, created_at)
        SELECT gen_random_uuid(), id, place_id, timestamptz '2026-11-02 00:00Z', timestamptz '2026-11-02 09:00Z',
            'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR', timestamptz '2026-01-01'
        FROM person WHERE hashtext(name) % 3 = 0 OR role = 'grid_worker';
        INSERT INTO duty_period (shift_id, person_id, place_id, starts_at, ends_at)
        SELECT id, person_id, place_id, starts_at + n * interval '1 day',
            ends_at + n * interval '1 day'
        FROM shift CROSS JOIN generate_series(14, 53) AS n;
        INSERT INTO message (id, kind, created_at)
        SELECT gen_random_uuid(), 'test', timestamptz '2026-11-20' FROM generate_series(1, 30);
        INSERT INTO notification (id, message_id, person_id, contact_id, step, status,
            urgent, attempts, created_at)
        SELECT gen_random_uuid(), message.id, person_id, contact.id, 'x',
            CASE WHEN hashtext(contact.url) % 9 = 0 THEN 'failed' ELSE 'sent' END,
            false, 1, timestamptz '2026-11-20'
        FROM contact CROSS JOIN message;
        """
    )
    conn.execute("ANALYZE")
