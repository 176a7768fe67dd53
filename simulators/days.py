"""The days of a fleet's wearers, many at once, with a script forced upon them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from simulators.model import body, calendar, draws, wear
from simulators.model.arrays import DAY_MINUTES, EVERY_MINUTE, one_of
from simulators.model.body import Moments
from simulators.model.courses import Channel, Course
from simulators.model.draws import Draws
from simulators.model.people import People
from simulators.model.plan import Forced, Plan, Walk, Window, plan_day
from simulators.model.wear import Carry, Wear
from simulators.scenarios import Happening, ScriptedEvent, What

_STILL: Final = frozenset(
    {What.BRADYCARDIA, What.TACHYCARDIA, What.HYPERTENSION, What.HYPOXIA}
    | {What.FALL, What.WANDERING}
)
"""Events before and after which the wearer stays quietly at home."""
KEPT_DAYS: Final = 2


@dataclass(frozen=True, slots=True)
class Day:
    """One day of some people, by the minute; what midnight hands on is `carry`."""

    midnight_s: float
    draws: Draws
    plan: Plan
    minutes: Moments
    wear: Wear
    carry: Carry
    courses: tuple[Course, ...]

    def of(self, row: int) -> "Day":
        """The same of one of them, as row 0."""
        plan = replace(one_of(self.plan, row), trips=one_of(self.plan.trips, row))
        return Day(
            midnight_s=self.midnight_s,
            draws=one_of(self.draws, row),
            plan=plan,
            minutes=one_of(self.minutes, row),
            wear=one_of(self.wear, row),
            carry=one_of(self.carry, row),
            courses=tuple(
                one._replace(row=0) for one in self.courses if one.row == row
            ),
        )


class Days:
    """The days of some wearers; each day is lived for all of them when first asked for.

    Parameters
    ----------
    seed, indices : whose streams the days are drawn from.
    people : their traits, a row each.
    scripts : what happens to each of them, in order.
    zone : local time.
    """

    def __init__(
        self,
        *,
        seed: int,
        indices: Sequence[int],
        people: People,
        scripts: Sequence[Sequence[Happening]],
        zone: ZoneInfo,
    ) -> None:
        self.people, self.scripts, self.zone = people, scripts, zone
        self._seed, self._indices = seed, indices
        self._rests = [rest_windows(script) for script in scripts]
        self._days: dict[date, Day] = {}

    def day(self, local: date) -> Day:
        """A local day; ask with rising dates, give or take a midnight."""
        if local not in self._days:
            self._days[local] = self._live(local)
            for old in sorted(self._days)[:-KEPT_DAYS]:
                del self._days[old]
        return self._days[local]

    def _live(self, local: date) -> Day:
        ordinal, who = local.toordinal(), self._indices
        before = self._days.get(date.fromordinal(ordinal - 1))
        drawn = draws.of_day(self._seed, who, ordinal)
        today = calendar.of_day(self._seed, ordinal)
        ill = calendar.illness(self._seed, who, ordinal)
        midnight = datetime(local.year, local.month, local.day, tzinfo=self.zone)
        midnight_s = midnight.timestamp()
        forced = self._forced(midnight_s)
        plan = plan_day(self.people, drawn, today, ill, forced)
        carry = before.carry if before else wear.first(self.people, drawn)
        worn, tomorrow = wear.plan_wear(
            self.people,
            drawn,
            plan,
            carry,
            off=self._windows(midnight_s, What.OFF_WRIST),
            kept_on=forced.quiet,
        )
        idle = worn.is_off(EVERY_MINUTE)
        sums = body.follow(self.people, plan, carry.answer, idle)
        lived = body.at(
            np.broadcast_to(EVERY_MINUTE, (len(who), DAY_MINUTES)),
            people=self.people,
            draws=drawn,
            plan=plan,
            minutes=sums,
            calendar=today,
        )
        handed_on = Carry(tomorrow.charge, tomorrow.off_until, sums.answer[:, -1])
        courses = self._courses(midnight_s)
        return Day(midnight_s, drawn, plan, lived, worn, handed_on, courses)

    def _courses(self, midnight_s: float) -> tuple[Course, ...]:
        return tuple(
            course._replace(row=row).shifted(-midnight_s / 60)
            for row, script in enumerate(self.scripts)
            for happening in script
            for course in courses_of(happening)
        )

    def _forced(self, midnight_s: float) -> Forced:
        quiet = [
            Window(row, (start - midnight_s) / 60, (end - midnight_s) / 60)
            for row, rests in enumerate(self._rests)
            for start, end in rests
        ]
        walks: dict[int, Walk] = {}
        for row, script in enumerate(self.scripts):
            for happening in script:
                if happening.kind is What.WANDERING:
                    walk = self._walk(row, happening, midnight_s)
                    # One way astray a day: the last that touches it.
                    if walk.leave_min < DAY_MINUTES and walk.home_min > 0:
                        walks[row] = walk
        return Forced(
            quiet=quiet,
            still=self._windows(midnight_s, What.FALL),
            walks=list(walks.values()),
        )

    def _windows(self, midnight_s: float, kind: What) -> list[Window]:
        return [
            Window(row, (one.start_s - midnight_s) / 60, (one.end_s - midnight_s) / 60)
            for row, script in enumerate(self.scripts)
            for one in script
            if one.kind is kind
        ]

    def _walk(self, row: int, happening: Happening, midnight_s: float) -> Walk:
        start, end = (
            (each - midnight_s) / 60 for each in (happening.start_s, happening.end_s)
        )
        metres = happening.event.speed_m_s * (happening.end_s - happening.start_s)
        bearing = math.radians(_bearing(happening.event, self._indices[row]))
        east, north = metres * math.sin(bearing), metres * math.cos(bearing)
        return Walk(row, start, end, end, end, east, north)


def courses_of(happening: Happening) -> list[Course]:
    """What a scripted event does to the body, in minutes since 1970."""
    event = happening.event
    sizes: dict[Channel, float] = {}
    if event.kind is What.BRADYCARDIA:
        sizes[Channel.HEART_RATE] = event.heart_rate_bpm or 36
    elif event.kind is What.TACHYCARDIA:
        sizes[Channel.HEART_RATE] = event.heart_rate_bpm or 142
    elif event.kind is What.HYPERTENSION:
        sizes[Channel.SYSTOLIC] = event.systolic_mmhg or 204
        sizes[Channel.DIASTOLIC] = event.diastolic_mmhg or 120
    elif event.kind is What.HYPOXIA:
        sizes[Channel.SPO2] = event.spo2_percent or 88
    start, end = happening.start_s / 60, happening.end_s / 60
    return [
        Course(0, channel, start, start, end, end, size)
        for channel, size in sizes.items()
    ]


def rest_windows(script: Sequence[Happening]) -> list[tuple[float, float]]:
    """When the wearer stays quietly at home: disjoint (start, end), in order [s]."""
    windows = sorted(
        (
            happening.start_s - happening.event.rest_before_s,
            happening.end_s + happening.event.rest_after_s,
        )
        for happening in script
        if happening.kind in _STILL
    )
    merged: list[tuple[float, float]] = []
    for start, end in windows:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _bearing(event: ScriptedEvent, index: int) -> float:
    """Direction of a walk [°]; spread over the fleet by the golden angle."""
    if event.bearing_degrees is not None:
        return event.bearing_degrees
    return (index * 137.508) % 360
