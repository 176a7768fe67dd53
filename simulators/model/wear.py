"""The wristband's place and charge: on the arm, on the charger, on a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from simulators.model.arrays import DAY_MINUTES, Bools, Floats
from simulators.model.draws import Draws
from simulators.model.people import People
from simulators.model.plan import Plan, Window

DRAIN_PER_HOUR: Final = 0.8
CHARGE_PER_HOUR: Final = 55.0
CHARGE_BELOW: Final = 40.0
NIGHT_CHARGE_BELOW: Final = 75.0
CHARGE_UNTIL: Final = 96.0
EVENING_MIN: Final = 1230
BATH_MIN: Final = 25
BATH_CHANCE: Final = 0.45
_SLOTS: Final = 6
_CHARGE, _BATH, _YESTERDAY, _FORCED = 0, 1, 2, 3


@dataclass(frozen=True, slots=True)
class Carry:
    """What one midnight hands to the next day, (n,) each."""

    charge: Floats  # battery [%]
    off_until: Floats  # minutes after midnight
    answer: Floats  # of the heart to effort


@dataclass(frozen=True, slots=True)
class Wear:
    """One day of n wristbands: when they are off the arm, and their charge."""

    off: Floats  # (n, slots, 2) minutes
    start: Floats  # (n,) charge at midnight [%]
    until: Floats  # (n,) charge that charging ends at [%]

    def is_off(self, minute: Floats) -> Bools:
        """Whether each is off the arm at (n, r) minutes, or at the same (1, r)."""
        found = np.zeros((len(self.off), minute.shape[1]), np.bool_)
        for slot in range(_SLOTS):
            begin, end = self.off[:, slot, 0, None], self.off[:, slot, 1, None]
            if (end > begin).any():
                found |= (minute >= begin) & (minute < end)
        return found

    def charge(self, minute: Floats) -> Floats:
        """Battery at (n, r) minutes, 0–100 [%]."""
        drain = np.float32(DRAIN_PER_HOUR / 60)
        gain = np.float32(CHARGE_PER_HOUR / 60)
        plug, unplug = self.off[:, _CHARGE, 0, None], self.off[:, _CHARGE, 1, None]
        low = np.maximum(self.start[:, None] - drain * np.minimum(minute, plug), 0)
        full = self.until[:, None]
        charged = np.minimum(low + gain * (minute - plug), full)
        after = np.maximum(full - drain * (minute - unplug), 0)
        now = np.where(minute < plug, low, np.where(minute < unplug, charged, after))
        return np.clip(now, 0, 100).astype(np.float32)


def first(people: People, draws: Draws) -> Carry:
    """A first midnight: somewhere between two charges."""
    n = len(people)
    return Carry(
        charge=(45 + 55 * draws.u[:, 30]).astype(np.float32),
        off_until=np.zeros(n, np.float32),
        answer=np.zeros(n, np.float32),
    )


def plan_wear(
    people: People,
    draws: Draws,
    plan: Plan,
    carry: Carry,
    *,
    off: Sequence[Window] = (),
    kept_on: Sequence[Window] = (),
    uncharged: Sequence[Window] = (),
) -> tuple[Wear, Carry]:
    """Plan when wristbands are off, and what midnight hands on.

    Parameters
    ----------
    people, draws, plan, carry : whose day, and what the day before left.
    off : when they are off for other reasons.
    kept_on : when they stay on whatever was planned.
    uncharged : days on which nobody thinks of charging.

    Returns
    -------
    The day's wear, and the next midnight's carry with the heart's answer unchanged.
    """
    u, z, n = draws.u, draws.z, len(people)
    spans = np.zeros((n, _SLOTS, 2), np.float32)
    plug = np.maximum(EVENING_MIN + 25 * np.abs(z[:, 12]), carry.off_until)
    plug = np.where(people.night_charger, np.maximum(plan.bed, plug), plug)
    low = carry.charge - DRAIN_PER_HOUR / 60 * plug
    below = np.where(people.night_charger, NIGHT_CHARGE_BELOW, CHARGE_BELOW)
    length = (CHARGE_UNTIL - np.maximum(low, 0)) / CHARGE_PER_HOUR * 60
    charges = (low < below) & (u[:, 31] < 0.9) & (plug < DAY_MINUTES - 5)
    charges &= ~_hit(n, plug, plug + length, (*uncharged, *kept_on))
    spans[:, _CHARGE] = _span(plug, plug + length, charges)
    bath = plan.bed - 75
    bathes = people.bathes_without & (u[:, 32] < BATH_CHANCE)
    bathes &= ~_hit(n, bath, bath + BATH_MIN, kept_on)
    spans[:, _BATH] = _span(bath, bath + BATH_MIN, bathes)
    forgets = charges & (u[:, 33] < people.forgetful)
    night = charges & people.night_charger
    late = plug + length + np.where(forgets, 60 + 700 * u[:, 34], 0)
    late = np.where(night, np.maximum(late, DAY_MINUTES + plan.wake), late)
    # Off after charging: the rest of today, and the morning.
    spans[:, _YESTERDAY, 1] = carry.off_until
    rest = charges & (forgets | night)
    spans[:, _FORCED] = _span(plug + length, late, rest)
    for row, start, end in off:
        if start < DAY_MINUTES and end > 0:
            free = _FORCED + 1 + int(spans[row, _FORCED + 1, 1] > 0)
            spans[row, free] = start, end
    for row, _, end in kept_on:
        if end > 0:
            spans[row, _YESTERDAY, 1] = 0
    wear = Wear(spans, carry.charge, np.full(n, CHARGE_UNTIL, np.float32))
    # A charge that runs over midnight ends there; what is missing stays missing.
    last = np.full((n, 1), DAY_MINUTES, np.float32)
    until = np.where(rest, np.maximum(late - DAY_MINUTES, 0), 0)
    tomorrow = Carry(wear.charge(last)[:, 0], until.astype(np.float32), carry.answer)
    return wear, tomorrow


def _span(start: Floats, end: Floats, when: Bools) -> Floats:
    nothing = np.float32(1e6)
    return np.stack(
        [np.where(when, start, nothing), np.where(when, end, nothing)], axis=1
    ).astype(np.float32)


def _hit(n: int, start: Floats, end: Floats, windows: Sequence[Window]) -> Bools:
    """(n,) whether a window crosses [start, end)."""
    found = np.zeros(n, np.bool_)
    for row, begin, until in windows:
        found[row] |= bool(start[row] < until and end[row] > begin)
    return found
