"""Whom the steps of a policy mean in a chain of people, without the empty ones."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from core.model import MANAGERS, PlaceLevel
from core.rules.policy import Policy, Section, Step, Target, Who

FAMILY = "family"
NAMED = "named"
ADMINISTRATORS = "administrators"
_UPWARDS = tuple(reversed(PlaceLevel))
_LEVELS = frozenset(map(str, PlaceLevel))


class Duty(StrEnum):
    """How a person stands to a place at an instant: always, on a shift, or off it."""

    STANDING = "standing"
    ON = "on"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Reachable:
    """A person with a verified contact, and where they stand to the senior.

    ``place_level`` is the level of the place they are responsible for, ``family`` for a
    relative with the scope `alerts`, ``administrators`` for an administrator, ``named``
    for somebody the policy names.
    """

    person_id: UUID
    name: str
    role: str
    place_level: str
    duty: Duty = Duty.STANDING


@dataclass(frozen=True, slots=True)
class Level:
    """One rung: its step and the people on it (never none)."""

    step: Step
    rank: int
    people: tuple[Reachable, ...]

    @property
    def name(self) -> str:
        """The step's name."""
        return self.step.name


def build(policy: Policy, chain: Collection[Reachable]) -> tuple[Level, ...]:
    """Make the ladder of an alert, lowest first, without the empty steps.

    Parameters
    ----------
    chain : everyone reachable who has to do with the alert's senior and place, and
        the administrators.

    Notes
    -----
    Whoever is off shift is left out where others of that place are there; where a step
    would have nobody, those off shift count after all. Where a critical policy means
    nobody in a chain that has people, they are all its last step.
    """
    there = present(chain)
    levels = tuple(
        Level(step, rank, people)
        for rank, step in enumerate(policy.steps)
        if (people := _chosen(step, there) or _chosen(step, chain))
    )
    if levels or policy.section is not Section.CRITICAL:
        return levels
    anyone = once(filter(_near_or_above, there))
    last = len(policy.steps) - 1
    return (Level(policy.steps[last], last, anyone),) if anyone else ()


def present(chain: Collection[Reachable]) -> tuple[Reachable, ...]:
    """Without those off shift, at each place where anybody else is there."""
    manned = {one.place_level for one in chain if one.duty is not Duty.OFF}
    return tuple(
        one
        for one in chain
        if one.duty is not Duty.OFF or one.place_level not in manned
    )


def administrators(chain: Collection[Reachable]) -> tuple[Reachable, ...]:
    """Who hears of an alert that nobody else can be told."""
    return once(one for one in chain if one.place_level == ADMINISTRATORS)


def once(people: Iterable[Reachable]) -> tuple[Reachable, ...]:
    """Each person once, who may be both neighbour and relative."""
    found: dict[UUID, Reachable] = {}
    for one in people:
        found.setdefault(one.person_id, one)
    return tuple(found.values())


def _chosen(step: Step, there: Collection[Reachable]) -> tuple[Reachable, ...]:
    """Whom a step means of those who are there."""
    found: list[Reachable] = []
    for target in step.targets:
        if target.otherwise and found:
            continue
        if target.unless is not None and _anyone_at_work(target.unless, there):
            continue
        found += _meant(target, there)
    return once(found)


def _anyone_at_work(target: Target, there: Collection[Reachable]) -> bool:
    return any(one.duty is not Duty.OFF for one in _meant(target, there))


def _meant(target: Target, there: Collection[Reachable]) -> list[Reachable]:
    if target.who is Who.MANAGERS:
        return _nearest_managers(there)
    meant = _MEANT[target.who]
    return [one for one in there if meant(target, one)]


def _nearest_managers(there: Collection[Reachable]) -> list[Reachable]:
    """Managers of the place, or of the lowest above it that has one."""
    managers = [one for one in there if one.role in MANAGERS]
    for level in _UPWARDS:
        found = [one for one in managers if one.place_level == level]
        if found:
            return found
    return []


def _near_or_above(one: Reachable) -> bool:
    return one.place_level == FAMILY or one.place_level in _LEVELS


def _responds(target: Target, one: Reachable) -> bool:
    return (
        one.place_level in (target.levels or _LEVELS)
        and (not target.roles or one.role in target.roles)
    )  # fmt: skip


_MEANT: dict[Who, Callable[[Target, Reachable], bool]] = {
    Who.FAMILY: lambda _, one: one.place_level == FAMILY,
    Who.RESPONDERS: _responds,
    Who.ON_DUTY: lambda target, one: one.duty is Duty.ON and _responds(target, one),
    Who.PEOPLE: lambda target, one: one.person_id in target.people,
    Who.ADMINISTRATORS: lambda _, one: one.place_level == ADMINISTRATORS,
    Who.ALL: lambda _, one: _near_or_above(one),
}
