"""From a senior's record to the row of limits that judging compares with."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

import numpy as np

from alerts.detection import terms
from alerts.detection.columns import LAYOUT, LIMITS, Rows
from core.rules import thresholds as personal

_SOURCE: Final[Mapping[str, str]] = {
    "hr_high_warning": "heart_rate_high.warning",
    "hr_high_critical": "heart_rate_high.critical",
    "hr_low_warning": "heart_rate_low.warning",
    "hr_low_critical": "heart_rate_low.critical",
    "bp_high_systolic": "blood_pressure_high.critical.systolic",
    "bp_high_diastolic": "blood_pressure_high.critical.diastolic",
    "bp_low_warning": "blood_pressure_low.warning.systolic",
    "bp_low_critical": "blood_pressure_low.critical.systolic",
    "ox_warning": "spo2_low.warning",
    "ox_critical": "spo2_low.critical",
    "battery_info": "battery_low.info",
    "battery_warning": "battery_low.warning",
}


def resolve(
    thresholds: Mapping[str, Any],
    conditions: Iterable[str] = (),
    risk: str = "normal",
    expected_interval_s: float = 300,
) -> Rows:
    """The limits in force for one senior.

    Parameters
    ----------
    thresholds : personal limits as stored (``senior.thresholds``).
    conditions : the senior's conditions, e.g. ``dementia``, ``copd``.
    risk : ``normal`` or ``high``.
    expected_interval_s : how often the wristband should report [s].

    Returns
    -------
    (1,) rows of LIMITS; concatenate them, or assign ``limits[row] = resolve(…)[0]``.
    """
    conditions = tuple(conditions)
    values = personal.merged(thresholds, conditions)
    row = np.zeros(1, LIMITS)
    for name, source in _SOURCE.items():
        row[name] = values[source]
    row["dementia"] = "dementia" in conditions
    row["high_risk"] = risk == "high"
    row["expected_interval_s"] = expected_interval_s
    return row


def _rule_version() -> str:
    rules = {
        "layout": LAYOUT,
        "defaults": dict(personal.DEFAULTS),
        "by_condition": {k: dict(v) for k, v in personal.BY_CONDITION.items()},
        "terms": {name: value for name, value in vars(terms).items() if name.isupper()},
    }
    digest = hashlib.sha256(json.dumps(rules, sort_keys=True).encode())
    return f"1-{digest.hexdigest()[:12]}"


RULE_VERSION: Final = _rule_version()
"""Names the defaults and terms that a detection was made with."""
