"""Judging reports that come in order, all wristbands of a batch at once."""

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np

from alerts.detection.arrival import Sorted, sort
from alerts.detection.batch import Batch, Reports
from alerts.detection.columns import Floats, Ints, Rows, picked, put
from alerts.detection.detectors import DETECTORS, Detector, Ground
from alerts.detection.ending import ended
from alerts.detection.gates import Gates, open_gates
from alerts.detection.geofence import remember_fix
from alerts.detection.lateness import among
from alerts.detection.personal import leave as forget
from alerts.detection.personal import look, remember
from alerts.detection.screening import concerned
from alerts.detection.segments import joined, numbered
from alerts.detection.telling import NOTHING, Events, tell
from alerts.detection.verdict import CLEARING, FIRING, MEASURE, REPLAY, Verdict
from core.errors import ShapeError

BLOCK: Final = 65536
"""So many reports, of whole wristbands, are judged at a time: their columns then stay
in the processor's cache."""


def judge(state: Rows, reports: Rows, ground: Ground) -> Verdict:
    """See :func:`alerts.detection.engine.judge`."""
    given = (len(ground.limits), len(ground.fences.start) - 1, len(ground.memory))
    if any(rows != len(state) for rows in given):
        raise ShapeError("state, limits, fences and memory must have the same rows")
    taken = sort(state, reports, ground.limits)
    events = pass_over(state, reports, taken, ground)
    waiting = np.unique(reports["row"][taken.pending])
    replay = np.zeros(len(waiting), REPLAY)
    replay["row"] = waiting
    replay["since_s"] = window_since_s(state, waiting, ground)
    return Verdict(
        firings=events.firings,
        clearings=events.clearings,
        measure=events.measure,
        rows=_distinct(taken.row),
        replay=replay,
        pending=taken.pending,
        late=taken.late,
        fences=ground.fences,
        limits=ground.limits,
    )


def _distinct(row: Ints) -> Ints:
    """The rows of reports sorted by row, once each."""
    return row[np.append(True, row[1:] != row[:-1])[: len(row)]].astype(np.intp)


def window_since_s(state: Rows, rows: Ints, ground: Ground) -> Floats:
    """From when on a late report makes judging look again, for each of `rows`."""
    return state["last_time_s"][rows] - ground.limits.own("late.window_s", rows)


def pass_over(state: Rows, reports: Rows, taken: Sorted, ground: Ground) -> Events:
    """Judge the reports that come in order; moves the states on in place.

    Late ones that wait for nothing count for what is usual.
    """
    live = taken.live
    past = _past(state, reports, taken, ground)
    whole = len(live) == len(reports) and bool((live[1:] > live[:-1]).all())
    parts: list[Events] = []
    for block in _blocks(taken.row):
        mine = reports[block] if whole else picked(reports, live[block])
        part = _judge_block(state, mine, ground, past.of(mine, live[block]))
        part.firings["report"] = live[block][part.firings["report"]]
        part.firings["order"] += block.start
        part.clearings["order"] += block.start
        parts.append(part)
    return Events(
        joined([part.firings for part in parts], FIRING),
        joined([part.clearings for part in parts], CLEARING),
        joined([part.measure for part in parts], MEASURE),
    )


def _blocks(row: Ints) -> Iterator[slice]:
    """Stretches of about BLOCK reports sorted by row, none dividing a row's."""
    start = 0
    while start < len(row):
        end = start + BLOCK
        if end < len(row):
            end = start + int(
                np.searchsorted(row[start:], int(row[end - 1]), side="right")
            )
        yield slice(start, min(end, len(row)))
        start = end


class _Past(NamedTuple):
    """Late reports of who also reports in order, and when reports arrived."""

    reports: Rows
    when: Ints
    live: Ints

    def of(self, mine: Rows, live: Ints) -> "_Past | None":
        """Those that arrived among a block's reports, None where there are none."""
        if not self.when.size:
            return None
        here = np.flatnonzero(np.isin(self.reports["row"], mine["row"]))
        return _Past(self.reports[here], self.when[here], live) if here.size else None


def _past(state: Rows, reports: Rows, taken: Sorted, ground: Ground) -> _Past:
    """Have late reports of who reports nothing in order be remembered at once."""
    past = taken.past if taken.late.size else taken.late
    if not past.size:
        return _Past(reports[:0], past, taken.live)
    alone = ~np.isin(reports["row"][past], reports["row"][taken.live])
    if alone.any():
        late, about = reports[past[alone]], (ground.limits, ground.zone)
        remember(state, late, *about, memory=ground.memory)
    past = past[~alone]
    return _Past(reports[past], past, taken.live)


def _judge_block(state: Rows, mine: Rows, ground: Ground, past: _Past | None) -> Events:
    """Judge reports sorted by row, all in order; moves the states on in place."""
    reports = Reports(mine)
    of, rows = numbered(reports["row"])
    batch = Batch(picked(state, rows), rows, ground.limits.of(rows), reports, of)
    before = batch.state["level"].copy()
    shut = batch.state["gates"].copy()
    gates = open_gates(batch)
    late = None
    if past is not None:
        when = (past.live, past.when)
        late = among(batch, past.reports, when, (gates, shut), ground.zone)
    parts = [_look(batch, gates, detector, ground) for detector in DETECTORS]
    people = look(batch, gates, late, zone=ground.zone, memory=ground.memory)
    parts += [tell(batch, outlook) for outlook in people.outlooks]
    if people.outlooks:
        forget(batch.state)
    remember_fix(batch)
    put(state, rows, batch.state)
    fired = _ordered(joined([part.firings for part in parts], FIRING))
    people.foretell(fired)
    cleared = _ordered(joined([part.clearings for part in parts], CLEARING))
    return Events(
        fired,
        cleared[ended(fired, cleared, rows, before)],
        joined([part.measure for part in parts], MEASURE),
    )


def _look(batch: Batch, gates: Gates, detector: Detector, ground: Ground) -> Events:
    """Have a detector judge the wristbands that concern it."""
    part = concerned(batch, *detector.concerned(batch, gates, ground))
    if part is None:
        return NOTHING
    outlook = detector.judge(part.batch, gates.some(part.places), ground)
    events = tell(part.batch, outlook)
    detector.leave(batch.state, part.which)
    events.firings["order"] = part.places[events.firings["order"]]
    events.firings["report"] = events.firings["order"]
    events.clearings["order"] = part.places[events.clearings["order"]]
    return events


def _ordered(rows: Rows) -> Rows:
    return rows[np.argsort(rows["order"], kind="stable")]
