"""Replaying the database's history gives the alerts that ingest raised live."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from psycopg.types.json import Jsonb

from alerts.detection.columns import SEVERITIES
from core.errors import InvalidError
from core.ids import new_id
from core.rules.book import parse_toml
from tests.support.batches import NOON, Bench
from tests.support.ingesting import Wearers
from yinling.backtest import stored
from yinling.backtest.history import ALL_KINDS
from yinling.backtest.replay import Replayed
from yinling.backtest.rules import Rulebook
from yinling.backtest.run import Plan, run
from yinling.backtest.source import Source

pytestmark = pytest.mark.db
SHANGHAI = ZoneInfo("Asia/Shanghai")
HOME = {"latitude": 34.3416, "longitude": 108.9398}
UNTIL = NOON + timedelta(hours=12)
Alert = tuple[str, str, str, float, float]


def reports(chance: Random) -> list[tuple[float, dict[str, Any]]]:
    """(arrival, report) of one wristband's hours, some of it late."""
    found: list[tuple[float, dict[str, Any]]] = []
    time = NOON.timestamp()
    for _ in range(120):
        time += chance.choice([60, 60, 120, 240, 600])
        report: dict[str, Any] = {
            "time": time,
            "heart_rate": chance.choice([38, 70, 71, 112, 135, 140]),
            "steps": 100,
            "battery": chance.choice([8, 15, 60, 90]),
        }
        if chance.random() < 0.2:
            off = chance.choice([0.0, 0.02])
            report |= {**HOME, "latitude": HOME["latitude"] + off, "accuracy": 10}
        if chance.random() < 0.3:
            report["spo2"] = chance.choice([89, 93, 97])
        found.append((time + chance.choice([1, 1, 1, 300, 3000]), report))
    return found


def live_alerts(bench: Bench) -> set[Alert]:
    rows = bench.rows(
        "SELECT senior_id::text, kind, severity, extract(epoch FROM observed_at)::float8,"
        " extract(epoch FROM opened_at)::float8 FROM alert"
    )
    return {tuple(row) for row in rows}  # pyright: ignore[reportReturnType]


def replayed_alerts(found: Replayed) -> set[Alert]:
    return {
        (
            found.wearers[one["row"]].senior,
            str(ALL_KINDS[one["kind"]]),
            str(SEVERITIES[one["level"]]),
            float(one["observed_s"]),
            float(one["opened_s"]),
        )
        for one in found.alerts
        if str(ALL_KINDS[one["kind"]]) != "offline"  # the alerts service raises it
    }


def replayed(source: Source, rules: Rulebook | None = None) -> Replayed:
    plan = Plan([rules or Rulebook()], SHANGHAI, np.inf, source.since_s)
    return run(source, plan, workers=1)[0]


def furnish(bench: Bench, wearers: Wearers, names: list[str]) -> None:
    """A fence for everybody, an absence for one, limits for another."""
    for name in names:
        bench.conn.execute(
            "INSERT INTO geofence (id, senior_id, name, shape, alert_on, created_at)"
            " VALUES (%s, %s, 'home', %s, 'exit', %s)",
            (
                new_id(),
                wearers.seniors[name],
                Jsonb({"type": "circle", **HOME, "radius": 300}),
                NOON,
            ),
        )
    person = new_id()
    bench.conn.execute(
        "INSERT INTO person (id, name, role, sessions_valid_after, created_at)"
        " VALUES (%s, 'wang', 'admin', %s, %s)",
        (person, NOON, NOON),
    )
    bench.conn.execute(
        "INSERT INTO absence (id, senior_id, starts_at, ends_at, reason, created_by,"
        " created_at) VALUES (%s, %s, %s, %s, 'hospital', %s, %s)",
        (
            new_id(),
            wearers.seniors[names[0]],
            NOON + timedelta(hours=1),
            NOON + timedelta(hours=3),
            person,
            NOON,
        ),
    )
    bench.conn.execute(
        "UPDATE senior SET thresholds = %s, conditions = ARRAY['copd'] WHERE id = %s",
        (Jsonb({"heart_rate_high": {"warning": 115}}), wearers.seniors[names[1]]),
    )


