"""A day minute by minute: sleep, meals, bouts of steps, ways out, walks at night."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from simulators.model import trips
from simulators.model.arrays import DAY_MINUTES, Bools, Bytes, Floats, Minutes
from simulators.model.calendar import Calendar
from simulators.model.draws import Draws
from simulators.model.people import People
from simulators.model.trips import Trips

ASLEEP, LYING, SITTING, STANDING, WALKING = range(5)
"""What a body does."""
_MEALS_MIN: Final = (415, 670, 1040)
_COOKING_MIN: Final = 35
_TOILETS: Final = 4
_BOUT_CHANCE: Final = 0.032
_EFFORT: Final = np.array([0.0, 0.0, 0.0, 0.05, 0.06], np.float32)
"""Share of the heart rate reserve in use, walking before its pace is added."""
EFFORT_PER_STEP: Final = 0.0026
"""Share of the reserve for each step a minute."""
_MOTION_G: Final = np.array([0.002, 0.003, 0.006, 0.025, 0.15], np.float32)
_SWING_G: Final = np.array([0.008, 0.015, 0.04, 0.05, 0.16], np.float32)
_TURN: Final = 0.97
"""Above this a minute asleep or seated holds a turn, or a gesture."""
_T: Final = np.arange(DAY_MINUTES, dtype=np.int16)


class Window(NamedTuple):
    """A stretch of one person's day; minutes after midnight, may reach beyond it."""

    row: int
    start_min: float
    end_min: float


class Walk(NamedTuple):
    """A straight way from home that somebody takes whatever was planned."""

    row: int
    leave_min: float
    arrive_min: float
    back_min: float
    home_min: float
    east_m: float
    north_m: float
    on_foot: bool = True


@dataclass(frozen=True, slots=True)
class Forced:
    """What is decided about a day from outside.

    ``quiet``: seated, lying or asleep at home. ``still``: no movement at all.
    ``stirs``: a few steps through the flat, whatever else.
    """

    quiet: Sequence[Window] = ()
    still: Sequence[Window] = ()
    walks: Sequence[Walk] = ()
    stirs: Sequence[Window] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """One day of n people; arrays (n, 1440) but for `trips`, `wake` and `bed` (n,)."""

    activity: Bytes
    cadence: Floats  # steps in the minute
    effort: Floats  # share of the heart rate reserve asked for
    motion: Floats  # mean acceleration beyond gravity [g]
    trips: Trips
    wake: Floats
    bed: Floats


def plan_day(
    people: People,
    draws: Draws,
    calendar: Calendar,
    ill: Floats,
    forced: Forced | None = None,
) -> Plan:
    """Plan one day of n people.

    Parameters
    ----------
    people, draws, calendar : whose day, and its chance.
    ill : (n,) 0–1, how far illness keeps each of them down.
    forced : what wins over the plan.
    """
    forced = forced or Forced()
    weekend = 15.0 * calendar.weekend
    wake = people.wake_min + 14 * draws.z[:, 0] + weekend + 40 * ill
    bed = people.bed_min + 14 * draws.z[:, 1] + weekend - 40 * ill
    sketch = _Sketch(people, draws, ill, wake, bed)
    quiet = _mask(len(people), forced.quiet)
    ways = trips.plan(people, draws, calendar, ill, bed)
    ways = ways.cancel(_crossed(ways, [*forced.quiet, *forced.still]))
    sketch.bouts(quiet)
    sketch.meals(quiet)
    sketch.go_out(ways)
    sketch.toilets(quiet)
    sketch.stir(_mask(len(people), forced.stirs))
    ways = sketch.go_astray(ways, forced.walks)
    return sketch.finish(ways, _mask(len(people), forced.still))


