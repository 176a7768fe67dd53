"""Convert positions from GCJ-02, the datum of Chinese maps, to WGS-84."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Degrees = NDArray[np.float64]

_AXIS_M: Final = 6_378_245.0  # Krasovsky 1940, which GCJ-02 is drawn on
_ECCENTRICITY2: Final = 0.006_693_421_622_965_943
_ROUNDS: Final = 4  # each round shrinks the error about a thousandfold


def to_wgs84(latitude: Degrees, longitude: Degrees) -> tuple[Degrees, Degrees]:
    """Undo the shift of GCJ-02, to better than a millimetre.

    Parameters
    ----------
    latitude, longitude : (n,) float64, GCJ-02 [°]

    Returns
    -------
    (n,) latitude and (n,) longitude, WGS-84 [°]; unchanged outside of China, where
    GCJ-02 is not shifted.

    References
    ----------
    .. [1] the shift as published in the eviltransform and coordtransform projects
    """
    real_latitude, real_longitude = latitude.copy(), longitude.copy()
    for _ in range(_ROUNDS):
        north, east = _shift(real_latitude, real_longitude)
        real_latitude, real_longitude = latitude - north, longitude - east
    inside = _in_china(latitude, longitude)
    return (
        np.where(inside, real_latitude, latitude),
        np.where(inside, real_longitude, longitude),
    )


def to_gcj02(latitude: Degrees, longitude: Degrees) -> tuple[Degrees, Degrees]:
    """Shift WGS-84 positions to GCJ-02; shapes and units as in :func:`to_wgs84`."""
    north, east = _shift(latitude, longitude)
    inside = _in_china(latitude, longitude)
    return (
        np.where(inside, latitude + north, latitude),
        np.where(inside, longitude + east, longitude),
    )


def _in_china(latitude: Degrees, longitude: Degrees) -> NDArray[np.bool_]:
    """The rectangle within which maps are shifted."""
    across = (longitude >= 72.004) & (longitude <= 137.8347)
    return across & (latitude >= 0.8293) & (latitude <= 55.8271)


def _shift(latitude: Degrees, longitude: Degrees) -> tuple[Degrees, Degrees]:
    """How far GCJ-02 moves a position north and east [°]."""
    x, y = longitude - 105.0, latitude - 35.0
    north_m, east_m = _metres(x, y)
    radians = np.radians(latitude)
    flat = 1.0 - _ECCENTRICITY2 * np.sin(radians) ** 2
    meridian_m = _AXIS_M * (1.0 - _ECCENTRICITY2) / flat**1.5
    parallel_m = _AXIS_M / np.sqrt(flat) * np.cos(radians)
    return np.degrees(north_m / meridian_m), np.degrees(east_m / parallel_m)


def _metres(x: Degrees, y: Degrees) -> tuple[Degrees, Degrees]:
    waves = 20.0 * np.sin(6.0 * np.pi * x) + 20.0 * np.sin(2.0 * np.pi * x)
    root = np.sqrt(np.abs(x))
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north += (waves + _ripple(y, 20.0, 40.0, 1.0, 3.0)) * 2.0 / 3.0
    north += _ripple(y, 160.0, 320.0, 12.0, 30.0) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east += (waves + _ripple(x, 20.0, 40.0, 1.0, 3.0)) * 2.0 / 3.0
    east += _ripple(x, 150.0, 300.0, 12.0, 30.0) * 2.0 / 3.0
    return north, east


def _ripple(at: Degrees, a: float, b: float, over_a: float, over_b: float) -> Degrees:
    return a * np.sin(at * np.pi / over_a) + b * np.sin(at * np.pi / over_b)
