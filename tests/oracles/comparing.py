"""Holds the engine against the oracle over many sequences, and finds the shortest story."""

from collections.abc import Iterator
from collections.abc import Sequence as Several
from dataclasses import dataclass
from functools import cache
from itertools import islice
from random import Random
from zoneinfo import ZoneInfo

import numpy as np

from tests.oracles import rules, sequences
from tests.oracles.fleet import SHANGHAI, Fleet, Found, Step, Told, oracle_steps
from tests.oracles.readings import Profile
from tests.oracles.sequences import Sequence

BERLIN = ZoneInfo("Europe/Berlin")
TWO_EPISODES = "blood_pressure_high"


@dataclass(frozen=True)
class Difference:
    """Where engine and oracle part."""

    sequence: Sequence
    message: int
    engine: object
    oracle: object


@dataclass(frozen=True)
class Outcome:
    """What comparing found."""

    sequences: int
    reports: int
    told: dict[tuple[str, str, int], int]
    difference: Difference | None


def compare(seed: int, count: int) -> Outcome:
    """Make `count` sequences, judge them in common batches and one by one."""
    chance = Random(seed)
    zone, midnight = (
        (BERLIN, sequences.SPRING)
        if chance.random() < 0.2
        else (SHANGHAI, sequences.MIDNIGHT)
    )
    profiles = rules.profiles(chance, max(10, count // 4))
    several = [
        sequences.sequence(chance, len(profiles), midnight) for _ in range(count)
    ]
    found = judge_both(several, profiles, zone, chance)
    if found.difference is None:
        return found
    shortest = shrink(found.difference, profiles, zone)
    return Outcome(found.sequences, found.reports, found.told, shortest)


def judge_both(
    several: Several[Sequence],
    profiles: Several[Profile],
    zone: ZoneInfo,
    chance: Random,
) -> Outcome:
    """Judge all in common batches and each alone, until they part."""
    expected = [oracle_steps(one, profiles, zone) for one in several]
    return judge_as(expected, Fleet(several, profiles, zone), chance)


def judge_as(expected: list[list[Step]], fleet: Fleet, chance: Random) -> Outcome:
    """Judge all in common batches, until they part from what is expected of each."""
    several = fleet.sequences
    reports = sum(len(message) for one in several for message in one.messages)
    counted: dict[tuple[str, str, int], int] = {}
    for event in (event for steps in expected for one in steps for event in one.told):
        counted[event[:3]] = counted.get(event[:3], 0) + 1
    while fleet.unfinished().size:
        for row, found in fleet.step(chance).items():
            parted = _parted(several[row], expected[row], found)
            if parted is not None:
                return Outcome(len(several), reports, counted, parted)
        some = np.flatnonzero([chance.random() < 0.1 for _ in several])
        fleet.restart(some)
    return Outcome(len(several), reports, counted, None)


@cache
def recorded(count: int) -> tuple[list[Sequence], list[Profile], list[list[Step]]]:
    """The same sequences always, their profiles, and what the oracle says of them.

    Kept for the process: a mutation test asks for it once, and forks.
    """
    chance = Random(20261122)
    profiles = rules.profiles(chance, count // 4)
    several = [sequences.sequence(chance, len(profiles)) for _ in range(count)]
    expected = [oracle_steps(one, profiles, SHANGHAI) for one in several]
    return several, profiles, expected


def _parted(one: Sequence, steps: list[Step], found: Found) -> Difference | None:
    meant = steps[found.first : found.last]
    expected = [event for step in meant for event in step.told]
    if by_kind(found.told) != by_kind(expected):
        return Difference(one, found.last, by_kind(found.told), by_kind(expected))
    if found.gates != meant[-1].gates:
        return Difference(one, found.last, found.gates, meant[-1].gates)
    return None


def by_kind(told: Told) -> dict[str, Told]:
    """Events of each kind in their order: between kinds none is promised."""
    found: dict[str, Told] = {}
    for event in told:
        found.setdefault(event[1], []).append(event)
    # Two episodes of one kind may begin and end with the same reading.
    both = found.get(TWO_EPISODES, [])
    both.sort(key=lambda event: (event[3], event[2]))
    return found


def shrink(
    before: Difference, profiles: Several[Profile], zone: ZoneInfo
) -> Difference:
    """The difference of the shortest story that still has one."""
    found, tried = before, 0
    while True:
        shorter = next(islice(_shorter(found), tried, None), None)
        if shorter is None:
            return found
        parted = judge_both([shorter], profiles, zone, Random(0)).difference
        if parted is None:
            tried += 1
        else:
            found = parted


def _shorter(found: Difference) -> Iterator[Sequence]:
    """The same story without a message, a report, or a field."""
    told = found.sequence.messages[: found.message]
    changes = found.sequence.profiles
    for i, message in enumerate(told):
        if len(told) > 1:
            moved = {at - (at > i): which for at, which in changes}
            yield Sequence(told[:i] + told[i + 1 :], sorted(moved.items()))
        for j, report in enumerate(message):
            rest = message[:j] + message[j + 1 :]
            if rest:
                yield Sequence([*told[:i], rest, *told[i + 1 :]], changes)
            for name in report.keys() - {"time", "received", "seq"}:
                less = {key: value for key, value in report.items() if key != name}
                one = [*message[:j], less, *message[j + 1 :]]
                yield Sequence([*told[:i], one, *told[i + 1 :]], changes)
