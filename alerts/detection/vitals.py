"""Heart rate, blood pressure and oxygen: what each valid reading reaches and clears."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from alerts.detection.batch import Batch
from alerts.detection.columns import (
    CRITICAL,
    KINDS,
    MOST_READINGS,
    WARNING,
    Bools,
    Floats,
    Ints,
)
from alerts.detection.gates import Gates
from alerts.detection.outlook import Outlook
from alerts.detection.pulse import possible_pressure, within
from alerts.detection.segments import latest
from alerts.detection.streams import Stream, Vital, follow, outlook, rules
from core.model import Kind

HEART_RATE: Final = Vital(
    "hr", (KINDS.index(Kind.HEART_RATE_HIGH), KINDS.index(Kind.HEART_RATE_LOW)), 4
)
PRESSURE: Final = Vital(
    "bp",
    (KINDS.index(Kind.BLOOD_PRESSURE_HIGH), KINDS.index(Kind.BLOOD_PRESSURE_LOW)),
    3,
)
OXYGEN: Final = Vital("ox", (KINDS.index(Kind.SPO2_LOW),), 4)


def heart_rate_beyond(batch: Batch, gates: Gates) -> Bools:
    """(n,) whether a heart rate that may be judged is at or beyond a warning limit."""
    rate = batch.reports["heart_rate"]
    high, low = (
        batch.own("heart_rate_high.warning"),
        batch.own("heart_rate_low.warning"),
    )
    return ((rate >= high) | (rate <= low)) & gates.resting


def pressure_beyond(batch: Batch, gates: Gates) -> Bools:
    """(n,) whether a blood pressure that may be judged is at or beyond a limit."""
    systolic, diastolic = batch.reports["systolic"], batch.reports["diastolic"]
    beyond = systolic >= batch.own("blood_pressure_high.critical.systolic")
    beyond |= diastolic >= batch.own("blood_pressure_high.critical.diastolic")
    beyond |= systolic <= batch.own("blood_pressure_low.warning.systolic")
    return beyond & gates.steady


def oxygen_beyond(batch: Batch, gates: Gates) -> Bools:
    """(n,) whether an oxygen saturation that may be judged is at or below the limit."""
    return (batch.reports["spo2"] <= batch.own("spo2_low.warning")) & gates.resting


def heart_rate(batch: Batch, gates: Gates) -> Outlook:
    """Heart rate at rest against its four limits (kinds high and low)."""
    reports = batch.reports
    valid = within("heart_rate", reports["heart_rate"])
    places = np.flatnonzero(valid & gates.resting)
    rate = reports["heart_rate"][places]
    high, low = rules(batch, places, "heart_rate_high", "heart_rate_low")
    warning = rate >= high("warning"), rate <= low("warning")
    condition = np.stack(
        [
            warning[0],
            rate >= high("critical"),
            warning[1],
            rate <= low("critical"),
            ~warning[0] & (rate <= high("warning") - high("margin")),
            ~warning[1] & (rate >= low("warning") + low("margin")),
        ]
    )
    gaps = (
        *(high("gap_s"), high("within_s"), low("gap_s"), low("within_s")),
        *(high("gap_s"), low("gap_s")),
    )
    stream = follow(HEART_RATE, batch, places, (rate,), condition=condition, gaps=gaps)
    too_high = stream.lasting(1, high("apart_s"))
    too_low = stream.lasting(3, low("apart_s"))
    long = [
        stream.lasting(0, high("sustained_s")),
        stream.lasting(2, low("sustained_s")),
    ]
    most = np.where(gates.knows_rest[places], CRITICAL, WARNING)
    return outlook(
        stream,
        reached=(
            np.where(too_high, most, np.where(long[0], WARNING, 0)),
            np.where(too_low, CRITICAL, np.where(long[1], WARNING, 0)),
        ),
        clear=(stream.lasting(4, high("clear_s")), stream.lasting(5, low("clear_s"))),
        run=(np.where(too_high, 1, 0), np.where(too_low, 3, 2)),
        limit=(
            (np.where(too_high, high("critical"), high("warning")),),
            (np.where(too_low, low("critical"), low("warning")),),
        ),
        rearm_s=batch.own("late.rearm_s", stream.of.owner),
    )


def blood_pressure(batch: Batch, gates: Gates) -> Outlook:
    """Blood pressure confirmed by a second reading (kinds high and low).

    Half a pressure is judged by what there is of it.
    """
    systolic, diastolic = possible_pressure(batch.reports)
    present = ~(np.isnan(systolic) & np.isnan(diastolic))
    places = np.flatnonzero(present & gates.steady)
    upper, lower = systolic[places], diastolic[places]
    high, low = rules(batch, places, "blood_pressure_high", "blood_pressure_low")
    most = high("critical.systolic"), high("critical.diastolic")
    too_high = (upper >= most[0]) | (lower >= most[1])
    too_low = upper <= low("warning.systolic")
    margin = high("margin")
    condition = np.stack(
        [
            too_high,
            too_low,
            upper <= low("critical.systolic"),
            ~(too_high | (upper > most[0] - margin) | (lower > most[1] - margin)),
            ~too_low & (upper >= low("warning.systolic") + low("margin")),
        ]
    )
    gaps = (
        *(high("confirm_max_s"), low("confirm_max_s"), low("confirm_max_s")),
        *(high("clear_gap_s"), low("clear_gap_s")),
    )
    stream = follow(
        PRESSURE, batch, places, (upper, lower), condition=condition, gaps=gaps
    )
    apart = (high, low, low, high, low)
    twice = [stream.lasting(i, of("confirm_min_s")) for i, of in enumerate(apart)]
    limit = np.where(twice[2], low("critical.systolic"), low("warning.systolic"))
    found = outlook(
        stream,
        reached=(
            np.where(twice[0], CRITICAL, 0),
            np.where(twice[2], CRITICAL, np.where(twice[1], WARNING, 0)),
        ),
        clear=(twice[3], twice[4]),
        run=(np.zeros(len(places), np.intp), np.where(twice[2], 2, 1)),
        limit=(most, (limit,)),
        rearm_s=batch.own("late.rearm_s", stream.of.owner),
    )
    return _hoping(found, stream, condition, (high("enabled"), low("enabled")))


def _hoping(
    found: Outlook, stream: Stream, condition: Bools, enabled: Sequence[Floats]
) -> Outlook:
    """With what one more reading of blood pressure would confirm."""
    start_s, count = stream.runs.start_s, stream.runs.count
    low = np.where(condition[2], 2, 1)[None]
    grave = condition[1:3].sum(axis=0) + condition[1]
    return replace(
        found,
        hope=np.stack(
            [
                np.where(enabled[0] > 0, condition[0] * CRITICAL, 0),
                np.where(enabled[1] > 0, grave, 0),
            ]
        ),
        hope_s=np.stack([start_s[0], np.take_along_axis(start_s, low, axis=0)[0]]),
        hope_count=np.stack([count[0], np.take_along_axis(count, low, axis=0)[0]]),
    )


def oxygen(batch: Batch, gates: Gates) -> Outlook:
    """Oxygen saturation at rest: some readings in a row, or for some time."""
    reports = batch.reports
    valid = within("spo2", reports["spo2"])
    places = np.flatnonzero(valid & gates.resting)
    spo2 = reports["spo2"][places]
    (low,) = rules(batch, places, "spo2_low")
    warning, critical = spo2 <= low("warning"), spo2 <= low("critical")
    clear = ~warning & (spo2 >= low("warning") + low("margin"))
    condition = np.stack([warning, critical, warning, critical, clear])
    gap_s, any_gap = low("gap_s"), np.full_like(low("gap_s"), np.inf)
    gaps = (gap_s, gap_s, any_gap, any_gap, gap_s)
    stream = follow(OXYGEN, batch, places, (spo2,), condition=condition, gaps=gaps)
    near = _in_a_row(batch, stream, low("readings"), low("within_s"))
    in_a_row = [stream.runs.count[i] >= low("readings") for i in (2, 3)]
    lasts = [stream.lasting(i, low("sustained_s")) for i in (0, 1)]
    mild, grave = (in_a_row[i] & near | lasts[i] for i in (0, 1))
    return outlook(
        stream,
        reached=(np.where(grave, CRITICAL, np.where(mild, WARNING, 0)),),
        clear=(stream.lasting(4, low("clear_s")),),
        run=(np.where(grave, 3, 2),),
        limit=((np.where(grave, low("critical"), low("warning")),),),
        rearm_s=batch.own("late.rearm_s", stream.of.owner),
    )


def _in_a_row(
    batch: Batch, stream: Stream, readings: Floats, within_s: Floats
) -> Bools:
    """Whether the last `readings` of the run at the warning limit lie so close.

    Moves on the times of that run, which the state keeps as far as they may be asked.
    """
    kept, of, count = batch.state["ox_low_s"], stream.of, stream.runs.count[2]
    place = np.arange(of.size)
    begins = place[latest(of.first)]
    back = np.minimum(np.broadcast_to(readings, of.size), count) - 1
    first_s = _back(kept, stream, place, begins, np.maximum(back, 0).astype(np.intp))
    ago = np.arange(MOST_READINGS)
    end = of.last[:, None]
    times_s = _back(kept, stream, end, begins[end], ago)
    kept[of.owners] = np.where(ago < count[end], times_s, np.nan)
    return stream.time_s - first_s <= within_s


def _back(kept: Floats, stream: Stream, place: Ints, begins: Ints, by: Ints) -> Floats:
    """Time of the reading `by` before `place`, by what the state kept if need be.

    Parameters
    ----------
    kept : (m, MOST_READINGS) times from before the batch, newest first [s]
    begins : where the segment of `place` begins.
    """
    at = place - by
    older = np.clip(begins - at - 1, 0, MOST_READINGS - 1)
    remembered = kept[stream.of.owner[place], older]
    return np.where(at >= begins, stream.time_s[np.maximum(at, 0)], remembered)
