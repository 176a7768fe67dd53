"""Which places fell silent as a whole: the lowest in the tree, and those above them.

Pure: what it must know of wristbands that still report it asks for by `Census`.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import ceil
from typing import Protocol
from uuid import UUID

Path = tuple[UUID, ...]
Values = Mapping[str, float]
SEVERAL = 2
"""So many parts a place must have for the silence of all to be its own."""


@dataclass(frozen=True, slots=True)
class Fallen:
    """A silent wristband: where its wearer lives, and since when."""

    path: Path  # root first, the wearer's own place last
    since: datetime


@dataclass(frozen=True, slots=True)
class Count:
    """Wristbands of a place, or of a part of it.

    Attributes
    ----------
    wristbands : those that report, and those that fell silent lately.
    missing : those of them that are overdue, though not all long enough to be silent.
    """

    wristbands: int
    missing: int

    def reaches(self, share: float) -> bool:
        """Whether so large a share of them is missing."""
        return self.wristbands > 0 and self.missing >= share * self.wristbands


@dataclass(frozen=True, slots=True)
class Outage:
    """A place whose wristbands fell silent together.

    Attributes
    ----------
    path : the place last, all above it before.
    since : when the first of them fell silent.
    within_s : how far apart they may have fallen silent [s]
    count : its wristbands.
    """

    path: Path
    since: datetime
    within_s: float
    count: Count

    @property
    def place(self) -> UUID:
        """The place itself."""
        return self.path[-1]


class Census(Protocol):
    """What is known of all wristbands of a place."""

    def at_most(self, place: UUID, without: Collection[UUID], limit: int) -> int:
        """Number of wristbands of `place`, but no more than `limit` + 1.

        Parameters
        ----------
        without : places below it that are left out.
        """
        ...

    def parts(self, path: Path) -> Sequence[Count]:
        """The wristbands of each part of a place: the places next below, and itself."""
        ...


def outages(
    fallen: Collection[Fallen], rules: Callable[[Path], Values], census: Census
) -> list[Outage]:
    """Places to be told of, none of them within another.

    A place is out when ``area_outage.share`` of its wristbands, and at least
    ``area_outage.at_least``, fell silent within ``area_outage.within_s`` of each other.
    The lowest places come first, and those above are judged by what is left; but where
    every part of a place is out, it is the place itself.

    Parameters
    ----------
    fallen : wristbands that are silent, of places not known to be out.
    rules : the figures in force at a place.
    """
    out: dict[UUID, Outage] = {}
    for path, members in _upwards(fallen):
        left = [one for one in members if out.keys().isdisjoint(one.path)]
        outage = _judge(path, left, rules(path), census, out.keys())
        if outage is not None:
            out[outage.place] = outage
    lifted = {one.place: one for one in (_lift(o, rules, census) for o in out.values())}
    return [one for one in lifted.values() if lifted.keys().isdisjoint(one.path[:-1])]


def together(moments: Collection[datetime], within_s: float) -> list[datetime]:
    """The most of them that lie within so long of each other, in order [s]."""
    ordered = sorted(moments)
    within = timedelta(seconds=within_s)
    best, start = ordered[:0], 0
    for end, moment in enumerate(ordered, 1):
        while moment - ordered[start] > within:
            start += 1
        if end - start > len(best):
            best = ordered[start:end]
    return best


def _upwards(fallen: Collection[Fallen]) -> Iterator[tuple[Path, list[Fallen]]]:
    """Places with the silent wristbands at or below them, the lowest places first."""
    below: defaultdict[Path, list[Fallen]] = defaultdict(list)
    for one in fallen:
        for depth in range(len(one.path)):
            below[one.path[: depth + 1]].append(one)
    return iter(sorted(below.items(), key=lambda item: -len(item[0])))


def _judge(
    path: Path,
    members: Sequence[Fallen],
    values: Values,
    census: Census,
    out: Collection[UUID],
) -> Outage | None:
    within_s, share = values["area_outage.within_s"], values["area_outage.share"]
    group = together([one.since for one in members], within_s)
    number = len(group)
    if not values["area_outage.enabled"] or number < values["area_outage.at_least"]:
        return None
    count = Count(census.at_most(path[-1], out, ceil(number / share)), number)
    return Outage(path, group[0], within_s, count) if count.reaches(share) else None


def _lift(outage: Outage, rules: Callable[[Path], Values], census: Census) -> Outage:
    """The highest place at or above `outage` that is out in each of several parts."""
    highest, path = outage, outage.path[:-1]
    while path:
        values = rules(path)
        parts = [part for part in census.parts(path) if part.wristbands]
        share = values["area_outage.share"]
        if not values["area_outage.enabled"] or not all(
            p.reaches(share) for p in parts
        ):
            break
        if len(parts) >= SEVERAL:
            whole = (sum(p.wristbands for p in parts), sum(p.missing for p in parts))
            highest = replace(outage, path=path, count=Count(*whole))
        path = path[:-1]
    return highest
