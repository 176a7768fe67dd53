"""From what detectors say to the alerts people would have had to handle.

The live service's own lifecycle: a detection joins the unresolved alert of its senior
and kind, a rising severity is the same alert rising, a condition that is over ends an
info or a warning, and what is critical waits for a person. That person is assumed: a
warning or critical alert is resolved so long after it was opened or last rose.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from alerts.detection.columns import CRITICAL, INFO, Rows
from alerts.incidents.opening import PAUSED_BY_ABSENCE
from core.model import CLEARED_BY_PEOPLE_ONLY
from yinling.backtest.history import ALL_KINDS, Wearer

RESOLVED_AFTER_S: Final = 1800.0

ALERT: Final = np.dtype(
    [
        ("row", "<i4"),
        ("kind", "u1"),  # index into ALL_KINDS
        ("level", "u1"),  # the highest it reached, index into columns.SEVERITIES
        ("observed_s", "<f8"),
        ("opened_s", "<f8"),
        ("first_level", "u1"),  # it opened with
        ("rose_s", "<f8"),  # when it reached its highest; NaN where it opened so
        ("ended_s", "<f8"),  # NaN where it did not
        ("report", "<i8"),  # index into the history's reports, -1 where there is none
    ]
)

TOLD: Final = np.dtype(
    [
        ("alert", "<i8"),
        ("at_s", "<f8"),
        ("level", "u1"),
        ("observed_s", "<f8"),
        ("over_s", "<f8"),  # when its condition was over, infinite where it never was
    ]
)
"""Each detection and the alert it landed on, new, rising or joined."""

_PAUSED: Final = frozenset(ALL_KINDS.index(kind) for kind in PAUSED_BY_ABSENCE)
_BY_PEOPLE_ONLY: Final = frozenset(ALL_KINDS.index(k) for k in CLEARED_BY_PEOPLE_ONLY)


@dataclass(frozen=True, slots=True)
class Told:
    """The alerts of a history.

    Attributes
    ----------
    alerts : (a,) ALERT by time of opening.
    told : (t,) TOLD by time.
    """

    alerts: Rows
    told: Rows


@dataclass(slots=True)
class _Alert:
    """One alert under way."""

    number: int
    row: int
    level: int
    first_level: int
    observed_s: float
    opened_s: float
    report: int
    rose_s: float = np.nan
    ended_s: float = np.nan

    def resolved_by(self, after_s: float) -> float:
        """When a person is assumed to have closed it [s since 1970]."""
        if self.level <= INFO:
            return np.inf
        return max(self.opened_s, self.rose_s if self.rose_s > 0 else 0.0) + after_s


@dataclass(slots=True)
class _Detection:
    """One detection and the alert it landed on."""

    alert: int
    at_s: float
    level: int
    observed_s: float
    over_s: float = np.inf


def tell(
    wearers: Sequence[Wearer], events: Rows, resolved_after_s: float = RESOLVED_AFTER_S
) -> Told:
    """Open, raise and end alerts as the live service would.

    Parameters
    ----------
    events : (e,) play.EVENT, those of one senior in the order they came to pass.
    resolved_after_s : after how long a person has closed what they were told [s]
    """
    seniors = {one.senior: None for one in wearers}
    number = {senior: i for i, senior in enumerate(seniors)}
    senior_of = np.array([number[one.senior] for one in wearers], np.int64)
    senior = senior_of[events["row"]]
    ordered = events[np.lexsort((events["order"], events["at_s"], senior))]
    alerts: list[_Alert] = []
    kinds: list[int] = []
    told: list[_Detection] = []
    holding: dict[tuple[int, int], list[_Detection]] = {}
    unresolved: dict[tuple[int, int], _Alert] = {}
    columns = ("row", "at_s", "observed_s", "kind", "level", "report")
    row: int
    level: int
    for row, at_s, observed_s, kind, level, report in zip(
        *(ordered[name].tolist() for name in columns), strict=True
    ):
        key = (int(senior_of[row]), kind)
        alert = unresolved.get(key)
        if alert is not None and at_s >= alert.resolved_by(resolved_after_s):
            alert.ended_s = alert.resolved_by(resolved_after_s)
            del unresolved[key]
            alert = None
        if level == 0:
            for one in holding.pop(key, ()):
                one.over_s = at_s
            if alert is not None and _clears(alert, kind):
                alert.ended_s = at_s
                del unresolved[key]
            continue
        if kind in _PAUSED and _away(wearers[row], at_s, observed_s):
            continue
        if alert is None:
            alert = _Alert(len(alerts), row, level, level, observed_s, at_s, report)
            alerts.append(alert)
            kinds.append(kind)
            unresolved[key] = alert
        elif level > alert.level:
            alert.level, alert.rose_s = level, at_s
        told.append(_Detection(alert.number, at_s, level, observed_s))
        holding.setdefault(key, []).append(told[-1])
    for alert in unresolved.values():
        closed_s = alert.resolved_by(resolved_after_s)
        alert.ended_s = closed_s if np.isfinite(closed_s) else np.nan
    return _columns(alerts, kinds, told)


def _clears(alert: _Alert, kind: int) -> bool:
    return alert.level < CRITICAL and kind not in _BY_PEOPLE_ONLY


def _away(wearer: Wearer, at_s: float, observed_s: float) -> bool:
    return any(
        begins <= at_s < ends or begins <= observed_s < ends
        for begins, ends in wearer.away
    )


def _columns(alerts: list[_Alert], kinds: list[int], told: list[_Detection]) -> Told:
    rows = np.zeros(len(alerts), ALERT)
    for name in (
        "row",
        "level",
        "first_level",
        "observed_s",
        "opened_s",
        "rose_s",
        "ended_s",
        "report",
    ):
        rows[name] = [getattr(one, name) for one in alerts]
    rows["kind"] = kinds
    order = np.argsort(rows["opened_s"], kind="stable")
    place = np.empty(len(rows), np.int64)
    place[order] = np.arange(len(rows))
    tellings = np.zeros(len(told), TOLD)
    for name in TOLD.names or ():
        tellings[name] = [getattr(one, name) for one in told]
    tellings["alert"] = place[tellings["alert"]]
    return Told(rows[order], tellings[np.argsort(tellings["at_s"], kind="stable")])
