"""Read the time that a wristband claims, as an instant."""

from datetime import datetime
from typing import Annotated, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from core.payload import EARLIEST_TIME, MAX_AHEAD_S

Instant = Annotated[datetime, msgspec.Meta(tz=True)]
FARTHEST_S: Final = 9.0e15
"""Largest claimed time whose milliseconds fit a bigint."""
_BEYOND_MS: Final = round(FARTHEST_S * 1000) + 1
_BEYOND_COUNT: Final = np.uint64(np.iinfo(np.int64).max - _BEYOND_MS)
EARLIEST_US: Final = round(datetime.fromisoformat(EARLIEST_TIME).timestamp() * 1e6)
MAX_AHEAD_US: Final = round(MAX_AHEAD_S * 1e6)
_EXACT_S: Final = 4e9  # microseconds of it are exact in a float64


def seconds(value: object) -> float | None:
    """Seconds since 1970 of an RFC 3339 text or a number; None for anything else.

    A leap second counts as the first instant of the next minute. A number may be of
    any size: what it says is not believed then, but it is a time.
    """
    if isinstance(value, str):
        return _text_seconds(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return None if np.isnan(value) else float(value)


def milliseconds(claimed_s: NDArray[np.float64]) -> NDArray[np.int64]:
    """Claimed times as whole milliseconds since 1970, finer digits cut off.

    Beyond FARTHEST_S each number has one of its own above all others, so that a repeat
    is known by it too; none of these is ever believed.

    Parameters
    ----------
    claimed_s : (n,) float64, no NaN [s since 1970]

    Returns
    -------
    (n,) int64 [ms since 1970]
    """
    near = np.abs(claimed_s) < _EXACT_S
    far = np.abs(claimed_s) > FARTHEST_S
    exact = np.rint(np.where(near, claimed_s, 0.0) * 1e6).astype(np.int64) // 1000
    whole = np.floor(np.where(far, 0.0, claimed_s) * 1000.0).astype(np.int64)
    bits = np.ascontiguousarray(claimed_s, np.float64).view(np.uint64)
    beyond = (bits % _BEYOND_COUNT).astype(np.int64) + _BEYOND_MS
    return np.select([near, far], [exact, beyond], whole)


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
