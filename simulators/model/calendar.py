"""What a day is like before anybody plans it: weekend, weather, who feels ill."""

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from simulators import streams
from simulators.model.arrays import Floats

WEEKEND: Final = 5
BAD_WEATHER_SHARE: Final = 0.2
SPELL_DAYS: Final = 28
SPELL_CHANCE: Final = 0.25
"""Chance that a person has a cold or the like within :data:`SPELL_DAYS`."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """One day of one town."""

    weekend: bool
    bad_weather: bool
    outdoors_celsius: float


def of_day(seed: int, ordinal: int) -> Calendar:
    """The day `ordinal` (as of ``date.toordinal()``) of the town of `seed`."""
    day = date.fromordinal(ordinal)
    rng = streams.of_town(seed, ordinal)
    season = -math.cos((day.timetuple().tm_yday - 20) / 365 * math.tau)
    return Calendar(
        weekend=day.weekday() >= WEEKEND,
        bad_weather=bool(rng.random() < BAD_WEATHER_SHARE),
        outdoors_celsius=14.0 + 13.0 * season + 3.0 * float(rng.normal()),
    )


def illness(seed: int, indices: Sequence[int], ordinal: int) -> Floats:
    """How far each person is kept in by a minor illness that day, 0–1."""
    block, day = divmod(ordinal, SPELL_DAYS)
    spells = [_spell(seed, index, block) for index in indices]
    return np.array(
        [weight if first <= day < last else 0.0 for first, last, weight in spells],
        np.float32,
    )


@functools.lru_cache(maxsize=65_536)
def _spell(seed: int, index: int, block: int) -> tuple[int, int, float]:
    """First day, day after the last, and weight of a block's spell of illness."""
    rng = streams.of_spells(seed, index, block)
    chance, weight = rng.random(2)
    if chance >= SPELL_CHANCE:
        return 0, 0, 0.0
    first = int(rng.integers(SPELL_DAYS))
    return first, first + int(rng.integers(1, 5)), 0.4 + 0.5 * float(weight)
