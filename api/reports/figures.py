"""The figures of the telecare standard, of any set of alerts; defined in docs/accountability.md."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from api.reports import columns
from api.reports.columns import Columns
from core.model import Outcome, Severity

ANSWERED_S: Final = (60, 180)
"""Limits of the telecare standard [s]."""
STANDARD_PERCENT: Final = {60: 97.5, 180: 99.0}
"""What that standard asks for: the share of calls answered within each limit."""
_INFO: Final = columns.SEVERITIES.index(Severity.INFO) + 1
_FALSE: Final = columns.OUTCOMES.index(Outcome.FALSE_ALARM) + 1
_CLEARED: Final = columns.OUTCOMES.index(Outcome.CLEARED) + 1
_US: Final = 1_000_000
Figures = dict[str, Any]


def measure(of: Columns) -> Figures:
    """All figures of these alerts; null where there is nothing to divide by.

    `calling` are those that somebody is called to (critical and warning): the shares
    answered and the median to acknowledgement are theirs.
    """
    calling = of.severity != _INFO
    answered = calling & (of.acknowledged_us >= 0)
    seconds_us = of.acknowledged_us[answered]
    closed = of.has(columns.CLOSED)
    by_person = closed & (of.outcome != _CLEARED)
    false = by_person & (of.outcome == _FALSE)
    figures: Figures = {
        "alerts": len(of.area),
        "calling": _count(calling),
        "answered": _count(answered),
    }
    for limit_s in ANSWERED_S:
        within = int(np.count_nonzero(seconds_us <= limit_s * _US))
        figures[f"answered_{limit_s}s_percent"] = percent(within, _count(calling))
    return figures | {
        "median_acknowledge_s": _median_s(seconds_us),
        "median_arrive_s": _median_s(of.arrived_us[of.arrived_us >= 0]),
        "lapsed": _count(of.has(columns.LAPSED)),
        "closed": _count(closed),
        "closing_rate_percent": percent(_count(closed), len(closed)),
        "false_alarms": _count(false),
        "false_alarm_rate_percent": percent(_count(false), _count(by_person)),
        "outcomes": _outcomes(of.outcome),
    }


def grouped(of: Columns, keys: npt.NDArray[np.int64]) -> Iterator[tuple[int, Columns]]:
    """Alerts of each key that occurs, in the keys' order."""
    if not len(keys):
        return
    order = np.argsort(keys, kind="stable")
    values, starts = np.unique(keys[order], return_index=True)
    for value, chosen in zip(values, np.split(order, starts[1:]), strict=True):
        yield int(value), of.where(chosen)


def by_word(
    of: Columns, keys: npt.NDArray[np.int64], words: tuple[str, ...], name: str
) -> list[Figures]:
    """Figures for each word that occurs, the most frequent first."""
    found = [
        {name: str(words[key - 1]), **measure(some)}
        for key, some in grouped(of, keys)
        if key > 0
    ]
    return sorted(found, key=lambda row: -row["alerts"])


def series(
    of: Columns, keys: npt.NDArray[np.int64], first_day: Callable[[int], date]
) -> list[Figures]:
    """Figures for each week or month that has alerts, named by its first day."""
    return [
        {"from": first_day(key), **measure(some)} for key, some in grouped(of, keys)
    ]


def monday(week: int) -> date:
    """The first day of a week, as columns count them."""
    return date(1970, 1, 1) + timedelta(days=week)


def first_of_month(month: int) -> date:
    """The first day of a month, as columns count them."""
    return date(month // 12, month % 12 + 1, 1)


def percent(part: int, whole: int) -> float | None:
    """Per cent with two decimals, null of nothing."""
    return round(100 * part / whole, 2) if whole else None


def per_senior_day(alerts: int, days: float) -> float | None:
    """Alerts of seniors for each day that a senior was looked after."""
    return round(alerts / days, 5) if days > 0 else None


def _count(which: npt.NDArray[np.bool_]) -> int:
    return int(np.count_nonzero(which))


def _median_s(lengths_us: npt.NDArray[np.int64]) -> float | None:
    if not len(lengths_us):
        return None
    return round(float(np.median(lengths_us)) / _US, 1)


def _outcomes(outcome: npt.NDArray[np.int64]) -> dict[str, int]:
    counts = np.bincount(outcome, minlength=len(columns.OUTCOMES) + 1)
    pairs = zip(columns.OUTCOMES, counts[1:].tolist(), strict=True)
    return {str(name): count for name, count in pairs if count}
