"""Truths about wearing, charging, moving, leaving home, and about presses and falls."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.model import Kind, Severity
from simulators.model import sensing
from simulators.offline.labels import Columns, Label, Witness, last_column
from simulators.offline.stretches import stretches

DAY_FROM_S: Final = 7 * 3600
DAY_TO_S: Final = 22 * 3600
STILL_S: Final = (14_400, 43_200)
OFF_INFO_S: Final = 1800
OFF_WARNING_S: Final = (14_400, 3600)
"""Of those at usual and at high risk."""
FROZEN_READINGS: Final = 10
NO_SIGNAL_S: Final = 1800
OFFLINE_INTERVALS: Final = 3
OFFLINE_S: Final = (7200, 3600)
ON_SERVER_S: Final = 60
URGENT_S: Final = 10
CANCEL_S: Final = 30
BATTERY: Final = ((Severity.INFO, 20.0), (Severity.WARNING, 10.0))
OUTSIDE_M: Final = 60.0
"""Beyond the fence's edge by this, an accuracy circle lies wholly outside."""
FAR_M: Final = 1000.0


def habit_labels(seen: Witness) -> list[Label]:
    """All truths of a shard that are no vital signs."""
    found: list[Label] = []
    found += _urgent(seen)
    found += _still(seen)
    found += _off(seen)
    found += _battery(seen)
    found += _offline(seen)
    found += _outside(seen)
    return found


def _urgent(seen: Witness) -> list[Label]:
    zero = seen.shard.grid.midnight_ms
    found: list[Label] = []
    for event in seen.shard.events:
        if not event.urgent:
            continue
        minute, trigger = event.urgent[0]
        at = zero + round(minute * 60_000)
        end = zero + round(max(event.end, minute + 10) * 60_000)
        fell = trigger == "fall"
        by = at + 1000 * (URGENT_S + (CANCEL_S if fell else 0))
        kind = Kind.FALL if fell else Kind.SOS
        found.append(
            seen.label(event.row, kind, Severity.CRITICAL, (at, end), (at, by))
        )
    return found


def _waking(local_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """Seconds of day (07:00–22:00) since the first midnight."""
    days, second = np.divmod(local_s, 86_400)
    today = np.clip(second - DAY_FROM_S, 0, DAY_TO_S - DAY_FROM_S)
    return days * (DAY_TO_S - DAY_FROM_S) + today


def _waited(seen: Witness, began: Columns) -> NDArray[np.float64]:
    """Waking seconds since the report in each cell's column of `began`."""
    clock = _waking(seen.local_s)
    return clock - np.take_along_axis(clock, began, 1)


def _still(seen: Witness) -> list[Label]:
    """No steps and no motion for hours of waking time, worn, with a pulse."""
    shard = seen.shard
    alive = shard.truth["heart_rate"] > sensing.PULSELESS_BPM
    there = seen.worn & alive & shard.reports
    # Since the last report that was not still.
    began = np.maximum(last_column(seen.active | ~there), 0)
    waking = _waited(seen, began)
    found: list[Label] = []
    for severity, limit in zip(
        (Severity.WARNING, Severity.CRITICAL), STILL_S, strict=True
    ):
        true = there & (waking >= limit)
        found += seen.told(
            Kind.INACTIVITY,
            severity,
            true=true,
            shows=true & seen.fresh,
            delay_s=0,
            began=began,
        )
    return found


def _off(seen: Witness) -> list[Label]:
    """Off the arm by day, or on it without a pulse."""
    shard = seen.shard
    dead = shard.truth["heart_rate"] <= sensing.PULSELESS_BPM
    away = (shard.off | dead) & shard.reports
    # Since the first report of the series.
    began = np.minimum(last_column(~away) + 1, away.shape[1] - 1)
    waking = _waited(seen, began)
    warning = np.where(shard.town.high_risk, OFF_WARNING_S[1], OFF_WARNING_S[0])[
        :, None
    ]
    # Without a sense of removal only a pulse that repeats itself, or none, gives it away.
    count = np.cumsum(away, axis=1)
    before = np.maximum.accumulate(np.where(away, 0, count), axis=1)
    enough = max(FROZEN_READINGS, seen.shard.grid.reports_in(NO_SIGNAL_S)) + 1
    infers = shard.town.people.senses_removal[:, None] | (count - before > enough)
    by_day = (seen.second >= DAY_FROM_S) & (seen.second < DAY_TO_S)
    found: list[Label] = []
    for severity, limit in ((Severity.INFO, OFF_INFO_S), (Severity.WARNING, warning)):
        true = away & (waking >= limit)
        found += seen.told(
            Kind.NOT_WORN,
            severity,
            true=true,
            shows=true & seen.fresh & infers & by_day,
            delay_s=0,
            began=began,
        )
    return found


def _battery(seen: Witness) -> list[Label]:
    found: list[Label] = []
    charge = seen.shard.sent["battery"]
    for severity, limit in BATTERY:
        true = seen.shard.reports & (charge <= limit)
        found += seen.told(
            Kind.BATTERY_LOW, severity, true=true, shows=true & seen.fresh, delay_s=0
        )
    return found


def _offline(seen: Witness) -> list[Label]:
    """Silent towards the server: nothing arrives, whatever is kept on the wristband."""
    shard = seen.shard
    silent = stretches(~seen.fresh)
    last = np.maximum(silent.first - 1, 0)
    heard = shard.time_ms[silent.row, last]
    after = np.minimum(silent.last + 1, shard.time_ms.shape[1] - 1)
    back = shard.time_ms[silent.row, after]
    found: list[Label] = []
    for row, start, end in zip(silent.row, heard, back, strict=True):
        span = (int(start), int(end))
        risky = bool(shard.town.high_risk[row])
        for severity, by in (
            (Severity.INFO, span[0] + OFFLINE_INTERVALS * seen.interval_ms),
            (Severity.WARNING, _by_day(seen, span[0], OFFLINE_S[risky])),
        ):
            known = by + ON_SERVER_S * 1000
            if by < span[1]:
                shown = (span[0], known) if known < span[1] else (None, None)
                found.append(seen.label(int(row), Kind.OFFLINE, severity, span, shown))
    return found


def _by_day(seen: Witness, start_ms: int, after_s: float) -> int:
    """So long after `start_ms`, or when the next day begins if that is at night."""
    at = start_ms + round(after_s * 1000)
    second = (at - seen.shard.grid.midnight_ms) // 1000 % 86_400
    if second < DAY_FROM_S:
        return at + (DAY_FROM_S - second) * 1000
    if second >= DAY_TO_S:
        return at + (86_400 + DAY_FROM_S - second) * 1000
    return at


def _outside(seen: Witness) -> list[Label]:
    """Beyond the fence; with dementia, at night or far off it is critical."""
    shard = seen.shard
    beyond = shard.truth["beyond_m"]
    night = (seen.second < DAY_FROM_S) | (seen.second >= DAY_TO_S)
    grave = shard.town.people.dementia[:, None] | night | (beyond > FAR_M)
    located = np.isfinite(shard.sent["latitude"]) & seen.fresh
    found: list[Label] = []
    for severity, true in (
        (Severity.WARNING, beyond > 0),
        (Severity.CRITICAL, (beyond > 0) & grave),
    ):
        found += seen.told(
            Kind.GEOFENCE_EXIT,
            severity,
            true=true & shard.reports,
            shows=true & located & (beyond > OUTSIDE_M),
            delay_s=seen.interval_ms / 1000,
            bridge=1,
        )
    return found
