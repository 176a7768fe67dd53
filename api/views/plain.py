"""Small conversions that every view needs: numbers as sent, distances on the ground."""

from datetime import datetime
from math import asin, cos, radians, sin, sqrt

Number = int | float
EARTH_RADIUS_M = 6_371_008.8


def number(value: float | None) -> Number | None:
    """`value` as it was sent: whole numbers without a decimal point."""
    if value is None:
        return None
    return int(value) if float(value).is_integer() else value


def seconds_between(earlier: datetime, later: datetime) -> Number:
    """Span from `earlier` to `later`, to the millisecond [s]."""
    return number(round((later - earlier).total_seconds(), 3)) or 0


def distance_m(
    latitude: float, longitude: float, other_latitude: float, other_longitude: float
) -> float:
    """Great-circle distance between two WGS-84 positions [m] (haversine)."""
    south_north = radians(other_latitude - latitude)
    west_east = radians(other_longitude - longitude)
    chord = (
        sin(south_north / 2) ** 2
        + cos(radians(latitude))
        * cos(radians(other_latitude))
        * sin(west_east / 2) ** 2
    )
    return 2 * EARTH_RADIUS_M * asin(min(1.0, sqrt(chord)))
