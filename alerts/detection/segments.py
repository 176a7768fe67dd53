"""Scans along each wristband's own readings, for all wristbands at once.

Readings lie sorted by wristband, in judged order within one: a segment each. Every
scan carries in what the state remembers ("seed", one entry a wristband) and needs a
fixed number of array operations, however long the segments are.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from alerts.detection.columns import Bools, Floats, Ints

Scalar = TypeVar("Scalar", bound=np.generic)


@dataclass(frozen=True)
class Segments:
    """Where each wristband's readings begin and end.

    Attributes
    ----------
    owner : (n,) index of the reading's wristband among those judged, ascending.
    first : (n,) bool, True on a segment's first reading.
    begin, last : (k,) index of each segment's first and last reading.
    """

    owner: Ints
    first: Bools
    begin: Ints
    last: Ints

    @cached_property
    def owners(self) -> Ints:
        """(k,) the wristband of each segment."""
        return self.owner[self.begin]

    @cached_property
    def place(self) -> Ints:
        """(n,) index of each reading."""
        return np.arange(len(self.owner))

    @property
    def size(self) -> int:
        """Number of readings."""
        return len(self.owner)


def segments(owner: Ints) -> Segments:
    """Segments of readings sorted by `owner`."""
    first = np.ones(len(owner), bool)
    np.not_equal(owner[1:], owner[:-1], out=first[1:])
    begin = np.flatnonzero(first)
    last = np.append(begin[1:], len(owner))[: len(begin)] - 1
    return Segments(owner, first, begin, last)


def numbered(row: Ints) -> tuple[Segments, Ints]:
    """Segments of readings sorted by `row`, their owners numbered; and their rows."""
    of = segments(row)
    rows = row[of.begin].astype(np.intp)
    return Segments(np.cumsum(of.first) - 1, of.first, of.begin, of.last), rows


def latest(anchor: Bools) -> Ints:
    """Index of the newest True at or before each place, along the last axis.

    The first place counts as True.
    """
    if anchor.ndim == 1 and anchor.size and anchor[0]:
        return np.flatnonzero(anchor)[np.cumsum(anchor) - 1]
    places = np.arange(int(anchor.shape[-1]))
    return np.maximum.accumulate(np.where(anchor, places, 0), axis=-1)


def carried(
    values: NDArray[Scalar], present: Bools, of: Segments, seed: NDArray[Scalar]
) -> NDArray[Scalar]:
    """The newest present value at or before each reading, the seed before any."""
    if present.all():
        return values
    anchor = present | of.first
    at = np.flatnonzero(anchor)
    filled = values[at]
    older = np.flatnonzero(~present[at])
    filled[older] = seed[of.owner[at[older]]]
    return filled[np.cumsum(anchor) - 1]


def final(present: Bools, of: Segments) -> Ints:
    """Index of the last present reading of each segment that has one."""
    if present.all():
        return of.last
    places = np.flatnonzero(present)
    owner = of.owner[places]
    return places[np.append(owner[1:] != owner[:-1], True)[: len(places)]]


def previous(
    values: NDArray[Scalar], of: Segments, seed: NDArray[Scalar]
) -> NDArray[Scalar]:
    """The value of the reading before, the seed for a segment's first."""
    shifted = np.empty_like(values)
    shifted[1:] = values[:-1]
    shifted[of.begin] = seed[of.owners]
    return shifted


def lowest(
    values: Floats, anew: Bools, of: Segments, seed: NDArray[np.float32]
) -> NDArray[np.float32]:
    """The lowest value since `anew` last held, that reading included.

    Parameters
    ----------
    values : (n,) between 0 and 1000.
    seed : (m,) the lowest so far, NaN where there is none.
    """
    begins = np.where(of.first & ~anew, np.fmin(values, seed[of.owner]), values)
    group = np.cumsum(anew | of.first) * -1000.0
    return (np.minimum.accumulate(group + begins) - group).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Runs:
    """Unbroken runs of several conditions, each a row."""

    start_s: NDArray[np.float64]  # (k, n) when the run began, NaN outside one
    count: NDArray[np.int64]  # (k, n) readings in it so far, 0 outside one


