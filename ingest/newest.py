"""Carry a batch's reports over into the newest values of their bindings."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ingest.copying import NEVER

_GROUPS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("battery_us", ("battery",)),
    ("heart_rate_us", ("heart_rate",)),
    ("blood_pressure_us", ("systolic", "diastolic")),
    ("spo2_us", ("spo2",)),
    ("temperature_us", ("temperature",)),
    ("location_us", ("latitude", "longitude", "accuracy")),
)
"""What has a time of its own, and the fields it holds; all but accuracy are needed."""


def update(
    latest: NDArray[np.void], reports: NDArray[np.void], row: NDArray[np.intp]
) -> None:
    """Move `latest` on, in place; a value gives way to one as new or newer.

    Parameters
    ----------
    latest : (m,) ingest.state.LATEST
    reports : (n,) ingest.decode.READING, in arrival order.
    row : (n,) which of `latest` each report is about.
    """
    order = np.lexsort((reports["time_us"], row))  # stable: the later arrival wins
    reports, row = reports[order], row[order]
    np.maximum.at(latest["received_us"], row, reports["received_us"])
    np.maximum.at(latest["time_us"], row, reports["time_us"])
    _take(latest, reports, row, reports["worn"] >= 0, ("worn_us", ("worn",)))
    for time, names in _GROUPS:
        present = np.ones(len(reports), np.bool_)
        for name in names:
            if name != "accuracy":
                present &= ~np.isnan(reports[name])
        _take(latest, reports, row, present, (time, names))


def believe(
    latest: NDArray[np.void],
    beat_us: NDArray[np.int64],
    gates: NDArray[np.uint8],
) -> None:
    """Note the newest heart rates that no closed gate makes doubtful, in place.

    Of several heart rates that came together the newest stands for all.

    Parameters
    ----------
    latest : (m,) ingest.state.LATEST, moved on.
    beat_us : (m,) when the newest heart rate was before that [µs since 1970]
    gates : (m,) closed gates after the newest report, as bits.
    """
    newer = (latest["heart_rate_us"] > beat_us) & (gates == 0)
    latest["valid_heart_rate_us"][newer] = latest["heart_rate_us"][newer]


def _take(
    latest: NDArray[np.void],
    reports: NDArray[np.void],
    row: NDArray[np.intp],
    present: NDArray[np.bool_],
    group: tuple[str, tuple[str, ...]],
) -> None:
    """Take over the last present report of each row, unless what is there is newer."""
    time, names = group
    at = np.flatnonzero(present)
    if not at.size:
        return
    last = at[np.append(row[at][1:] != row[at][:-1], True)]
    times: NDArray[Any] = reports["time_us"][last]
    newer = last[times >= latest[time][row[last]]]
    to = row[newer]
    latest[time][to] = reports["time_us"][newer]
    for name in names:
        latest[name][to] = reports[name][newer]


def silence_due_us(
    received_us: NDArray[np.int64], patience_s: NDArray[np.float64]
) -> NDArray[np.int64]:
    """When silence becomes noticeable: some expected intervals after the last arrival.

    Parameters
    ----------
    received_us : (n,) last arrival, NEVER where there is none [µs since 1970]
    patience_s : (n,) how long it may last [s]; NaN where nobody waits for reports.
    """
    waits = ~np.isnan(patience_s) & (received_us != NEVER)
    patience_us = np.where(waits, patience_s, 0.0) * 1e6
    due: NDArray[np.int64] = received_us + patience_us.astype(np.int64)
    return np.where(waits, due, NEVER)