class _Sketch:
    """A plan as it is drawn, layer over layer."""

    def __init__(
        self, people: People, draws: Draws, ill: Floats, wake: Floats, bed: Floats
    ) -> None:
        self.people, self.draws, self.ill = people, draws, ill
        self.wake, self.bed = wake, bed
        n = len(people)
        self.asleep = ~_between(wake, bed)
        nap = 760 + 14 * draws.z[:, 2]
        length = np.clip(55 + 18 * draws.z[:, 3], 15, 110)
        naps = (people.napper & (draws.u[:, 16] < 0.85)) | (ill > 0.5)
        self.asleep |= _between(nap, np.where(naps, nap + length, 0))
        resting = np.where(ill > 0.5, LYING, SITTING).astype(np.uint8)[:, None]
        self.activity = np.where(self.asleep, np.uint8(ASLEEP), resting)
        self.cadence = np.zeros((n, DAY_MINUTES), np.float32)
        self.extra = np.zeros((n, DAY_MINUTES), np.float32)

    def bouts(self, quiet: Bools | None) -> None:
        """Pottering: a few minutes of slow steps, now and then."""
        chance = (_BOUT_CHANCE * (1 - 0.75 * self.ill))[:, None]
        drawn = self.draws.bout
        lasts = 1 + (drawn * (4 / np.maximum(chance, 1e-6))).astype(np.int16)
        ends = np.where(drawn < chance, _T + lasts, np.int16(0))
        on = np.maximum.accumulate(ends, axis=1) > _T
        self._walk(_unless(on & ~self.asleep, quiet), 20 + 40 * self.draws.pace)

    def meals(self, quiet: Bools | None) -> None:
        """Stand in the kitchen; steps between stove and table."""
        up = self.ill < 0.7
        for k, start in enumerate(_MEALS_MIN):
            begin = start + 12 * self.draws.z[:, 9 + k]
            on = _between(begin, np.where(up, begin + _COOKING_MIN, 0)) & ~self.asleep
            on = _unless(on & (self.activity != WALKING), quiet)
            self.activity[on] = STANDING
            paces = np.where(self.draws.pace > 0.6, 12 * self.draws.pace, 0)
            self.cadence[on] = paces[on]

    def go_out(self, ways: Trips) -> None:
        """Walk there, be there, walk home, climb the stairs."""
        people, draws = self.people, self.draws
        pace = 60 * people.speed_m_s / people.step_m
        brisk = pace[:, None] * (0.95 + 0.1 * draws.pace)
        for slot in range(trips.SLOTS - 1):
            leave, arrive = ways.leave[:, slot], ways.arrive[:, slot]
            back, home = ways.back[:, slot], ways.home[:, slot]
            there = _between(arrive, np.where(back < trips.NEVER, back, 0))
            self._be_there(slot, there, arrive, back)
            for start, end in ((leave, arrive), (back, home)):
                self._walk(_between(start, end), brisk)
            stairs = _between(home, home + 0.5 * people.floor)
            self._walk(stairs, 60 + 10 * draws.pace)
            self.extra[stairs] = 0.3

    def _be_there(self, slot: int, there: Bools, arrive: Floats, back: Floats) -> None:
        pace = self.draws.pace
        if slot in {trips.PARK, trips.DANCE}:
            half = arrive + (back - arrive) * 0.5
            moving = there & _between(arrive, half)
            self.activity[there] = SITTING
            self._walk(moving, 35 + 25 * pace)
            vigour = self.people.vigour - _EFFORT[WALKING] - EFFORT_PER_STEP * 47
            self.extra += np.where(moving, np.maximum(vigour, 0)[:, None], 0)
        elif slot == trips.MARKET:
            self.activity[there] = STANDING
            self.cadence[there] = np.where(pace > 0.4, 30 * pace, 0)[there]
        else:
            self.activity[there] = SITTING
            self.cadence[there] = 0

    def toilets(self, quiet: Bools | None) -> None:
        """Get up at night for a few steps there and back."""
        u = self.draws.u
        night = self.wake + DAY_MINUTES - self.bed
        for k in range(_TOILETS):
            chance = np.clip(self.people.nocturia - k, 0, 1) * 0.8
            at = u[:, 20 + k] * night
            at = np.where(at < self.wake, at, at - self.wake + self.bed)
            goes = u[:, 24 + k] < chance
            up = _unless(_between(at, np.where(goes, at + 2, 0)) & self.asleep, quiet)
            self._walk(up, 14 + 12 * self.draws.pace)

    def stir(self, up: Bools | None) -> None:
        """Walk to the toilet and back, ill or not."""
        if up is not None:
            self._walk(up & (self.activity != WALKING), 14 + 12 * self.draws.pace)

    def go_astray(self, ways: Trips, walks: Sequence[Walk]) -> Trips:
        """Have people walk straight away from home, whatever they had planned."""
        if not walks:
            return ways
        rows = np.zeros(ways.leave.shape, np.bool_)
        for walk in walks:
            rows[walk.row] |= (ways.leave[walk.row] < walk.home_min) & (
                ways.home[walk.row] > walk.leave_min
            )
        ways = ways.cancel(rows)
        slot = trips.ASTRAY
        for walk in walks:
            row = walk.row
            ways.leave[row, slot], ways.arrive[row, slot] = walk[1], walk[2]
            ways.back[row, slot], ways.home[row, slot] = walk[3], walk[4]
            ways.east[row, slot], ways.north[row, slot] = walk[5], walk[6]
            ways.straight[row, slot] = True
            if walk.on_foot:
                self._wander(walk)
        return ways

    def _wander(self, walk: Walk) -> None:
        row = walk.row
        away = slice(*_minutes(walk.leave_min, walk.home_min))
        self.activity[row, away], self.cadence[row, away] = SITTING, 0
        self.extra[row, away] = 0
        on = slice(*_minutes(walk.leave_min, walk.arrive_min))
        metres = float(np.hypot(walk.east_m, walk.north_m))
        minutes = max(walk.arrive_min - walk.leave_min, 1e-3)
        self.activity[row, on] = WALKING
        self.cadence[row, on] = metres / minutes / self.people.step_m[row]

    def _walk(self, on: Bools, cadence: Floats) -> None:
        self.activity[on] = WALKING
        self.cadence[on] = cadence[on]

    def finish(self, ways: Trips, still: Bools | None) -> Plan:
        """Add what the heart is asked for and what the wristband's motion shows."""
        activity, pace = self.activity, self.draws.pace
        if still is not None:
            activity[still & (activity > SITTING)] = LYING
            self.cadence[still] = 0
            self.extra[still] = 0
        walking = activity == WALKING
        effort = _EFFORT[activity] + self.extra
        effort += np.where(walking, np.float32(EFFORT_PER_STEP) * self.cadence, 0)
        motion = _MOTION_G[activity] + _SWING_G[activity] * pace * pace
        turns = (pace > _TURN) & (activity <= SITTING)
        motion[turns] += 0.07
        if still is not None:
            motion[still] = 0.001
        return Plan(activity, self.cadence, effort, motion, ways, self.wake, self.bed)


