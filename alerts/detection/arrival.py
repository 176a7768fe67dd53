"""What of a batch is judged now, in which order, and what came late."""

from typing import NamedTuple

import numpy as np

from alerts.detection.columns import Bools, Floats, Ints, Rows, picked
from alerts.detection.limits import Limits
from alerts.detection.pulse import within
from alerts.detection.segments import latest, segments


class Sorted(NamedTuple):
    """How to take a batch: what now, what not yet, what only keeps as history."""

    live: Ints  # sorted by row, arrival order within one
    row: Ints  # of those
    late: Ints
    pending: Ints  # from each row's first late report that is still relevant on

    @property
    def past(self) -> Ints:
        """Late reports that wait for nothing, in the order they arrived."""
        return np.setdiff1d(self.late, self.pending)

    def within(self, of: Ints) -> "Sorted":
        """The same of more reports, those sorted being the ones at `of` among them."""
        return Sorted(of[self.live], self.row, of[self.late], of[self.pending])


def sort(state: Rows, reports: Rows, limits: Limits) -> Sorted:
    """Tell reports in order from late ones, and late ones that matter from others."""
    row, time_s = np.ascontiguousarray(reports["row"]), reports["time_s"]
    by_row = np.arange(len(row))
    if not (row[1:] >= row[:-1]).all():
        by_row = _by_row(row)
        row, time_s = row[by_row], time_s[by_row]
    of = segments(row)
    muddled = time_s[of.begin] < state["last_time_s"][of.owners]
    back = np.flatnonzero((time_s[1:] < time_s[:-1]) & ~of.first[1:])
    muddled[np.searchsorted(of.begin, back, side="right") - 1] = True
    none = np.zeros(0, np.intp)
    if not muddled.any():
        return Sorted(by_row, row, none, none)
    at = np.flatnonzero(np.repeat(muddled, of.last - of.begin + 1))
    late, waits = _late(state, picked(reports, by_row[at]), limits)
    live = np.ones(len(by_row), bool)
    live[at] = ~late & ~waits
    return Sorted(
        live=by_row[live],
        row=row[live],
        late=np.sort(by_row[at[late]]),
        pending=np.sort(by_row[at[waits]]),
    )


def relevant(reports: Rows, limits: Limits) -> Bools:
    """Whether each report arrived soon enough after its time to alarm anyone."""
    late_s = reports["received_s"] - reports["time_s"]
    return late_s <= limits.own("late.relevant_s", reports["row"])


def _by_row(row: Ints) -> Ints:
    """Stable order by row; numpy sorts numbers of 16 bits in linear time."""
    order = np.argsort(row.astype(np.uint16), kind="stable")
    if row.max() <= np.iinfo(np.uint16).max:
        return order
    return order[np.argsort((row >> 16).astype(np.uint16)[order], kind="stable")]


def _late(state: Rows, reports: Rows, limits: Limits) -> tuple[Bools, Bools]:
    """Which reports, sorted by row, are late, and which wait for one that matters."""
    of = segments(reports["row"].astype(np.intp))
    time_s = reports["time_s"]
    late = time_s < _newest_before(time_s, of.first)
    late |= time_s < state["last_time_s"][of.owner]
    matters = late & relevant(reports, limits) & _has_vitals(reports)
    waits = np.cumsum(matters)
    return late, waits > (waits - matters)[latest(of.first)]


def _newest_before(time_s: Floats, first: Bools) -> Floats:
    """The newest time before each report in its segment, -inf before the first."""
    distinct, rank = np.unique(time_s, return_inverse=True)
    group = np.cumsum(first) * len(distinct)
    newest = np.maximum.accumulate(group + rank) - group
    before = np.empty(len(time_s))
    before[1:] = distinct[newest[:-1]]
    before[first] = -np.inf
    return before


def _has_vitals(reports: Rows) -> Bools:
    names = ("heart_rate", "systolic", "diastolic", "spo2")
    return np.logical_or.reduce([within(name, reports[name]) for name in names])
