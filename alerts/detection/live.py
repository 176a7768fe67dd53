"""Judging reports that come in order, all wristbands of a batch at once."""

from dataclasses import dataclass
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from alerts.detection import vitals
from alerts.detection.batch import Batch
from alerts.detection.battery import battery
from alerts.detection.columns import Bools, Floats, Ints, Rows
from alerts.detection.ending import ended
from alerts.detection.fences import Fences
from alerts.detection.gates import open_gates, within
from alerts.detection.geofence import geofence
from alerts.detection.limits import Limits
from alerts.detection.memory import Memory
from alerts.detection.outlook import Outlook, asked, clearings, firings, told
from alerts.detection.segments import joined, latch, latest, segments
from alerts.detection.verdict import CLEARING, FIRING, MEASURE, REPLAY, Verdict
from core.errors import ShapeError


class Sorted(NamedTuple):
    """How to take a batch: what now, what not yet, what only keeps as history."""

    live: Ints  # sorted by row, arrival order within one
    late: Ints
    pending: Ints  # from each row's first late report that is still relevant on


class Events(NamedTuple):
    """FIRING, CLEARING and MEASURE rows of one pass, places as report indices."""

    firings: Rows
    clearings: Rows
    measure: Rows


@dataclass(frozen=True, slots=True)
class Ground:
    """What judging stands on, the same for a whole batch."""

    limits: Limits
    fences: Fences
    zone: ZoneInfo
    memory: Memory


def judge(state: Rows, reports: Rows, ground: Ground) -> Verdict:
    """See :func:`alerts.detection.engine.judge`."""
    given = (len(ground.limits), len(ground.fences.start) - 1, len(ground.memory))
    if any(rows != len(state) for rows in given):
        raise ShapeError("state, limits, fences and memory must have the same rows")
    taken = sort(state, reports, ground.limits)
    events = pass_over(state, reports, taken.live, ground)
    waiting = np.unique(reports["row"][taken.pending])
    replay = np.zeros(len(waiting), REPLAY)
    replay["row"] = waiting
    replay["since_s"] = window_since_s(state, waiting, ground)
    return Verdict(
        firings=events.firings,
        clearings=events.clearings,
        measure=events.measure,
        rows=np.unique(reports["row"][taken.live]).astype(np.intp),
        replay=replay,
        pending=taken.pending,
        late=taken.late,
        fences=ground.fences,
        limits=ground.limits,
    )


def window_since_s(state: Rows, rows: Ints, ground: Ground) -> Floats:
    """From when on a late report makes judging look again, for each of `rows`."""
    return state["last_time_s"][rows] - ground.limits.own("late.window_s", rows)


def relevant(reports: Rows, limits: Limits) -> Bools:
    """Whether each report arrived soon enough after its time to alarm anyone."""
    late_s = reports["received_s"] - reports["time_s"]
    return late_s <= limits.own("late.relevant_s", reports["row"])


def sort(state: Rows, reports: Rows, limits: Limits) -> Sorted:
    """Tell reports in order from late ones, and late ones that matter from others."""
    by_row = np.argsort(reports["row"], kind="stable")
    of = segments(reports["row"][by_row].astype(np.intp))
    time_s = reports["time_s"][by_row]
    late = time_s < _newest_before(time_s, of.first)
    late |= time_s < state["last_time_s"][of.owner]
    matters = late & (relevant(reports, limits) & _has_vitals(reports))[by_row]
    waits = np.cumsum(matters)
    at_first = np.where(of.first, waits - matters, 0)
    waits = waits > np.maximum.accumulate(at_first)
    return Sorted(
        live=by_row[~late & ~waits],
        late=np.sort(by_row[late]),
        pending=np.sort(by_row[waits]),
    )


def pass_over(state: Rows, reports: Rows, live: Ints, ground: Ground) -> Events:
    """Judge the reports at `live`, all in order; moves the states on in place."""
    mine = reports[live]
    rows, owner = np.unique(mine["row"].astype(np.intp), return_inverse=True)
    s = state[rows]
    before = s["level"].copy()
    batch = Batch(s, rows, ground.limits.of(rows), mine, segments(owner))
    gates = open_gates(batch)
    outlooks = (
        vitals.heart_rate(batch, gates),
        vitals.blood_pressure(batch, gates),
        vitals.oxygen(batch, gates),
        geofence(batch, ground.fences, ground.zone),
        battery(batch),
    )
    timely = batch.relevant()
    parts = [_tell(batch, outlook, timely) for outlook in outlooks]
    state[rows] = s
    fired = _ordered(joined([part.firings for part in parts], FIRING))
    cleared = _ordered(joined([part.clearings for part in parts], CLEARING))
    events = Events(
        fired,
        cleared[ended(fired, cleared, rows, before)],
        joined([part.measure for part in parts], MEASURE),
    )
    events.firings["report"] = live[events.firings["report"]]
    return events


def _tell(batch: Batch, outlook: Outlook, timely: Bools) -> Events:
    """Fire and clear once an episode, and remember it in the states."""
    s, reports, kinds = batch.state, batch.reports, list(outlook.kinds)
    time_s = reports["time_s"][outlook.places]
    reached, clear = told(batch, outlook, timely)
    seed = (s["level"][:, kinds], s["met_s"][:, kinds])
    latched = latch(
        reached,
        clear,
        time_s,
        outlook.of,
        rearm_s=outlook.rearm_s,
        seed=seed,
    )
    end, owners = outlook.of.last, outlook.of.owners
    newest = latest(latched.fires | outlook.of.first)[:, end]
    for i, kind in enumerate(kinds):
        s["level"][owners, kind] = latched.level[i, end]
        s["met_s"][owners, kind] = latched.met_s[i, end]
        fired = latched.fires[i, newest[i]]
        s["told_s"][owners[fired], kind] = time_s[newest[i, fired]]
        s["told_level"][owners[fired], kind] = reached[i, newest[i, fired]]
    kind, reading = np.nonzero(latched.fires)
    over = np.nonzero(latched.clears)
    return Events(
        firings(outlook, kind, reading, reports, reached[kind, reading]),
        clearings(outlook, over[0], over[1], reports),
        asked(outlook, latched, timely, batch),
    )


def _newest_before(time_s: Floats, first: Bools) -> Floats:
    """The newest time before each report in its segment, -inf before the first."""
    if not len(time_s):
        return time_s
    distinct, rank = np.unique(time_s, return_inverse=True)
    group = np.cumsum(first) * len(distinct)
    newest = np.maximum.accumulate(group + rank) - group
    before = np.empty(len(time_s))
    before[1:] = distinct[newest[:-1]]
    before[first] = -np.inf
    return before


def _has_vitals(reports: Rows) -> Bools:
    names = ("heart_rate", "systolic", "spo2")
    return np.logical_or.reduce([within(name, reports[name]) for name in names])


def _ordered(rows: Rows) -> Rows:
    return rows[np.argsort(rows["order"], kind="stable")]
