"""Counts of a replay: by kind, by day, by place, and what a worker's shift brings."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from alerts.detection.columns import SEVERITIES, WARNING, Rows
from alerts.detection.daytime import local_s
from core.model import Severity
from yinling.backtest.history import ALL_KINDS
from yinling.backtest.replay import Replayed

SHIFT_S: Final = 8 * 3600.0
DAY_S: Final = 86400.0
ORDER: Final = (Severity.CRITICAL, Severity.WARNING, Severity.INFO)

Counts = Mapping[str, int]
"""Alerts by severity."""


@dataclass(frozen=True, slots=True)
class Load:
    """What a place had to answer.

    Attributes
    ----------
    place : names from the district down to this one.
    days : person-days watched there and below.
    """

    place: tuple[str, ...]
    seniors: int
    days: float
    alerts: Counts

    @property
    def told_per_day(self) -> float:
        """Critical and warning alerts per senior-day."""
        told = self.alerts["critical"] + self.alerts["warning"]
        return told / self.days if self.days > 0 else 0.0

    def as_json(self) -> dict[str, Any]:
        """For ``--json``."""
        return {
            "place": list(self.place),
            "seniors": self.seniors,
            "person_days": round(self.days, 3),
            **self.alerts,
            "told_per_person_day": round(self.told_per_day, 6),
        }


@dataclass(frozen=True, slots=True)
class Shifts:
    """Critical and warning alerts that one worker gets in a shift of 8 hours.

    Attributes
    ----------
    mean, p95, most : over all workers and shifts, those with nothing included.
    by_hour : (3,) mean of the shifts that begin at 00:00, 08:00 and 16:00 local.
    """

    workers: int
    shifts: int
    mean: float
    p95: float
    most: int
    by_hour: tuple[float, ...]

    def as_json(self) -> dict[str, Any]:
        """For ``--json``."""
        return {
            "workers": self.workers,
            "shifts": self.shifts,
            "mean": round(self.mean, 4),
            "p95": round(self.p95, 4),
            "most": self.most,
            "by_hour": {
                f"{8 * i:02d}:00": round(mean, 4) for i, mean in enumerate(self.by_hour)
            },
        }


def counts(alerts: Rows) -> dict[str, int]:
    """Alerts by severity, each by the highest it reached."""
    return {
        str(severity): int((alerts["level"] == SEVERITIES.index(severity)).sum())
        for severity in ORDER
    }


def by_kind(replayed: Replayed) -> dict[str, dict[str, int]]:
    """Alerts by kind and severity, of the kinds that occur."""
    kinds: list[int] = np.unique(replayed.alerts["kind"]).tolist()
    return {
        str(ALL_KINDS[kind]): counts(replayed.alerts[replayed.alerts["kind"] == kind])
        for kind in kinds
    }


def by_day(
    replayed: Replayed, zone: ZoneInfo
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Alerts opened on each local day.

    Returns
    -------
    days : (d,) seconds since 1970 of each day's noon, as the zone's clocks show it.
    opened : (3, d) critical, warning, info.
    """
    day = np.floor(local_s(replayed.alerts["opened_s"], zone) / DAY_S).astype(np.int64)
    if not np.isfinite(replayed.first_s):
        return np.zeros(0), np.zeros((3, 0), np.int64)
    ends = np.array([replayed.first_s, replayed.last_s])
    days = np.append(day, np.floor(local_s(ends, zone) / DAY_S).astype(np.int64))
    first, last = int(days.min()), int(days.max())
    opened: list[NDArray[np.int64]] = [
        np.bincount(
            day[replayed.alerts["level"] == SEVERITIES.index(severity)] - first,
            minlength=last - first + 1,
        )
        for severity in ORDER
    ]
    noons = np.arange(first, last + 1, dtype=np.float64) * DAY_S + DAY_S / 2
    return noons, np.stack(opened)


def by_place(replayed: Replayed) -> list[Load]:
    """What each place had to answer, with all below it, from the top down."""
    members: dict[tuple[str, ...], list[int]] = {}
    for row, one in enumerate(replayed.wearers):
        for depth in range(1, len(one.place) + 1):
            members.setdefault(one.place[:depth], []).append(row)
    levels = np.zeros((len(replayed.wearers), len(SEVERITIES)), np.int64)
    np.add.at(levels, (replayed.alerts["row"], replayed.alerts["level"]), 1)
    return [
        Load(
            place=place,
            seniors=len({replayed.wearers[row].senior for row in rows}),
            days=float(replayed.days[rows].sum()),
            alerts={
                str(one): int(levels[rows, SEVERITIES.index(one)].sum())
                for one in ORDER
            },
        )
        for place, rows in sorted(members.items())
    ]


def by_shift(replayed: Replayed, zone: ZoneInfo) -> Shifts | None:
    """What workers get in their shifts; None where nothing was watched."""
    if not np.isfinite(replayed.first_s):
        return None
    names: dict[str, int] = {}
    worker = np.array(
        [
            names.setdefault(one.worker or "/".join(one.place), len(names))
            for one in replayed.wearers
        ],
        np.int64,
    )
    told = replayed.alerts[replayed.alerts["level"] >= WARNING]
    ends = local_s(np.array([replayed.first_s, replayed.last_s]), zone)
    first, last = np.floor(ends / SHIFT_S).astype(np.int64).tolist()
    shift = np.floor(local_s(told["opened_s"], zone) / SHIFT_S).astype(np.int64)
    shift = np.clip(shift, first, last) - first
    load = np.zeros((len(names), last - first + 1), np.int64)
    np.add.at(load, (worker[told["row"]], shift), 1)
    return Shifts(
        workers=len(names),
        shifts=load.size,
        mean=float(load.mean()),
        p95=float(np.quantile(load, 0.95)),
        most=int(load.max()),
        by_hour=tuple(_mean(load[:, (i - first) % 3 :: 3]) for i in range(3)),
    )


def _mean(counts: NDArray[np.int64]) -> float:
    return float(counts.mean()) if counts.size else 0.0
