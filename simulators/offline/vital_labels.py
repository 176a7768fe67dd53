"""Truths about vital signs: beyond a limit, or away from the person's own usual."""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.model import Kind, Severity
from simulators.model import sensing
from simulators.model.arrays import Bools, Floats
from simulators.offline.labels import Label, Witness
from simulators.offline.stretches import stretches

CLEARLY: Final = 2.33
"""So many standard deviations of the sensor's error: 99 of 100 readings show it."""
MIN_DAYS: Final = 7
CONFIRM_S: Final = (180, 1800)
DEVIATIONS: Final = 3.0
LEAST_BPM: Final = 4.0
LEAST_CELSIUS: Final = 0.4
_PRESSURE_DAYS: Final = 3
_MAD: Final = 1.4826


class _Band(NamedTuple):
    """A limit and how long a value must lie beyond it."""

    kind: Kind
    severity: Severity
    limit: float
    above: bool
    delay_s: float
    bridge: int


_HEART: Final = (
    _Band(Kind.HEART_RATE_HIGH, Severity.CRITICAL, 131, True, 60, 1),
    _Band(Kind.HEART_RATE_HIGH, Severity.WARNING, 111, True, 600, 0),
    _Band(Kind.HEART_RATE_LOW, Severity.CRITICAL, 40, False, 60, 1),
    _Band(Kind.HEART_RATE_LOW, Severity.WARNING, 50, False, 600, 0),
)
_OXYGEN: Final = ((Severity.CRITICAL, 92, 83), (Severity.WARNING, 94, 87))
"""Limits of SpO2, and with COPD."""
_PRESSURE: Final = (
    (Kind.BLOOD_PRESSURE_HIGH, Severity.CRITICAL, 180.0, 110.0),
    (Kind.BLOOD_PRESSURE_LOW, Severity.CRITICAL, 90.0, None),
    (Kind.BLOOD_PRESSURE_LOW, Severity.WARNING, 100.0, None),
)


def vital_labels(seen: Witness) -> list[Label]:
    """All truths about vital signs of a shard."""
    found: list[Label] = []
    found += _heart(seen)
    found += _oxygen(seen)
    found += _pressure(seen)
    found += _daily_pressure(seen)
    found += _away_from_usual(seen)
    return found


def _heart(seen: Witness) -> list[Label]:
    truth = seen.shard.truth["heart_rate"]
    read = seen.shard.sent["heart_rate"]
    noise = np.hypot(seen.shard.town.people.beat_noise, sensing.HEART_SD_BPM)
    margin = (CLEARLY * noise)[:, None]
    shows = seen.judged & np.isfinite(read) & (read > 0)
    alive = truth > sensing.PULSELESS_BPM
    found: list[Label] = []
    for band in _HEART:
        sign = 1 if band.above else -1
        beyond = sign * (truth - band.limit)
        found += seen.told(
            band.kind,
            band.severity,
            true=(beyond >= 0) & alive & seen.rest & seen.worn & seen.shard.reports,
            shows=shows & (beyond >= margin),
            delay_s=band.delay_s,
            bridge=band.bridge,
        )
    return found


def _oxygen(seen: Witness) -> list[Label]:
    shard = seen.shard
    truth, read = shard.truth["spo2"], shard.sent["spo2"]
    alive = shard.truth["heart_rate"] > sensing.PULSELESS_BPM
    held = alive & seen.rest & seen.worn & shard.reports
    found: list[Label] = []
    for severity, usual, copd in _OXYGEN:
        limit = np.where(shard.town.people.copd, copd, usual)[:, None]
        margin = CLEARLY * sensing.SPO2_SD
        found += seen.told(
            Kind.SPO2_LOW,
            severity,
            true=held & (truth <= limit),
            shows=seen.judged & np.isfinite(read) & (truth <= limit - margin),
            delay_s=300,
            bridge=1,
        )
    return found


def _pressure(seen: Witness) -> list[Label]:
    """Known by half an hour after a clear reading that another one follows."""
    shard = seen.shard
    high, low = shard.truth["systolic"], shard.truth["diastolic"]
    taken = np.isfinite(shard.sent["systolic"]) & seen.fresh & seen.worn
    error = CLEARLY * float(np.hypot(sensing.PRESSURE_SD, 0.02))
    alive = shard.truth["heart_rate"] > sensing.PULSELESS_BPM
    held = alive & seen.worn & shard.reports
    found: list[Label] = []
    for kind, severity, systolic, diastolic in _PRESSURE:
        if kind is Kind.BLOOD_PRESSURE_HIGH and diastolic is not None:
            true = (high >= systolic) | (low >= diastolic)
            clear = (high >= systolic * (1 + error)) | (low >= diastolic * (1 + error))
        else:
            true, clear = high <= systolic, high <= systolic * (1 - error)
        pairs = _confirmed(seen, taken & clear)
        found += _paired(seen, kind, severity, true & held, pairs)
    return found


def _confirmed(seen: Witness, clear: Bools) -> Bools:
    """First of two clear readings 3–30 min apart, one after the other."""
    row, column = np.nonzero(clear)
    found = np.zeros(clear.shape, np.bool_)
    at = seen.time_ms[row, column] / 1000
    apart = np.diff(at, append=np.inf)
    same = np.append(row[1:] == row[:-1], False) if len(row) else row.astype(bool)
    first = same & (apart >= CONFIRM_S[0]) & (apart <= CONFIRM_S[1])
    found[row[first], column[first]] = True
    return found


