"""Day and night by a zone's own clock, for many instants at once."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np

from alerts.detection.columns import Bools, Floats

QUARTER_S = 900.0  # offsets change on whole quarters of an hour


def local_s(time_s: Floats, zone: ZoneInfo) -> Floats:
    """Seconds since 1970 as the zone's clocks show them.

    Parameters
    ----------
    time_s : (n,) float64, seconds since 1970, UTC.
    """
    quarters, which = np.unique(np.floor(time_s / QUARTER_S), return_inverse=True)
    offsets = [_offset_s(quarter * QUARTER_S, zone) for quarter in quarters.tolist()]
    return time_s + np.array(offsets, float)[which]


def is_night(
    time_s: Floats,
    zone: ZoneInfo,
    from_h: Floats | float = 7,
    to_h: Floats | float = 22,
) -> Bools:
    """Whether each instant lies outside the local day.

    Parameters
    ----------
    time_s : (n,) float64, seconds since 1970, UTC.
    from_h, to_h : (n,) or what broadcasts, when the day begins and ends [h]
    """
    hour = local_s(time_s, zone) % 86400.0 / 3600.0
    return (hour < from_h) | (hour >= to_h)


def _offset_s(time_s: float, zone: ZoneInfo) -> float:
    offset = datetime.fromtimestamp(time_s, UTC).astimezone(zone).utcoffset()
    return offset.total_seconds() if offset is not None else 0.0
