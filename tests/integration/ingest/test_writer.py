"""One batch, one transaction: what is stored, refused, counted and judged."""

from datetime import timedelta
from typing import Any

import psycopg
import pytest

from core import registry
from ingest.writer import LostPartitionError
from tests.support.batches import NOON, Bench
from tests.support.ingesting import Wearers

pytestmark = pytest.mark.db


def at(seconds: float) -> float:
    """Epoch seconds of an instant `seconds` after noon."""
    return NOON.timestamp() + seconds


def readings(bench: Bench) -> Any:
    return bench.rows(
        "SELECT extract(epoch FROM time)::float8 - %s, seq, heart_rate FROM reading"
        " ORDER BY time, seq",
        NOON.timestamp(),
    )


def test_the_first_content_wins_within_and_between_batches(
    bench: Bench, wearers: Wearers
) -> None:
    (name,) = wearers.add(1)
    first = {"time": at(-5), "seq": 1, "heart_rate": 60}
    again = {"time": at(-5.0), "seq": 1, "heart_rate": 99}
    bench.report(name, first, again, {"time": at(-5), "heart_rate": 61})
    bench.report(name, again, [again, {"time": at(-4), "seq": 2, "heart_rate": 62}])
    assert readings(bench) == [(-5, -1, 61), (-5, 1, 60), (-4, 2, 62)]


def test_one_instant_written_differently_is_one_report(
    bench: Bench, wearers: Wearers
) -> None:
    (name,) = wearers.add(1)
    for written in ("2026-11-21T04:00:00Z", "2026-11-21T12:00:00+08:00", 1795233600):
        bench.report(name, {"time": written, "seq": 3})
    bench.report(name, {"time": "2026-11-21T04:00:00.0009Z", "seq": 3})
    assert len(readings(bench)) == 1


def test_an_unbelievable_time_is_replaced_but_keeps_its_identity(
    bench: Bench, wearers: Wearers
) -> None:
    (name,) = wearers.add(1)
    ahead, old = {"time": at(301), "seq": 1}, {"time": 5, "seq": 1}
    bench.report(name, ahead, old, ahead)
    bench.report(name, [old, ahead, {"time": at(300), "seq": 9}])
    bench.pass_time(60)  # the first is believable by now, and still a repeat
    bench.report(name, ahead, old)
    rows = bench.rows(
        "SELECT time_replaced, count(*) FROM reading GROUP BY 1 ORDER BY 1"
    )
    assert rows == [(False, 1), (True, 2)]
    assert bench.rows("SELECT claimed_ms FROM replaced_time ORDER BY 1") == [
        (5000,),
        (round(at(301) * 1000),),
    ]


def test_a_thousand_reports_without_a_clock_are_all_kept(
    bench: Bench, wearers: Wearers
) -> None:
    (name,) = wearers.add(1)
    bench.report(name, [{"time": n} for n in range(1000)])
    assert bench.rows("SELECT count(DISTINCT time) FROM reading") == [(1000,)]


def test_refused_items_are_listed_once_with_their_count(
    bench: Bench, wearers: Wearers
) -> None:
    (name,) = wearers.add(1)
    mixed = [{"time": at(-1), "heart_rate": 500, "spo2": 97}, 7, {"seq": 2}]
    for _ in range(3):
        bench.report(name, mixed, b"garbage", b"garbage")
    rows = bench.rows(
        "SELECT topic, idx, reasons, payload, count FROM rejected ORDER BY idx"
    )
    topic = f"wb/{name}/telemetry"
    assert [(row[0], row[1], row[4]) for row in rows] == [
        (topic, -1, 6),
        (topic, 0, 3),
        (topic, 1, 3),
        (topic, 2, 3),
    ]
    assert rows[1][2] == [{"field": "heart_rate", "reason": "outside 20 to 250 1/min"}]
    assert [row[3] for row in rows] == [
        b"garbage",
        b'{"time":1795233599.0,"heart_rate":500,"spo2":97}',
        b"7",
        b'{"seq":2}',
    ]
    assert bench.rows("SELECT heart_rate, spo2 FROM reading") == [(None, 97)]


