"""Divides a replay so that one call meets one late arrival of a wearer at most."""

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from alerts.detection.columns import Bools, Ints, Rows

MOST_NUMBER: Final = 2.0**62


def late_rounds(reports: Rows, away: Bools) -> NDArray[np.int64]:
    """How many times a wearer's reports were late, or they left or came, by each one.

    Late reports that arrived together count once. Judged round by round a call knows
    the one arrival that made it look at the past again, and a wearer is away in all of
    it or not at all.

    Parameters
    ----------
    reports : (n,) REPORT in arrival order.
    away : (n,) bool, whether an absence of the wearer covers the report.

    Returns
    -------
    (n,) int64
    """
    by_row = np.argsort(reports["row"], kind="stable")
    row, time_s = reports["row"][by_row], reports["time_s"][by_row]
    received_s = reports["received_s"][by_row]
    late = _is_late(row, time_s)
    together = np.zeros(len(reports), np.bool_)
    together[1:] = (
        (row[1:] == row[:-1]) & late[:-1] & (received_s[1:] == received_s[:-1])
    )
    begins = late & ~together
    flag = away[by_row]
    begins[1:] |= (row[1:] == row[:-1]) & (flag[1:] != flag[:-1])
    count = np.cumsum(begins)
    first = np.ones(len(reports), np.bool_)
    first[1:] = row[1:] != row[:-1]
    before = np.maximum.accumulate(np.where(first, count - begins, 0))
    rounds = np.empty(len(reports), np.int64)
    rounds[by_row] = count - before
    return rounds


def _is_late(row: Ints, time_s: NDArray[np.float64]) -> Bools:
    """Whether each report is older than one of its row before it."""
    if not len(row):
        return np.zeros(0, np.bool_)
    # Whole microseconds from the first report on: exact, and sorted faster than floats.
    since_us = np.rint((time_s - time_s.min()) * 1e6).astype(np.int64)
    if float(since_us.max()) * (len(np.unique(row)) + 1) >= MOST_NUMBER:
        since_us = np.unique(since_us, return_inverse=True)[1].astype(np.int64)
    span_us = int(since_us.max()) + 1
    first = np.ones(len(row), np.bool_)
    first[1:] = row[1:] != row[:-1]
    group = np.cumsum(first) * span_us
    newest = np.maximum.accumulate(group + since_us) - group
    before = np.empty(len(row), np.int64)
    before[1:] = newest[:-1]
    before[first] = -1
    return since_us < before


def turns(rounds: NDArray[np.int64], begin: int) -> Iterator[NDArray[np.intp]]:
    """Report indices to judge together, one late arrival of a wearer in each turn."""
    least = rounds.min(initial=0)
    if rounds.max(initial=0) == least:
        yield np.arange(begin, begin + len(rounds))
        return
    order = np.argsort(rounds, kind="stable")
    breaks = np.flatnonzero(np.diff(rounds[order])) + 1
    for part in np.split(order, breaks):
        yield part + begin
