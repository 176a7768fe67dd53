"""The escalation worker against PostgreSQL, on a clock that the test moves."""

import threading
from datetime import timedelta
from zoneinfo import ZoneInfo

import psycopg
import pytest

from alerts.escalation import worker
from alerts.escalation.terms import Timing
from alerts.incidents import store
from alerts.incidents.types import Opening
from core.model import Kind, PlaceLevel, Role, Severity
from tests.support.town import NOON, Town

pytestmark = pytest.mark.db
ZONE = ZoneInfo("Asia/Shanghai")
S = timedelta(seconds=1)


def run(town: Town, at_s: float) -> int:
    town.conn.commit()
    return worker.run_due(town.conn, Timing(), ZONE, NOON + at_s * S)


def open_sos(town: Town, **other):
    values = {"severity": Severity.CRITICAL, "observed_at": NOON} | other
    opening = Opening(Kind.SOS, senior_id=town.senior, **values)
    alert = store.open_alerts(town.conn, [opening], NOON)[0]
    town.conn.commit()
    assert alert is not None
    return alert


def told(town: Town) -> list[tuple[str, str]]:
    """Who was told, and at which step, in order."""
    rows = town.conn.execute(
        "SELECT person.name, step FROM notification JOIN person ON person.id = person_id"
        " WHERE alert_id IS NOT NULL"
        " ORDER BY notification.id"
    ).fetchall()
    town.conn.commit()
    return rows


def people(town: Town) -> None:
    town.relative(["alerts"], name="daughter")
    town.relative(["vitals"], name="son without the scope")
    town.person(Role.BUILDING_HEAD, PlaceLevel.BUILDING, "head")
    town.person(Role.GRID_WORKER, PlaceLevel.COMPOUND, "grid")
    town.person(Role.VOLUNTEER, PlaceLevel.COMPOUND, "unreachable", url=None)
    town.person(Role.COMMUNITY_MANAGER, PlaceLevel.COMMUNITY, "community")
    town.person(Role.DISTRICT_MANAGER, PlaceLevel.DISTRICT, "district")


def test_climbs_past_the_empty_street(town: Town):
    people(town)
    alert = open_sos(town)
    assert run(town, 0) == 1
    assert {name for name, _ in told(town)} == {"daughter", "head", "grid"}
    assert run(town, 59) == 0
    assert run(town, 60) == 1
    assert run(town, 180) == 1
    assert [name for name, _ in told(town)][3:] == ["community", "district"]
    assert run(town, 480) == 1
    assert told(town)[-1] == ("district", "district#4")
    assert town.events(alert) == [
        "opened", "told", "escalated", "told", "escalated", "told", "told",
    ]  # fmt: skip


def test_acknowledged_is_quiet_then_expires(town: Town):
    people(town)
    alert = open_sos(town)
    run(town, 0)
    grid = town.person(Role.GRID_WORKER, PlaceLevel.COMPOUND, "other grid", url=None)
    store.act(town.conn, alert, "acknowledge", grid, NOON + 10 * S)
    run(town, 10)
    assert run(town, 600) == 0
    assert run(town, 610) == 1
    assert town.alert(alert, "status") == "open"
    assert town.alert(alert, "owner_id") is None
    assert town.events(alert)[2:] == [
        "acknowledged", "expired", "told", "escalated", "told",
    ]  # fmt: skip
    again = [name for name, _ in told(town)][3:]
    assert {*again[:3]} == {"daughter", "head", "grid"}
    assert again[3:] == ["community"]
    store.act(town.conn, alert, "acknowledge", grid, NOON + 620 * S)  # a fresh round


def test_press_tells_again_at_once(town: Town):
    people(town)
    grid = town.person(Role.GRID_WORKER, PlaceLevel.COMPOUND, "by hand", url=None)
    open_sos(town)
    run(town, 0)
    store.open_by_hand(town.conn, town.senior, "sos", grid, None, NOON + 5 * S)
    assert run(town, 5) == 1
    assert len(told(town)) == 6
    assert run(town, 60) == 1  # the deadline did not move


