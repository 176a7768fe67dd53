"""One history under one set of rules: judged, told, and its figures kept."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from alerts.detection.columns import CRITICAL, Rows
from yinling.backtest import excerpts
from yinling.backtest.excerpts import Excerpt
from yinling.backtest.history import History, Wearer, watched_days
from yinling.backtest.plain import crossings
from yinling.backtest.play import EVENT, Progress, play
from yinling.backtest.rules import Rulebook
from yinling.backtest.silences import silences
from yinling.backtest.telling import ALERT, RESOLVED_AFTER_S, TOLD, tell


@dataclass(frozen=True, slots=True)
class Replayed:
    """What people would have been told of a history.

    Attributes
    ----------
    alerts : (a,) telling.ALERT by time of opening, ``row`` indexing `wearers`.
    told : (t,) telling.TOLD
    days : (m,) for how long each wearer was watched [d]
    first_s, last_s : arrival of the first and last report [s since 1970]
    """

    rule_version: str
    wearers: Sequence[Wearer]
    alerts: Rows
    told: Rows
    days: NDArray[np.float64]
    readings: int
    first_s: float
    last_s: float
    excerpts: Sequence[Excerpt] = field(default_factory=tuple[Excerpt, ...])

    @property
    def person_days(self) -> float:
        """For how long all of them were watched [d]."""
        return float(self.days.sum())

    @property
    def seniors(self) -> tuple[tuple[str, ...], NDArray[np.int64]]:
        """Names of the seniors, and the number of each wearer's."""
        numbers: dict[str, int] = {}
        of = [numbers.setdefault(one.senior, len(numbers)) for one in self.wearers]
        return tuple(numbers), np.array(of, np.int64)


def replay(
    history: History,
    rules: Rulebook,
    zone: ZoneInfo,
    *,
    resolved_after_s: float = RESOLVED_AFTER_S,
    progress: Progress | None = None,
) -> Replayed:
    """Play a history and tell of it as the live service would.

    Parameters
    ----------
    zone : whose day and night count.
    resolved_after_s : see :func:`yinling.backtest.telling.tell`.
    """
    limits = rules.limits(history.wearers)
    events = np.concatenate(
        [
            crossings(history, limits)
            if rules.plain
            else play(history, limits, zone, progress),
            silences(history, limits, zone),
            presses(history.presses),
        ]
    )
    told = tell(history.wearers, events, resolved_after_s)
    arrived_s = history.reports["received_s"]
    return Replayed(
        rule_version=rules.version,
        wearers=history.wearers,
        alerts=told.alerts,
        told=told.told,
        days=watched_days(history.reports, len(history.wearers)),
        readings=len(history.reports),
        first_s=float(arrived_s.min(initial=np.inf)),
        last_s=float(arrived_s.max(initial=-np.inf)),
        excerpts=excerpts.around(history, told.alerts),
    )


def since(replayed: Replayed, history: History, since_s: float) -> Replayed:
    """A replay without what came before an instant, which only warmed detectors up."""
    if not np.isfinite(since_s):
        return replayed
    kept = replayed.alerts["opened_s"] >= since_s
    place = np.cumsum(kept) - 1
    told = replayed.told[kept[replayed.told["alert"]]]
    told["alert"] = place[told["alert"]]
    reports = history.reports[history.reports["received_s"] >= since_s]
    return replace(
        replayed,
        alerts=replayed.alerts[kept],
        told=told,
        days=watched_days(reports, len(replayed.wearers)),
        readings=len(reports),
        first_s=max(replayed.first_s, since_s),
        excerpts=[one for one in replayed.excerpts if one.opened_s >= since_s],
    )


def presses(urgent: Rows) -> Rows:
    """EVENT rows of urgent events: critical at once, each of them."""
    events = np.zeros(len(urgent), EVENT)
    for name in ("row", "observed_s", "kind"):
        events[name] = urgent[name]
    events["at_s"] = urgent["received_s"]
    events["order"] = np.arange(len(urgent))
    events["level"] = CRITICAL
    events["report"] = -1
    return events


def joined(parts: Sequence[Replayed]) -> Replayed:
    """The replays of several shards as one."""
    alerts = np.concatenate([np.zeros(0, ALERT), *(one.alerts for one in parts)])
    told = np.concatenate([np.zeros(0, TOLD), *(one.told for one in parts)])
    rows = alerts_before = told_before = 0
    for one in parts:
        some = alerts[alerts_before : alerts_before + len(one.alerts)]
        some["row"] += rows
        tellings = told[told_before : told_before + len(one.told)]
        tellings["alert"] += alerts_before
        rows += len(one.wearers)
        alerts_before += len(one.alerts)
        told_before += len(one.told)
    order = np.argsort(alerts["opened_s"], kind="stable")
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    told["alert"] = place[told["alert"]]
    return Replayed(
        rule_version=parts[0].rule_version if parts else "",
        wearers=[wearer for one in parts for wearer in one.wearers],
        alerts=alerts[order],
        told=told[np.argsort(told["at_s"], kind="stable")],
        days=np.concatenate([np.zeros(0), *(one.days for one in parts)]),
        readings=sum(one.readings for one in parts),
        first_s=min((one.first_s for one in parts), default=np.inf),
        last_s=max((one.last_s for one in parts), default=-np.inf),
        excerpts=excerpts.few([each for one in parts for each in one.excerpts]),
    )
