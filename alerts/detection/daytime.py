"""Day and night by a zone's own clock, for many instants at once."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np

from alerts.detection import terms
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


def is_night(time_s: Floats, zone: ZoneInfo) -> Bools:
    """Whether each instant lies outside 07:00–22:00 local.

    Parameters
    ----------
    time_s : (n,) float64, seconds since 1970, UTC.
    """
    hour = local_s(time_s, zone) % 86400.0 / 3600.0
    return (hour < terms.DAY_FROM_HOUR) | (hour >= terms.DAY_TO_HOUR)


def _offset_s(time_s: float, zone: ZoneInfo) -> float:
    offset = datetime.fromtimestamp(time_s, UTC).astimezone(zone).utcoffset()
    return offset.total_seconds() if offset is not None else 0.0
