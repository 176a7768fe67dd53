"""Heart rate, blood pressure and oxygen: what each valid reading reaches and clears."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from alerts.detection import terms
from alerts.detection.batch import Batch
from alerts.detection.columns import CRITICAL, KINDS, WARNING, Bools, Floats, Ints
from alerts.detection.gates import Gates, within
from alerts.detection.outlook import Outlook
from alerts.detection.segments import Runs, Segments, previous, runs, segments
from core.model import Kind

NEVER_S = np.inf


@dataclass(frozen=True, slots=True)
class _Stream:
    """The valid readings of one vital sign and the runs along them."""

    name: str
    places: Ints
    of: Segments
    time_s: Floats
    value: Floats  # (v, n)
    earlier_s: Floats  # (2, n)
    earlier: Floats  # (2, v, n)
    runs: Runs


def heart_rate(batch: Batch, gates: Gates) -> Outlook:
    """Heart rate at rest against its four limits (kinds high and low)."""
    reports = batch.reports
    valid = within("heart_rate", reports["heart_rate"])
    places = np.flatnonzero(valid & gates.worn & gates.at_rest & gates.changing)
    rate = reports["heart_rate"][places]
    own = batch.limits[batch.of.owner[places]]
    margin = np.float32(terms.HEART_RATE_MARGIN_BPM)
    condition = np.stack(
        [
            rate >= own["hr_high_warning"],
            rate >= own["hr_high_critical"],
            rate <= own["hr_low_warning"],
            rate <= own["hr_low_critical"],
            rate <= own["hr_high_warning"] - margin,
            rate >= own["hr_low_warning"] + margin,
        ]
    )
    long, twice = terms.SUSTAINED_GAP_S, terms.CONSECUTIVE_GAP_S
    gaps = (long, twice, long, twice, long, long)
    stream = _follow("hr", batch, places, (rate,), condition=condition, gaps=gaps)
    sustained = [
        stream.runs.lasting(i, stream.time_s, terms.SUSTAINED_S) for i in range(6)
    ]
    high = stream.runs.lasting(1, stream.time_s, terms.TWICE_APART_S)
    low = stream.runs.lasting(3, stream.time_s, terms.TWICE_APART_S)
    most = np.where(gates.knows_rest[places], CRITICAL, WARNING)
    return _outlook(
        stream,
        (Kind.HEART_RATE_HIGH, Kind.HEART_RATE_LOW),
        reached=(
            np.where(high, most, np.where(sustained[0], WARNING, 0)),
            np.where(low, CRITICAL, np.where(sustained[2], WARNING, 0)),
        ),
        clear=(sustained[4], sustained[5]),
        run=(np.where(high, 1, 0), np.where(low, 3, 2)),
        limit=(
            (np.where(high, own["hr_high_critical"], own["hr_high_warning"]),),
            (np.where(low, own["hr_low_critical"], own["hr_low_warning"]),),
        ),
    )


def blood_pressure(batch: Batch, gates: Gates) -> Outlook:
    """Blood pressure confirmed by a second reading (kinds high and low)."""
    systolic = batch.reports["systolic"]
    diastolic = batch.reports["diastolic"]
    valid = within("systolic", systolic) & within("diastolic", diastolic)
    valid &= (diastolic < systolic) & gates.worn & gates.changing
    places = np.flatnonzero(valid)
    upper, lower = systolic[places], diastolic[places]
    own = batch.limits[batch.of.owner[places]]
    margin = np.float32(terms.PRESSURE_MARGIN_MMHG)
    condition = np.stack(
        [
            (upper >= own["bp_high_systolic"]) | (lower >= own["bp_high_diastolic"]),
            upper <= own["bp_low_warning"],
            upper <= own["bp_low_critical"],
            (upper <= own["bp_high_systolic"] - margin)
            & (lower <= own["bp_high_diastolic"] - margin),
            upper >= own["bp_low_warning"] + margin,
        ]
    )
    confirm, clear = terms.CONFIRM_MAX_S, terms.PRESSURE_CLEAR_GAP_S
    gaps = (confirm, confirm, confirm, clear, clear)
    stream = _follow(
        "bp", batch, places, (upper, lower), condition=condition, gaps=gaps
    )
    twice = [
        stream.runs.lasting(i, stream.time_s, terms.CONFIRM_MIN_S) for i in range(5)
    ]
    outlook = _outlook(
        stream,
        (Kind.BLOOD_PRESSURE_HIGH, Kind.BLOOD_PRESSURE_LOW),
        reached=(
            np.where(twice[0], CRITICAL, 0),
            np.where(twice[2], CRITICAL, np.where(twice[1], WARNING, 0)),
        ),
        clear=(twice[3], twice[4]),
        run=(np.zeros(len(places), np.intp), np.where(twice[2], 2, 1)),
        limit=(
            (own["bp_high_systolic"], own["bp_high_diastolic"]),
            (np.where(twice[2], own["bp_low_critical"], own["bp_low_warning"]),),
        ),
    )
    start_s, count = stream.runs.start_s, stream.runs.count
    low = np.where(condition[2], 2, 1)[None]
    return replace(
        outlook,
        hope=np.stack(
            [condition[0] * CRITICAL, condition[1:3].sum(axis=0) + condition[1]]
        ),
        hope_s=np.stack([start_s[0], np.take_along_axis(start_s, low, axis=0)[0]]),
        hope_count=np.stack([count[0], np.take_along_axis(count, low, axis=0)[0]]),
    )


def oxygen(batch: Batch, gates: Gates) -> Outlook:
    """Oxygen saturation at rest: three readings or five minutes."""
    reports = batch.reports
    valid = within("spo2", reports["spo2"])
    places = np.flatnonzero(valid & gates.worn & gates.at_rest & gates.changing)
    spo2 = reports["spo2"][places]
    own = batch.limits[batch.of.owner[places]]
    warning, critical = spo2 <= own["ox_warning"], spo2 <= own["ox_critical"]
    margin = np.float32(terms.OXYGEN_MARGIN_PERCENT)
    clear = spo2 >= own["ox_warning"] + margin
    condition = np.stack([warning, critical, warning, critical, clear])
    short, any_gap, long = terms.SUSTAINED_GAP_S, NEVER_S, terms.SUSTAINED_GAP_S
    gaps = (short, short, any_gap, any_gap, long)
    stream = _follow("ox", batch, places, (spo2,), condition=condition, gaps=gaps)
    near = stream.time_s - stream.earlier_s[1] <= terms.CONSECUTIVE_GAP_S
    thrice = [stream.runs.count[i] >= terms.OXYGEN_READINGS for i in range(4)]
    lasts = [stream.runs.lasting(i, stream.time_s, terms.OXYGEN_S) for i in range(2)]
    grave, mild = thrice[3] & near | lasts[1], thrice[2] & near | lasts[0]
    cleared = stream.runs.lasting(4, stream.time_s, terms.SUSTAINED_S)
    return _outlook(
        stream,
        (Kind.SPO2_LOW,),
        reached=(np.where(grave, CRITICAL, np.where(mild, WARNING, 0)),),
        clear=(cleared,),
        run=(np.where(grave, 3, 2),),
        limit=((np.where(grave, own["ox_critical"], own["ox_warning"]),),),
    )


def _follow(
    name: str,
    batch: Batch,
    places: Ints,
    values: Sequence[Floats],
    *,
    condition: Bools,
    gaps: Sequence[float],
) -> _Stream:
    """Follow a stream's runs, and move its part of the states on."""
    s = batch.state
    readings = segments(batch.of.owner[places])
    time_s = batch.reports["time_s"][places]
    value = np.stack(values)
    before_s = previous(time_s, readings, s[f"{name}_s"][:, 0])
    second_s = previous(before_s, readings, s[f"{name}_s"][:, 1])
    before = [previous(one, readings, s[name][:, 0, i]) for i, one in enumerate(value)]
    second = [previous(one, readings, s[name][:, 1, i]) for i, one in enumerate(before)]
    seed = (s[f"{name}_start_s"], s[f"{name}_count"])
    followed = runs(
        condition, time_s, before_s, np.array(gaps)[:, None], readings, seed=seed
    )
    end, owners = readings.last, readings.owners
    s[f"{name}_start_s"][owners] = followed.start_s[:, end].T
    s[f"{name}_count"][owners] = followed.count[:, end].T
    s[f"{name}_s"][owners] = np.stack([time_s[end], before_s[end]], axis=1)
    newest = np.stack([value[:, end], np.stack(before)[:, end]])
    s[name][owners] = newest.transpose(2, 0, 1)
    earlier = np.stack([np.stack(before), np.stack(second)])
    earlier_s = np.stack([before_s, second_s])
    return _Stream(name, places, readings, time_s, value, earlier_s, earlier, followed)