def _between(start: Floats, end: Floats) -> Bools:
    """(n, 1440): whether each minute begins within [start, end) minutes, (n,) each."""
    return (_whole(start)[:, None] <= _T) & (_whole(end)[:, None] > _T)


def _whole(minute: Floats) -> Minutes:
    return np.clip(minute, -1, 32_000).astype(np.int16)


def _minutes(start: float, end: float) -> tuple[int, int]:
    """First and last + 1 of the minutes that [start, end) touches."""
    first = min(max(int(np.floor(start)), 0), DAY_MINUTES)
    return first, min(max(int(np.ceil(end)), 0), DAY_MINUTES)


def _mask(n: int, windows: Sequence[Window]) -> Bools | None:
    if not windows:
        return None
    mask = np.zeros((n, DAY_MINUTES), np.bool_)
    for window in windows:
        mask[window.row, slice(*_minutes(window.start_min, window.end_min))] = True
    return mask


def _unless(on: Bools, quiet: Bools | None) -> Bools:
    return on if quiet is None else on & ~quiet


def _crossed(ways: Trips, windows: Sequence[Window]) -> Bools:
    """(n, slots): ways out that a window of rest would cut."""
    found = np.zeros(ways.leave.shape, np.bool_)
    for row, start, end in windows:
        found[row] |= (ways.leave[row] < end) & (ways.home[row] + 5 > start)
    return found
