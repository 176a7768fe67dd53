"""Random streams: every wristband has its own, so that none disturbs another."""

from dataclasses import dataclass
from typing import Final

import numpy as np

_DAY_STREAM: Final = 0x646179
"""Keeps the days' plans apart from the streams below."""


@dataclass(frozen=True, slots=True)
class Streams:
    """One generator per thing that draws, so that one part's draws shift no other's."""

    person: np.random.Generator
    device: np.random.Generator
    line: np.random.Generator
    replies: np.random.Generator


def of_wristband(seed: int, index: int) -> Streams:
    """Generators of wristband `index` in a fleet of `seed` (both ≥ 0)."""
    children = np.random.SeedSequence([seed, index]).spawn(4)
    return Streams(*(np.random.default_rng(child) for child in children))


def of_day(seed: int, index: int, ordinal: int) -> np.random.Generator:
    """Generator of one wearer's one day, `ordinal` as of ``date.toordinal()``.

    A fleet that is started again finds the same day as before.
    """
    return np.random.default_rng([_DAY_STREAM, seed, index, ordinal])


def of_town(seed: int, ordinal: int) -> np.random.Generator:
    """Generator of what a day is like for everybody."""
    return np.random.default_rng([_DAY_STREAM + 2, seed, ordinal])


def of_spells(seed: int, index: int, block: int) -> np.random.Generator:
    """Generator of one wearer's minor illnesses in one block of days."""
    return np.random.default_rng([_DAY_STREAM + 3, seed, index, block])


def of_fate(seed: int, index: int) -> np.random.Generator:
    """Generator of what befalls one person of a cohort."""
    return np.random.default_rng([_DAY_STREAM + 4, seed, index])


def of_scenario(seed: int) -> np.random.Generator:
    """Generator that picks who and when where a scenario leaves it open."""
    return np.random.default_rng([_DAY_STREAM + 1, seed])
