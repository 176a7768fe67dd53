"""Rules in the database: who is judged by what, what is refused, what was before."""

from collections.abc import Callable
from datetime import timedelta

import psycopg
import pytest

from core.errors import NotFoundError, RuleError
from core.ids import new_id
from core.model import PlaceLevel
from core.registry import changes, outlook, rulebook, rules
from core.registry.rulings import Author, Given, Scope
from core.rules.book import SHIPPED, resolve
from tests.support.town import NOON, Town

pytestmark = pytest.mark.db
SOMEONE = Author(None, "test")
Put = Callable[..., int]


@pytest.fixture
def town(conn: psycopg.Connection) -> Town:
    return Town(conn).build()


@pytest.fixture
def put(conn: psycopg.Connection) -> Put:
    def put(scope: Scope, text: str | None, note: str | None = None) -> int:
        given = None if text is None else Given(toml=text)
        return rules.set_rules(conn, scope, given, SOMEONE, note, NOON)

    return put


def resolved(conn: psycopg.Connection, town: Town):
    about = outlook.about_senior(conn, town.senior)
    return rulebook.rulebook(conn).resolve(about)


def test_the_nearest_place_and_then_the_senior_win(
    conn: psycopg.Connection, town: Town, put: Put
) -> None:
    assert resolved(conn, town) == resolve(SHIPPED)
    put(Scope(), "[spo2_low]\nreadings = 4\n[battery_low]\ninfo = 15")
    put(Scope(town.places[PlaceLevel.COMPOUND]), "[spo2_low]\nreadings = 5\nmargin = 2")
    put(Scope(town.places[PlaceLevel.STREET]), "[spo2_low]\nreadings = 6\nmargin = 3")
    number = put(Scope(senior_id=town.senior), "[spo2_low]\nmargin = 4")
    values = resolved(conn, town).values
    assert values["spo2_low.readings"] == 5
    assert values["spo2_low.margin"] == 4
    assert values["battery_low.info"] == 15
    assert resolved(conn, town).version.startswith(f"{number}-")


def test_withdrawn_rules_leave_what_stands_above(
    conn: psycopg.Connection, town: Town, put: Put
) -> None:
    put(Scope(), "[battery_low]\ninfo = 15")
    before = resolved(conn, town)
    put(Scope(town.places[PlaceLevel.STREET]), "[battery_low]\ninfo = 16")
    put(Scope(town.places[PlaceLevel.STREET]), None)
    assert resolved(conn, town) == before
    with pytest.raises(NotFoundError):
        put(Scope(town.places[PlaceLevel.STREET]), None)


def test_a_change_is_noted_once_for_all_and_by_wristband_for_one(
    conn: psycopg.Connection, town: Town, put: Put
) -> None:
    put(Scope(), "[battery_low]\ninfo = 15")
    put(Scope(senior_id=town.senior), "[battery_low]\ninfo = 16")
    noted = conn.execute(
        "SELECT wristband_key FROM registry_change ORDER BY version"
    ).fetchall()
    (key,) = conn.execute("SELECT key FROM wristband").fetchall()
    assert noted == [(0,), key]


def test_what_breaks_the_limits_of_somebody_below_is_refused(
    conn: psycopg.Connection, town: Town, put: Put
) -> None:
    put(Scope(town.places[PlaceLevel.COMMUNITY]), "[heart_rate_high]\nwarning = 125")
    with pytest.raises(RuleError) as refused:
        put(Scope(), "[heart_rate_high]\ncritical = 120")
    place = str(town.places[PlaceLevel.COMMUNITY])
    assert place in str(refused.value)
    conn.execute(
        'UPDATE senior SET thresholds = \'{"spo2_low": {"critical": 93}}\'::jsonb'
    )
    with pytest.raises(RuleError, match=f"senior {town.senior}"):
        put(Scope(), "[spo2_low]\nwarning = 93\ncritical = 92")
    assert conn.execute("SELECT count(*) FROM rule_set").fetchone() == (1,)


