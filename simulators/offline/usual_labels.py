"""Truths about vital signs away from what is usual for the person."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.model import Kind, Severity
from simulators.model import sensing
from simulators.model.arrays import Bools, Floats
from simulators.offline.labels import Label, Witness
from simulators.offline.vital_labels import CLEARLY

MIN_DAYS: Final = 7
KEPT_DAYS: Final = 30
DEVIATIONS: Final = 3.0
LEAST_BPM: Final = 4.0
LEAST_CELSIUS: Final = 0.4
_MAD: Final = 1.4826


def usual_labels(seen: Witness) -> list[Label]:
    """Resting pulse by the hour, skin by the quarter of a day, against the usual."""
    shard = seen.shard
    heart, skin = shard.truth["heart_rate"], shard.truth["skin"]
    worn = seen.worn & shard.reports
    held = worn & seen.rest & (heart > sensing.PULSELESS_BPM)
    usual, spread = _usual(seen, heart, held, 24, LEAST_BPM)
    noise = np.hypot(shard.town.people.beat_noise, sensing.HEART_SD_BPM)[:, None]
    off = abs(heart - usual)
    found = seen.told(
        Kind.VITALS_CHANGE,
        Severity.WARNING,
        true=held & (off >= DEVIATIONS * spread),
        shows=seen.judged & (off >= DEVIATIONS * spread + CLEARLY * noise),
        delay_s=1800,
        bridge=2,
    )
    usual, spread = _usual(seen, skin, worn, 4, LEAST_CELSIUS)
    off = skin - usual
    clear = DEVIATIONS * spread + CLEARLY * sensing.SKIN_SD
    found += seen.told(
        Kind.TEMPERATURE_HIGH,
        Severity.WARNING,
        true=worn & (off >= DEVIATIONS * spread),
        shows=seen.fresh & seen.worn & (off >= clear),
        delay_s=3600,
        bridge=2,
    )
    return found


def _usual(
    seen: Witness, truth: Floats, counted: Bools, cells: int, least: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Median and spread of a cell's means over the days before, laid over all reports.

    Parameters
    ----------
    seen, truth : whose, and what.
    counted : (n, r) reports that the usual rests on.
    cells : parts of a day, each with a usual of its own.
    least : the spread is at least this.

    Returns
    -------
    (n, r) each; NaN where fewer than MIN_DAYS are known.
    """
    per = seen.shard.grid.per_day // cells
    if per == 0:
        unknown = np.full(truth.shape, np.nan)
        return unknown, unknown
    shape = (len(truth), seen.shard.grid.days, cells, per)
    where = counted.reshape(shape)
    total = np.where(where, truth.reshape(shape), 0).sum(axis=3)
    count = where.sum(axis=3)
    means = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    median, spread = _trailing(means)
    part = (seen.second // (86_400 / cells)).astype(np.intp) + seen.day * cells
    flat = (len(truth), -1)
    return (
        np.take_along_axis(median.reshape(flat), part, 1),
        np.take_along_axis(np.maximum(spread, least).reshape(flat), part, 1),
    )


def _trailing(
    means: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """For each day of (n, days, cells): median and spread of up to 30 days before."""
    median, spread = np.full(means.shape, np.nan), np.full(means.shape, np.nan)
    for day in range(MIN_DAYS, means.shape[1]):
        kept = means[:, max(0, day - KEPT_DAYS) : day]
        enough = np.isfinite(kept).sum(axis=1) >= MIN_DAYS
        middle = _nanmedian(kept)
        off = _nanmedian(abs(kept - middle[:, None]))
        median[:, day] = np.where(enough, middle, np.nan)
        spread[:, day] = np.where(enough, _MAD * off, np.nan)
    return median, spread


def _nanmedian(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Median along axis 1; NaN where there is nothing, without a warning."""
    ordered = np.sort(values, axis=1)
    count = np.isfinite(values).sum(axis=1)
    low = np.maximum((count - 1) // 2, 0)[:, None]
    high = np.minimum(count // 2, values.shape[1] - 1)[:, None]
    middle = np.take_along_axis(ordered, low, 1) + np.take_along_axis(ordered, high, 1)
    return middle[:, 0] / 2
