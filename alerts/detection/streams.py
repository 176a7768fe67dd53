"""The readings of one vital sign, and the runs along them that the state remembers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from alerts.detection.batch import Batch
from alerts.detection.columns import Bools, Floats, Ints, Rows, is_told
from alerts.detection.outlook import Outlook
from alerts.detection.segments import Runs, Segments, previous, runs, segments

Rule = Callable[[str], Floats]


class Vital(NamedTuple):
    """What the state remembers of a vital sign.

    Attributes
    ----------
    name : with which its fields begin.
    slots : indices into KINDS.
    alarming : so many of its conditions, the first ones, are beyond a limit; of the
        others the i-th ends the episodes of slot i.
    """

    name: str
    slots: tuple[int, ...]
    alarming: int


@dataclass(frozen=True, slots=True)
class Stream:
    """The valid readings of one vital sign and the runs along them.

    The readings before one are known as far as they are of a run beyond a limit.
    """

    vital: Vital
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


def rules(batch: Batch, places: Ints, *kinds: str) -> tuple[Rule, ...]:
    """For each kind, its figures by name, for the readings at `places`."""
    owner = batch.of.owner[places]

    def rule(kind: str) -> Rule:
        return lambda name: batch.own(f"{kind}.{name}", owner)

    return tuple(rule(kind) for kind in kinds)


def under_way(s: Rows, vital: Vital) -> Bools:
    """(m,) whether anything is remembered of a vital sign."""
    return is_told(s, vital.slots) | ~np.isnan(s[f"{vital.name}_last_s"])


def follow(
    vital: Vital,
    batch: Batch,
    places: Ints,
    values: Sequence[Floats],
    *,
    condition: Bools,
    gaps: Sequence[Floats],
) -> Stream:
    """Follow a stream's runs, and move its part of the states on."""
    s, name = batch.state, vital.name
    of = segments(batch.of.owner[places])
    time_s, value = batch.reports["time_s"][places], np.stack(values)
    last_s = previous(time_s, of, s[f"{name}_last_s"])
    seed = (s[f"{name}_start_s"], s[f"{name}_count"])
    followed = runs(
        condition, time_s, last_s, np.stack(np.broadcast_arrays(*gaps)), of, seed=seed
    )
    end, owners = of.last, of.owners
    s[f"{name}_start_s"][owners] = followed.start_s[:, end].T
    s[f"{name}_count"][owners] = followed.count[:, end].T
    s[f"{name}_last_s"][owners] = time_s[end]
    beyond = np.logical_or.reduce(condition[: vital.alarming])
    shown = np.concatenate([time_s[None], value])
    shown = np.where(beyond, shown, np.nan)
    kept = [s[f"{name}_s"], *np.moveaxis(s[name], 2, 0)]
    before = np.stack(
        [previous(v, of, k[:, 0]) for v, k in zip(shown, kept, strict=True)]
    )
    second = np.stack(
        [previous(v, of, k[:, 1]) for v, k in zip(before, kept, strict=True)]
    )
    second = np.where(np.isnan(before[0]), np.nan, second)
    newest = np.stack([shown[:, end], np.where(beyond[end], before[:, end], np.nan)])
    s[f"{name}_s"][owners] = newest[:, 0].T
    s[name][owners] = newest[:, 1:].transpose(2, 0, 1)
    earlier = np.stack([before, second])
    return Stream(
        vital, places, of, time_s, value, earlier[:, 0], earlier[:, 1:], followed
    )


def leave(s: Rows, which: Ints, vital: Vital) -> None:
    """Forget of a vital sign what is not under way once its readings were judged.

    Parameters
    ----------
    which : the wristbands whose readings they were.
    """
    name = vital.name
    for i, slot in enumerate(vital.slots):
        calm = which[s["level"][which, slot] == 0]
        s[f"{name}_start_s"][calm, vital.alarming + i] = np.nan
        s[f"{name}_count"][calm, vital.alarming + i] = 0
    over = ~s[f"{name}_count"][which].any(axis=1) & ~is_told(s, vital.slots)[which]
    s[f"{name}_last_s"][which[over]] = np.nan


def outlook(
    stream: Stream,
    *,
    reached: Sequence[NDArray[np.int64]],
    clear: Sequence[Bools],
    run: Sequence[Ints],
    limit: Sequence[Sequence[Floats]],
    rearm_s: Floats,
) -> Outlook:
    """Gather what a stream says of its kinds, padding values to two."""
    n, slots = len(stream.places), stream.vital.slots
    which = np.stack(run)
    bounds = np.full((len(slots), 2, n), np.nan, np.float32)
    for k, of_kind in enumerate(limit):
        for i, bound in enumerate(of_kind):
            bounds[k, i] = bound
    return Outlook(
        kinds=slots,
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
        rearm_s=rearm_s,
    )


def _two(values: Floats) -> Floats:
    """(2, n) from (1, n) or (2, n), NaN where there is no second value."""
    if len(values) == 2:
        return values
    return np.concatenate([values, np.full_like(values, np.nan)])
