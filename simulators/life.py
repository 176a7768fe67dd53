"""One wearer's life as it is played out: the model's days, a script laid over them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulators.days import Day, Days
from simulators.geography import Position
from simulators.model.arrays import DAY_MINUTES, Bools, Floats, one_of
from simulators.model.body import Moments
from simulators.model.courses import Channel, lay_over
from simulators.model.draws import Draws
from simulators.model.people import People
from simulators.scenarios import What

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


class Life:
    """A wearer's days, with the script laid over them.

    Parameters
    ----------
    days : of a group of wearers.
    row : which of them.
    home : where they live.
    """

    def __init__(self, days: Days, row: int, home: Position) -> None:
        self._all, self._row, self._home = days, row, home
        self._person = one_of(days.people, row)
        self._script = days.scripts[row]
        self._zone = days.zone
        self._today: tuple[date, Day] | None = None

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
            people=self._person,
            home=self._home,
            day=local,
            motion=np.take_along_axis(day.plan.motion, index, 1),
            off=day.wear.is_off(minute),
            taken_off=self._happens(now, What.OFF_WRIST),
            battery=self._battery(day.wear.charge(minute), now),
        )

    def day_of(self, now_s: float) -> date:
        """The local date of an instant [s since 1970]."""
        return datetime.fromtimestamp(now_s, UTC).astimezone(self._zone).date()

    def _moments(self, day: Day, minute: Floats, index: NDArray[np.intp]) -> Moments:
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

    def _day(self, local: date) -> Day:
        if self._today is None or self._today[0] != local:
            self._today = (local, self._all.day(local).of(self._row))
        return self._today[1]

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


def _between(full: Floats, index: NDArray[np.intp], share: Floats) -> Floats:
    """Values at times between two minutes; the last minute stands."""
    after = np.minimum(index + 1, DAY_MINUTES - 1)
    low = np.take_along_axis(full, index, 1)
    return low + (np.take_along_axis(full, after, 1) - low) * share
