"""Bodies: the true vital signs of people at the moments that somebody looks at."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from simulators.model import draws as chance
from simulators.model.arrays import DAY_MINUTES, Bools, Bytes, Floats
from simulators.model.calendar import Calendar
from simulators.model.courses import Channel, Course, lay_over
from simulators.model.draws import Draws
from simulators.model.people import People
from simulators.model.plan import ASLEEP, STANDING, Plan

ONSET_MIN: Final = 0.75
"""Time constant of the heart's answer to exercise [min]."""
SLOW_BPM: Final = 2.3
SLOW_SYSTOLIC: Final = 4.0
SLOW_SPO2: Final = 0.35
SLOW_SKIN: Final = 0.25
REM_BPM: Final = 1.5
REM_MIN: Final = 90
_MEALS_MIN: Final = (440, 700, 1070)
_DIGESTION_MIN: Final = 100
_ASLEEP_WARMER: Final = 0.3


@dataclass(frozen=True, slots=True)
class Moments:
    """What is true of n people at r moments, arrays (n, r).

    ``steps`` and ``moved`` count from midnight: steps, and g × min of motion.
    """

    minute: Floats
    activity: Bytes
    cadence: Floats
    steps: Floats
    moved: Floats
    east: Floats
    north: Floats
    out: Bools
    heart_rate: Floats
    systolic: Floats
    diastolic: Floats
    spo2: Floats
    skin: Floats


@dataclass(frozen=True, slots=True)
class Minutes:
    """A day's sums, (n, 1441) each: what had come together by each full minute."""

    steps: Floats
    moved: Floats
    answer: Floats
    """The heart's answer to effort, as a share of its reserve."""


def follow(people: People, plan: Plan, answer: Floats, off: Bools) -> Minutes:
    """Sum a day up.

    Parameters
    ----------
    people, plan : whose day.
    answer : (n,) the heart's answer to effort at midnight.
    off : (n, 1440) the wristband is off the arm and notices no steps.
    """
    return Minutes(
        steps=_summed(np.where(off, 0, plan.cadence)),
        moved=_summed(np.where(off, 0, plan.motion)),
        answer=_answered(people, plan.effort, answer),
    )


def at(
    minute: Floats,
    *,
    people: People,
    draws: Draws,
    plan: Plan,
    minutes: Minutes,
    calendar: Calendar,
    courses: Sequence[Course] = (),
) -> Moments:
    """What is true at (n, r) minutes after midnight, 0 ≤ minute < 1440."""
    index = np.clip(minute.astype(np.intp), 0, DAY_MINUTES - 1)
    share = minute - index
    activity = np.take_along_axis(plan.activity, index, 1)
    east, north, out = plan.trips.at(minute)
    look = _Look(
        people=people,
        draws=draws,
        plan=plan,
        calendar=calendar,
        minute=minute,
        activity=activity,
    )
    answer = _along(minutes.answer, index, share)
    heart = look.heart_rate(answer)
    systolic, diastolic = look.pressure(answer)
    skin = look.skin(out)
    for channel, value in (
        (Channel.HEART_ADD, heart),
        (Channel.HEART_RATE, heart),
        (Channel.PRESSURE_ADD, systolic),
        (Channel.PRESSURE_ADD, diastolic),
        (Channel.SYSTOLIC, systolic),
        (Channel.DIASTOLIC, diastolic),
        (Channel.SKIN_ADD, skin),
        (Channel.SKIN, skin),
    ):
        lay_over(value, minute, courses, channel)
    spo2 = lay_over(look.spo2(), minute, courses, Channel.SPO2)
    return Moments(
        minute=minute,
        activity=activity,
        cadence=np.take_along_axis(plan.cadence, index, 1),
        steps=_along(minutes.steps, index, share),
        moved=_along(minutes.moved, index, share),
        east=east,
        north=north,
        out=out,
        heart_rate=heart,
        systolic=systolic,
        diastolic=np.minimum(diastolic, systolic - 15),
        spo2=np.minimum(spo2, 100),
        skin=skin,
    )


