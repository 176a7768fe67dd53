"""Readings that are far from what is usual for the person at that time of the day."""

from dataclasses import dataclass

import numpy as np

from alerts.detection.batch import Batch
from alerts.detection.cells import Given
from alerts.detection.columns import KINDS, WARNING, Floats, Ints, Rows
from alerts.detection.gates import Gates
from alerts.detection.lateness import Late, whole
from alerts.detection.memory import Memory
from alerts.detection.outlook import Outlook
from alerts.detection.pulse import within
from alerts.detection.segments import Runs, Segments, previous, runs, segments
from alerts.detection.turns import Turns
from alerts.detection.usual import BEATS, Measure, learn

HIGH, NEAR, LOW = 0, 1, 2  # the runs that are followed


@dataclass(frozen=True, slots=True)
class _Held:
    """Valid readings held against the usual of their own part of the day."""

    place: Ints
    of: Segments
    time_s: Floats
    value: Floats  # as sent
    usual: Floats  # NaN where not known
    deviation: Floats

    def some(self, which: Ints) -> "_Held":
        """Some of the readings."""
        return _Held(
            self.place[which],
            segments(self.of.owner[which]),
            self.time_s[which],
            self.value[which],
            self.usual[which],
            self.deviation[which],
        )


def change(
    measure: Measure,
    batch: Batch,
    gates: Gates,
    hours: Turns,
    *,
    late: Late | None,
    memory: Memory,
) -> Outlook | None:
    """What is unusual for the person; moves the states and the memory on.

    Parameters
    ----------
    hours : where local hours begin.

    Returns
    -------
    None where nothing is reached and no episode can end.
    """
    valid = within(measure.field, batch.reports[measure.field])
    valid &= gates.worn & gates.changing
    if measure is BEATS:
        valid &= gates.at_rest
    place = np.flatnonzero(valid)
    owner = batch.of.owner[place]
    value = batch.reports[measure.field][place]
    given = Given(owner, place, whole(value, measure.scale))
    turns = hours.every(measure.ring.hours)
    usual, deviation = learn(measure, batch, turns, given, late=late, memory=memory)
    stay = turns.stay(owner, place)
    time_s = batch.reports["time_s"][place]
    held = _Held(place, segments(owner), time_s, value, usual[stay], deviation[stay])
    return _judged(measure, batch, held)


def leave(s: Rows, measure: Measure) -> None:
    """Forget the runs near to the usual of wristbands of which nothing was told."""
    calm = np.flatnonzero(s["level"][:, KINDS.index(measure.kind)] == 0)
    s[f"{measure.ring.name}_start_s"][calm, NEAR] = np.nan
    s[f"{measure.ring.name}_runs"][calm, NEAR] = 0


def _judged(measure: Measure, batch: Batch, held: _Held) -> Outlook | None:
    """What readings reach; wristbands that are as usual are not looked at closely."""
    s, name, kind = batch.state, measure.ring.name, measure.kind
    off = held.value - held.usual
    far = batch.own(f"{kind}.deviations", held.of.owner) * held.deviation
    beyond = {HIGH: off >= far, LOW: -off >= far}
    looked_at = s["level"][:, KINDS.index(kind)] > 0
    for run, away in beyond.items():
        if run < measure.runs:
            looked_at |= s[f"{name}_runs"][:, run] > 0
            looked_at[held.of.owner[away]] = True
    which = np.flatnonzero(looked_at[held.of.owner])
    some = held.some(which)
    before_s, before = _earlier(s, name, some)
    _remember(s, name, held)
    if not which.size:
        return None
    off, far = off[which], far[which]
    followed = _follow(measure, batch, some, (off, far), before_s[0])
    return _outlook(measure, batch, some, followed, (before_s, before))


def _earlier(s: Rows, name: str, held: _Held) -> tuple[Floats, Floats]:
    """(2, n) times and values of the two valid readings before each, newest first."""
    found: list[list[Floats]] = []
    for values, seed in ((held.time_s, f"{name}_s"), (held.value, f"{name}_value")):
        before = previous(values, held.of, s[seed][:, 0])
        found.append([before, previous(before, held.of, s[seed][:, 1])])
    return np.stack(found[0]), np.stack(found[1])


def _remember(s: Rows, name: str, held: _Held) -> None:
    """Keep the last two valid readings of each wristband."""
    end, owners = held.of.last, held.of.owners
    alone = held.of.first[end]
    for values, field in ((held.time_s, f"{name}_s"), (held.value, f"{name}_value")):
        before = np.where(alone, s[field][owners, 0], values[end - 1])
        s[field][owners] = np.stack([values[end], before], axis=1)


def _follow(
    measure: Measure,
    batch: Batch,
    held: _Held,
    off: tuple[Floats, Floats],
    before_s: Floats,
) -> Runs:
    """Follow the runs of readings that are far from the usual, and near to it.

    Parameters
    ----------
    off : (n,) each, how far off the readings are, and what is far.
    before_s : (n,) time of the valid reading before.
    """
    off_by, far = off
    s, name, kind = batch.state, measure.ring.name, measure.kind
    near = batch.own(f"{kind}.clear_deviations", held.of.owner) * held.deviation
    condition = np.stack([off_by >= far, np.abs(off_by) <= near, -off_by >= far])
    followed = runs(
        condition[: measure.runs],
        held.time_s,
        before_s,
        batch.own(f"{kind}.gap_s", held.of.owner)[None],
        held.of,
        seed=(s[f"{name}_start_s"], s[f"{name}_runs"]),
    )
    end, owners = held.of.last, held.of.owners
    s[f"{name}_start_s"][owners] = followed.start_s[:, end].T
    s[f"{name}_runs"][owners] = followed.count[:, end].T
    return followed


def _outlook(
    measure: Measure,
    batch: Batch,
    held: _Held,
    followed: Runs,
    earlier: tuple[Floats, Floats],
) -> Outlook:
    kind, owner = measure.kind, held.of.owner
    lasts = held.time_s - followed.start_s
    enough = followed.count >= batch.own(f"{kind}.readings", owner)
    enough &= lasts >= batch.own(f"{kind}.sustained_s", owner)
    down = enough[LOW] if measure.runs > LOW else np.zeros(len(owner), bool)
    reached = enough[HIGH] | down
    over = lasts[NEAR] >= batch.own(f"{kind}.clear_s", owner)
    each = np.arange(len(owner))
    run = np.where(down, measure.runs - 1, HIGH)
    nothing = np.full(len(owner), np.nan)
    far = batch.own(f"{kind}.deviations", owner) * held.deviation
    limit = held.usual + np.where(down, -far, far)
    return Outlook(
        kinds=(KINDS.index(kind),),
        places=held.place,
        of=held.of,
        reached=np.where(reached, WARNING, 0)[None],
        clear=(over & ~reached)[None],
        since_s=followed.start_s[run, each][None],
        count=followed.count[run, each][None],
        value=np.stack([held.value, nothing]),
        limit=np.stack([limit, nothing])[None],
        earlier_s=earlier[0],
        earlier=np.stack([np.stack([one, nothing]) for one in earlier[1]]),
        rearm_s=batch.own("late.rearm_s", owner),
        more={"usual": held.usual[None], "deviation": held.deviation[None]},
    )
