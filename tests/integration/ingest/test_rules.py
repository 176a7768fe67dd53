"""Changed rules judge the next report, and nothing of what went before is lost."""

from collections.abc import Callable
from typing import Any

import numpy as np
import psycopg
import pytest

from core.privacy.consents import Declaration, Purpose, Recorder, declare
from core.registry import changes, rules
from core.registry.rulings import Author, Given, Scope
from tests.support.batches import NOON, Bench
from tests.support.ingesting import Wearers

pytestmark = pytest.mark.db
MINUTE = 60
ONE = np.zeros(1, np.intp)
Put = Callable[[Scope, str | None], int]


@pytest.fixture
def put(conn: psycopg.Connection) -> Put:
    """Sets rules in the bench's own database, committed."""

    def put(scope: Scope, text: str | None) -> int:
        given = None if text is None else Given(toml=text)
        with conn.transaction():
            return rules.set_rules(conn, scope, given, Author(None, "t"), None, NOON)

    return put


def pulse(bench: Bench, name: str, minutes: range, bpm: int, start: int = 0) -> None:
    """One reading a minute, varying a little so that it is no frozen one."""
    for minute in minutes:
        bench.report(
            name,
            {
                "time": NOON.timestamp() + start + minute * MINUTE,
                "heart_rate": bpm + minute % 2,
                "worn": True,
                "steps": 0,
            },
        )
        bench.pass_time(MINUTE)


def alerts(bench: Bench) -> list[tuple[Any, ...]]:
    return bench.rows("SELECT kind, severity, rule_version FROM alert ORDER BY id")


def test_a_run_under_way_completes_under_the_new_rule(
    bench: Bench, wearers: Wearers, put: Put
) -> None:
    (name,) = wearers.add(1)
    pulse(bench, name, range(8), 121)
    assert alerts(bench) == []
    first = put(Scope(), "[heart_rate_high]\nwarning = 118\nsustained_s = 500")
    pulse(bench, name, range(8, 10), 121)
    ((kind, severity, version),) = alerts(bench)
    assert (kind, severity) == ("heart_rate_high", "warning")
    assert version.startswith(f"{first}-")
    ((figures,),) = bench.rows(
        "SELECT figures FROM rule_version WHERE version = %s", version
    )
    assert figures["heart_rate_high.warning"] == 118
    assert bench.rows("SELECT rule_version FROM detection") == [(version,)]


def test_a_run_that_the_new_rule_does_not_know_raises_nothing(
    bench: Bench, wearers: Wearers, put: Put
) -> None:
    (name,) = wearers.add(1)
    pulse(bench, name, range(8), 121)
    put(Scope(), "[heart_rate_high]\nwarning = 125")
    pulse(bench, name, range(8, 14), 121)
    assert alerts(bench) == []


def test_changed_rules_of_the_place_reload_no_state(
    bench: Bench, wearers: Wearers, put: Put
) -> None:
    names = wearers.add(3)
    for name in names:
        pulse(bench, name, range(1), 70)
    roster = bench.roster
    state, rows = roster.state, [roster.binding(row) for row in range(3)]
    was = state.copy()
    other = put(Scope(wearers.place), "[heart_rate_high]\nwarning = 130")
    own = put(Scope(senior_id=wearers.seniors[names[2]]), "[battery_low]\ninfo = 15")
    bench.report(names[0], {"time": NOON.timestamp() + 500, "heart_rate": 70})
    assert roster.state is state
    assert state[1:2].tobytes() == was[1:2].tobytes()
    assert roster.binding(1) is rows[1]
    bench.report(names[2], {"time": NOON.timestamp() + 500, "heart_rate": 70})
    at = {one.device_id: one.row for one in map(roster.binding, range(3))}
    for name, warning, info, revision in (
        (names[0], 130, 20, other),
        (names[1], 130, 20, other),
        (names[2], 130, 15, own),
    ):
        limits = roster.limits(np.array([at[name]]))
        assert limits.own("heart_rate_high.warning", ONE) == warning
        assert limits.own("battery_low.info", ONE) == info
        assert limits.versions[limits.which[0]].startswith(f"{revision}-")


