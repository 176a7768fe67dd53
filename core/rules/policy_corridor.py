"""What no escalation policy may do, so that an alert never waits or ends at nobody."""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Final

from core.model import PlaceLevel, Role
from core.rules.fields import TIMES, Range
from core.rules.lines import Path
from core.rules.policy import Policy, Section, Step, Target, Who

MOST_STEPS: Final = 8
MOST_TARGETS: Final = 10
MOST_PEOPLE: Final = 20
APART_S: Final = 600.0
"""A step of a critical policy comes no later after the one before it [s]."""
_DAY_S: Final = 86_400.0
POLICY: Final[Mapping[Section, Mapping[str, Range]]] = {
    Section.CRITICAL: {
        "repeat_s": Range(30, 600),
        "ack_expiry_s": Range(60, 1800),
        "arrival_expiry_s": Range(300, 7200),
    },
    Section.WARNING: {
        "repeat_s": Range(300, _DAY_S),
        "repeat_at_most": Range(1, 20, TIMES),
        "ack_expiry_s": Range(600, _DAY_S),
        "arrival_expiry_s": Range(600, _DAY_S),
    },
    Section.TECHNICAL: {},
}
"""Figures of a policy, by what it is for."""
STEP: Final[Mapping[Section, Mapping[str, Range]]] = {
    Section.CRITICAL: {
        "after_s": Range(0, 3600),
        "repeat_s": Range(30, 600),
        "repeat_at_most": Range(1, 20, TIMES),
    },
    Section.WARNING: {
        "after_s": Range(0, _DAY_S),
        "repeat_s": Range(300, _DAY_S),
        "repeat_at_most": Range(1, 20, TIMES),
    },
    Section.TECHNICAL: {"after_s": Range(0, 0)},
}
"""Figures of a step, by what its policy is for."""
_TECHNICAL: Final = "what is to be mended is told once, to those who mend it"
REFUSED: Final[Mapping[tuple[Section, str], str]] = {
    (Section.CRITICAL, "repeat_at_most"): "the top is told until somebody answers",
    (Section.CRITICAL, "highest"): "a critical alert climbs to the top by itself",
    (Section.CRITICAL, "hold"): "a critical alert does not wait for the morning",
    **{
        (Section.TECHNICAL, key): _TECHNICAL
        for key in (
            "repeat_s",
            "repeat_at_most",
            "highest",
            "ack_expiry_s",
            "arrival_expiry_s",
            "hold",
        )
    },
}
"""Keys that a policy has not, and why."""
_NEAR: Final = (PlaceLevel.BUILDING, PlaceLevel.COMPOUND)
_ANSWER: Final[Mapping[str, frozenset[str]]] = {
    **dict.fromkeys(_NEAR, frozenset({Role.BUILDING_HEAD, Role.GRID_WORKER})),
    PlaceLevel.COMMUNITY: frozenset({Role.COMMUNITY_MANAGER}),
    PlaceLevel.STREET: frozenset({Role.STREET_MANAGER}),
    PlaceLevel.DISTRICT: frozenset({Role.DISTRICT_MANAGER}),
}
"""Roles that a step for a level cannot do without."""
Breach = tuple[Path, str]
"""Where a policy leaves the corridor, below its section, and why."""


def breaches(policy: Policy) -> Iterator[Breach]:
    """Where a policy leaves the corridor."""
    match policy.section:
        case Section.CRITICAL:
            yield from _too_late(policy.steps)
            yield from _without_people(policy.steps)
        case Section.WARNING:
            yield from _falling(policy.steps)
            yield from _endless(policy)
        case _:
            yield from _not_for_technicians(policy.steps)


def _too_late(steps: tuple[Step, ...]) -> Iterator[Breach]:
    if steps[0].after_s != 0:
        yield _at(1, "after_s"), "the first step of a critical alert is told at 0 s"
    yield from _falling(steps)
    for n, (before, step) in enumerate(pairwise(steps), 2):
        if step.after_s - before.after_s > APART_S:
            reason = (
                f"comes {step.after_s - before.after_s:g} s after {before.name},"
                f" more than {APART_S:g} s"
            )
            yield _at(n, "after_s"), reason


def _falling(steps: tuple[Step, ...]) -> Iterator[Breach]:
    for n, (before, step) in enumerate(pairwise(steps), 2):
        if step.after_s < before.after_s:
            yield _at(n, "after_s"), f"comes before {before.name}"


def _without_people(steps: tuple[Step, ...]) -> Iterator[Breach]:
    first, last = steps[0], steps[-1]
    if not any(
        one.who in {Who.FAMILY, Who.ALL} and one.surely for one in first.targets
    ):
        yield _at(1, "targets"), "the family is told of a critical alert at once"
    for level in _NEAR:
        if not _tells(first, level):
            yield _at(1, "targets"), f"the {level}'s responders are told at once"
    for level in PlaceLevel:
        if level not in _NEAR and not any(_tells(step, level) for step in steps):
            yield ("steps",), f"no step tells the {level}'s responders"
    if not any(_tells(last, level) for level in PlaceLevel):
        reason = "the top tells a level's responders, not only people by name"
        yield _at(len(steps), "targets"), reason


def _tells(step: Step, level: str) -> bool:
    return any(one.surely and _reaches(one, level) for one in step.targets)


def _reaches(target: Target, level: str) -> bool:
    """Whether the responders of a level are meant, those that answer for it at least."""
    if target.who is Who.ALL:
        return True
    named = target.who is Who.RESPONDERS and level in (target.levels or (level,))
    return named and (not target.roles or _ANSWER[level] <= set(target.roles))


def _endless(policy: Policy) -> Iterator[Breach]:
    if (policy.repeat_s is None) != (policy.repeat_at_most is None):
        yield ("repeat_at_most",), "repeat_s and repeat_at_most belong together"
    for n, step in enumerate(policy.steps, 1):
        if (step.repeat_s is None) != (step.repeat_at_most is None):
            reason = "repeat_s and repeat_at_most belong together"
            yield _at(n, "repeat_at_most"), reason
    if policy.highest is not None and policy.rank(policy.highest) < 0:
        yield ("highest",), "is the name of none of the steps"


def _not_for_technicians(steps: tuple[Step, ...]) -> Iterator[Breach]:
    first, *others = steps
    if others:
        yield _at(2), "an outage never climbs: one step"
    targets = first.targets
    if any(one.who in {Who.FAMILY, Who.ALL} for one in targets):
        yield _at(1, "targets"), "an outage is not told to families"
    if not any(one.who is Who.ADMINISTRATORS and one.surely for one in targets):
        yield _at(1, "targets"), "administrators are told of an outage"


def _at(step: int, *key: str) -> Path:
    return ("steps", str(step), *key)
