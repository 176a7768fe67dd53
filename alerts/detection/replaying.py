"""Judging around a late report: the last hours again, with it in its place.

The runs of a wristband's vital signs are followed anew over its stored readings; what
then holds at the end, and was not told yet, is told. Fences and battery only ever
follow reports in order.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from alerts.detection import live, vitals
from alerts.detection.arrival import Sorted, relevant, sort
from alerts.detection.batch import Batch, Reports
from alerts.detection.columns import Bools, Floats, Ints, Rows, fresh_state, picked, put
from alerts.detection.detectors import Ground
from alerts.detection.ending import OTHER
from alerts.detection.gates import open_gates
from alerts.detection.outlook import (
    Outlook,
    clearings,
    firings,
    measures,
    told,
)
from alerts.detection.personal import remember
from alerts.detection.segments import joined, latch, latest, segments
from alerts.detection.streams import leave
from alerts.detection.telling import Events
from alerts.detection.verdict import CLEARING, FIRING, MEASURE, REPLAY, Verdict

_GROUPS: Final = {
    "worn_s": ("worn", "worn_s"),
    "steps_s": ("steps", "steps_s"),
    "stepped_s": ("stepped_s",),
    "motion_s": ("motion", "motion_s"),
    "moved_s": ("moved_s",),
    "same_s": ("same_value", "same_since_s", "same_count", "same_s", "gates"),
    "hr_last_s": ("hr_last_s", "hr_s", "hr", "hr_start_s", "hr_count"),
    "bp_last_s": ("bp_last_s", "bp_s", "bp", "bp_start_s", "bp_count"),
    "ox_last_s": ("ox_last_s", "ox_s", "ox", "ox_start_s", "ox_count", "ox_low_s"),
}
"""Parts of the state that are followed anew, by the field that says how new each is."""


class _Known(NamedTuple):
    """Readings known by now, with their index in the batch (-1: stored before it)."""

    reports: Rows
    origin: Ints


class _Late(NamedTuple):
    """Late reports: whose, and their times."""

    owner: Ints
    time_s: Floats
    received_s: Floats


def replay(
    state: Rows,
    reports: Rows,
    verdict: Verdict,
    history: Rows,
    ground: Ground,
) -> Verdict:
    """See :func:`alerts.detection.engine.replay`."""
    pending = verdict.pending
    kept = ~_among(history, reports[pending])
    known = _Known(history[kept], np.full(kept.sum(), -1))
    parts: list[Events] = []
    while pending.size:
        taken = sort(state, reports[pending], ground.limits)
        parts.append(live.pass_over(state, reports, taken.within(pending), ground))
        late = _together(reports[pending], taken)
        done = np.append(np.delete(np.arange(pending.size), taken.pending), late)
        known = _with(known, reports, pending[done])
        if late.size:
            parts.append(_look_again(state, reports[pending[late]], known, ground))
        pending = np.delete(pending, done)
    return _verdict(parts, reports, verdict)


def _together(reports: Rows, taken: Sorted) -> Ints:
    """Each row's next late reports, as far as they arrived together.

    What one message brought is put in its place at once: the outcome is the same for
    any batching, as a message is never divided, and far cheaper.
    """
    order = np.argsort(reports["row"][taken.pending], kind="stable")
    waiting = taken.pending[order]
    of = segments(reports["row"][waiting].astype(np.intp))
    begins = waiting[latest(of.first)]
    late = np.isin(waiting, taken.late)
    apart = ~late | (reports["received_s"][waiting] != reports["received_s"][begins])
    breaks = np.cumsum(apart)
    return waiting[breaks == (breaks - apart)[latest(of.first)]]


def _look_again(state: Rows, late: Rows, known: _Known, ground: Ground) -> Events:
    """Follow the last hours anew with late reports in their place.

    Parameters
    ----------
    late : REPORT rows, those of one row arrived together, each with one relevant.
    """
    remember(state, late, ground.limits, ground.zone, memory=ground.memory)
    late = late[relevant(late, ground.limits)]
    rows, owner_of_late = np.unique(late["row"].astype(np.intp), return_inverse=True)
    came = _Late(owner_of_late, late["time_s"], late["received_s"])
    s = picked(state, rows)
    since_s = live.window_since_s(state, rows, ground)
    at, owner = _window(known.reports, rows, since_s)
    window = known.reports[at]
    newest_s = s["last_time_s"].copy()
    _forget(s, since_s)
    reports = Reports(window)
    batch = Batch(s, rows, ground.limits.of(rows), reports, segments(owner))
    gates = open_gates(batch)
    s["last_time_s"] = newest_s
    outlooks = (
        vitals.heart_rate(batch, gates),
        vitals.blood_pressure(batch, gates),
        vitals.oxygen(batch, gates),
    )
    parts = [_settle(batch, outlook, came, since_s) for outlook in outlooks]
    for vital in (vitals.HEART_RATE, vitals.PRESSURE, vitals.OXYGEN):
        leave(s, np.arange(len(s)), vital)
    put(state, rows, s)
    fired = joined([part.firings for part in parts], FIRING)
    fired["report"] = known.origin[at][fired["report"]]
    return Events(
        fired,
        joined([part.clearings for part in parts], CLEARING),
        joined([part.measure for part in parts], MEASURE),
    )


def _settle(batch: Batch, outlook: Outlook, late: _Late, since_s: Floats) -> Events:
    """Bring what was told in line with what holds at the end of the window."""
    s, window = batch.state, batch.reports
    owners, end = outlook.of.owners, outlook.of.last
    time_s = window["time_s"][outlook.places]
    reached, clear = told(batch, outlook, batch.relevant)
    nothing = np.zeros((len(s), len(outlook.kinds)))
    seed = (nothing.astype(np.uint8), np.full_like(nothing, np.nan))
    latched = latch(reached, clear, time_s, outlook.of, rearm_s=np.inf, seed=seed)
    fired = latest(latched.fires | outlook.of.first)[:, end]
    cleared = latest(clear | outlook.of.first)[:, end]
    kinds = np.array(outlook.kinds)[:, None]
    level = s["level"][owners, kinds]
    told_s = s["told_s"][owners, kinds]
    over = np.take_along_axis(clear, cleared, 1)
    over &= ~(time_s[cleared] <= told_s)
    base = np.where(over, 0, level)
    holds = latched.level[:, end]
    known = (
        (told_s > since_s[owners]) & (s["told_level"][owners, kinds] >= holds) & ~over
    )
    arrived_s = np.zeros(len(s))
    arrived_s[late.owner] = late.received_s
    late_s = arrived_s[owners] - time_s[fired]
    tell = (holds > base) & ~known & (late_s <= batch.own("late.relevant_s", owners))
    s["level"][owners, kinds] = np.where(tell, holds, base)
    kind, segment = np.nonzero(tell)
    which = (owners[segment], kinds[kind, 0])
    s["told_s"][which] = time_s[fired[kind, segment]]
    s["told_level"][which] = holds[kind, segment]
    s["met_s"][which] = latched.met_s[kind, end[segment]]
    others = [OTHER.get(one, one) for one in outlook.kinds]
    held = (np.array(others)[:, None] != kinds) & (s["level"][owners][:, others].T > 0)
    ended = np.nonzero(over & (level > 0) & ~held)
    return Events(
        firings(outlook, kind, fired[kind, segment], window, holds[kind, segment]),
        clearings(outlook, ended[0], cleared[ended], window),
        _asked(batch, outlook, late),
    )


def _asked(batch: Batch, outlook: Outlook, late: _Late) -> Rows:
    """MEASURE rows where a late report is itself a first reading still waiting."""
    if outlook.hope is None or outlook.hope_s is None:
        return np.zeros(0, MEASURE)
    owners, end = outlook.of.owners, outlook.of.last
    level = batch.state["level"][owners][:, list(outlook.kinds)].T
    begun_s = np.where(outlook.hope[:, end] > level, outlook.hope_s[:, end], np.nan)
    mine = [
        np.isin(_pairs(owners, one), _pairs(late.owner, late.time_s)) for one in begun_s
    ]
    which = np.flatnonzero(np.logical_or.reduce(mine))
    kind = np.where(mine[0], 0, 1)[which]
    slots = np.array(outlook.kinds)[kind]
    return measures(batch, owners[which], slots, begun_s[kind, which])


def _pairs(owner: Ints, time_s: Floats) -> NDArray[np.complex128]:
    """Owner and time as one comparable number each."""
    return owner + 1j * time_s


def _forget(s: Rows, since_s: Floats) -> None:
    """Blank what the window tells anew; what is older than it stays."""
    blank = fresh_state(1)
    for newest, names in _GROUPS.items():
        again = s[newest] > since_s
        for name in names:
            s[name][again] = blank[name][0]


def _window(
    reports: Rows, rows: Ints, since_s: Floats
) -> tuple[Ints, NDArray[np.intp]]:
    """Indices of each row's readings after `since_s`, in time order, and their row."""
    owner = np.searchsorted(rows, reports["row"])
    owner = np.minimum(owner, len(rows) - 1)
    mine = (rows[owner] == reports["row"]) & (reports["time_s"] > since_s[owner])
    at = np.flatnonzero(mine)
    order = np.lexsort((reports["seq"][at], reports["time_s"][at], owner[at]))
    return at[order], owner[at[order]]