def test_switching_a_kind_off_clears_it_and_on_again_judges_anew(
    bench: Bench, wearers: Wearers, put: Put
) -> None:
    (name,) = wearers.add(1)
    pulse(bench, name, range(12), 121)
    assert [one[0] for one in alerts(bench)] == ["heart_rate_high"]
    put(Scope(wearers.place), "[heart_rate_high]\nenabled = false")
    pulse(bench, name, range(12, 14), 121)
    assert bench.rows("SELECT status, outcome FROM alert") == [("resolved", "cleared")]
    put(Scope(wearers.place), None)
    pulse(bench, name, range(14, 26), 121)
    assert len(alerts(bench)) == 2


def test_a_place_that_moves_takes_the_rules_of_where_it_lies(
    bench: Bench, wearers: Wearers, put: Put, conn: psycopg.Connection
) -> None:
    (name,) = wearers.add(1)
    pulse(bench, name, range(1), 70)
    street = conn.execute(
        "INSERT INTO place (id, level, name, path, created_at)"
        " VALUES (gen_random_uuid(), 'street', 's', '{}', %s) RETURNING id",
        (NOON,),
    ).fetchone()
    assert street is not None
    put(Scope(street[0]), "[battery_low]\ninfo = 15")
    bench.report(name, {"time": NOON.timestamp() + 90, "battery": 16})
    assert [one[0] for one in alerts(bench)] == ["battery_low"]
    with conn.transaction():
        conn.execute(
            "UPDATE place SET path = ARRAY[%s, id] WHERE id = %s",
            (street[0], wearers.place),
        )
        changes.note_rules_changed(conn)
    bench.report(name, {"time": NOON.timestamp() + 99, "battery": 16})
    roster = bench.roster
    limits = roster.limits(np.array([roster.binding(0).row]))
    assert limits.own("battery_low.info", ONE) == 15


def test_silence_is_due_by_the_rules(bench: Bench, wearers: Wearers, put: Put) -> None:
    (name,) = wearers.add(1)
    put(Scope(), "[offline]\ninfo_intervals = 5")
    bench.report(name, {"time": NOON.timestamp()})
    due = bench.rows(
        "SELECT extract(epoch FROM silence_due_at - last_received_at)::int"
        " FROM wristband_state"
    )
    assert due == [(5 * 300,)]


def test_a_worker_that_missed_removed_changes_reads_everything_anew(
    bench: Bench, wearers: Wearers, put: Put, conn: psycopg.Connection
) -> None:
    (name,) = wearers.add(1)
    pulse(bench, name, range(8), 121)
    put(Scope(), "[heart_rate_high]\nwarning = 118")
    with conn.transaction():
        conn.execute("UPDATE registry_version SET removed = version")
        conn.execute("DELETE FROM registry_change")
    pulse(bench, name, range(8, 12), 121)
    ((_, _, version),) = alerts(bench)
    assert version.startswith("1-")


def test_who_does_not_agree_is_not_judged_by_vital_signs(
    bench: Bench, wearers: Wearers, conn: psycopg.Connection
) -> None:
    (name,) = wearers.add(1)
    ((senior_id,),) = conn.execute("SELECT senior_id FROM binding").fetchall()
    conn.commit()

    def say(*, given: bool) -> None:
        said = Declaration(Purpose.HEALTH, given=given)
        with conn.transaction():
            declare(conn, senior_id, said, Recorder(None, "t"), NOON)

    pulse(bench, name, range(70), 121)
    assert bench.rows("SELECT 1 FROM wristband_memory") == [(1,)]
    assert [one[0] for one in alerts(bench)] == ["heart_rate_high"]
    say(given=False)
    pulse(bench, name, range(70, 140), 141)
    bench.report(name, {"time": NOON.timestamp() + 8400, "battery": 3, "worn": True})
    assert bench.rows("SELECT 1 FROM wristband_memory") == []
    told = bench.rows("SELECT kind, outcome FROM alert ORDER BY id")
    assert told == [("heart_rate_high", "cleared"), ("battery_low", None)]
    say(given=True)
    pulse(bench, name, range(150, 154), 141)
    assert [one[0] for one in alerts(bench)][2:] == ["heart_rate_high"]
