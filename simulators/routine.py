"""Where a wearer is and how they move: a day between home, park, market and clinic."""

import bisect
import math
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from simulators.physiology import Activity, Person

METRES_PER_DEGREE: Final = 111_320.0
"""Metres of one degree of latitude (and of longitude at the equator)."""
STEP_LENGTH_M: Final = 0.58
DAY_S: Final = 86_400.0


class Spot(NamedTuple):
    """A point beside the wearer's home, in metres east and north of it."""

    east_m: float
    north_m: float


class Position(NamedTuple):
    """A point on the globe, WGS-84 [°]."""

    latitude: float
    longitude: float


HOME: Final = Spot(0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Leg:
    """A stretch of a day: one activity, from one spot to the same or another.

    Times are seconds after local midnight; `cadence_hz` is in steps a second.
    """

    start_s: float
    end_s: float
    origin: Spot
    target: Spot
    activity: Activity
    cadence_hz: float = 0.0

    @property
    def steps(self) -> float:
        """Steps taken in the whole leg."""
        return (self.end_s - self.start_s) * self.cadence_hz


class Whereabouts(NamedTuple):
    """What the wearer does at an instant, and the day's steps so far."""

    spot: Spot
    activity: Activity
    outdoors: bool
    steps: float


class Day:
    """One wearer's one day, asked by the second.

    Parameters
    ----------
    legs : stretches without gap or overlap from 0 to 86,400 s.
    """

    def __init__(self, legs: list[Leg]) -> None:
        self.legs = legs
        self._starts = [leg.start_s for leg in legs]
        self._before = [0.0]
        for leg in legs:
            self._before.append(self._before[-1] + leg.steps)

    def at(self, second: float) -> Whereabouts:
        """What happens `second` seconds after local midnight."""
        index = max(0, bisect.bisect_right(self._starts, second) - 1)
        leg = self.legs[index]
        into = min(max(0.0, second - leg.start_s), leg.end_s - leg.start_s)
        share = into / (leg.end_s - leg.start_s)
        spot = along_streets(leg.origin, leg.target, share)
        outdoors = leg.origin != HOME or leg.target != HOME
        steps = self._before[index] + into * leg.cadence_hz
        return Whereabouts(spot, leg.activity, outdoors, steps)


class _Diary:
    """Legs as they are written down, one after the other."""

    def __init__(self, person: Person, rng: np.random.Generator) -> None:
        self.legs: list[Leg] = []
        self.now_s = 0.0
        self._person = person
        self._rng = rng

    def stay(self, until_s: float, activity: Activity) -> None:
        """Be at home, doing one thing."""
        self._write(until_s, HOME, HOME, activity)

    def potter(self, until_s: float) -> None:
        """Be at home awake: sit, and now and then walk through the rooms."""
        while self.now_s < until_s:
            rest_s = float(self._rng.uniform(900, 2700))
            self._write(min(until_s, self.now_s + rest_s), HOME, HOME, Activity.SITTING)
            bout_s = float(self._rng.uniform(30, 120))
            end_s = min(until_s, self.now_s + bout_s)
            self._write(end_s, HOME, HOME, Activity.WALKING, cadence_hz=1.2)

    def outing(self, spot: Spot, stay_s: float, strolling: bool) -> None:
        """Walk to a spot, be there, walk home."""
        self._walk(HOME, spot)
        if strolling:
            half_s = stay_s / 2
            end_s = self.now_s + half_s
            self._write(end_s, spot, spot, Activity.WALKING, cadence_hz=1.3)
            self._write(self.now_s + half_s, spot, spot, Activity.SITTING)
        else:
            self._write(self.now_s + stay_s, spot, spot, Activity.STANDING)
        self._walk(spot, HOME)

    def _walk(self, origin: Spot, target: Spot) -> None:
        metres = abs(origin.east_m - target.east_m) + abs(
            origin.north_m - target.north_m
        )
        speed_m_s = self._person.speed_m_s
        end_s = self.now_s + metres / speed_m_s
        cadence_hz = speed_m_s / STEP_LENGTH_M
        self._write(end_s, origin, target, Activity.WALKING, cadence_hz)

    def _write(
        self,
        until_s: float,
        origin: Spot,
        target: Spot,
        activity: Activity,
        cadence_hz: float = 0.0,
    ) -> None:
        until_s = min(until_s, DAY_S)
        if until_s > self.now_s:
            leg = Leg(self.now_s, until_s, origin, target, activity, cadence_hz)
            self.legs.append(leg)
            self.now_s = until_s


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """What lies around a home, on the scale of real streets."""

    park: Spot
    market: Spot
    clinic: Spot


def draw_neighbourhood(rng: np.random.Generator) -> Neighbourhood:
    """Draw where park (≈350 m), market (≈300 m) and clinic (≈650 m) lie."""
    return Neighbourhood(
        park=_spot(rng, 350), market=_spot(rng, 300), clinic=_spot(rng, 650)
    )


def plan_day(person: Person, around: Neighbourhood, rng: np.random.Generator) -> Day:
    """Draw one day of a wearer: sleep, meals at home, outings, a nap.

    Parameters
    ----------
    person : whose walking speed and conditions shape the day.
    around : where the outings lead.
    rng : the day's own stream.
    """
    diary = _Diary(person, rng)
    minutes = rng.uniform(-25, 25, size=6) * 60
    eager = 0.4 if "dementia" in person.conditions else 0.75
    diary.stay(6 * 3600 + minutes[0], Activity.ASLEEP)
    diary.potter(7.3 * 3600 + minutes[1])
    if rng.random() < eager:
        diary.outing(around.park, float(rng.uniform(1200, 3000)), strolling=True)
    diary.potter(9.5 * 3600 + minutes[2])
    if rng.random() < 0.1:
        diary.outing(around.clinic, float(rng.uniform(1800, 3600)), strolling=False)
    elif rng.random() < eager:
        diary.outing(around.market, float(rng.uniform(900, 1800)), strolling=False)
    diary.potter(12.6 * 3600 + minutes[3])
    diary.stay(13.7 * 3600 + minutes[3], Activity.ASLEEP)
    diary.potter(15.5 * 3600 + minutes[4])
    if rng.random() < eager:
        diary.outing(around.park, float(rng.uniform(1200, 3600)), strolling=True)
    diary.potter(21.5 * 3600 + minutes[5])
    diary.stay(DAY_S, Activity.ASLEEP)
    return Day(diary.legs)


def along_streets(origin: Spot, target: Spot, share: float) -> Spot:
    """The point after `share` (0–1) of a walk that goes east–west, then north–south."""
    east, north = target.east_m - origin.east_m, target.north_m - origin.north_m
    walked = share * (abs(east) + abs(north))
    first = min(walked, abs(east))
    return Spot(
        origin.east_m + math.copysign(first, east),
        origin.north_m + math.copysign(walked - first, north),
    )


def globe(home: Position, spot: Spot) -> Position:
    """Where a spot lies on the globe; good to a metre within a few kilometres."""
    shrink = math.cos(math.radians(home.latitude))
    return Position(
        home.latitude + spot.north_m / METRES_PER_DEGREE,
        home.longitude + spot.east_m / (METRES_PER_DEGREE * shrink),
    )


def _spot(rng: np.random.Generator, metres: float) -> Spot:
    bearing = float(rng.uniform(0, math.tau))
    far = metres * float(rng.uniform(0.85, 1.15))
    return Spot(far * math.sin(bearing), far * math.cos(bearing))
