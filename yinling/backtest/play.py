"""Plays a history through the live detectors and gathers what they say, when."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from alerts.detection import engine, fences
from alerts.detection.columns import KINDS, Bools, Rows, fresh_state
from alerts.detection.fences import Fences, FenceSet, fence_set
from alerts.detection.limits import Limits
from alerts.detection.memory import Memory, fresh_memory
from alerts.detection.verdict import Verdict
from yinling.backtest.history import ALL_KINDS, History, Wearer
from yinling.backtest.turns import late_rounds, turns

EVENT: Final = np.dtype(
    [
        ("row", "<i4"),
        ("at_s", "<f8"),  # when the service could know it: an arrival [s since 1970]
        ("order", "<i8"),  # within one instant
        ("observed_s", "<f8"),
        ("kind", "u1"),  # index into ALL_KINDS
        ("level", "u1"),  # index into columns.SEVERITIES; 0: the condition is over
        ("report", "<i8"),  # index into the history's reports; -1: none of them
    ]
)
"""What detection says of a wearer at one instant."""

CHUNK_REPORTS: Final = 200_000
MAX_AHEAD_S: Final = 300.0

_TO_ALL: Final = np.array([ALL_KINDS.index(kind) for kind in KINDS], np.uint8)

Progress = Callable[[int, int], None]
"""Told how many reports of how many are judged."""


@dataclass(slots=True)
class _Play:
    """A replay under way."""

    history: History
    sets: Sequence[FenceSet | None]
    state: Rows
    limits: Limits
    fences: Fences
    zone: ZoneInfo
    memory: Memory


def play(
    history: History,
    limits: Limits,
    zone: ZoneInfo,
    progress: Progress | None = None,
) -> Rows:
    """Judge a whole history from fresh states on.

    Parameters
    ----------
    limits : rules of the history's wearers.
    zone : whose day and night count.

    Returns
    -------
    (e,) EVENT of the detectors that judge reports, in the order they were made.
    """
    wearers = len(history.wearers)
    sets = [_fences(one) for one in history.wearers]
    under_way = _Play(
        history=history,
        sets=sets,
        state=fresh_state(wearers),
        limits=limits,
        fences=fences.compile(sets),
        zone=zone,
        memory=Memory(fresh_memory(wearers), np.arange(wearers)),
    )
    away = _away(history)
    rounds = late_rounds(history.reports, away)
    total = len(history.reports)
    events: list[Rows] = []
    for begin in range(0, total, CHUNK_REPORTS):
        end = min(begin + CHUNK_REPORTS, total)
        for at in turns(rounds[begin:end], begin):
            fenced = _where(under_way, away[at], at)
            events.extend(_judged(fenced, at))
        if progress is not None:
            progress(end, total)
    return _ordered(events)


def _away(history: History) -> Bools:
    """Whether an absence covers a report or its arrival: fences are not judged then."""
    away = np.zeros(len(history.reports), np.bool_)
    for row, wearer in enumerate(history.wearers):
        if wearer.away and wearer.geofences:
            at = np.flatnonzero(history.reports["row"] == row)
            for begins_s, ends_s in wearer.away:
                for name in ("time_s", "received_s"):
                    times = history.reports[name][at]
                    away[at] |= (begins_s <= times) & (times < ends_s)
    return away


def _where(play: _Play, away: Bools, at: NDArray[np.intp]) -> _Play:
    """The same replay with no fences for those who are away in this turn."""
    if not away.any():
        return play
    gone = set(play.history.reports["row"][at[away]].tolist())
    sets = [None if row in gone else one for row, one in enumerate(play.sets)]
    return replace(play, fences=fences.compile(sets))


def _judged(play: _Play, at: NDArray[np.intp]) -> Iterator[Rows]:
    reports = play.history.reports[at]
    verdict = engine.judge(
        play.state, reports, play.limits, play.fences, play.zone, play.memory
    )
    yield _events(verdict, reports, at, None)
    if not verdict.pending.size:
        return
    came_s = _arrivals(len(play.state), reports, verdict)
    again = engine.replay(
        play.state,
        reports,
        verdict,
        _history(play, verdict, at),
        limits=play.limits,
        fences=play.fences,
        zone=play.zone,
        memory=play.memory,
    )
    yield _events(again, reports, at, came_s)


def _arrivals(rows: int, reports: Rows, verdict: Verdict) -> NDArray[np.float64]:
    """When the late report of each row came that is judged in this turn."""
    came_s = np.full(rows, np.inf)
    waiting = reports[verdict.pending]
    np.minimum.at(came_s, waiting["row"], waiting["received_s"])
    return came_s


def _history(play: _Play, verdict: Verdict, at: NDArray[np.intp]) -> Rows:
    """Readings judged before this turn, in the windows to be looked at again.

    Parameters
    ----------
    at : (n,) where the turn's reports stand in the history, ascending.
    """
    reports = play.history.reports
    since_s = np.full(len(play.state), np.inf)
    since_s[verdict.replay["row"]] = verdict.replay["since_s"]
    rows, first = np.unique(reports["row"][at], return_index=True)
    before = np.zeros(len(play.state), np.int64)
    before[rows] = at[first]
    since: list[float] = verdict.replay["since_s"].tolist()
    begin = int(np.searchsorted(reports["received_s"], min(since) - MAX_AHEAD_S))
    known = reports[begin : int(at[-1])]
    mine = known["time_s"] > since_s[known["row"]]
    mine &= np.arange(begin, begin + len(known)) < before[known["row"]]
    return known[mine]


def _events(
    verdict: Verdict,
    reports: Rows,
    at: NDArray[np.intp],
    came_s: NDArray[np.float64] | None,
) -> Rows:
    """EVENT rows of a verdict; `came_s` is the arrival that led to a second look."""
    fired, over = verdict.firings, verdict.clearings
    events = np.zeros(len(fired) + len(over), EVENT)
    ours, theirs = events[: len(fired)], events[len(fired) :]
    for mine, found in ((ours, fired), (theirs, over)):
        for name in ("row", "order", "observed_s"):
            mine[name] = found[name]
        mine["kind"] = _TO_ALL[found["kind"]]
    ours["level"] = fired["level"]
    by_report = fired["report"] >= 0
    ours["report"] = np.where(by_report, at[np.maximum(fired["report"], 0)], -1)
    events["at_s"] = _arrived_s(events, reports)
    theirs["report"] = -1
    if came_s is not None:
        events["at_s"] = np.maximum(events["at_s"], came_s[events["row"]])
    return events


def _arrived_s(events: Rows, reports: Rows) -> NDArray[np.float64]:
    """When the reading of each event arrived; its own time if not in this turn."""
    arrived_s = events["observed_s"].copy()
    if not len(events):
        return arrived_s
    concerned = np.zeros(int(reports["row"].max()) + 1, np.bool_)
    concerned[events["row"]] = True
    mine = reports[concerned[reports["row"]]][["row", "time_s", "received_s"]]
    both_row = np.concatenate([mine["row"], events["row"]])
    both_s = np.concatenate([mine["time_s"], events["observed_s"]])
    is_event = np.arange(len(both_row)) >= len(mine)
    order = np.lexsort((is_event, both_s, both_row))
    newest = np.maximum.accumulate(np.where(is_event[order], -1, np.arange(len(order))))
    at = order[np.flatnonzero(is_event[order])] - len(mine)
    before = order[np.maximum(newest[is_event[order]], 0)]
    before = np.minimum(before, len(mine) - 1)
    same = (mine["row"][before] == events["row"][at]) & (
        mine["time_s"][before] == events["observed_s"][at]
    )
    arrived_s[at] = np.where(same, mine["received_s"][before], arrived_s[at])
    return arrived_s


def _ordered(parts: Sequence[Rows]) -> Rows:
    """Events in the order made, numbered through; at_s never falls within a row."""
    base = 0
    for part in parts:
        part["order"] += base
        base = int(part["order"].max(initial=base)) + 1
    events = np.concatenate([np.zeros(0, EVENT), *parts])
    events = events[np.lexsort((events["order"], events["row"]))]
    if len(events):
        distinct, rank = np.unique(events["at_s"], return_inverse=True)
        group = events["row"].astype(np.int64) * len(distinct)
        events["at_s"] = distinct[np.maximum.accumulate(group + rank) - group]
    return events


def _fences(wearer: Wearer) -> FenceSet | None:
    return fence_set(wearer.geofences) if wearer.geofences else None
