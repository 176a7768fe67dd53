"""Where a wristband believes it is: satellites outdoors, Wi-Fi and cells at home."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from core.model import LOCATION_SOURCES, LocationSource
from simulators.model.arrays import Bools, Floats
from simulators.model.body import Moments

_GNSS, _WIFI, _CELL = (
    LOCATION_SOURCES.index(source)
    for source in (LocationSource.GNSS, LocationSource.WIFI, LocationSource.CELL)
)
_MISSED: Final = 0.04
_MULTIPATH: Final = 0.006
_CELL_SHARE: Final = 0.03


@dataclass(frozen=True, slots=True)
class Fixes:
    """Positions in metres east and north of home, (n, r); NaN and −1 where none."""

    east: Floats
    north: Floats
    accuracy: Floats
    source: np.ndarray[tuple[int, int], np.dtype[np.int8]]


def fixes(moments: Moments, normal: Floats, uniform: Floats, locates: Bools) -> Fixes:
    """Find positions where they are due.

    The stated accuracy is meant to hold 95 % of the errors: two standard deviations.
    Echoes among houses break that promise now and then.

    Parameters
    ----------
    moments : the truth.
    normal, uniform : (n, r, 4) draws each.
    locates : (n, r) whether a position is due.
    """
    out, cell = moments.out, ~moments.out & (uniform[..., 1] < _CELL_SHARE)
    spread = abs(normal[..., 2])
    accuracy = np.where(
        out, 8 + 6 * spread, np.where(cell, 500 + 300 * spread, 25 + 12 * spread)
    )
    error = accuracy / 2.45
    echo = out & (uniform[..., 2] < _MULTIPATH)
    error = np.where(echo, 40 + 60 * uniform[..., 3], error)
    found = locates & (uniform[..., 0] >= _MISSED)
    drawn = np.clip(normal[..., :2], -2.5, 2.5)
    source = np.where(out, _GNSS, np.where(cell, _CELL, _WIFI))
    return Fixes(
        east=_where(found, moments.east + error * drawn[..., 0]),
        north=_where(found, moments.north + error * drawn[..., 1]),
        accuracy=_where(found, np.round(accuracy)),
        source=np.where(found, source, -1).astype(np.int8),
    )


def _where(found: Bools, value: Floats) -> Floats:
    return np.where(found, value, np.nan).astype(np.float32)