def test_a_wristband_that_is_not_registered_is_refused_until_it_is(
    bench: Bench, wearers: Wearers
) -> None:
    bench.report("ghost-0", {"time": at(-1)})
    (name,) = wearers.add(1, prefix="ghost")
    bench.report(name, {"time": at(-1)})
    assert bench.rows("SELECT reasons, count FROM rejected") == [
        ([{"field": None, "reason": "unknown wristband"}], 1)
    ]
    assert len(readings(bench)) == 1


def test_unknown_fields_are_counted_once_a_report(
    bench: Bench, wearers: Wearers
) -> None:
    (name,) = wearers.add(1)
    for _ in range(2):
        bench.report(name, {"time": at(-1), "mood": 1, "\u0000": 2, "x" * 65: 3})
    rows = bench.rows("SELECT field, count FROM unknown_field ORDER BY field")
    assert rows == [("(others)", 2), ("mood", 1)]


def test_one_report_adds_twenty_unknown_names(bench: Bench, wearers: Wearers) -> None:
    (name,) = wearers.add(1)
    bench.report(name, {"time": at(-1), **{f"x{n}": n for n in range(50)}})
    rows = bench.rows("SELECT field, count FROM unknown_field")
    assert len(rows) == 21
    assert ("(others)", 30) in rows


def test_the_latest_values_keep_their_own_times(bench: Bench, wearers: Wearers) -> None:
    (name,) = wearers.add(1)
    bench.report(
        name,
        {
            "time": at(-60),
            "heart_rate": 70,
            "worn": True,
            "latitude": 34,
            "longitude": 108,
        },
        {"time": at(-30), "spo2": 97, "systolic": 120, "latitude": 0, "longitude": 0},
        {
            "time": at(-90),
            "heart_rate": 50,
            "battery": 40,
            "systolic": 130,
            "diastolic": 80,
        },
    )
    ((*values, due),) = bench.rows(
        "SELECT heart_rate, extract(epoch FROM heart_rate_at)::float8, spo2, systolic,"
        " extract(epoch FROM blood_pressure_at)::float8, battery, worn, latitude,"
        " extract(epoch FROM last_time)::float8, silence_due_at FROM wristband_state"
    )
    assert values == [70, at(-60), 97, 130, at(-90), 40, True, 34, at(-30)]
    assert due == NOON + timedelta(seconds=900)


def test_a_heart_rate_behind_a_closed_gate_is_not_the_newest_valid_one(
    bench: Bench, wearers: Wearers
) -> None:
    (name,) = wearers.add(1)

    def valid() -> Any:
        return bench.rows(
            "SELECT extract(epoch FROM heart_rate_at - %s)::float8,"
            " extract(epoch FROM valid_heart_rate_at - %s)::float8 FROM wristband_state",
            NOON,
            NOON,
        )

    bench.report(name, {"time": at(-60), "heart_rate": 60, "steps": 10})
    assert valid() == [(-60, -60)]
    bench.report(name, {"time": at(-50), "heart_rate": 99, "steps": 40})  # walking
    bench.report(name, {"time": at(-40), "worn": False, "heart_rate": 61})
    bench.report(name, {"time": at(-30), "battery": 80})
    assert valid() == [(-40, -60)]
    bench.roster.clear()
    bench.report(name, {"time": at(-20), "battery": 80})
    assert valid() == [(-40, -60)]


def test_a_restart_goes_on_from_the_rows(bench: Bench, wearers: Wearers) -> None:
    (name,) = wearers.add(1)
    bench.report(name, {"time": at(-60), "heart_rate": 70, "worn": False})
    bench.roster.clear()
    bench.report(name, {"time": at(-30), "spo2": 97})
    assert bench.rows("SELECT heart_rate, spo2, worn FROM wristband_state") == [
        (70, 97, False)
    ]