def _paired(
    seen: Witness, kind: Kind, severity: Severity, true: Bools, first: Bools
) -> list[Label]:
    near = seen.shard.grid.reports_in(3600)
    runs = stretches(true, near)
    which = runs.within(stretches(first & true))
    marks = stretches(first & true)
    need_ms = CONFIRM_S[1] * 1000 + 2 * seen.interval_ms
    found: list[Label] = []
    for one in range(len(runs)):
        row = int(runs.row[one])
        start, end = (
            int(seen.time_ms[row, side[one]]) for side in (runs.first, runs.last)
        )
        at = None
        if which[one] >= 0:
            at = int(seen.time_ms[row, marks.first[which[one]]])
        by = None if at is None else at + need_ms
        found.append(seen.label(row, kind, severity, (start, end), (at, by)))
    return found


def _daily_pressure(seen: Witness) -> list[Label]:
    """Means of days at or above 135/85: info, known once three days are over."""
    shard, days = seen.shard, seen.shard.grid.days
    taken = np.isfinite(shard.sent["systolic"]) & shard.reports
    shape = (-1, days, shard.grid.per_day)
    high, low = (
        _mean(np.where(taken, shard.truth[name], np.nan).reshape(shape))
        for name in ("systolic", "diastolic")
    )
    # Where truth and a wristband that errs disagree nothing can be known.
    bias = 1 + shard.town.people.pressure_bias
    raised = (np.maximum(high, high * bias) >= 134) | (
        np.maximum(low, low * bias) >= 84.5
    )
    clear = (np.minimum(high, high * bias) >= 137) | (
        np.minimum(low, low * bias) >= 86.5
    )
    zero = shard.grid.midnight_ms
    found: list[Label] = []
    for row in np.flatnonzero(raised):
        known = (None, None)
        if clear[row] and days > _PRESSURE_DAYS:
            known = (zero, zero + _PRESSURE_DAYS * 86_400_000)
        span = (zero, shard.grid.end_ms)
        kind, severity = Kind.BLOOD_PRESSURE_HIGH, Severity.INFO
        found.append(seen.label(int(row), kind, severity, span, known))
    return found


def _mean(values: Floats) -> NDArray[np.float64]:
    """Mean of the days' means."""
    counts = np.isfinite(values).sum(axis=2)
    sums = np.nansum(values, axis=2)
    days = np.where(counts > 1, sums / np.maximum(counts, 1), np.nan)
    used = np.isfinite(days)
    return np.nansum(days, axis=1) / np.maximum(used.sum(axis=1), 1)


def _away_from_usual(seen: Witness) -> list[Label]:
    """Resting pulse by the hour, skin by the quarter of a day, against the usual."""
    shard = seen.shard
    quiet = shard.reports & seen.worn & ~_eventful(seen)
    alive = shard.truth["heart_rate"] > sensing.PULSELESS_BPM
    heart, skin = shard.truth["heart_rate"], shard.truth["skin"]
    known = seen.day >= MIN_DAYS
    usual, spread = _usual(seen, heart, quiet & seen.rest, 24, LEAST_BPM)
    noise = np.hypot(shard.town.people.beat_noise, sensing.HEART_SD_BPM)[:, None]
    off = abs(heart - usual)
    held = alive & seen.rest & seen.worn & shard.reports
    found = seen.told(
        Kind.VITALS_CHANGE,
        Severity.WARNING,
        true=held & (off >= DEVIATIONS * spread),
        shows=seen.judged & known & (off >= DEVIATIONS * spread + CLEARLY * noise),
        delay_s=1800,
        bridge=2,
    )
    usual, spread = _usual(seen, skin, quiet, 4, LEAST_CELSIUS)
    off = skin - usual
    found += seen.told(
        Kind.TEMPERATURE_HIGH,
        Severity.WARNING,
        true=seen.worn & shard.reports & (off >= DEVIATIONS * spread),
        shows=seen.fresh
        & seen.worn
        & known
        & (off >= DEVIATIONS * spread + CLEARLY * sensing.SKIN_SD),
        delay_s=3600,
        bridge=2,
    )
    return found


def _usual(
    seen: Witness, truth: Floats, counted: Bools, cells: int, least: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Median and spread over the days of each cell's mean, laid over all reports.

    Parameters
    ----------
    seen, truth : whose, and what.
    counted : (n, r) reports that the usual rests on.
    cells : parts of a day, each with a usual of its own.
    least : the spread is at least this.
    """
    n, days = len(truth), seen.shard.grid.days
    per = seen.shard.grid.per_day // cells
    shape = (n, days, cells, per)
    if per == 0:
        blank = np.full(truth.shape, np.nan)
        return blank, blank
    size = days * cells * per
    where = counted[:, :size].reshape(shape)
    total = np.where(where, truth[:, :size].reshape(shape), 0).sum(axis=3)
    count = where.sum(axis=3)
    means = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    median = _nanmedian(means)
    off = _nanmedian(abs(means - median[:, None]))
    spread = np.maximum(_MAD * off, least)
    part = (seen.second // (86_400 / cells)).astype(np.intp)
    return (
        np.take_along_axis(median, part, 1),
        np.take_along_axis(spread, part, 1),
    )


def _nanmedian(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Median along axis 1; NaN where there is nothing, without a warning."""
    ordered = np.sort(values, axis=1)
    count = np.isfinite(values).sum(axis=1)
    low = np.maximum((count - 1) // 2, 0)[:, None]
    high = np.minimum(count // 2, values.shape[1] - 1)[:, None]
    middle = np.take_along_axis(ordered, low, 1) + np.take_along_axis(ordered, high, 1)
    return middle[:, 0] / 2


def _eventful(seen: Witness) -> Bools:
    """(n, r) within an event, which no usual should rest on."""
    found = np.zeros(seen.time_ms.shape, np.bool_)
    for event in seen.shard.events:
        minute = (seen.time_ms[event.row] - seen.shard.grid.midnight_ms) / 60_000
        found[event.row] |= (minute >= event.start) & (minute < event.end + 60)
    return found
