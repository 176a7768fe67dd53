"""Wristbands with their wearers, made from a scenario and a seed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from simulators import scenarios, streams
from simulators.days import Days
from simulators.faults import Line
from simulators.geography import Position
from simulators.life import Life
from simulators.model import people
from simulators.model.people import Sex, Wish
from simulators.scenarios import Happening, Scenario
from simulators.streams import Streams
from simulators.wristband import Wristband

DEFAULT_INTERVAL_S = 60.0
LIVED_TOGETHER = 256
DEFAULT_HOME = Position(34.3416, 108.9398)


@dataclass(frozen=True, slots=True)
class Wearer:
    """Who wears a wristband; what is None is drawn from the seed."""

    device_id: str
    home: Position = DEFAULT_HOME
    age_years: int | None = None
    sex: Sex | None = None
    conditions: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Cohort:
    """Wristbands, and what was decided to happen to them."""

    wristbands: list[Wristband]
    happenings: list[Happening]
    start_s: float
    interval_s: float


def make(
    wearers: Sequence[Wearer],
    scenario: Scenario,
    *,
    seed: int,
    start_s: float,
    zone: ZoneInfo,
    interval_s: float | None = None,
) -> Cohort:
    """Make a wristband for each wearer.

    Parameters
    ----------
    wearers : the fleet, in the order the scenario's indices mean.
    scenario : what happens.
    seed : equal seeds (and starts) give equal payloads, to the byte.
    start_s : when it begins [s since 1970].
    zone : local time of the wearers' days.
    interval_s : wins over the scenario's; 60 s where neither says.
    """
    every_s = interval_s or scenario.interval_s or DEFAULT_INTERVAL_S
    happenings = scenarios.decide(scenario, len(wearers), seed, start_s)
    scripts: dict[int, list[Happening]] = {}
    for happening in happenings:
        scripts.setdefault(happening.wristband, []).append(happening)
    own = [streams.of_wristband(seed, index) for index in range(len(wearers))]
    lives = _lives(wearers, own, scripts, seed, zone)
    wristbands: list[Wristband] = []
    for index, wearer in enumerate(wearers):
        wristband = Wristband(
            device_id=wearer.device_id,
            life=lives[index],
            script=scripts.get(index, []),
            line=Line(wearer.device_id, scenario.faults, every_s, own[index].line),
            streams=own[index],
            start_s=start_s,
            interval_s=every_s,
            blood_pressure_every_s=scenario.blood_pressure_every_s,
        )
        wristbands.append(wristband)
    return Cohort(wristbands, happenings, start_s, every_s)


def _lives(
    wearers: Sequence[Wearer],
    own: Sequence[Streams],
    scripts: Mapping[int, list[Happening]],
    seed: int,
    zone: ZoneInfo,
) -> list[Life]:
    """Lives, in groups whose days are lived together; nobody depends on the others."""
    found: list[Life] = []
    for start in range(0, len(wearers), LIVED_TOGETHER):
        indices = range(start, min(start + LIVED_TOGETHER, len(wearers)))
        wishes = [
            Wish(one.age_years, one.sex, one.conditions)
            for one in wearers[start : indices.stop]
        ]
        days = Days(
            seed=seed,
            indices=indices,
            people=people.draw([own[index].person for index in indices], wishes),
            scripts=[scripts.get(index, []) for index in indices],
            zone=zone,
        )
        found += [Life(days, row, wearers[i].home) for row, i in enumerate(indices)]
    return found