def test_a_check_says_what_would_change_and_for_how_many(
    conn: psycopg.Connection, town: Town, put: Put
) -> None:
    town.add_senior(new_id(), PlaceLevel.BUILDING)
    town.add_senior(new_id(), PlaceLevel.DISTRICT)
    put(Scope(), "[battery_low]\ninfo = 15")
    street = Scope(town.places[PlaceLevel.STREET])
    found = outlook.look(conn, street, Given(toml="[battery_low]\ninfo = 16"))
    assert found.seniors == 2
    assert found.changes == [("battery_low.info", None, 16)]
    same = outlook.look(conn, street, Given(toml="[battery_low]\ninfo = 15"))
    assert same.seniors == 0
    gone = outlook.look(conn, Scope(), None)
    assert (gone.seniors, gone.changes) == (3, [("battery_low.info", 15, None)])


def test_history_keeps_every_revision_and_leads_back(
    conn: psycopg.Connection, town: Town, put: Put
) -> None:
    first = put(Scope(), "# ours\n[battery_low]\ninfo = 15", "winter")
    put(Scope(), "[battery_low]\ninfo = 16\n[day]\nquiet = []")
    other = put(Scope(town.places[PlaceLevel.STREET]), "[spo2_low]\nmargin = 2")
    then = Given.then(rules.revision(conn, first))
    back = rules.set_rules(conn, Scope(), then, SOMEONE, None, NOON)
    newest = outlook.current(conn, Scope())
    assert newest is not None
    assert (newest["revision"], newest["body"]) == (
        back,
        "# ours\n[battery_low]\ninfo = 15",
    )
    found = rules.history(conn, Scope(), None, None, 10)
    assert [(one["revision"], one["in_force"]) for one in found] == [
        (back, True),
        (other, True),
        (2, False),
        (first, False),
    ]
    assert found[0]["changes"] == [
        ("battery_low.info", 16, 15),
        ("day.quiet", [], None),
    ]
    building = town.places[PlaceLevel.BUILDING]
    assert other not in {
        one["revision"] for one in rules.history(conn, Scope(), building, None, 10)
    }
    with pytest.raises(NotFoundError):
        rules.revision(conn, 99)


def test_a_stored_revision_can_never_be_changed(
    conn: psycopg.Connection, put: Put
) -> None:
    put(Scope(), "[battery_low]\ninfo = 15")
    with pytest.raises(psycopg.errors.RaiseException):
        conn.execute("UPDATE rule_set SET note = 'x'")


def test_nobody_goes_unwatched_for_a_contradiction(
    conn: psycopg.Connection, town: Town, put: Put
) -> None:
    put(Scope(), "[battery_low]\ninfo = 15")
    about = outlook.about_senior(conn, town.senior)
    about = about._replace(thresholds={"spo2_low": {"warning": 80}})
    book = rulebook.rulebook(conn)
    with pytest.raises(RuleError):
        book.resolve(about)
    found = book.resolve_surely(about)
    assert found.values["battery_low.info"] == 15
    assert found.values["spo2_low.warning"] == 94


def test_what_a_version_stood_for_is_kept_once(
    conn: psycopg.Connection,
) -> None:
    used = resolve(SHIPPED)
    rulebook.keep_versions(conn, [used, used], NOON)
    rulebook.keep_versions(conn, [used], NOON + timedelta(days=1))
    rows = conn.execute("SELECT version, figures, first_used_at FROM rule_version")
    assert rows.fetchall() == [(used.version, used.figures(), NOON)]
    rulebook.keep_versions(conn, [], NOON)


def test_old_changes_are_forgotten_and_it_is_said_up_to_which(
    conn: psycopg.Connection, put: Put
) -> None:
    put(Scope(), "[battery_low]\ninfo = 15")
    first = conn.execute("SELECT version FROM registry_change").fetchone()
    assert first is not None
    conn.execute("UPDATE registry_change SET noted_at = noted_at - interval '2 days'")
    put(Scope(), "[battery_low]\ninfo = 16")
    row = conn.execute("SELECT clock_timestamp() - interval '1 day'").fetchone()
    assert row is not None
    for _ in range(2):
        changes.forget_changes(conn, row[0])
        left = conn.execute("SELECT version FROM registry_change").fetchall()
        assert len(left) == 1
        assert left[0] > first
        said = conn.execute("SELECT removed FROM registry_version").fetchone()
        assert said == first
