"""Day and night by a zone's own clock, for many instants at once."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from alerts.detection.columns import Bools, Floats

DAY_S: Final = 86400.0
QUARTER_S: Final = 900.0  # offsets change on whole quarters of an hour
MOST_DAYS: Final = 400  # a longer span is looked up quarter by quarter


def local_s(time_s: Floats, zone: ZoneInfo) -> Floats:
    """Seconds since 1970 as the zone's clocks show them.

    Parameters
    ----------
    time_s : (n,) float64, seconds since 1970, UTC.
    """
    if not time_s.size:
        return time_s
    first, last = (int(one // DAY_S) for one in (time_s.min(), time_s.max()))
    if last - first < MOST_DAYS:
        # Two changes within a day would be missed; no zone does that.
        shifts = {_offset_s(day * DAY_S, zone) for day in range(first, last + 2)}
        if len(shifts) == 1:
            return time_s + shifts.pop()
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
    hour = local_s(time_s, zone) % DAY_S / 3600.0
    return (hour < from_h) | (hour >= to_h)


@lru_cache(maxsize=4096)
def _offset_s(time_s: float, zone: ZoneInfo) -> float:
    offset = datetime.fromtimestamp(time_s, UTC).astimezone(zone).utcoffset()
    return offset.total_seconds() if offset is not None else 0.0