class _Look:
    """Bodies looked at, one vital sign after the other."""

    def __init__(
        self,
        *,
        people: People,
        draws: Draws,
        plan: Plan,
        calendar: Calendar,
        minute: Floats,
        activity: Bytes,
    ) -> None:
        self.people, self.draws = people, draws
        self.plan, self.calendar, self.minute = plan, calendar, minute
        self.asleep = activity == ASLEEP
        self.standing = activity >= STANDING
        self.turn = minute * np.float32(math.tau / DAY_MINUTES)

    def heart_rate(self, answer: Floats) -> Floats:
        """Rest, rhythm of the day, sleep's cycles, effort, slow fluctuation."""
        p, minute = self.people, self.minute
        fall = -0.5 - np.cos(self.turn - np.float32(4 / 24 * math.tau))
        cycle = np.sin(minute * np.float32(math.tau / REM_MIN))
        rest = p.heart_rate[:, None] + p.heart_rhythm[:, None] * fall
        rest += np.where(self.asleep, np.float32(REM_BPM) * cycle, 0)
        return (
            rest
            + answer * p.heart_reserve[:, None]
            + np.float32(SLOW_BPM) * self.draws.slow(chance.HEART, minute)
        )

    def pressure(self, answer: Floats) -> tuple[Floats, Floats]:
        """Systolic and diastolic: dip, surge, meals, posture, drugs, effort."""
        p, minute = self.people, self.minute
        share = np.where(self.asleep, 1 - p.dip[:, None], np.float32(1))
        since = np.clip((minute - self.plan.wake[:, None]) / 240, 0, 1)
        surge = p.surge[:, None] * np.sin(since * np.float32(math.pi))
        # A morning dose acts most in the early afternoon and wears off by dawn.
        drug = np.cos(self.turn - np.float32(14 / 24 * math.tau))
        change = np.where(self.asleep, 0, surge) - np.where(
            p.treated[:, None], 4 * drug, 0
        )
        change -= np.where(self.standing, p.standing_drop[:, None] * 0.6, 0)
        change -= p.meal_drop[:, None] * self._digesting()
        slow = self.draws.slow(chance.PRESSURE, minute)
        systolic = p.systolic[:, None] * share + change + 60 * answer
        diastolic = p.diastolic[:, None] * share + 0.5 * change + 10 * answer
        return (
            (systolic + np.float32(SLOW_SYSTOLIC) * slow).astype(np.float32),
            (diastolic + np.float32(0.6 * SLOW_SYSTOLIC) * slow).astype(np.float32),
        )

    def _digesting(self) -> Floats:
        total = np.zeros(self.minute.shape, np.float32)
        for meal in _MEALS_MIN:
            part = np.clip((self.minute - meal) / _DIGESTION_MIN, 0, 1)
            total += np.sin(part * np.float32(math.pi))
        return total

    def spo2(self) -> Floats:
        """Oxygen saturation, a little lower asleep."""
        slow = self.draws.slow(chance.OXYGEN, self.minute)
        asleep = np.where(self.asleep, np.float32(0.5), np.float32(0))
        return self.people.spo2[:, None] - asleep + np.float32(SLOW_SPO2) * slow

    def skin(self, out: Bools) -> Floats:
        """Skin at the wrist: warmer at night and under a blanket, colder outdoors."""
        rhythm = 0.6 * np.cos(self.turn - np.float32(3 / 24 * math.tau))
        blanket = np.where(self.asleep, np.float32(_ASLEEP_WARMER), np.float32(0))
        cold = np.clip((self.calendar.outdoors_celsius - 24) * 0.08, -2.5, 0.8)
        slow = np.float32(SLOW_SKIN) * self.draws.slow(chance.SKIN, self.minute)
        outdoors = np.where(out, np.float32(cold), np.float32(0))
        return (self.people.skin[:, None] + rhythm + blanket + outdoors + slow).astype(
            np.float32
        )


def _answered(people: People, effort: Floats, before: Floats) -> Floats:
    """First order: quick when effort begins, slower with age when it ends."""
    onset = np.float32(1 - math.exp(-1 / ONSET_MIN))
    recovery = (1 - np.exp(-1 / people.recovery_min)).astype(np.float32)
    asked = np.ascontiguousarray(effort.T)
    found = np.empty((DAY_MINUTES + 1, effort.shape[0]), np.float32)
    found[0] = before
    rise, fall = np.empty_like(found[0]), np.empty_like(found[0])
    for minute in range(DAY_MINUTES):
        np.subtract(asked[minute], found[minute], out=fall)
        np.maximum(fall, 0, out=rise)
        np.minimum(fall, 0, out=fall)
        rise *= onset
        fall *= recovery
        rise += fall
        np.add(found[minute], rise, out=found[minute + 1])
    return np.ascontiguousarray(found.T)


def _summed(each: Floats) -> Floats:
    total = np.zeros((each.shape[0], DAY_MINUTES + 1), np.float32)
    np.cumsum(each, axis=1, out=total[:, 1:])
    return total


def _along(
    full: Floats, index: np.ndarray[tuple[int, int], np.dtype[np.intp]], share: Floats
) -> Floats:
    before = np.take_along_axis(full, index, 1)
    after = np.take_along_axis(full, index + 1, 1)
    return (before + (after - before) * share).astype(np.float32)
