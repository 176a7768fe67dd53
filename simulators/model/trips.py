"""Ways out of the house: when, how far, along which streets."""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np

from simulators.model.arrays import Bools, Floats
from simulators.model.calendar import Calendar
from simulators.model.draws import Draws
from simulators.model.people import People

PARK, MARKET, VISIT, DANCE, ASTRAY = range(5)
"""Slots of a day: one way out each."""
SLOTS: Final = 5
NEVER: Final = 1e6
_LEAVE_MIN: Final = np.array([445, 570, 925, 1130, NEVER], np.float32)
_FAR_M: Final = np.array([350, 300, 380, 250, 0], np.float32)
_STAY_MIN: Final = np.array([[20, 50], [15, 30], [20, 60], [25, 50], [0, 0]])
_EAGER: Final = np.array([1.0, 1.0, 0.9, 0.45, 0.0], np.float32)
"""Chance of each, as a multiple of how outgoing the person is."""
_CLINIC_M: Final = 650.0
_CLINIC_CHANCE: Final = 0.06
_APART_MIN: Final = 15


@dataclass(frozen=True, slots=True)
class Trips:
    """Ways out of n people on one day, each array (n, slots).

    Minutes after midnight of leaving home, arriving, turning back and being home, NEVER
    in a slot not used; the target in metres east and north of home.
    """

    leave: Floats
    arrive: Floats
    back: Floats
    home: Floats
    east: Floats
    north: Floats
    straight: Bools

    def at(self, minute: Floats) -> tuple[Floats, Floats, Bools]:
        """Metres east and north of home, and whether out, at (n, r) minutes."""
        east = np.zeros(minute.shape, np.float32)
        north = np.zeros(minute.shape, np.float32)
        out = np.zeros(minute.shape, np.bool_)
        for slot in range(SLOTS):
            leave = self.leave[:, slot, None]
            if not (leave < NEVER).any():
                continue
            home = self.home[:, slot, None]
            away = (minute >= leave) & (minute < home)
            share = _share(minute, leave, self.arrive[:, slot, None])
            share -= _share(minute, self.back[:, slot, None], home)
            x, y = self._walked(slot, share)
            east += np.where(away, x, 0)
            north += np.where(away, y, 0)
            out |= away
        return east, north, out

    def _walked(self, slot: int, share: Floats) -> tuple[Floats, Floats]:
        """Where `share` of the way leads: east–west, then north–south, or straight."""
        x, y = self.east[:, slot, None], self.north[:, slot, None]
        walked = share * (abs(x) + abs(y))
        first = np.minimum(walked, abs(x))
        straight = self.straight[:, slot, None]
        return (
            np.where(straight, share * x, np.copysign(first, x)),
            np.where(straight, share * y, np.copysign(walked - first, y)),
        )

    def cancel(self, which: Bools) -> Self:
        """The same without those ways out that `which` (n, slots) marks."""
        return type(self)(
            leave=_unless(which, self.leave),
            arrive=_unless(which, self.arrive),
            back=_unless(which, self.back),
            home=_unless(which, self.home),
            east=self.east,
            north=self.north,
            straight=self.straight,
        )


def plan(
    people: People, draws: Draws, calendar: Calendar, ill: Floats, bed: Floats
) -> Trips:
    """Plan ways out: park, market or clinic, a visit, dancing in the square.

    Parameters
    ----------
    people, draws, calendar : whose day.
    ill : (n,) 0–1, keeps people in; so does bad weather.
    bed : (n,) minutes, when all must be home for good.
    """
    u = draws.u
    mood = people.outgoing * (0.3 if calendar.bad_weather else 1.0) * (1 - ill)
    goes = u[:, :SLOTS] < mood[:, None] * _EAGER
    clinic = u[:, 5] < _CLINIC_CHANCE
    far = np.broadcast_to(_FAR_M, goes.shape) * (0.85 + 0.3 * u[:, 6:11])
    far = far.copy()
    far[:, MARKET] = np.where(clinic, _CLINIC_M, far[:, MARKET])
    # The same places every day: the bearing is a trait, hidden in the home's street.
    bearing = (people.floor[:, None] * 1.7 + people.skin[:, None] * 40) + np.arange(
        SLOTS
    ) * 2.2
    east, north = far * np.sin(bearing), far * np.cos(bearing)
    walk = (abs(east) + abs(north)) / (people.speed_m_s[:, None] * 60)
    stay = _STAY_MIN[:, 0] + (_STAY_MIN[:, 1] - _STAY_MIN[:, 0]) * u[:, 11:16]
    leave = _LEAVE_MIN + 18 * draws.z[:, 4 : 4 + SLOTS]
    leave, home = _one_after_another(leave, 2 * walk + stay, goes)
    late = home > bed[:, None] - 30
    made = Trips(
        leave=leave,
        arrive=leave + walk,
        back=home - walk,
        home=home,
        east=east,
        north=north,
        straight=np.zeros(goes.shape, np.bool_),
    )
    return made.cancel(~goes | late)


def _one_after_another(
    leave: Floats, takes: Floats, goes: Bools
) -> tuple[Floats, Floats]:
    """Put off a way out until the one before is over."""
    leave = leave.copy()
    home = leave + takes
    free = np.zeros(len(leave), np.float32)
    for slot in range(SLOTS - 1):
        leave[:, slot] = np.maximum(leave[:, slot], free)
        home[:, slot] = leave[:, slot] + takes[:, slot]
        free = np.where(goes[:, slot], home[:, slot] + _APART_MIN, free)
    return leave, home


def _share(minute: Floats, start: Floats, end: Floats) -> Floats:
    length = np.maximum(end - start, np.float32(1e-3))
    return np.clip((minute - start) / length, 0, 1).astype(np.float32)


def _unless(which: Bools, minute: Floats) -> Floats:
    return np.where(which, NEVER, minute).astype(np.float32)