def _with(known: _Known, reports: Rows, more: Ints) -> _Known:
    return _Known(
        np.concatenate([known.reports, reports[more]]),
        np.concatenate([known.origin, more]),
    )


def _among(history: Rows, reports: Rows) -> Bools:
    """Which stored readings are one of `reports` (a time is the same within 1 ms)."""
    return np.isin(_identity(history), _identity(reports))


def _identity(reports: Rows) -> Rows:
    identity = np.zeros(len(reports), "<i8,<i8,<i8")
    identity["f0"] = reports["row"]
    identity["f1"] = np.rint(reports["time_s"] * 1000.0)
    identity["f2"] = reports["seq"]
    return identity


def _verdict(parts: list[Events], reports: Rows, verdict: Verdict) -> Verdict:
    """One verdict of all passes, their orders one after the other."""
    before = 0
    for part in parts:
        part.firings["order"] += before
        part.clearings["order"] += before
        orders = np.append(part.firings["order"], part.clearings["order"])
        before = int(orders.max(initial=before)) + 1
    return Verdict(
        firings=joined([part.firings for part in parts], FIRING),
        clearings=joined([part.clearings for part in parts], CLEARING),
        measure=joined([part.measure for part in parts], MEASURE),
        rows=np.unique(reports["row"][verdict.pending]).astype(np.intp),
        replay=np.zeros(0, REPLAY),
        pending=np.zeros(0, np.intp),
        late=np.zeros(0, np.intp),
        fences=verdict.fences,
        limits=verdict.limits,
    )
