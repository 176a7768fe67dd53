"""Points on the globe and beside a home."""

import math
from typing import Final, NamedTuple

METRES_PER_DEGREE: Final = 111_320.0
"""Metres of one degree of latitude (and of longitude at the equator)."""


class Spot(NamedTuple):
    """A point beside the wearer's home, in metres east and north of it."""

    east_m: float
    north_m: float


class Position(NamedTuple):
    """A point on the globe, WGS-84 [°]."""

    latitude: float
    longitude: float


def globe(home: Position, spot: Spot) -> Position:
    """Where a spot lies on the globe; good to a metre within a few kilometres."""
    shrink = math.cos(math.radians(home.latitude))
    return Position(
        home.latitude + spot.north_m / METRES_PER_DEGREE,
        home.longitude + spot.east_m / (METRES_PER_DEGREE * shrink),
    )
