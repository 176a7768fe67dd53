"""Readings beyond a critical limit after somebody resolved the alert are not "ok"."""

from datetime import timedelta
from typing import Any

import pytest

from api.views.eyes import ALL_SCOPES, Eyes
from api.views.status import status_object
from core.model import Scope
from tests.unit.api_views.conftest import NOW

Row = dict[str, Any]
STAFF = Eyes("zh-CN", staff=True, scopes=ALL_SCOPES)
BEFORE = NOW - timedelta(minutes=10)


def resolved(kind: str = "heart_rate_high", **limits: float) -> Row:
    """What the query says of a critical alert that was resolved ten minutes ago."""
    limits = limits or {"heart_rate": 131}
    return {"kind": kind, "limits": limits, "resolved_at": BEFORE.isoformat()}


@pytest.fixture
def high(status_row: Row) -> Row:
    return status_row | {"heart_rate": 166.0, "resolved": [resolved()]}


def test_a_pulse_that_stays_critical_is_not_ok(high: Row) -> None:
    status = status_object(high, STAFF, NOW)
    assert status["level"] == "attention"
    (reason,) = status["reasons"]
    assert reason["code"] == "heart_rate_high"
    assert "仍在紧急范围" in reason["text"]
    assert not any(letter.isdigit() for letter in reason["text"])
    family = Eyes("en", staff=False, scopes=frozenset({Scope.STATUS}))
    assert status_object(high, family, NOW)["level"] == "attention"


@pytest.mark.parametrize(
    "change",
    [
        {"heart_rate": 130.0},
        {"heart_rate": None},
        {"resolved": []},
        {"heart_rate_at": BEFORE, "valid_heart_rate_at": BEFORE},
        {"resolved": [resolved() | {"resolved_at": NOW.isoformat()}]},
        {"thresholds": {"heart_rate_high": {"critical": 170}}},
        {"health_consent": False},
    ],
)
def test_what_does_not_say_so(high: Row, change: Row) -> None:
    status = status_object(high | change, STAFF, NOW)
    assert status["level"] != "attention"
    assert "heart_rate_high" not in [reason["code"] for reason in status["reasons"]]


def test_limits_given_back_are_those_it_passed(status_row: Row) -> None:
    row = status_row | {"diastolic": 110.0, "heart_rate": 166.0}
    given = {"blood_pressure_high": {"critical": {"systolic": 190, "diastolic": None}}}
    given |= {"heart_rate_high": None}
    over = [
        resolved("blood_pressure_high", systolic=180, diastolic=110),
        resolved(),
    ]
    row |= {"thresholds": given, "resolved": over}
    reasons = status_object(row, STAFF, NOW)["reasons"]
    codes = [reason["code"] for reason in reasons]
    assert codes == ["blood_pressure_high", "heart_rate_high"]


@pytest.mark.parametrize(
    "change",
    [
        {"closed_gates": [{"code": "moving", "text": {}}]},
        {"valid_heart_rate_at": NOW - timedelta(minutes=1)},  # a press said it
        {"worn": False},
    ],
)
def test_no_reading_that_is_not_trusted(high: Row, change: Row) -> None:
    assert status_object(high | change, STAFF, NOW)["level"] != "attention"


def test_stale_readings_say_nothing_of_now(high: Row) -> None:
    old = {"resolved_at": (NOW - timedelta(hours=2)).isoformat()}
    late = NOW + timedelta(seconds=901)
    status = status_object(high | {"resolved": [resolved() | old]}, STAFF, late)
    assert status["level"] == "unknown"


@pytest.mark.parametrize(
    ("kind", "limits", "values", "beyond"),
    [
        ("heart_rate_low", {"heart_rate": 40}, {"heart_rate": 40.0}, True),
        ("heart_rate_low", {"heart_rate": 40}, {"heart_rate": 41.0}, False),
        ("spo2_low", {"spo2": 92}, {"spo2": 92.0}, True),
        ("spo2_low", {"spo2": 92}, {"spo2": 93.0}, False),
        ("blood_pressure_high", {"systolic": 180, "diastolic": 110},
         {"diastolic": 110.0}, True),
        ("blood_pressure_high", {"systolic": 180, "diastolic": 110},
         {"systolic": 179.0, "diastolic": 109.0}, False),
        ("blood_pressure_low", {"systolic": 90}, {"systolic": 90.0}, True),
    ],
)  # fmt: skip
def test_each_kind_by_its_own_limits(
    status_row: Row, kind: str, limits: Row, values: Row, *, beyond: bool
) -> None:
    row = status_row | values | {"resolved": [resolved(kind, **limits)]}
    assert (status_object(row, STAFF, NOW)["level"] == "attention") is beyond


def test_an_alert_that_is_open_again_speaks_for_itself(high: Row) -> None:
    alert = {"id": 1, "kind": "heart_rate_high", "severity": "critical"}
    alert |= {"status": "open", "drill": False, "evidence": {}}
    status = status_object(high | {"alerts": [alert]}, STAFF, NOW)
    assert status["level"] == "urgent"
    assert [reason["code"] for reason in status["reasons"]] == ["heart_rate_high"]
