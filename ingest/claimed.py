"""Read the time that a wristband claims, as an instant."""

from datetime import datetime
from typing import Annotated, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from core.payload import EARLIEST_TIME, MAX_AHEAD_S

Instant = Annotated[datetime, msgspec.Meta(tz=True)]
FARTHEST_S: Final = 9.0e15
"""Largest claimed time kept as an identity; its milliseconds still fit a bigint."""
EARLIEST_US: Final = round(datetime.fromisoformat(EARLIEST_TIME).timestamp() * 1e6)
MAX_AHEAD_US: Final = round(MAX_AHEAD_S * 1e6)
_EXACT_S: Final = 4e9  # microseconds of it are exact in a float64


def seconds(value: object) -> float | None:
    """Seconds since 1970 of an RFC 3339 text or a number; None for anything else.

    A leap second counts as the first instant of the next minute.
    """
    if isinstance(value, str):
        return _text_seconds(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) <= FARTHEST_S else None


def milliseconds(claimed_s: NDArray[np.float64]) -> NDArray[np.int64]:
    """Claimed times as whole milliseconds since 1970, finer digits cut off.

    Parameters
    ----------
    claimed_s : (n,) float64, within ±FARTHEST_S [s since 1970]

    Returns
    -------
    (n,) int64 [ms since 1970]
    """
    near = np.abs(claimed_s) < _EXACT_S
    exact = np.rint(np.where(near, claimed_s, 0.0) * 1e6).astype(np.int64) // 1000
    return np.where(near, exact, np.floor(claimed_s * 1000.0).astype(np.int64))


def unbelievable(
    claimed_ms: NDArray[np.int64], received_us: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Which claimed times are before 2020 or over 5 minutes ahead of the arrival.

    Parameters
    ----------
    claimed_ms : (n,) int64 [ms since 1970]
    received_us : (n,) int64 [µs since 1970]
    """
    ahead = claimed_ms > (received_us + MAX_AHEAD_US) // 1000
    return ahead | (claimed_ms < EARLIEST_US // 1000)


def _text_seconds(text: str) -> float | None:
    leap = len(text) > 19 and text[16:19] == ":60"
    if leap:
        text = text[:17] + "59" + text[19:]
    try:
        return msgspec.convert(text, Instant).timestamp() + leap
    except (msgspec.ValidationError, UnicodeEncodeError):  # lone surrogates
        return None
