"""Rule profiles for the oracle: the shipped figures, and others within their corridor."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any

from core.rules import parameters
from core.rules.order import breaches
from tests.oracles.readings import Profile, single

# Figures that let deep states come quickly, or lie on the other side of a default.
OTHERS: dict[str, tuple[float, ...]] = {
    "quality.rest_s": (60, 300),
    "quality.rest_motion_g": (0.0625, 0.5),
    "quality.frozen_readings": (3, 4, 5),
    "quality.frozen_s": (120, 300),
    "day.from_h": (6, 8.5),
    "day.to_h": (20, 23.5),
    "late.relevant_s": (60, 300, 3600),
    "late.window_s": (900, 1800, 10800),
    "late.rearm_s": (600, 1200),
    "heart_rate_high.warning": (105, 118),
    "heart_rate_high.critical": (120, 135),
    "heart_rate_high.sustained_s": (60, 120, 300),
    "heart_rate_high.gap_s": (60, 120, 900),
    "heart_rate_high.apart_s": (0, 30, 120),
    "heart_rate_high.within_s": (120, 300),
    "heart_rate_high.margin": (0, 2, 3.5),
    "heart_rate_high.clear_s": (60, 240),
    "heart_rate_low.warning": (48, 55),
    "heart_rate_low.critical": (38, 45),
    "heart_rate_low.sustained_s": (60, 120, 300),
    "heart_rate_low.gap_s": (60, 120, 900),
    "heart_rate_low.apart_s": (0, 30, 120),
    "heart_rate_low.within_s": (120, 300),
    "heart_rate_low.margin": (0, 2, 3.5),
    "heart_rate_low.clear_s": (60, 240),
    "blood_pressure_high.warning.systolic": (130, 140),
    "blood_pressure_high.warning.diastolic": (80, 90),
    "blood_pressure_high.critical.systolic": (170, 185),
    "blood_pressure_high.critical.diastolic": (100, 112),
    "blood_pressure_high.days": (3,),
    "blood_pressure_high.readings_per_day": (1, 3),
    "blood_pressure_high.confirm_min_s": (60, 300),
    "blood_pressure_high.confirm_max_s": (600, 3600),
    "blood_pressure_high.margin": (0, 2, 10),
    "blood_pressure_high.clear_gap_s": (1800, 86400),
    "blood_pressure_low.warning.systolic": (96, 105),
    "blood_pressure_low.critical.systolic": (80, 88),
    "blood_pressure_low.confirm_min_s": (60, 300),
    "blood_pressure_low.confirm_max_s": (600, 3600),
    "blood_pressure_low.margin": (0, 2, 10),
    "blood_pressure_low.clear_gap_s": (1800, 86400),
    "spo2_low.warning": (93, 95),
    "spo2_low.critical": (90, 91),
    "spo2_low.readings": (2, 4, 6, 10),
    "spo2_low.within_s": (120, 600, 7200),
    "spo2_low.sustained_s": (60, 120, 600),
    "spo2_low.gap_s": (60, 120, 900),
    "spo2_low.margin": (0, 2),
    "spo2_low.clear_s": (60, 240),
    "temperature_high.deviations": (2, 2.5),
    "temperature_high.least_c": (0.25, 0.5),
    "temperature_high.readings": (1, 2, 5),
    "temperature_high.sustained_s": (600, 1200),
    "temperature_high.gap_s": (600, 7200),
    "temperature_high.min_days": (2, 3),
    "temperature_high.clear_deviations": (0.5, 1, 1.5),
    "temperature_high.clear_s": (600, 1200),
    "vitals_change.deviations": (2, 2.5),
    "vitals_change.least_bpm": (1, 2, 8),
    "vitals_change.readings": (2, 5),
    "vitals_change.sustained_s": (300, 600),
    "vitals_change.gap_s": (600, 7200),
    "vitals_change.min_days": (2, 3),
    "vitals_change.clear_deviations": (0.5, 1, 1.5),
    "vitals_change.clear_s": (60, 300),
    "geofence_exit.far_m": (200, 600, 3000),
    "position.wifi_accuracy_m": (10, 400),
    "position.cell_accuracy_m": (100, 400),
    "inactivity.warning_s": (3600, 7200),
    "inactivity.critical_s": (18000, 28800),
    "inactivity.percentile": (80, 90, 100),
    "inactivity.min_days": (2, 3),
    "not_worn.info_s": (300, 600, 14400),
    "not_worn.warning_s": (3600, 7200),
    "not_worn.warning_high_risk_s": (900, 1800),
    "not_worn.no_signal_s": (300, 900, 7200),
    "battery_low.info": (15, 24),
    "battery_low.warning": (8, 12),
    "battery_low.clear": (30, 60),
    "battery_low.charging": (1, 10),
}
ENABLED = tuple(
    one.name for one in parameters.PARAMETERS if one.name.endswith(".enabled")
)


def shipped() -> dict[str, float]:
    """The shipped figures by dotted name, read from the file itself."""
    path = Path(parameters.__file__).with_name("defaults.toml")
    tree = tomllib.loads(path.read_text())
    tree.pop("condition")
    return {name: single(value) for name, value in _flat(tree)}


def _flat(tree: Mapping[str, Any], prefix: str = "") -> list[tuple[str, float]]:
    found: list[tuple[str, float]] = []
    for name, value in tree.items():
        if isinstance(value, Mapping):
            found += _flat(value, f"{prefix}{name}.")
        elif isinstance(value, int | float):
            found.append((f"{prefix}{name}", float(value)))
    return found


def profiles(chance: Random, count: int) -> list[Profile]:
    """The shipped profile and others at random."""
    base = shipped()
    return [Profile(base), *(_profile(chance, base) for _ in range(count - 1))]


def _profile(chance: Random, base: Mapping[str, float]) -> Profile:
    share = chance.choice((0.2, 0.8, 1.0))
    values = dict(base)
    for name, others in OTHERS.items():
        if chance.random() < share:
            values[name] = single(chance.choice(others))
    while found := list(breaches(values)):  # nobody could set these
        for one in found:
            values |= {name: base[name] for name in (one.first, one.second)}
    for name in ENABLED:
        if chance.random() < 0.02:
            values[name] = 0.0
    quiet = ((12.5 * 3600, 14 * 3600), (17 * 3600, 17.25 * 3600))
    return Profile(
        values,
        dementia=chance.random() < 0.15,
        high_risk=chance.random() < 0.3,
        quiet=quiet[: chance.choice((0, 0, 1, 2))],
    )
