"""Personal limits stay within the corridor and in order."""

from typing import Any

import pytest

from core.errors import InvalidError
from core.rules import book, thresholds
from core.rules.parameters import PARAMETERS


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"heart_rate_high": None},
        {"heart_rate_high": {"warning": 120, "critical": None}},
        {"heart_rate_high": {"critical": 180}},
        {"heart_rate_low": {"warning": 45, "critical": 35}},
        {"blood_pressure_high": {"critical": {"systolic": 160}}},
        {"blood_pressure_high": {"warning": {"systolic": 140, "diastolic": 90}}},
        {
            "blood_pressure_low": {
                "warning": {"systolic": 95},
                "critical": {"systolic": 85},
            }
        },
        {"spo2_low": {"warning": 90, "critical": 88}},
        {"battery_low": {"info": 24, "warning": 15}},
    ],
)
def test_within_the_corridor(body: dict[str, Any]) -> None:
    assert thresholds.parse(body)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"pulse": {}}, "pulse"),
        ({"heart_rate_high": {"info": 100}}, "heart_rate_high.info"),
        ({"heart_rate_high": {"critical": 181}}, "heart_rate_high.critical"),
        ({"heart_rate_high": {"critical": 111}}, "heart_rate_high.critical"),
        ({"heart_rate_high": {"warning": 140}}, "heart_rate_high.critical"),
        ({"heart_rate_low": {"critical": 29}}, "heart_rate_low.critical"),
        ({"heart_rate_low": {"warning": 40}}, "heart_rate_low.critical"),
        ({"blood_pressure_high": {"critical": 180}}, "blood_pressure_high.critical"),
        (
            {"blood_pressure_high": {"critical": {"diastolic": 94}}},
            "blood_pressure_high.critical.diastolic",
        ),
        ({"spo2_low": {"warning": 90}}, "spo2_low.critical"),
        ({"battery_low": {"info": 25}}, "battery_low.info"),
        ({"heart_rate_high": {"warning": float("nan")}}, "heart_rate_high.warning"),
        ({"heart_rate_high": {"warning": "high"}}, "heart_rate_high.warning"),
        ({"heart_rate_high": {"warning": "120"}}, "heart_rate_high.warning"),
        ({"heart_rate_high": {"warning": True}}, "heart_rate_high.warning"),
    ],
)
def test_outside_the_corridor(body: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidError) as refused:
        thresholds.parse(body)
    assert refused.value.field == field


def test_the_order_counts_with_the_limits_of_the_condition() -> None:
    assert thresholds.parse({"spo2_low": {"warning": 90}}, ["copd"])


def test_the_order_counts_with_the_rules_of_the_place() -> None:
    strict = book.parse_toml("[heart_rate_high]\nwarning = 121")
    personal = thresholds.Thresholds.model_validate(
        {"heart_rate_high": {"critical": 120}}
    )
    thresholds.check(personal)
    with pytest.raises(InvalidError) as refused:
        thresholds.check(personal, book=strict)
    assert refused.value.field == "heart_rate_high.critical"


def test_the_corridor_is_that_of_the_rules() -> None:
    corridor = {one.name: (one.low, one.high) for one in PARAMETERS}
    for name in ("heart_rate_high.warning", "spo2_low.critical", "battery_low.info"):
        kind, limit = name.split(".")
        for value in corridor[name]:
            tree = {kind: {limit: value}}
            thresholds.Thresholds.model_validate(tree)
        with pytest.raises(InvalidError):
            thresholds.parse({kind: {limit: corridor[name][1] + 1}})
