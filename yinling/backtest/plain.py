"""The baseline: plain thresholds, each reading against its limit and nothing else.

The same limits as the detectors have, but no gates, no second reading, no duration, no
hysteresis and nothing personal: what a rule engine of a general platform does. Its
alerts go through the same lifecycle, and it is told of a crossing once, not at every
reading beyond the limit.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from alerts.detection import fences
from alerts.detection.columns import (
    CRITICAL,
    INFO,
    WARNING,
    Bools,
    Floats,
    Ints,
    Rows,
)
from alerts.detection.fences import distance_m, fence_set
from alerts.detection.limits import Limits
from core.model import Kind
from yinling.backtest.history import ALL_KINDS, History
from yinling.backtest.play import EVENT

FEVER_C: Final = 37.3
"""Above which skin would count as fever in a plain rule [°C]; detectors have none."""


class _Crossings(NamedTuple):
    """What each reading of a kind reaches, for those that say anything of it."""

    kind: Kind
    at: NDArray[np.intp]  # (n,) where the readings stand among the reports
    level: NDArray[np.int64]  # (n,)


def crossings(history: History, limits: Limits) -> Rows:
    """EVENT rows of plain thresholds over a history.

    Parameters
    ----------
    limits : rules of the history's wearers.
    """
    reports = history.reports
    row = reports["row"].astype(np.intp)
    kinds = [*_vitals(reports, limits, row), *_habits(reports, limits, row)]
    kinds += list(_exits(history, limits, row))
    parts = [_events(reports, one) for one in kinds]
    return np.concatenate([np.zeros(0, EVENT), *parts])


def _vitals(reports: Rows, limits: Limits, row: Ints) -> Iterator[_Crossings]:
    rate = reports["heart_rate"]
    high, low = Kind.HEART_RATE_HIGH, Kind.HEART_RATE_LOW
    yield _one(high, rate, _above(limits, row, str(high), rate))
    yield _one(low, rate, _below(limits, row, str(low), rate))
    spo2 = reports["spo2"]
    yield _one(Kind.SPO2_LOW, spo2, _below(limits, row, "spo2_low", spo2))
    upper, lower = reports["systolic"], reports["diastolic"]

    def pressure(name: str) -> Bools:
        kind = f"blood_pressure_high.{name}"
        return (upper >= limits.own(f"{kind}.systolic", row)) | (
            lower >= limits.own(f"{kind}.diastolic", row)
        )

    level = np.where(
        pressure("critical"), CRITICAL, np.where(pressure("warning"), INFO, 0)
    )
    yield _one(Kind.BLOOD_PRESSURE_HIGH, upper, level)
    level = np.where(
        upper <= limits.own("blood_pressure_low.critical.systolic", row),
        CRITICAL,
        np.where(
            upper <= limits.own("blood_pressure_low.warning.systolic", row), WARNING, 0
        ),
    )
    yield _one(Kind.BLOOD_PRESSURE_LOW, upper, level)
    skin = reports["temperature"]
    yield _one(Kind.TEMPERATURE_HIGH, skin, np.where(skin >= FEVER_C, WARNING, 0))


def _habits(reports: Rows, limits: Limits, row: Ints) -> Iterator[_Crossings]:
    charge = reports["battery"]
    level = np.where(
        charge <= limits.own("battery_low.warning", row),
        WARNING,
        np.where(charge <= limits.own("battery_low.info", row), INFO, 0),
    )
    yield _one(Kind.BATTERY_LOW, charge, level)
    worn = reports["worn"]
    said = np.where(worn < 0, np.nan, worn.astype(np.float64))
    yield _one(Kind.NOT_WORN, said, np.where(worn == 0, WARNING, 0))
    still_s = _still_s(reports, row)
    level = np.where(
        still_s >= limits.own("inactivity.critical_s", row),
        CRITICAL,
        np.where(still_s >= limits.own("inactivity.warning_s", row), WARNING, 0),
    )
    yield _one(Kind.INACTIVITY, still_s, level)


def _exits(history: History, limits: Limits, row: Ints) -> Iterator[_Crossings]:
    """Fixes whose point lies outside of every fence that is not to be left."""
    sets = [
        fence_set([one for one in wearer.geofences if one["alert_on"] == "exit"])
        for wearer in history.wearers
    ]
    compiled = fences.compile(sets)
    if not len(compiled.fences):
        return
    count = np.diff(compiled.start)
    reports = history.reports
    at = np.flatnonzero(~np.isnan(reports["latitude"]) & (count[row] > 0))
    inside = np.zeros(len(at), np.bool_)
    for nth in range(int(count.max())):
        mine = np.flatnonzero(count[row[at]] > nth)
        fix = reports[at[mine]]
        away_m = distance_m(
            compiled,
            compiled.start[row[at[mine]]] + nth,
            fix["latitude"],
            fix["longitude"],
        )
        inside[mine] |= away_m <= 0
    outside = np.where(
        limits.table["dementia"][limits.which[row[at]]], CRITICAL, WARNING
    )
    yield _Crossings(Kind.GEOFENCE_EXIT, at, np.where(inside, 0, outside))


def _above(limits: Limits, row: Ints, kind: str, value: Floats) -> NDArray[np.int64]:
    critical = value >= limits.own(f"{kind}.critical", row)
    warning = value >= limits.own(f"{kind}.warning", row)
    return np.where(critical, CRITICAL, np.where(warning, WARNING, 0))


def _below(limits: Limits, row: Ints, kind: str, value: Floats) -> NDArray[np.int64]:
    critical = value <= limits.own(f"{kind}.critical", row)
    warning = value <= limits.own(f"{kind}.warning", row)
    return np.where(critical, CRITICAL, np.where(warning, WARNING, 0))


def _one(kind: Kind, value: Floats, level: NDArray[np.int64]) -> _Crossings:
    at = np.flatnonzero(~np.isnan(value))
    return _Crossings(kind, at, level[at])


def _still_s(reports: Rows, row: Ints) -> Floats:
    """Since when steps were last gained, NaN where none were ever counted [s]."""
    at = np.flatnonzero(~np.isnan(reports["steps"]))
    at = at[np.argsort(row[at], kind="stable")]
    steps, owner, time_s = reports["steps"][at], row[at], reports["time_s"][at]
    first = np.ones(len(at), np.bool_)
    first[1:] = owner[1:] != owner[:-1]
    gained = first.copy()
    gained[1:] |= steps[1:] != steps[:-1]
    last = np.maximum.accumulate(np.where(gained, np.arange(len(at)), 0))
    still = np.full(len(reports), np.nan)
    still[at] = time_s - time_s[last]
    return still


def _events(reports: Rows, found: _Crossings) -> Rows:
    """Where the level of a wearer's reading differs from that of the one before."""
    order = np.argsort(reports["row"][found.at], kind="stable")
    at, level = found.at[order], found.level[order]
    row = reports["row"][at]
    before = np.zeros_like(level)
    before[1:] = np.where(row[1:] == row[:-1], level[:-1], 0)
    changed = np.flatnonzero((level > before) | ((level == 0) & (before > 0)))
    events = np.zeros(len(changed), EVENT)
    place = at[changed]
    events["row"] = reports["row"][place]
    events["at_s"] = reports["received_s"][place]
    events["observed_s"] = reports["time_s"][place]
    events["order"] = place
    events["kind"] = ALL_KINDS.index(found.kind)
    events["level"] = level[changed]
    events["report"] = place
    return events
