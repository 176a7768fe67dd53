"""When wristbands fell silent, by the server's own clock, and were heard again."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from alerts.detection.columns import SEVERITIES, Rows
from alerts.detection.limits import Limits
from alerts.detection.silence import Silence, stage
from core.model import Kind
from core.rules.parameters import PARAMETERS
from yinling.backtest.history import ALL_KINDS, History
from yinling.backtest.play import EVENT

_OFFLINE = ALL_KINDS.index(Kind.OFFLINE)


@dataclass(frozen=True, slots=True)
class _Rules:
    """What one rule profile says of silence."""

    values: Mapping[str, float]
    expected_interval_s: float
    risk: str
    zone: ZoneInfo

    @classmethod
    def of(cls, profile: np.void, zone: ZoneInfo) -> "_Rules":
        """Those of one LIMITS row."""
        return cls(
            {one.name: float(profile[one.name]) for one in PARAMETERS},
            float(profile["expected_interval_s"]),
            "high" if profile["high_risk"] else "normal",
            zone,
        )

    def stage(self, since_s: float, now_s: float) -> Silence:
        """See :func:`alerts.detection.silence.stage`."""
        return stage(
            since_s,
            now_s,
            self.expected_interval_s,
            self.risk,
            values=self.values,
            zone=self.zone,
        )


def silences(history: History, limits: Limits, zone: ZoneInfo) -> Rows:
    """`offline` rising and ending over a history.

    After a wearer's last report it is followed until watching ended, where the source
    says when; else the last report is the end.

    Returns
    -------
    (e,) EVENT
    """
    row, heard_s, again_s = _gaps(history)
    expected_s = limits.own("expected_interval_s", row)
    intervals = limits.own("offline.info_intervals", row)
    enabled = limits.own("offline.enabled", row) != 0
    enabled = enabled & np.array([one.judge_silence for one in history.wearers])[row]
    long = np.flatnonzero((again_s - heard_s > expected_s * intervals) & enabled)
    rules = [_Rules.of(profile, zone) for profile in limits.table]
    found: list[tuple[int, float, int, int]] = []
    for i in long.tolist():
        mine = rules[limits.which[row[i]]]
        stages = _stages(float(heard_s[i]), float(again_s[i]), mine)
        found.extend((int(row[i]), at_s, i, level) for at_s, level in stages)
    events = np.zeros(len(found), EVENT)
    for n, (of, at_s, order, level) in enumerate(found):
        events[n] = (of, at_s, order, at_s, _OFFLINE, level, -1)
    return events


def _gaps(
    history: History,
) -> tuple[NDArray[np.intp], NDArray[np.float64], NDArray[np.float64]]:
    """Between arrivals: whose, the last report before and the next sign of life [s]."""
    reports = history.reports
    order = np.argsort(reports["row"], kind="stable")
    row = reports["row"][order].astype(np.intp)
    arrived_s = reports["received_s"][order]
    ends = np.flatnonzero(np.append(row[1:] != row[:-1], len(row) > 0))
    again_s = np.append(arrived_s[1:], 0.0)
    until_s = np.array([one.until_s for one in history.wearers])
    last_s = until_s[row[ends]]
    again_s[ends] = np.where(np.isnan(last_s), arrived_s[ends], last_s)
    return row, arrived_s, again_s


def _stages(
    heard_s: float, again_s: float, rules: _Rules
) -> Iterator[tuple[float, int]]:
    """What is told of one silence, and level 0 when it ends."""
    now_s = heard_s
    while (due_s := rules.stage(heard_s, now_s).due_s) is not None and due_s < again_s:
        yield due_s, SEVERITIES.index(rules.stage(heard_s, due_s).severity)
        now_s = due_s
    if now_s > heard_s:
        yield again_s, 0
