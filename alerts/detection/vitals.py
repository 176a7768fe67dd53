"""Heart rate, blood pressure and oxygen: what each valid reading reaches and clears."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

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
from alerts.detection.gates import Gates, within
from alerts.detection.outlook import Outlook
from alerts.detection.segments import (
    Runs,
    Segments,
    latest,
    previous,
    runs,
    segments,
)
from core.model import Kind

Rule = Callable[[str], Floats]


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

    def lasting(self, condition: int, span_s: Floats) -> Bools:
        """(n,) bool: whether the run of `condition` spans `span_s` by then."""
        return self.time_s - self.runs.start_s[condition] >= span_s


def heart_rate(batch: Batch, gates: Gates) -> Outlook:
    """Heart rate at rest against its four limits (kinds high and low)."""
    reports = batch.reports
    valid = within("heart_rate", reports["heart_rate"])
    places = np.flatnonzero(valid & gates.worn & gates.at_rest & gates.changing)
    rate = reports["heart_rate"][places]
    high, low = _rules(batch, places, "heart_rate_high", "heart_rate_low")
    condition = np.stack(
        [
            rate >= high("warning"),
            rate >= high("critical"),
            rate <= low("warning"),
            rate <= low("critical"),
            rate <= high("warning") - high("margin"),
            rate >= low("warning") + low("margin"),
        ]
    )
    gaps = (
        *(high("gap_s"), high("within_s"), low("gap_s"), low("within_s")),
        *(high("gap_s"), low("gap_s")),
    )
    stream = _follow("hr", batch, places, (rate,), condition=condition, gaps=gaps)
    too_high = stream.lasting(1, high("apart_s"))
    too_low = stream.lasting(3, low("apart_s"))
    warning = (
        stream.lasting(0, high("sustained_s")),
        stream.lasting(2, low("sustained_s")),
    )
    most = np.where(gates.knows_rest[places], CRITICAL, WARNING)
    return _outlook(
        stream,
        (Kind.HEART_RATE_HIGH, Kind.HEART_RATE_LOW),
        reached=(
            np.where(too_high, most, np.where(warning[0], WARNING, 0)),
            np.where(too_low, CRITICAL, np.where(warning[1], WARNING, 0)),
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
    """Blood pressure confirmed by a second reading (kinds high and low)."""
    systolic = batch.reports["systolic"]
    diastolic = batch.reports["diastolic"]
    valid = within("systolic", systolic) & within("diastolic", diastolic)
    valid &= (diastolic < systolic) & gates.worn & gates.changing
    places = np.flatnonzero(valid)
    upper, lower = systolic[places], diastolic[places]
    high, low = _rules(batch, places, "blood_pressure_high", "blood_pressure_low")
    most = high("critical.systolic"), high("critical.diastolic")
    condition = np.stack(
        [
            (upper >= most[0]) | (lower >= most[1]),
            upper <= low("warning.systolic"),
            upper <= low("critical.systolic"),
            (upper <= most[0] - high("margin")) & (lower <= most[1] - high("margin")),
            upper >= low("warning.systolic") + low("margin"),
        ]
    )
    gaps = (
        *(high("confirm_max_s"), low("confirm_max_s"), low("confirm_max_s")),
        *(high("clear_gap_s"), low("clear_gap_s")),
    )
    stream = _follow(
        "bp", batch, places, (upper, lower), condition=condition, gaps=gaps
    )
    apart = (high, low, low, high, low)
    twice = [stream.lasting(i, of("confirm_min_s")) for i, of in enumerate(apart)]
    limit = np.where(twice[2], low("critical.systolic"), low("warning.systolic"))
    outlook = _outlook(
        stream,
        (Kind.BLOOD_PRESSURE_HIGH, Kind.BLOOD_PRESSURE_LOW),
        reached=(
            np.where(twice[0], CRITICAL, 0),
            np.where(twice[2], CRITICAL, np.where(twice[1], WARNING, 0)),
        ),
        clear=(twice[3], twice[4]),
        run=(np.zeros(len(places), np.intp), np.where(twice[2], 2, 1)),
        limit=(most, (limit,)),
        rearm_s=batch.own("late.rearm_s", stream.of.owner),
    )
    return _hoping(outlook, stream, condition, (high("enabled"), low("enabled")))


def _hoping(
    outlook: Outlook, stream: _Stream, condition: Bools, enabled: Sequence[Floats]
) -> Outlook:
    """With what one more reading of blood pressure would confirm."""
    start_s, count = stream.runs.start_s, stream.runs.count
    low = np.where(condition[2], 2, 1)[None]
    grave = condition[1:3].sum(axis=0) + condition[1]
    return replace(
        outlook,
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
    places = np.flatnonzero(valid & gates.worn & gates.at_rest & gates.changing)
    spo2 = reports["spo2"][places]
    (low,) = _rules(batch, places, "spo2_low")
    warning, critical = spo2 <= low("warning"), spo2 <= low("critical")
    clear = spo2 >= low("warning") + low("margin")
    condition = np.stack([warning, critical, warning, critical, clear])
    gap_s, any_gap = low("gap_s"), np.full_like(low("gap_s"), np.inf)
    gaps = (gap_s, gap_s, any_gap, any_gap, gap_s)
    stream = _follow("ox", batch, places, (spo2,), condition=condition, gaps=gaps)
    near = _in_a_row(batch, stream, low("readings"), low("within_s"))
    in_a_row = [stream.runs.count[i] >= low("readings") for i in (2, 3)]
    lasts = [stream.lasting(i, low("sustained_s")) for i in (0, 1)]
    mild, grave = (in_a_row[i] & near | lasts[i] for i in (0, 1))
    return _outlook(
        stream,
        (Kind.SPO2_LOW,),
        reached=(np.where(grave, CRITICAL, np.where(mild, WARNING, 0)),),
        clear=(stream.lasting(4, low("clear_s")),),
        run=(np.where(grave, 3, 2),),
        limit=((np.where(grave, low("critical"), low("warning")),),),
        rearm_s=batch.own("late.rearm_s", stream.of.owner),
    )


def _in_a_row(
    batch: Batch, stream: _Stream, readings: Floats, within_s: Floats
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


def _back(kept: Floats, stream: _Stream, place: Ints, begins: Ints, by: Ints) -> Floats:
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


def _rules(batch: Batch, places: Ints, *kinds: str) -> tuple[Rule, ...]:
    """For each kind, its figures by name, for the readings at `places`."""
    owner = batch.of.owner[places]

    def rule(kind: str) -> Rule:
        return lambda name: batch.own(f"{kind}.{name}", owner)

    return tuple(rule(kind) for kind in kinds)


def _follow(
    name: str,
    batch: Batch,
    places: Ints,
    values: Sequence[Floats],
    *,
    condition: Bools,
    gaps: Sequence[Floats],
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
    followed = runs(condition, time_s, before_s, np.stack(gaps), readings, seed=seed)
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
    rearm_s: Floats,
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
        clear=np.stack(clear) & (np.stack(reached) == 0),
        since_s=np.take_along_axis(stream.runs.start_s, which, axis=0),
        count=np.take_along_axis(stream.runs.count, which, axis=0),
        value=_two(stream.value),
        limit=bounds,
        earlier_s=stream.earlier_s,
        earlier=np.stack([_two(stream.earlier[0]), _two(stream.earlier[1])]),
        rearm_s=rearm_s,
    )


def _two(values: Floats) -> Floats:
    """(2, n) from (1, n) or (2, n), NaN where there is no second value."""
    if len(values) == 2:
        return values
    return np.concatenate([values, np.full_like(values, np.nan)])