def test_nobody_is_an_alarm(town: Town):
    town.person(Role.ADMIN, None, "admin")
    alert = open_sos(town)
    run(town, 0)
    assert told(town) == [("admin", "administrators#1")]
    assert town.events(alert) == ["opened", "escalated", "told"]
    run(town, 300)
    assert len(told(town)) == 2


def test_orphan_goes_to_administrators(town: Town):
    people(town)
    town.person(Role.ADMIN, None, "admin")
    store.open_alerts(
        town.conn,
        [Opening(Kind.SOS, Severity.CRITICAL, NOON, None, device_id="stray")],
        NOON,
    )
    run(town, 0)
    assert told(town) == [("admin", "administrators#1")]


def test_archived_people_are_not_told(town: Town):
    people(town)
    town.conn.execute("UPDATE person SET archived_at = %s WHERE name = 'head'", (NOON,))
    town.conn.execute(
        "UPDATE contact SET archived_at = %s FROM person"
        " WHERE person.id = person_id AND person.name = 'daughter'",
        (NOON,),
    )
    open_sos(town)
    run(town, 0)
    assert [name for name, _ in told(town)] == ["grid"]


def test_every_verified_contact_and_no_other(town: Town):
    grid = town.person(Role.GRID_WORKER, PlaceLevel.BUILDING, "grid")
    town.contact(grid, "json://127.0.0.1:1/second")
    town.contact(grid, "json://127.0.0.1:1/unverified", verified=False)
    open_sos(town)
    run(town, 0)
    assert len(told(town)) == 2


def test_senior_living_above_a_building(town: Town):
    people(town)
    town.conn.execute(
        "UPDATE senior SET place_id = %s", (town.places[PlaceLevel.COMMUNITY],)
    )
    open_sos(town)
    run(town, 0)
    assert {name for name, _ in told(town)} == {"daughter"}
    run(town, 60)
    assert told(town)[-1][0] == "community"


def test_warning_waits_for_the_morning(town: Town):
    people(town)
    night = NOON + timedelta(hours=11)  # 23:00
    opening = Opening(Kind.OFFLINE, Severity.WARNING, night, town.senior)
    store.open_alerts(town.conn, [opening], night)
    run(town, 11 * 3600)
    assert told(town) == []
    assert worker.earliest_due(town.conn) == NOON + timedelta(hours=19)
    run(town, 19 * 3600)
    assert {name for name, _ in told(town)} == {"daughter", "grid"}


def test_two_workers_tell_once(town: Town, database_url: str):
    people(town)
    open_sos(town)
    counts: list[int] = []

    def work() -> None:
        with psycopg.connect(database_url, autocommit=True) as conn:
            counts.append(worker.run_due(conn, Timing(), ZONE, NOON))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(counts) == 1
    assert len(told(town)) == 3


def test_one_that_cannot_be_decided_holds_no_other(town: Town):
    people(town)
    broken = open_sos(town)
    town.conn.execute(
        'UPDATE alert SET escalation = \'{"told_at": "never"}\' WHERE id = %s',
        (broken,),
    )
    opening = Opening(Kind.FALL, Severity.CRITICAL, NOON, town.senior)
    store.open_alerts(town.conn, [opening], NOON)
    run(town, 0)
    assert len(told(town)) == 3
    assert town.alert(broken, "next_due_at") == "2026-11-21T04:00:30+00:00"


def test_rising_severity_starts_anew(town: Town):
    people(town)
    opening = Opening(Kind.HEART_RATE_LOW, Severity.WARNING, NOON, town.senior)
    store.open_alerts(town.conn, [opening], NOON)
    run(town, 0)
    assert {name for name, _ in told(town)} == {"daughter", "grid"}
    worse = Opening(Kind.HEART_RATE_LOW, Severity.CRITICAL, NOON, town.senior)
    store.open_alerts(town.conn, [worse], NOON + 30 * S)
    run(town, 30)
    assert {name for name, _ in told(town)[2:]} == {"daughter", "grid", "head"}
    run(town, 89)
    assert len(told(town)) == 5
    run(town, 90)
    assert told(town)[-1][0] == "community"