def _pulses(first: int, count: int, rate: int) -> list[dict[str, float]]:
    return [
        {"time": at(n * 61), "heart_rate": rate + n % 2, "steps": 10, "worn": True}
        for n in range(first, first + count)
    ]


def test_a_detection_opens_one_alert_whatever_the_batching(
    bench: Bench, wearers: Wearers
) -> None:
    one, other = wearers.add(2)
    pulses = _pulses(-14, 14, 150)
    bench.report(one, *pulses)
    for pulse in pulses:
        bench.report(other, pulse)
        bench.report(other, pulse)
        bench.roster.clear()
    rows = bench.rows(
        "SELECT senior_id, kind, severity, device_id FROM alert ORDER BY device_id"
    )
    assert rows == [
        (wearers.seniors[name], "heart_rate_high", "critical", name)
        for name in (one, other)
    ]
    linked = bench.rows("SELECT count(*), count(alert_id) FROM detection")
    assert linked[0][0] == linked[0][1]


def test_reports_from_before_anybody_wore_it_raise_nothing(
    bench: Bench, wearers: Wearers
) -> None:
    (name,) = wearers.add(1, worn=False)
    bench.report(name, *_pulses(-14, 14, 180))
    assert len(readings(bench)) == 14
    assert bench.rows("SELECT count(*) FROM detection") == [(0,)]
    assert bench.rows("SELECT count(*) FROM wristband_state") == [(0,)]


def test_a_late_report_is_judged_with_what_is_stored(
    bench: Bench, wearers: Wearers
) -> None:
    (name,) = wearers.add(1)
    low = [{"time": at(-s), "heart_rate": 35, "steps": 10} for s in (240, 60)]
    bench.report(name, {"time": at(-400), "heart_rate": 70, "steps": 10})
    bench.report(name, low[1])
    assert bench.rows("SELECT count(*) FROM alert") == [(0,)]
    bench.report(name, low[0])
    assert bench.rows("SELECT kind, severity FROM alert") == [
        ("heart_rate_low", "critical")
    ]


@pytest.mark.parametrize("newest_first", [False, True])
def test_one_messages_reports_are_judged_in_the_order_of_their_times(
    bench: Bench, wearers: Wearers, *, newest_first: bool
) -> None:
    (name,) = wearers.add(1)
    # What was kept while offline: only the second arrives soon enough to tell.
    kept = [
        {"time": at(-960), "heart_rate": 135, "steps": 5},
        {"time": at(-880), "heart_rate": 136, "steps": 5},
    ]
    bench.report(name, kept[::-1] if newest_first else kept)
    assert bench.rows("SELECT kind, severity FROM alert") == [
        ("heart_rate_high", "critical")
    ]


def test_a_binding_holds_for_every_message_after_it(
    bench: Bench, wearers: Wearers, conn: psycopg.Connection
) -> None:
    (name,) = wearers.add(1, worn=False)
    bench.report(name, {"time": at(-1)})
    (other,) = wearers.add(1)
    with conn.transaction():
        registry.bind(conn, name, wearers.seniors[other], NOON, NOON)
    bench.report(name, {"time": at(0), "battery": 50})
    rows = bench.rows(
        "SELECT senior_id, battery FROM wristband_state JOIN binding"
        " ON binding.id = binding_id WHERE ends_at IS NULL"
    )
    assert rows == [(wearers.seniors[other], 50)]


def test_reports_end_an_offline_alert(bench: Bench, wearers: Wearers) -> None:
    (name,) = wearers.add(1)
    bench.report(name, {"time": at(0)})
    bench.pass_time(3600)
    bench.conn.execute(
        "INSERT INTO alert (id, senior_id, kind, severity, observed_at, opened_at,"
        " updated_at) VALUES (gen_random_uuid(), %s, 'offline', 'info', %s, %s, %s)",
        (wearers.seniors[name], NOON, NOON, NOON),
    )
    bench.report(name, {"time": at(3599)})
    assert bench.rows("SELECT status, outcome FROM alert") == [("resolved", "cleared")]


