"""One wearer's life as it is played out: the model's days, a script laid over them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from simulators.geography import Position
from simulators.model import body, calendar, draws, wear
from simulators.model.arrays import DAY_MINUTES, EVERY_MINUTE, Bools, Floats
from simulators.model.body import Moments
from simulators.model.courses import Channel, Course, lay_over
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
LOW_BATTERY_PERCENT: Final = 8.0


@dataclass(frozen=True, slots=True)
class Scenes:
    """A wearer and a wristband at m instants of one day; arrays are (1, m)."""

    moments: Moments
    draws: Draws
    people: People
    home: Position
    day: date
    motion: Floats  # of the minute at hand [g]
    off: Bools
    taken_off: Bools  # by the script; every wristband notices that
    battery: Floats


@dataclass(frozen=True, slots=True)
class _Day:
    """One day of one person, by the minute; what midnight hands on is `carry`."""

    midnight_s: float
    draws: Draws
    plan: Plan
    minutes: Moments
    wear: Wear
    carry: Carry
    courses: tuple[Course, ...]


class Life:
    """A wearer's days, with the script laid over them.

    Parameters
    ----------
    seed, index : whose streams the days are drawn from.
    person : the wearer's traits, one row.
    home : where they live.
    script : what happens to them, in order.
    zone : local time.
    """

    def __init__(
        self,
        *,
        seed: int,
        index: int,
        person: People,
        home: Position,
        script: Sequence[Happening],
        zone: ZoneInfo,
    ) -> None:
        self.person = person
        self._seed, self._index = seed, index
        self._home, self.zone = home, zone
        self._script = list(script)
        self._rests = rest_windows(script)
        self._days: dict[date, _Day] = {}

    def at(self, times_s: Sequence[float]) -> Scenes:
        """What there is to see at instants, rising and all of one local day.

        Parameters
        ----------
        times_s : seconds since 1970; see :meth:`day_of`.
        """
        local = self.day_of(times_s[0])
        day = self._day(local)
        now = np.array([times_s])
        minute = np.clip((now - day.midnight_s) / 60, 0, DAY_MINUTES - 1e-3)
        index = minute.astype(np.intp)
        return Scenes(
            moments=self._moments(day, minute, index),
            draws=day.draws,
            people=self.person,
            home=self._home,
            day=local,
            motion=np.take_along_axis(day.plan.motion, index, 1),
            off=day.wear.is_off(minute),
            taken_off=self._happens(now, What.OFF_WRIST),
            battery=self._battery(day.wear.charge(minute), now),
        )

    def day_of(self, now_s: float) -> date:
        """The local date of an instant [s since 1970]."""
        return datetime.fromtimestamp(now_s, UTC).astimezone(self.zone).date()

    def _moments(self, day: _Day, minute: Floats, index: NDArray[np.intp]) -> Moments:
        """Between the minutes; what the script forces takes hold to the second."""
        full, share = day.minutes, minute - index
        values = {
            name: _between(getattr(full, name), index, share)
            for name in ("steps", "moved", *_VITALS)
        }
        for name, channel in _VITALS.items():
            lay_over(values[name], minute, day.courses, channel)
        east, north, out = day.plan.trips.at(minute)
        return Moments(
            minute=minute,
            activity=np.take_along_axis(full.activity, index, 1),
            cadence=np.take_along_axis(full.cadence, index, 1),
            east=east,
            north=north,
            out=out,
            **values,
        )

    def _day(self, local: date) -> _Day:
        if local not in self._days:
            before = self._days.get(date.fromordinal(local.toordinal() - 1))
            self._days = {local: self._live(local, before)}
        return self._days[local]

    def _live(self, local: date, before: _Day | None) -> _Day:
        ordinal, who = local.toordinal(), [self._index]
        drawn = draws.of_day(self._seed, who, ordinal)
        today = calendar.of_day(self._seed, ordinal)
        ill = calendar.illness(self._seed, who, ordinal)
        midnight = datetime(local.year, local.month, local.day, tzinfo=self.zone)
        midnight_s = midnight.timestamp()
        forced = self._forced(midnight_s)
        plan = plan_day(self.person, drawn, today, ill, forced)
        carry = before.carry if before else wear.first(self.person, drawn)
        worn, tomorrow = wear.plan_wear(
            self.person,
            drawn,
            plan,
            carry,
            off=self._windows(midnight_s, What.OFF_WRIST),
            kept_on=forced.quiet,
        )
        idle = worn.is_off(EVERY_MINUTE)
        minutes = body.follow(self.person, plan, carry.answer, idle)
        lived = body.at(
            EVERY_MINUTE,
            people=self.person,
            draws=drawn,
            plan=plan,
            minutes=minutes,
            calendar=today,
        )
        handed_on = Carry(tomorrow.charge, tomorrow.off_until, minutes.answer[:, -1])
        courses = tuple(
            course.shifted(-midnight_s / 60)
            for happening in self._script
            for course in courses_of(happening)
        )
        return _Day(midnight_s, drawn, plan, lived, worn, handed_on, courses)

    def _forced(self, midnight_s: float) -> Forced:
        quiet = [
            Window(0, (start - midnight_s) / 60, (end - midnight_s) / 60)
            for start, end in self._rests
        ]
        walks = [
            self._walk(happening, midnight_s)
            for happening in self._script
            if happening.kind is What.WANDERING
        ]
        # One way out a day: the last to begin before the day is over.
        near = [walk for walk in walks if walk.leave_min < DAY_MINUTES]
        return Forced(
            quiet=quiet,
            still=self._windows(midnight_s, What.FALL),
            walks=[walk for walk in near if walk.home_min > 0][-1:],
        )

    def _windows(self, midnight_s: float, kind: What) -> list[Window]:
        return [
            Window(0, (one.start_s - midnight_s) / 60, (one.end_s - midnight_s) / 60)
            for one in self._script
            if one.kind is kind
        ]

    def _walk(self, happening: Happening, midnight_s: float) -> Walk:
        start, end = (
            (each - midnight_s) / 60 for each in (happening.start_s, happening.end_s)
        )
        metres = happening.event.speed_m_s * (happening.end_s - happening.start_s)
        bearing = math.radians(_bearing(happening.event, self._index))
        east, north = metres * math.sin(bearing), metres * math.cos(bearing)
        return Walk(0, start, end, end, end, east, north)

    def _battery(self, charge: Floats, now_s: Floats) -> Floats:
        for one in self._script:
            if one.kind is What.LOW_BATTERY:
                level = one.event.battery_percent
                low = np.minimum(
                    charge, LOW_BATTERY_PERCENT if level is None else level
                )
                during = (now_s >= one.start_s) & (now_s < one.end_s)
                charge = np.where(during, low, charge)
        return charge

    def _happens(self, now_s: Floats, kind: What) -> Bools:
        found = np.zeros(now_s.shape, np.bool_)
        for one in self._script:
            if one.kind is kind:
                found |= (now_s >= one.start_s) & (now_s < one.end_s)
        return found


_VITALS: Final = {
    "heart_rate": Channel.HEART_RATE,
    "systolic": Channel.SYSTOLIC,
    "diastolic": Channel.DIASTOLIC,
    "spo2": Channel.SPO2,
    "skin": Channel.SKIN,
}


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


def _between(full: Floats, index: NDArray[np.intp], share: Floats) -> Floats:
    """Values at times between two minutes; the last minute stands."""
    after = np.minimum(index + 1, DAY_MINUTES - 1)
    low = np.take_along_axis(full, index, 1)
    return low + (np.take_along_axis(full, after, 1) - low) * share


def _bearing(event: ScriptedEvent, index: int) -> float:
    """Direction of a walk [°]; spread over the fleet by the golden angle."""
    if event.bearing_degrees is not None:
        return event.bearing_degrees
    return (index * 137.508) % 360
