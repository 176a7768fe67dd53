"""Whom nobody could reach: pure, from who stands for a place when, and by which contacts."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from core.duty import spans
from core.duty.spans import Span
from core.model import PlaceLevel, Role

_NEAR: Final = frozenset({PlaceLevel.BUILDING, PlaceLevel.COMPOUND})


class Cause(StrEnum):
    """Why somebody cannot be reached; of several, the one soonest mended comes first."""

    OFF_SHIFT = "off_shift"
    LAST_DELIVERIES_FAILED = "last_deliveries_failed"
    NO_VERIFIED_CONTACT = "no_verified_contact"
    NO_ONE_ASSIGNED = "no_one_assigned"


_FIRST: Final = tuple(Cause)


class Reach(StrEnum):
    """How far help is, where it is not near."""

    NOBODY = "nobody"
    """No responder of any level can be reached."""
    ABOVE = "above"
    """Only those can whom an alert tells later: nobody of its first step."""


@dataclass(frozen=True, slots=True)
class Stand:
    """A responder of a place, and when they stand for it.

    ``fault`` says why no contact of theirs is of use now; None where one is. ``stands``
    are the spans in which they are on duty, or responsible without a shift.
    """

    place_id: UUID
    level: str
    person_id: UUID
    name: str
    role: str
    fault: Cause | None
    stands: tuple[Span, ...]

    @property
    def near(self) -> bool:
        """Whether a critical alert tells them at once, where nobody nearer can be."""
        if self.level in _NEAR:
            return True
        return self.level == PlaceLevel.COMMUNITY and self.role == Role.GRID_WORKER

    def causes(self, at: datetime) -> Iterator[Cause]:
        """Why they cannot be reached at an instant; nothing where they can."""
        if self.fault is not None:
            yield self.fault
        if not any(start <= at < end for start, end in self.stands):
            yield Cause.OFF_SHIFT


@dataclass(frozen=True, slots=True)
class Home:
    """A place where seniors live: the same people come to all of them."""

    place_id: UUID
    path: tuple[UUID, ...]
    seniors: int
    high_risk: int


@dataclass(frozen=True, slots=True)
class Gap:
    """A span in which the seniors of a place have nobody, or nobody near."""

    home: Home
    starts_at: datetime
    ends_at: datetime
    reach: Reach
    causes: tuple[Cause, ...]

    @property
    def cause(self) -> Cause:
        """The one soonest mended."""
        return self.causes[0]


def gaps(
    homes: Iterable[Home], people: Sequence[Stand], since: datetime, until: datetime
) -> list[Gap]:
    """Every span of [since, until) in which a home lacks help, by home and time.

    Parameters
    ----------
    people : the responders of all places on the homes' paths.
    """
    of_place = by_place(people)
    all_of = {place: _reached(some) for place, some in of_place.items()}
    near_of = {
        place: _reached([one for one in some if one.near])
        for place, some in of_place.items()
    }
    found: list[Gap] = []
    for home in homes:
        covered = _along(home, all_of)
        if spans.within(_along(home, near_of), since, until) == [(since, until)]:
            continue
        for start, end in spans.missing(_along(home, near_of), since, until):
            for inner, reach in _graded(covered, start, end):
                why = causes(_of(home, of_place), inner[0], reach)
                found.append(Gap(home, *inner, reach, why))
    return found


def causes(people: Collection[Stand], at: datetime, reach: Reach) -> tuple[Cause, ...]:
    """Why nobody (or nobody near) can be reached at an instant, soonest mended first.

    Of a person who is off shift and has no contact, the contact is what is wanting.
    """
    asked = [one for one in people if one.near or reach is Reach.NOBODY]
    found = {cause for one in asked for cause in [*one.causes(at)][:1]}
    if not found:
        return (Cause.NO_ONE_ASSIGNED,)
    return tuple(sorted(found, key=_FIRST.index))


def by_place(people: Iterable[Stand]) -> dict[UUID, list[Stand]]:
    """The people of each place."""
    found: dict[UUID, list[Stand]] = {}
    for one in people:
        found.setdefault(one.place_id, []).append(one)
    return found


def _reached(people: Iterable[Stand]) -> list[Span]:
    """When one of these people can be reached."""
    return spans.united(
        span for one in people if one.fault is None for span in one.stands
    )


def _along(home: Home, of_place: Mapping[UUID, list[Span]]) -> list[Span]:
    return [span for place in home.path for span in of_place.get(place, ())]


def _of(home: Home, of_place: Mapping[UUID, list[Stand]]) -> list[Stand]:
    return [one for place in home.path for one in of_place.get(place, ())]


def _graded(
    covered: Iterable[Span], start: datetime, end: datetime
) -> list[tuple[Span, Reach]]:
    """A span without anybody near, parted by whether anybody else is there."""
    nobody = [(span, Reach.NOBODY) for span in spans.missing(covered, start, end)]
    above = [(span, Reach.ABOVE) for span in spans.within(covered, start, end)]
    return sorted(nobody + above)
