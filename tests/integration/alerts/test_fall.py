"""After a fall: people are told again, and the next level, where nothing moves."""

from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

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


@pytest.fixture
def fall(town: Town) -> UUID:
    """A fall at noon, told to a daughter and acknowledged by a grid worker."""
    town.relative(["alerts"], name="daughter")
    town.person(Role.COMMUNITY_MANAGER, PlaceLevel.COMMUNITY, "community")
    grid = town.person(Role.GRID_WORKER, PlaceLevel.COMPOUND, "grid")
    opening = Opening(Kind.FALL, Severity.CRITICAL, NOON - 2 * S, town.senior)
    alert = store.open_alerts(town.conn, [opening], NOON)[0]
    assert alert is not None
    run(town, 0)
    store.act(town.conn, alert, "acknowledge", grid, NOON + 20 * S)
    run(town, 20)
    return alert


def report(town: Town, at_s: float, steps: int, motion: float) -> None:
    town.conn.execute(
        "INSERT INTO reading (wristband_key, time, seq, received_at, steps, motion)"
        " SELECT key, %(at)s, %(at_s)s, %(at)s, %(steps)s, %(motion)s FROM wristband",
        {"at": NOON + at_s * S, "at_s": at_s, "steps": steps, "motion": motion},
    )


def reasons(town: Town, alert: UUID) -> list[tuple[str, str]]:
    """What was told or escalated and why, after the acknowledgement."""
    rows = town.conn.execute(
        "SELECT event, coalesce(detail ->> 'level', ''), detail ->> 'reason'"
        " FROM alert_event WHERE alert_id = %s AND event IN ('told', 'escalated')"
        " ORDER BY position",
        (alert,),
    ).fetchall()
    town.conn.commit()
    return [row for row in rows if row[2] != "opened"]


STILL = [
    ("escalated", "", "no_motion"),
    ("told", "first", "no_motion"),
    ("told", "community", "no_motion"),
]


def test_no_report_at_all_is_no_motion(town: Town, fall: UUID):
    assert run(town, 299) == 0
    assert run(town, 300) == 1
    assert reasons(town, fall) == STILL
    assert town.alert(fall, "status") == "acknowledged"
    assert run(town, 301) == 0


def test_lying_still_on_every_report(town: Town, fall: UUID):
    report(town, -100, 500, 0.3)
    for at_s in (180, 240, 299):
        report(town, at_s, 500, 0.01)
    run(town, 300)
    assert reasons(town, fall) == STILL


def test_steps_settle_it(town: Town, fall: UUID):
    report(town, -100, 500, 0.3)
    report(town, 200, 512, 0.01)
    run(town, 300)
    assert reasons(town, fall) == []
    report(town, 310, 512, 0.0)
    assert run(town, 400) == 0


def test_whoever_set_out_is_left_alone(town: Town, fall: UUID):
    grid = town.person(Role.GRID_WORKER, PlaceLevel.COMPOUND, "other", url=None)
    store.act(town.conn, fall, "depart", grid, NOON + 100 * S)
    run(town, 100)
    run(town, 300)
    assert reasons(town, fall) == []


def test_the_seniors_own_rule_says_how_long(town: Town, fall: UUID):
    town.conn.execute(
        "INSERT INTO rule_set (revision, scope, senior_id, format, body, figures, set_at,"
        " set_by_name) VALUES (1, 'senior', %s, 'toml', '', %s, %s, 'test')",
        (town.senior, '{"fall": {"still_s": 60}}', NOON),
    )
    town.conn.execute("UPDATE alert SET next_due_at = %s", (NOON + 60 * S,))
    run(town, 60)
    assert reasons(town, fall) == STILL


def test_of_a_wristband_nobody_wears(town: Town):
    town.person(Role.ADMIN, None, "admin")
    opening = Opening(Kind.FALL, Severity.CRITICAL, NOON, None, device_id="stray")
    alert = store.open_alerts(town.conn, [opening], NOON)[0]
    assert alert is not None
    run(town, 0)
    run(town, 300)
    assert ("escalated", "", "no_motion") in reasons(town, alert)