def _outlook(
    stream: _Stream,
    kinds: Sequence[Kind],
    *,
    reached: Sequence[NDArray[np.int64]],
    clear: Sequence[Bools],
    run: Sequence[Ints],
    limit: Sequence[Sequence[Floats]],
) -> Outlook:
    """Gather what a stream says of its kinds, padding values to two."""
    n = len(stream.places)
    which = np.stack(run)
    bounds = np.full((len(kinds), 2, n), np.nan, np.float32)
    for k, of_kind in enumerate(limit):
        for i, bound in enumerate(of_kind):
            bounds[k, i] = bound
    return Outlook(
        kinds=tuple(KINDS.index(kind) for kind in kinds),
        places=stream.places,
        of=stream.of,
        reached=np.stack(reached).astype(np.int64),
        clear=np.stack(clear),
        since_s=np.take_along_axis(stream.runs.start_s, which, axis=0),
        count=np.take_along_axis(stream.runs.count, which, axis=0),
        value=_two(stream.value),
        limit=bounds,
        earlier_s=stream.earlier_s,
        earlier=np.stack([_two(stream.earlier[0]), _two(stream.earlier[1])]),
    )


def _two(values: Floats) -> Floats:
    """(2, n) from (1, n) or (2, n), NaN where there is no second value."""
    if len(values) == 2:
        return values
    return np.concatenate([values, np.full_like(values, np.nan)])