def test_a_worker_that_lost_its_partition_writes_nothing(
    bench: Bench, wearers: Wearers
) -> None:
    (name,) = wearers.add(1)
    bench.conn.execute("UPDATE ingest_partition SET epoch = epoch + 1")
    with pytest.raises(LostPartitionError):
        bench.report(name, {"time": at(0)})
    assert readings(bench) == []


def test_a_second_blood_pressure_is_asked_for(bench: Bench, wearers: Wearers) -> None:
    (name,) = wearers.add(1)
    bench.report(name, {"time": at(0), "systolic": 190, "diastolic": 100})
    ((device, command, due),) = bench.rows(
        "SELECT device_id, command, due_at FROM command_outbox"
    )
    assert (device, command) == (name, {"command": "measure"})
    assert due >= NOON
    bench.pass_time(300)
    bench.report(name, {"time": at(300), "systolic": 190, "diastolic": 100})
    assert bench.rows("SELECT kind, severity FROM alert") == [
        ("blood_pressure_high", "critical")
    ]


def stray(bench: Bench, name: str) -> list[str]:
    """Two fixes far from home, a minute apart; the alerts there are then."""
    for _ in range(2):
        bench.pass_time(60)
        where = {"latitude": 34.40, "longitude": 108, "accuracy": 10}
        bench.report(name, {"time": bench.clock.now().timestamp(), **where})
    return [str(kind) for (kind,) in bench.rows("SELECT kind FROM alert")]


def absent(bench: Bench, senior: object, seconds: float) -> None:
    """An absence from noon on."""
    (person,) = bench.rows(
        "INSERT INTO person (id, name, role, sessions_valid_after, created_at) VALUES"
        " (gen_random_uuid(), 'x', 'admin', %s, %s) RETURNING id",
        NOON,
        NOON,
    )
    bench.rows(
        "INSERT INTO absence (id, senior_id, starts_at, ends_at, reason, created_by,"
        " created_at) VALUES (gen_random_uuid(), %s, %s, %s, 'x', %s, %s) RETURNING id",
        senior,
        NOON,
        NOON + timedelta(seconds=seconds),
        person[0],
        NOON,
    )


def test_an_absence_pauses_wear_and_does_not_swallow_it(
    bench: Bench, wearers: Wearers
) -> None:
    """Left at home while in hospital; still on the table once back is told of."""
    (name,) = wearers.add(1)
    absent(bench, wearers.seniors[name], 3600)

    def lies_there(minutes: int) -> list[object]:
        for _ in range(minutes // 10):
            bench.pass_time(600)
            bench.report(name, {"time": bench.clock.now().timestamp(), "worn": False})
        return [tuple(row) for row in bench.rows("SELECT kind, severity FROM alert")]

    assert lies_there(50) == []
    assert lies_there(10) == [("not_worn", "info")]


@pytest.mark.parametrize("ended", ["by itself", "by hand"])
def test_an_absence_pauses_geofences_and_does_not_swallow_the_exit(
    bench: Bench, wearers: Wearers, ended: str
) -> None:
    """Away in hospital is nobody's alarm; still away once the absence is over is."""
    (name,) = wearers.add(1)
    senior = wearers.seniors[name]
    bench.rows(
        "INSERT INTO geofence (id, senior_id, name, shape, alert_on, created_at) VALUES"
        " (gen_random_uuid(), %s, 'home', %s, 'exit', %s) RETURNING id",
        senior,
        '{"type": "circle", "latitude": 34, "longitude": 108, "radius": 200}',
        NOON,
    )
    absent(bench, senior, 300)
    assert stray(bench, name) == []
    if ended == "by itself":
        bench.pass_time(300)
    else:
        bench.rows("UPDATE absence SET ends_at = %s RETURNING id", bench.clock.now())
        registry.note_senior_changed(bench.conn, senior, bench.clock.now())
    assert stray(bench, name) == ["geofence_exit"]
