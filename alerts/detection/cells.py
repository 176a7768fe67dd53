"""Sums over parts of local days: the running one in the state, those over in memory.

Readings of a batch join the running cell of their wristband. When a part of the day is
over its cell moves into the memory's ring, and what is usual for the next part is
worked out from the ring: once for each wristband and part, however many readings come.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alerts.detection.batch import Batch
from alerts.detection.columns import Ints
from alerts.detection.memory import Memory
from alerts.detection.rings import Ring, Sums, add, between, keep
from alerts.detection.segments import latest
from alerts.detection.turns import Turns

Usual = tuple[NDArray[Any], ...]
Fix = Callable[[Ints, Ints], Usual]
"""From wristbands and the parts they begin to the fields of what is usual."""


@dataclass(frozen=True, slots=True)
class Given:
    """Readings that join cells, by wristband and in the order they arrived.

    Attributes
    ----------
    owner : (l,) whose.
    place : (l,) index of the report; of a late one that of the report before it.
    values : (v, l) whole numbers.
    part : (l,) number of the part of the day each is of; None where all are in order.
    """

    owner: Ints
    place: Ints
    values: Sums
    part: Ints | None = None


@dataclass(frozen=True, slots=True)
class _Cells:
    """Cells on the move: those of the stays, and late readings of older ones."""

    batch: Batch
    memory: Memory
    ring: Ring
    turns: Turns
    sums: Sums  # (m + t, v)
    counts: Ints  # (m + t,)
    late: Given
    late_stay: Ints  # in which each late one arrived


def follow(
    batch: Batch, memory: Memory, ring: Ring, turns: Turns, *, given: Given, fix: Fix
) -> Usual:
    """Add readings to their cells, and work out what is usual where a part begins.

    Moves the states and the memory on.

    Parameters
    ----------
    turns : of the ring's parts of the day.
    fix : called with wristbands and the parts they begin, once the memory is that far.

    Returns
    -------
    (m + t, …) each of the ring's usual fields, in every stay.
    """
    s = batch.state
    usual = tuple(_stays(s[name], turns) for name in ring.usual)
    counts = _stays(s[f"{ring.name}_count"], turns).astype(np.intp)
    if not (given.owner.size or counts.any() or (s["kept"] & ring.bit).any()):
        return usual
    sums = _stays(s[f"{ring.name}_sum"], turns).astype(np.int64)
    stay = turns.stay(given.owner, given.place)
    late = np.zeros(len(stay), bool)
    if given.part is not None:
        ago = turns.parts[stay] - given.part
        late = (ago > 0) & (ago < ring.size)
        _count(sums, counts, stay[ago <= 0], given.values[:, ago <= 0], ring.most)
    else:
        _count(sums, counts, stay, given.values, ring.most)
    cells = _Cells(
        batch, memory, ring, turns, sums, counts, _some(given, late), stay[late]
    )
    _move_on(cells, usual, fix)
    last = turns.last
    s[f"{ring.name}_sum"], s[f"{ring.name}_count"] = sums[last], counts[last]
    for name, values in zip(ring.usual, usual, strict=True):
        s[name] = values[last]
    return usual


def _stays(seed: NDArray[Any], turns: Turns) -> NDArray[Any]:
    """(m + t, …) the state's values, then as many empty ones as parts begin."""
    more = np.zeros((len(turns.part), *seed.shape[1:]), seed.dtype)
    return np.concatenate([seed, more])


def _some(given: Given, which: NDArray[np.bool_]) -> Given:
    """The late ones of what is given."""
    part = given.owner if given.part is None else given.part
    return Given(
        given.owner[which], given.place[which], given.values[:, which], part[which]
    )


def _count(sums: Sums, counts: Ints, stay: Ints, values: Sums, most: int) -> None:
    """Add readings to the cells of their stays, each stay's lying together."""
    if not stay.size:
        return
    start = np.flatnonzero(np.append([True], stay[1:] != stay[:-1]))
    cell = stay[start]
    length = np.diff(np.append(start, len(stay)))
    taken = np.minimum(length, most - counts[cell])
    sums[cell] += between(values, start, start + taken).T
    counts[cell] += taken


def _move_on(cells: _Cells, usual: Usual, fix: Fix) -> None:
    """Bring the memory forward, and fix what is usual for each part that begins.

    Parts of one day do not bear on each other: turns are taken together day by day,
    and one by one only where late readings came between.
    """
    turns, m = cells.turns, len(cells.turns.began)
    begins, ends = _rounds(cells)
    for one in range(int(ends.max(initial=-1)) + 1):
        _put_away(cells, np.flatnonzero(ends == one))
        new = np.flatnonzero(begins == one)
        if new.size:
            found = fix(turns.owner[new], turns.part[new])
            for values, fixed in zip(usual, found, strict=True):
                values[m + new] = fixed
    if cells.late_stay.size:
        _add(cells, ~np.isin(cells.late_stay, turns.before))


def _rounds(cells: _Cells) -> tuple[Ints, Ints]:
    """(t,) in which round each turn's part is fixed, and the part before it put away."""
    turns = cells.turns
    before = turns.before
    first = before < len(turns.began)
    day = turns.part // cells.ring.per_day
    apart = np.ones(len(day), bool)
    apart[1:] = day[1:] != day[:-1]
    if cells.late_stay.size:
        apart |= np.isin(before, cells.late_stay)
    apart &= ~first
    passed = np.cumsum(apart)
    begins = passed - passed[latest(first)]
    return begins, np.where(first | apart, begins, begins + 1)


def _put_away(cells: _Cells, turn: Ints) -> None:
    """Keep the cells that some turns end, with the late readings of their time."""
    turns, batch = cells.turns, cells.batch
    stay, owner = turns.before[turn], turns.owner[turn]
    full = cells.counts[stay] > 0
    stay, owner = stay[full], owner[full]
    if stay.size:
        held = (cells.sums[stay], cells.counts[stay])
        keep(cells.memory, cells.ring, batch.rows[owner], turns.parts[stay], held)
        batch.state["kept"][owner] |= np.uint8(cells.ring.bit)
    if cells.late_stay.size:
        _add(cells, np.isin(cells.late_stay, turns.before[turn]))


def _add(cells: _Cells, which: NDArray[np.bool_]) -> None:
    """Add late readings to the cells of their own time."""
    late, part = cells.late, cells.late.part
    if part is None or not which.any():
        return
    owner, batch = late.owner[which], cells.batch
    add(
        cells.memory,
        cells.ring,
        batch.rows[owner],
        part[which],
        late.values[:, which],
    )
    batch.state["kept"][owner] |= np.uint8(cells.ring.bit)
