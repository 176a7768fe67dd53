"""A few alerts with the readings around them, for a person to look at."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from alerts.detection.columns import Rows
from core.model import Kind
from yinling.backtest.history import ALL_KINDS, History

BEFORE_S: Final = 5400.0
AFTER_S: Final = 2700.0
PER_SORT: Final = 2
"""Examples kept of each kind and severity."""
MOST_READINGS: Final = 1500

METRIC: Final[Mapping[Kind, str]] = {
    Kind.BLOOD_PRESSURE_HIGH: "blood_pressure",
    Kind.BLOOD_PRESSURE_LOW: "blood_pressure",
    Kind.SPO2_LOW: "spo2",
    Kind.TEMPERATURE_HIGH: "temperature",
    Kind.GEOFENCE_EXIT: "latitude",
    Kind.GEOFENCE_ENTER: "latitude",
    Kind.INACTIVITY: "steps",
    Kind.BATTERY_LOW: "battery",
}
"""What readings to show beside an alert of a kind; heart rate for all others."""

_FIELD: Final = {"blood_pressure": "systolic", "latitude": "steps"}
# No page of figures shows where anybody was.


@dataclass(frozen=True, slots=True)
class Excerpt:
    """One alert and the readings around it."""

    senior: str
    kind: int
    level: int
    opened_s: float
    metric: str
    time_s: NDArray[np.float64]
    value: NDArray[np.float64]


def metric(kind: Kind) -> str:
    """The metric whose readings say most about an alert of this kind."""
    return METRIC.get(kind, "heart_rate")


def around(history: History, alerts: Rows) -> tuple[Excerpt, ...]:
    """The first alerts of each kind and severity, with their readings."""
    seen: Counter[tuple[int, int]] = Counter()
    found: list[Excerpt] = []
    by_time = history.reports["received_s"]
    for one in alerts:
        sort = int(one["kind"]), int(one["level"])
        if seen[sort] >= PER_SORT:
            continue
        seen[sort] += 1
        begin, end = np.searchsorted(
            by_time, [one["opened_s"] - BEFORE_S, one["opened_s"] + AFTER_S]
        )
        near = history.reports[begin:end]
        near = near[near["row"] == one["row"]]
        name = metric(ALL_KINDS[sort[0]])
        column = _FIELD.get(name, name)
        near = near[~np.isnan(near[column])][:MOST_READINGS]
        near = near[np.argsort(near["time_s"], kind="stable")]
        found.append(
            Excerpt(
                senior=history.wearers[int(one["row"])].senior,
                kind=sort[0],
                level=sort[1],
                opened_s=float(one["opened_s"]),
                metric=column,
                time_s=near["time_s"].copy(),
                value=near[column].astype(np.float64),
            )
        )
    return tuple(found)


def few(excerpts: Iterable[Excerpt]) -> tuple[Excerpt, ...]:
    """At most PER_SORT of each kind and severity."""
    seen: Counter[tuple[int, int]] = Counter()
    kept: list[Excerpt] = []
    for one in excerpts:
        seen[one.kind, one.level] += 1
        if seen[one.kind, one.level] <= PER_SORT:
            kept.append(one)
    return tuple(kept)
