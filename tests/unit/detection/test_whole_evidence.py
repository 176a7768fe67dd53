"""Evidence as a whole, from the row of a firing: every name that others read."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from alerts.detection import wear
from alerts.detection.columns import KINDS, PRESSURE_DAYS, SEVERITIES
from alerts.detection.evidence import evidence
from alerts.detection.verdict import FIRING
from core.model import Kind, Severity
from tests.unit.detection.played import NOON


def found(kind: Kind | int, severity: Severity, **fields: Any) -> dict[str, Any]:
    """Evidence of one firing, without its words."""
    slot = kind if isinstance(kind, int) else KINDS.index(kind)
    row = np.zeros(1, FIRING)
    for name in FIRING.names or ():
        if FIRING[name].base.kind == "f":
            row[name] = np.nan
    row["kind"], row["level"] = slot, SEVERITIES.index(severity)
    row["observed_s"] = NOON
    for name, value in fields.items():
        row[name] = value
    verdict: Any = SimpleNamespace(
        firings=row,
        kind=lambda _: KINDS[slot],
        severity=lambda _: severity,
        fences=SimpleNamespace(names=("Park", "Home"), ids=("p", "h")),
    )
    told = evidence(verdict, 0)
    assert set(told.pop("text")) == {"zh-CN", "en"}
    return told


def test_of_a_vital_sign() -> None:
    told = found(
        Kind.HEART_RATE_HIGH,
        Severity.CRITICAL,
        value=(134.26, np.nan),
        limit=(131, np.nan),
        count=3,
        since_s=NOON - 90.4,
        earlier_s=(NOON - 60, NOON - 90.4),
        earlier=((133, np.nan), (132, np.nan)),
    )
    assert told == {
        "values": {"heart_rate": 134.3},
        "limits": {"heart_rate": 131.0},
        "count": 3,
        "duration_s": 90,
        "readings": [
            {"time": "2026-11-21T04:00:00.000Z", "heart_rate": 134.3},
            {"time": "2026-11-21T03:59:00.000Z", "heart_rate": 133.0},
            {"time": "2026-11-21T03:58:29.600Z", "heart_rate": 132.0},
        ],
    }


def test_only_readings_of_the_run_are_named() -> None:
    told = found(
        Kind.BLOOD_PRESSURE_HIGH,
        Severity.CRITICAL,
        value=(185, 112),
        limit=(180, 110),
        count=2,
        since_s=NOON - 300,
        earlier_s=(NOON - 300, NOON - 900),
        earlier=((181, 111), (120, 80)),
    )
    assert [one["systolic"] for one in told["readings"]] == [185, 181]
    assert told["limits"] == {"systolic": 180, "diastolic": 110}


def test_of_what_is_usual() -> None:
    told = found(
        Kind.TEMPERATURE_HIGH,
        Severity.WARNING,
        value=(35.5, np.nan),
        limit=(35.2, np.nan),
        usual=33.96,
        deviation=0.42,
        count=3,
        since_s=NOON - 3600,
        earlier_s=(np.nan, np.nan),
    )
    assert told["usual"] == {"temperature": 34.0}
    assert told["deviation"] == {"temperature": 0.4}
    assert told["duration_s"] == 3600
    assert len(told["readings"]) == 1


def test_of_a_battery() -> None:
    told = found(
        Kind.BATTERY_LOW,
        Severity.INFO,
        value=(19, np.nan),
        limit=(20, np.nan),
        count=1,
        hours_left=7.6,
    )
    assert told == {
        "values": {"battery": 19.0},
        "limits": {"battery": 20.0},
        "count": 1,
        "readings": [{"time": "2026-11-21T04:00:00.000Z", "battery": 19.0}],
        "hours_left": 8,
    }


def test_of_stillness() -> None:
    told = found(
        Kind.INACTIVITY,
        Severity.CRITICAL,
        value=(18000.4, np.nan),
        limit=(14400, np.nan),
        since_s=NOON - 18000,
        usual=13500.3,
    )
    assert told == {
        "values": {"still_s": 18000},
        "limits": {"still_s": 14400},
        "usual": {"still_s": 13500},
        "since": "2026-11-20T23:00:00.000Z",
        "readings": [
            {"time": "2026-11-21T04:00:00.000Z", "still_s": 18000},
            {"time": "2026-11-20T23:00:00.000Z", "still_s": 0},
        ],
    }


@pytest.mark.parametrize(
    ("cause", "name"),
    [(wear.SAID, "said_off"), (wear.FROZEN, "frozen"), (wear.SILENT, "no_signal")],
)
def test_of_absence(cause: int, name: str) -> None:
    told = found(
        Kind.NOT_WORN,
        Severity.INFO,
        value=(1800, np.nan),
        limit=(1800, np.nan),
        since_s=NOON - 1800,
        cause=cause,
    )
    assert told == {
        "values": {"off_s": 1800},
        "limits": {"off_s": 1800},
        "since": "2026-11-21T03:30:00.000Z",
        "cause": name,
        "readings": [
            {"time": "2026-11-21T04:00:00.000Z", "off_s": 1800},
            {"time": "2026-11-21T03:30:00.000Z", "off_s": 0},
        ],
    }


def test_of_daily_means() -> None:
    day = np.zeros(8, np.int32)
    mean = np.full((8, 2), np.nan, np.float32)
    count = np.zeros(8, np.uint16)
    day[1], mean[1], count[1] = 20777, (136.26, 80), 2
    day[3], mean[3], count[3] = 20778, (140, 84), 3
    told = found(
        PRESSURE_DAYS,
        Severity.INFO,
        value=(138.13, 82),
        limit=(135, 85),
        count=2,
        day=day,
        day_mean=mean,
        day_count=count,
    )
    assert set(told.pop("task")) == {"zh-CN", "en"}
    assert told == {
        "values": {"systolic": 138.1, "diastolic": 82.0},
        "limits": {"systolic": 135.0, "diastolic": 85.0},
        "count": 2,
        "days": [
            {"date": "2026-11-21", "systolic": 140.0, "diastolic": 84.0, "count": 3},
            {"date": "2026-11-20", "systolic": 136.3, "diastolic": 80.0, "count": 2},
        ],
    }


def test_of_a_fence() -> None:
    told = found(
        Kind.GEOFENCE_EXIT,
        Severity.CRITICAL,
        fence=1,
        distance_m=420.6,
        accuracy_m=12.4,
        night=True,
        count=2,
    )
    assert told == {
        "fence": "Home",
        "fence_id": "h",
        "distance_m": 421,
        "accuracy_m": 12,
        "night": True,
        "count": 2,
    }
