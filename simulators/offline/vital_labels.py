"""Truths about vital signs beyond a limit."""

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
ARTEFACT: Final = 4.0
"""Farther from the truth than this, in the same measure, a reading is no reading."""
CONFIRM_S: Final = (180, 1800)
_PRESSURE_DAYS: Final = 3


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
    return found


def _heart(seen: Witness) -> list[Label]:
    truth = seen.shard.truth["heart_rate"]
    read = seen.shard.sent["heart_rate"]
    noise = np.hypot(seen.shard.town.people.beat_noise, sensing.HEART_SD_BPM)
    margin = (CLEARLY * noise)[:, None]
    # A pulse that is stuck or locked on to the steps shows nothing.
    shows = seen.judged & (abs(read - truth) <= ARTEFACT * noise[:, None])
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
    held = alive & seen.rest & seen.worn & shard.reports
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
