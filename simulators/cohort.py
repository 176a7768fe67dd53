"""Wristbands with their wearers, made from a scenario and a seed."""

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from simulators import scenarios, streams
from simulators.faults import Line
from simulators.geography import Position
from simulators.life import Life
from simulators.model import people
from simulators.model.people import Sex, Wish
from simulators.scenarios import Happening, Scenario
from simulators.wristband import Wristband

DEFAULT_INTERVAL_S = 60.0
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
    wristbands: list[Wristband] = []
    for index, wearer in enumerate(wearers):
        own = streams.of_wristband(seed, index)
        script = scripts.get(index, [])
        wish = Wish(wearer.age_years, wearer.sex, wearer.conditions)
        life = Life(
            seed=seed,
            index=index,
            person=people.draw([own.person], [wish]),
            home=wearer.home,
            script=script,
            zone=zone,
        )
        wristband = Wristband(
            device_id=wearer.device_id,
            life=life,
            script=script,
            line=Line(wearer.device_id, scenario.faults, every_s, own.line),
            streams=own,
            start_s=start_s,
            interval_s=every_s,
            blood_pressure_every_s=scenario.blood_pressure_every_s,
        )
        wristbands.append(wristband)
    return Cohort(wristbands, happenings, start_s, every_s)
