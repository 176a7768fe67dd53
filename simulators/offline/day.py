"""One day of a shard: from the plan to the reports."""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from simulators.model import body, calendar, draws, sensing, wear
from simulators.model.arrays import EVERY_MINUTE, Bools, Floats
from simulators.model.courses import Course
from simulators.model.plan import Forced, Walk, Window, plan_day
from simulators.model.sensing import Readings
from simulators.model.wear import Carry
from simulators.offline.columns import SENT, TRUTH, Shard
from simulators.offline.events import DAY_MIN, Event

PRESSURE_EVERY_S: Final = 1800
AGAIN_S: Final = 300
"""A blood pressure that the service would ask to confirm is taken again after this."""
FIX_EVERY_S: Final = 600
EMPTY_PERCENT: Final = 0.5
LATE_SHARE: Final = 0.003
ALARMING_MMHG: Final = (180, 110, 100)
"""Systolic and diastolic at or above, systolic at or below: taken again."""
KEPT_ON_MIN: Final = DAY_MIN


class Day:
    """One day of a shard."""

    def __init__(self, made: Shard, seed: int, day: int, carry: Carry | None) -> None:
        self.made, self.day = made, day
        town, grid = made.town, made.grid
        ordinal = grid.first.toordinal() + day
        self.draws = draws.of_day(
            seed,
            town.indices,
            ordinal,
            readings=grid.per_day,
            normals=sensing.NORMALS,
            uniforms=sensing.UNIFORMS,
        )
        today = calendar.of_day(seed, ordinal)
        begin = day * DAY_MIN
        self.events = [
            event
            for event in made.events
            if event.start - 120 < begin + DAY_MIN and event.end + 2 * DAY_MIN > begin
        ]
        ill = np.maximum(
            calendar.illness(seed, town.indices, ordinal), self._ill(begin)
        )
        forced = Forced(
            quiet=self._windows(lambda event: event.quiet),
            still=self._windows(lambda event: event.still),
            stirs=self._windows(lambda event: event.stirs),
            walks=[
                _earlier(walk, begin) for event in self.events for walk in event.walks
            ],
        )
        plan = plan_day(town.people, self.draws, today, ill, forced)
        carry = carry or wear.first(town.people, self.draws)
        self.wear, tomorrow = wear.plan_wear(
            town.people,
            self.draws,
            plan,
            carry,
            off=self._windows(lambda event: event.off),
            kept_on=self._windows(_kept_on),
            uncharged=self._windows(lambda event: event.uncharged),
        )
        idle = self.wear.is_off(EVERY_MINUTE)
        minutes = body.follow(town.people, plan, carry.answer, idle)
        self.carry = Carry(tomorrow.charge, tomorrow.off_until, minutes.answer[:, -1])
        self.moved = minutes.moved[:, -1]
        step = np.arange(grid.per_day) * (grid.interval_s / 60)
        self.minute = (town.phase_ms[:, None] / 60_000 + step).astype(np.float32)
        self.moments = body.at(
            self.minute,
            people=town.people,
            draws=self.draws,
            plan=plan,
            minutes=minutes,
            calendar=today,
            courses=self._courses(begin),
        )

    def write(self, moved: Floats) -> tuple[Carry, Floats]:
        """Put the day into the shard's columns.

        Parameters
        ----------
        moved : (n,) motion between yesterday's last report and midnight [g × min].
        """
        off = self.wear.is_off(self.minute)
        charge = self.wear.charge(self.minute)
        readings = self._read(off, charge, moved)
        self._store(readings, off, charge)
        return self.carry, self.moved - self.moments.moved[:, -1]

    def _read(self, off: Bools, charge: Floats, moved: Floats) -> Readings:
        grid, moments = self.made.grid, self.moments
        since = np.diff(moments.moved, axis=1, prepend=-moved[:, None])
        fix_due = np.arange(grid.per_day) % grid.reports_in(FIX_EVERY_S) == 0
        readings = sensing.read(
            moments,
            people=self.made.town.people,
            draws=self.draws,
            off=off,
            charge=charge,
            motion=since / (grid.interval_s / 60),
            measures=np.ones(off.shape, np.bool_),
            locates=moments.out | fix_due,
        )
        due = self._due(readings)
        for column in (readings.systolic, readings.diastolic):
            column[~due] = np.nan
        return readings

    def _due(self, readings: Readings) -> Bools:
        """Which pressures are really taken.

        The first that can be in each half hour, those that somebody asks for, and once
        more what ought to be confirmed.
        """
        grid = self.made.grid
        can = np.isfinite(readings.systolic)
        per = grid.reports_in(PRESSURE_EVERY_S)
        taken = np.cumsum(can, axis=1)
        group = np.arange(grid.per_day) // per * per
        before = np.where(group > 0, taken[:, np.maximum(group - 1, 0)], 0)
        due = can & (taken - before == 1)
        for row, start, end in self._windows(lambda event: event.measured):
            due[row] |= (
                can[row] & (self.minute[row] >= start) & (self.minute[row] < end)
            )
        high, diastolic, low = ALARMING_MMHG
        alarming = (readings.systolic >= high) | (readings.diastolic >= diastolic)
        alarming |= readings.systolic <= low
        lag = max(1, -(-AGAIN_S // grid.interval_s))
        due[:, lag:] |= (due & alarming)[:, :-lag] & can[:, lag:]
        return due

    def _store(self, readings: Readings, off: Bools, charge: Floats) -> None:
        made, per = self.made, self.made.grid.per_day
        span = slice(self.day * per, (self.day + 1) * per)
        for name in TRUTH:
            made.truth[name][:, span] = getattr(self.moments, name)
        away = np.hypot(self.moments.east, self.moments.north)
        made.truth["beyond_m"][:, span] = away - made.town.fence_m[:, None]
        made.truth["charge"][:, span] = charge
        made.off[:, span] = off
        made.reports[:, span] = charge > EMPTY_PERCENT
        for name in SENT:
            made.sent[name][:, span] = getattr(readings, name)
        degrees, home = made.town.degrees, made.town.home
        fixes = readings.fixes
        for axis, (name, metres) in enumerate(
            (("latitude", fixes.north), ("longitude", fixes.east))
        ):
            turned = home[:, axis, None] + metres * degrees[:, axis, None]
            made.sent[name][:, span] = np.round(turned, 6)
        made.sent["accuracy"][:, span] = fixes.accuracy
        made.sent["location_source"][:, span] = fixes.source
        chance = self.draws.chances[..., -1]
        late = np.where(chance < LATE_SHARE, 20_000 + chance * 8e7, 300 + 1500 * chance)
        made.received_ms[:, span] = made.time_ms[:, span] + late.astype(np.int64)

    def _ill(self, begin: float) -> Floats:
        found = np.zeros(len(self.made.town.people), np.float32)
        for event in self.events:
            if event.start < begin + DAY_MIN and event.end > begin:
                found[event.row] = max(float(found[event.row]), event.ill)
        return found

    def _windows(self, of: Callable[[Event], Sequence[Window]]) -> list[Window]:
        begin = self.day * DAY_MIN
        return [
            Window(window.row, window.start_min - begin, window.end_min - begin)
            for event in self.events
            for window in of(event)
        ]

    def _courses(self, begin: float) -> list[Course]:
        return [
            course.shifted(-begin) for event in self.events for course in event.courses
        ]


def _kept_on(event: Event) -> tuple[Window, ...]:
    """Who is in trouble for hours does not think of the charger or the bath."""
    if event.fatal:
        return (Window(event.row, event.start - 30, event.end + DAY_MIN),)
    if event.off or event.uncharged or event.end - event.start > KEPT_ON_MIN:
        return ()
    return (Window(event.row, event.start - 30, event.end + 30),)


def _earlier(walk: Walk, minutes: float) -> Walk:
    return walk._replace(
        leave_min=walk.leave_min - minutes,
        arrive_min=walk.arrive_min - minutes,
        back_min=walk.back_min - minutes,
        home_min=walk.home_min - minutes,
    )
