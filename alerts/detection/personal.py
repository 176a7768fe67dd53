"""The detectors that judge a person against themselves and their day, in one go."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from alerts.detection.batch import Batch, Reports
from alerts.detection.cells import Given
from alerts.detection.charge import foretell, peaks
from alerts.detection.columns import Rows
from alerts.detection.daytime import local_s
from alerts.detection.gates import Gates
from alerts.detection.lateness import Late, among
from alerts.detection.limits import Limits
from alerts.detection.memory import Memory
from alerts.detection.outlook import Outlook
from alerts.detection.pressure_days import daily_means
from alerts.detection.segments import segments
from alerts.detection.stillness import inactivity
from alerts.detection.turns import Turns, turns
from alerts.detection.unusual import change
from alerts.detection.unusual import leave as forget
from alerts.detection.usual import BEATS, SKIN, learn
from alerts.detection.wear import follow, not_worn


class Personal(NamedTuple):
    """What a batch says of its people, by what is usual for them.

    Attributes
    ----------
    outlooks : of the kinds that have something to say.
    foretell : fills in how long the batteries that fired will last.
    """

    outlooks: list[Outlook]
    foretell: Callable[[Rows], None]


def look(
    batch: Batch, gates: Gates, late: Late | None, *, zone: ZoneInfo, memory: Memory
) -> Personal:
    """What the readings reach; moves the states and the memory on.

    Parameters
    ----------
    late : late reports that arrived among those of the batch.
    zone : whose hours and days count.
    """
    clock_s = local_s(batch.reports["time_s"], zone)
    hours = turns(batch, clock_s)
    wear = follow(batch, gates)
    found = (
        change(BEATS, batch, gates, hours, late=late, memory=memory),
        change(SKIN, batch, gates, hours, late=late, memory=memory),
        inactivity(batch, gates, wear, hours, clock_s=clock_s, memory=memory),
        not_worn(batch, wear, zone, clock_s),
        daily_means(batch, gates, hours, memory),
    )
    since = peaks(batch, hours)
    return Personal(
        [one for one in found if one is not None],
        partial(foretell, batch=batch, hours=hours, found=since),
    )


def leave(state: Rows) -> None:
    """Have states forget what is not under way any more, once all is told."""
    for measure in (BEATS, SKIN):
        forget(state, measure)


def remember(
    state: Rows, late: Rows, limits: Limits, zone: ZoneInfo, *, memory: Memory
) -> None:
    """Have late reports count for what is usual, where none in order come with them.

    Parameters
    ----------
    state : STATE, moved on in place; `limits` are of the same rows.
    late : (l,) REPORT in the order they arrived.
    """
    rows = np.unique(late["row"].astype(np.intp))
    nobody = np.zeros(0, np.intp)
    none = Reports(late[:0])
    batch = Batch(state[rows], rows, limits.of(rows), none, segments(nobody))
    when = (nobody, np.arange(len(late)))
    before = batch.state["gates"].copy()
    added = among(batch, late, when, (None, before), zone)
    began = batch.state["hour"].astype(np.intp)
    hours = Turns(nobody, nobody, nobody, began, 0)
    given = Given(nobody, nobody, np.zeros((1, 0), np.int64))
    for measure in (BEATS, SKIN):
        parts = hours.every(measure.ring.hours)
        learn(measure, batch, parts, given, late=added, memory=memory)
    state[rows] = batch.state
