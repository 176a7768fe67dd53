"""Which wristbands of a batch a detector has to look at: most are calm.

A detector remembers something of a wristband only while it is *under way*: a run of
readings beyond a limit, or an episode that people were told of. A wristband of which
it remembers nothing, and which sent no reading beyond a limit, is left out: judging it
would neither tell nor remember anything.
"""

from typing import NamedTuple

import numpy as np

from alerts.detection.batch import Batch
from alerts.detection.columns import Bools, Ints, picked
from alerts.detection.segments import segments


class Part(NamedTuple):
    """Some wristbands of a batch, with all their reports.

    Attributes
    ----------
    batch : the part, a batch of its own on a copy of the states.
    which : (j,) its wristbands, by index into those of the whole.
    places : (k,) its reports, by index into those of the whole.
    """

    batch: Batch
    which: Ints
    places: Ints


def concerned(batch: Batch, beyond: Bools, under_way: Bools) -> Part | None:
    """The wristbands to look at, None where there are none.

    Parameters
    ----------
    beyond : (n,) bool, reports that may begin something.
    under_way : (m,) bool, wristbands of which something is remembered.
    """
    looked_at = under_way.copy()
    looked_at[batch.of.owner[np.flatnonzero(beyond)]] = True
    which = np.flatnonzero(looked_at)
    if not which.size:
        return None
    if which.size == len(looked_at):
        places = np.arange(batch.of.size)
        return Part(batch, which, places)
    places = np.flatnonzero(looked_at[batch.of.owner])
    renumbered = np.cumsum(looked_at) - 1
    part = Batch(
        state=picked(batch.state, which),
        rows=batch.rows[which],
        limits=batch.limits.of(which),
        reports=batch.reports.some(places),
        of=segments(renumbered[batch.of.owner[places]]),
    )
    return Part(part, which, places)
