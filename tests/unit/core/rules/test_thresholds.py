"""Personal limits stay within the corridor and in order."""

from typing import Any

import numpy as np
import pytest

from alerts.detection import limits
from core.errors import InvalidError
from core.rules import thresholds


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


def test_every_default_is_within_its_own_corridor() -> None:
    tree: dict[str, Any] = {}
    for name, value in thresholds.DEFAULTS.items():
        at = tree
        *above, leaf = name.split(".")
        for part in above:
            at = at.setdefault(part, {})
        at[leaf] = value
    assert thresholds.check(thresholds.Thresholds.model_validate(tree)) == dict(
        thresholds.DEFAULTS
    )


def test_resolved_limits() -> None:
    row = limits.resolve(
        {"heart_rate_high": {"critical": 150}, "spo2_low": None},
        ["copd", "dementia"],
        "high",
        60,
    )[0]
    assert row["hr_high_critical"] == 150
    assert (row["ox_warning"], row["ox_critical"]) == (87, 83)
    assert (row["dementia"], row["high_risk"]) == (True, True)
    assert row["expected_interval_s"] == 60
    assert limits.resolve({}).dtype == row.dtype
    assert np.all(limits.resolve({})["hr_high_critical"] == 131)


def test_the_rule_version_is_stable_within_a_release() -> None:
    assert limits.RULE_VERSION.startswith("1-")