def runs(
    condition: Bools,
    time_s: Floats,
    earlier_s: Floats,
    gap_s: Floats,
    of: Segments,
    *,
    seed: tuple[NDArray[np.float64], NDArray[np.int32]],
) -> Runs:
    """Follow runs in which a condition holds on every reading with no long gap.

    Parameters
    ----------
    condition : (k, n) bool, k conditions of the same readings.
    time_s, earlier_s : (n,) time of each reading and of the one before it [s]
    gap_s : (k, 1) or (k, n) longest gap a run bears [s]
    seed : start and count, (m, k) each, of the runs under way before.
    """
    start_seed = seed[0][of.owner].T
    held = np.empty_like(condition)
    held[:, 1:] = condition[:, :-1]
    held[:, of.first] = ~np.isnan(start_seed[:, of.first])
    goes_on = condition & held & (time_s - earlier_s <= gap_s)
    at = latest(~goes_on | of.first)
    start = np.where(goes_on, start_seed, np.where(condition, time_s, np.nan))
    count = np.where(goes_on, seed[1][of.owner].T + 1, condition)
    start = np.take_along_axis(start, at, axis=1)
    count = np.take_along_axis(count, at, axis=1)
    count = np.where(condition, count + np.arange(of.size) - at, 0)
    return Runs(start, count)


class Latched(NamedTuple):
    """Episodes of several kinds, each a row."""

    fires: Bools  # (k, n) the severity told rises here
    clears: Bools  # (k, n) the episode ends here
    level: NDArray[np.int64]  # (k, n) severity told so far in the episode
    met_s: NDArray[np.float64]  # (k, n) when the condition was last met


def latch(
    reached: NDArray[np.int64],
    clear: Bools,
    time_s: Floats,
    of: Segments,
    *,
    rearm_s: Floats | float,
    seed: tuple[NDArray[np.uint8], NDArray[np.float64]],
) -> Latched:
    """Turn what each reading reaches into episodes that fire once a severity.

    Parameters
    ----------
    reached : (k, n) level each reading reaches, 0 for none.
    clear : (k, n) bool, True where an episode would end; never where `reached` > 0.
    rearm_s : (n,) or what broadcasts; a level reached so long after the last time
        begins a new episode [s]
    seed : level and time last met, (m, k) each.
    """
    met = reached > 0
    level_seed = seed[0][of.owner].T.astype(np.int64)
    met_s = np.where(met, time_s, seed[1][of.owner].T)
    met_s = np.take_along_axis(met_s, latest(met | of.first), axis=1)
    before_s = np.empty_like(met_s)
    before_s[:, 1:] = met_s[:, :-1]
    before_s[:, of.first] = seed[1][of.owner[of.first]].T
    anew = met & (time_s - before_s > rearm_s)
    begins = clear | anew
    at_least = np.where(of.first & ~begins, level_seed, 0)
    group = np.cumsum(begins | of.first, axis=1) * 4
    level = np.maximum.accumulate(group + np.maximum(reached, at_least), axis=1) - group
    level_before = np.empty_like(level)
    level_before[:, 1:] = level[:, :-1]
    level_before[:, of.first] = level_seed[:, of.first]
    fires = met & (reached > np.where(anew, 0, level_before))
    return Latched(fires, clear & (level_before > 0), level, met_s)


def joined(parts: list[NDArray[Any]], dtype: np.dtype[Any]) -> NDArray[Any]:
    """Concatenate `parts`, an empty array of `dtype` where there are none."""
    some = [part.view(f"V{dtype.itemsize}") for part in parts if len(part)]
    return np.concatenate(some).view(dtype) if some else np.zeros(0, dtype)
