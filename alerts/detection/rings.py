"""Rings of cells in memory: the last days of each part of the day, the oldest replaced."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from alerts.detection.columns import Ints, Rows
from alerts.detection.memory import Memory

Sums = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Ring:
    """One kind of cells.

    Attributes
    ----------
    name : the fields' in STATE and MEMORY begin with it.
    per_day : parts of a day, cells each.
    days : how many days the memory keeps.
    most : readings that count of each cell, the first ones.
    bit : of the state's ``kept``: set once the memory holds any.
    usual : fields of the state with what is usual in the running part.
    """

    name: str
    per_day: int
    days: int
    most: int
    bit: int
    usual: tuple[str, ...]

    @property
    def hours(self) -> int:
        """Hours of one part of the day."""
        return 24 // self.per_day

    @property
    def size(self) -> int:
        """Number of cells."""
        return self.per_day * self.days

    def place(self, part: Ints) -> tuple[Ints, Ints]:
        """Where the cells of parts stand: the part of the day, and the day's place."""
        return part % self.per_day, part // self.per_day % self.days


def sums_of(memory: Memory, ring: Ring, rows: Ints, part: Ints) -> Sums:
    """(k, days, v) sums of the cells of the same part of the day on the days before."""
    return memory.pick(f"{ring.name}_sum", rows, ring.place(part)[0])


def counts_of(memory: Memory, ring: Ring, rows: Ints, part: Ints, back: int) -> Ints:
    """Readings of the cells of the same part of the day on the days before.

    Parameters
    ----------
    rows, part : (k,) number of the part, newer than all that are kept.
    back : days to look back, no more than the ring keeps.

    Returns
    -------
    (k, days) readings, 0 where a cell is older than that.
    """
    day = part // ring.per_day
    counts: Ints = memory.pick(f"{ring.name}_count", rows, ring.place(part)[0])
    # Where yesterday's cell is kept, no older one than the ring holds can be left.
    if back < ring.days or (_newest(memory, ring, rows, part) < day - 1).any():
        days = days_of(memory, ring, rows, part)
        counts[days < (day - back)[:, None]] = 0
    return counts


def days_of(memory: Memory, ring: Ring, rows: Ints, part: Ints) -> Ints:
    """(k, days) the day of each cell of the same part of the day, counted from 1970."""
    newest = _newest(memory, ring, rows, part)[:, None]
    return newest - (newest - np.arange(ring.days)) % ring.days


def _newest(memory: Memory, ring: Ring, rows: Ints, part: Ints) -> Ints:
    """(k,) newest day whose cell of the same part of the day is kept."""
    newest = memory.pick(f"{ring.name}_newest", rows).astype(np.intp)
    return (newest - ring.place(part)[0]) // ring.per_day


def keep(
    memory: Memory, ring: Ring, rows: Ints, part: Ints, cells: tuple[Sums, Ints]
) -> None:
    """Put cells that are over into the ring.

    Parameters
    ----------
    rows, part : (k,) ascending by row and part, newer than all that are kept.
    cells : (k, v) sums and (k,) counts.
    """
    copies = memory.held(rows)
    at = memory.places(rows)
    same = rows[1:] == rows[:-1]
    newest = copies[f"{ring.name}_newest"]
    before = newest[at].astype(np.intp)
    before[1:] = np.where(same, part[:-1], before[1:])
    _clear(copies, ring, at, before, part)
    place = (at, *ring.place(part))
    copies[f"{ring.name}_sum"][place], copies[f"{ring.name}_count"][place] = cells
    last = np.append(~same, True)
    newest[at[last]] = part[last]


def add(memory: Memory, ring: Ring, rows: Ints, part: Ints, values: Sums) -> None:
    """Add late readings to cells that are over.

    Parameters
    ----------
    rows, part : (l,) whose cells; in the order the readings arrived.
    values : (v, l)
    """
    order = np.lexsort((part, rows))
    rows, part, values = rows[order], part[order], values[:, order]
    copies = memory.held(rows)
    at = memory.places(rows)
    _advance(copies, ring, at, part)
    differs = (at[1:] != at[:-1]) | (part[1:] != part[:-1])
    start = np.flatnonzero(np.append([True], differs))
    length = np.diff(np.append(start, len(rows)))
    place = (at[start], *ring.place(part[start]))
    sums, counts = copies[f"{ring.name}_sum"], copies[f"{ring.name}_count"]
    taken = np.minimum(length, ring.most - counts[place].astype(np.intp))
    sums[place] = sums[place] + between(values, start, start + taken).T
    counts[place] = counts[place] + taken


def between(values: Sums, start: Ints, end: Ints) -> Sums:
    """(v, k) sums of ``values[:, start:end]``, which are (v, l)."""
    running = np.zeros((len(values), values.shape[1] + 1), np.int64)
    np.cumsum(values, axis=1, out=running[:, 1:])
    return running[:, end] - running[:, start]


def _advance(copies: Rows, ring: Ring, at: Ints, part: Ints) -> None:
    """Make room for parts newer than all that are kept; sorted by row and part."""
    last = np.append(at[1:] != at[:-1], True)
    at, top = at[last], part[last]
    newest = copies[f"{ring.name}_newest"]
    newer = top > newest[at]
    at, top = at[newer], top[newer]
    _clear(copies, ring, at, newest[at].astype(np.intp), top + 1)
    newest[at] = top


def _clear(copies: Rows, ring: Ring, at: Ints, after: Ints, upto: Ints) -> None:
    """Empty the cells of the parts between two; of a ring still unused there are none."""
    gap = np.where(after > 0, np.minimum(upto - after - 1, ring.size), 0)
    if not gap.any():
        return
    each = np.repeat(np.arange(len(gap)), gap)
    back = np.arange(len(each)) - np.repeat(np.cumsum(gap) - gap, gap)
    place = (at[each], *ring.place(upto[each] - 1 - back))
    copies[f"{ring.name}_sum"][place] = 0
    copies[f"{ring.name}_count"][place] = 0