def test_the_same_alerts_as_ingest_raised(
    bench: Bench, wearers: Wearers, database_url: str
) -> None:
    names = wearers.add(3)
    furnish(bench, wearers, names)
    chance = Random(5)
    sent = sorted(
        (
            (arrival, name, report)
            for name in names
            for arrival, report in reports(chance)
        ),
        key=lambda one: one[0],
    )
    for arrival, name, report in sent:
        bench.clock.at = datetime.fromtimestamp(arrival, UTC)
        bench.report(name, report)
    live = live_alerts(bench)
    assert {alert[1] for alert in live} >= {
        "heart_rate_high",
        "heart_rate_low",
        "spo2_low",
        "geofence_exit",
        "battery_low",
    }
    source = stored.source(database_url, NOON, UNTIL, warm_up_days=0)
    found = replayed(source)
    assert replayed_alerts(found) == live
    assert found.readings == len(sent)

    raised = Rulebook("new", parse_toml("[heart_rate_high]\nenabled = 0\n"))
    kinds = {alert[1] for alert in replayed_alerts(replayed(source, raised))}
    assert kinds == {alert[1] for alert in live} - {"heart_rate_high"}


def test_the_days_before_only_warm_up(
    bench: Bench, wearers: Wearers, database_url: str
) -> None:
    (name,) = wearers.add(1)
    for hour in (1, 3):
        for minute in (0, 2):
            bench.clock.at = NOON + timedelta(hours=hour, minutes=minute)
            report = {"time": bench.clock.at.timestamp(), "heart_rate": 140, "steps": 1}
            bench.report(name, report)
    later = NOON + timedelta(hours=2)
    everything = replayed(stored.source(database_url, NOON, UNTIL, warm_up_days=0))
    assert len(replayed_alerts(everything)) == 1  # nobody closed it: one alert
    plan = Plan([Rulebook()], SHANGHAI, 1800.0, later.timestamp())
    source = stored.source(database_url, later, UNTIL, warm_up_days=1)
    (found,) = run(source, plan, workers=1)
    ((_, kind, severity, observed_s, _),) = replayed_alerts(found)
    assert (kind, severity) == ("heart_rate_high", "critical")
    assert observed_s > later.timestamp()
    assert found.readings == 2


def test_who_wore_it_then_is_whom_it_is_about(
    bench: Bench, wearers: Wearers, database_url: str
) -> None:
    first, second = wearers.add(2)
    change = NOON + timedelta(hours=1)
    bench.conn.execute(
        "UPDATE binding SET ends_at = %s WHERE id = ANY(%s)",
        (change, [wearers.bindings[first], wearers.bindings[second]]),
    )
    bench.conn.execute(
        "INSERT INTO binding (id, wristband_key, senior_id, starts_at, created_at)"
        " SELECT %s, key, %s, %s, %s FROM wristband WHERE device_id = %s",
        (new_id(), wearers.seniors[second], change, change, first),
    )
    for minutes in (30, 32, 90, 92):
        bench.clock.at = NOON + timedelta(minutes=minutes)
        report = {"time": bench.clock.at.timestamp(), "heart_rate": 35}
        bench.report(first, report)
    found = replayed(stored.source(database_url, NOON, UNTIL, warm_up_days=0))
    alerts = {(one[0], one[1]) for one in replayed_alerts(found)}
    assert alerts == {
        (str(wearers.seniors[first]), "heart_rate_low"),
        (str(wearers.seniors[second]), "heart_rate_low"),
    }
    assert replayed_alerts(found) == live_alerts(bench)


def test_a_time_in_which_nobody_wore_anything_is_refused(
    wearers: Wearers, database_url: str
) -> None:
    assert wearers.place
    with pytest.raises(InvalidError, match="nobody wore"):
        stored.source(database_url, NOON, UNTIL, warm_up_days=0)
    with pytest.raises(InvalidError, match="--from must be before"):
        stored.source(database_url, UNTIL, NOON, warm_up_days=0)
