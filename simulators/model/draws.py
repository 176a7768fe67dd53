"""All that chance decides in people's one day, each person from a stream of their own."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulators import streams
from simulators.model.arrays import DAY_MINUTES, Floats

CHANNELS: Final = 4
HEART, PRESSURE, OXYGEN, SKIN = range(CHANNELS)
SPACINGS_MIN: Final = (10, 48, 240)
"""Distances between the knots of each octave; every one divides the day."""
_UNIFORMS: Final = 96
_NORMALS: Final = 24
_KNOTS: Final = tuple(DAY_MINUTES // spacing for spacing in SPACINGS_MIN)


@dataclass(frozen=True, slots=True)
class Draws:
    """Chance of n people's one day.

    ``u`` (n, 96) uniforms and ``z`` (n, 24) normals of the day as a whole; ``bout``
    and ``pace`` (n, 1440) uniforms of its minutes; ``knots`` for each octave
    (n, channels, knots + 1) normals, the last ones being the next day's first.
    ``readings`` (n, r, k) normals and ``chances`` (n, r, k) uniforms, if asked for.
    """

    u: Floats
    z: Floats
    bout: Floats
    pace: Floats
    knots: tuple[Floats, ...]
    readings: Floats
    chances: Floats

    def slow(self, channel: int, minute: Floats) -> Floats:
        """Slow fluctuation of a channel, of variance about 1, at (n, r) minutes."""
        total = np.zeros(minute.shape, np.float32)
        for spacing, knots in zip(SPACINGS_MIN, self.knots, strict=True):
            at = minute * np.float32(1 / spacing)
            low = np.clip(at.astype(np.intp), 0, knots.shape[2] - 2)
            share = at - low
            own = knots[:, channel]
            before = np.take_along_axis(own, low, 1)
            after = np.take_along_axis(own, low + 1, 1)
            total += before + (after - before) * share
        return np.clip(total * np.float32(0.7), -3, 3)


def of_day(
    seed: int,
    indices: Sequence[int],
    ordinal: int,
    *,
    readings: int = 0,
    normals: int = 0,
    uniforms: int = 0,
) -> Draws:
    """Draw the day `ordinal` of each person, and the next day's first knots.

    Parameters
    ----------
    seed, indices, ordinal : name the streams; nobody's draws depend on the others.
    readings, normals, uniforms : how many moments, and draws for each.
    """
    n, octaves = len(indices), len(SPACINGS_MIN)
    u = np.empty((n, _UNIFORMS), np.float32)
    z = np.empty((n, _NORMALS), np.float32)
    bout = np.empty((n, DAY_MINUTES), np.float32)
    pace = np.empty((n, DAY_MINUTES), np.float32)
    every = np.empty((n, CHANNELS * sum(_KNOTS)), np.float32)
    edge = np.empty((n, CHANNELS * octaves), np.float32)
    noise = np.empty((n, readings, normals), np.float32)
    chances = np.empty((n, readings, uniforms), np.float32)
    for row, index in enumerate(indices):
        _edge(seed, index, ordinal + 1, edge[row])
        rng = streams.of_day(seed, index, ordinal)
        rng.standard_normal(out=every[row], dtype=np.float32)
        rng.random(out=u[row], dtype=np.float32)
        rng.standard_normal(out=z[row], dtype=np.float32)
        rng.random(out=bout[row], dtype=np.float32)
        rng.random(out=pace[row], dtype=np.float32)
        if readings:
            rng.standard_normal(out=noise[row], dtype=np.float32)
            rng.random(out=chances[row], dtype=np.float32)
    return Draws(u, z, bout, pace, _knots(every, edge), noise, chances)


def _edge(seed: int, index: int, ordinal: int, out: NDArray[np.float32]) -> None:
    """The first knot of each octave and channel of a day: its stream's first draws."""
    streams.of_day(seed, index, ordinal).standard_normal(out=out, dtype=np.float32)


def _knots(every: Floats, edge: Floats) -> tuple[Floats, ...]:
    """Order the draws by octave and channel; a day's first draws are its first knots."""
    n, octaves = len(every), len(SPACINGS_MIN)
    first = every[:, : CHANNELS * octaves].reshape(n, octaves, CHANNELS, 1)
    last = edge.reshape(n, octaves, CHANNELS, 1)
    rest = every[:, CHANNELS * octaves :]
    found: list[Floats] = []
    used = 0
    for octave, count in enumerate(_KNOTS):
        size = CHANNELS * (count - 1)
        middle = rest[:, used : used + size].reshape(n, CHANNELS, count - 1)
        used += size
        parts = (first[:, octave], middle, last[:, octave])
        found.append(np.concatenate(parts, axis=2))
    return tuple(found)
