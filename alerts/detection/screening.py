"""Which wristbands of a batch a detector has to look at: most are calm.

A detector remembers something of a wristband only while it is *under way*: a run of
readings beyond a limit, or an episode that people were told of. A wristband of which
it remembers nothing, and which sent no reading beyond a limit, is left out: judging it
would neither tell nor remember anything.
"""

from typing import NamedTuple

import numpy as np

from alerts.detection.batch import Batch
from alerts.detection.columns import Bools, Ints
from alerts.detection.segments import Segments, segments


class Part(NamedTuple):
    """Some wristbands of a batch, with all their reports.

    Attributes
    ----------
    batch : the part, on the same states.
    which : (j,) its wristbands.
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
    which, places = looked_at(batch.of, np.flatnonzero(beyond), under_way)
    if not which.size:
        return None
    part = Batch(
        state=batch.state,
        rows=batch.rows,
        limits=batch.limits,
        reports=batch.reports.some(places),
        of=segments(batch.of.owner[places]),
    )
    return Part(part, which, places)


def looked_at(of: Segments, beyond: Ints, under_way: Bools) -> tuple[Ints, Ints]:
    """Wristbands with a reading at `beyond` or something under way, and their readings.

    Parameters
    ----------
    of : segments of n readings.
    beyond : indices of some of them.
    under_way : (m,) bool

    Returns
    -------
    Indices of the wristbands, and of all their readings.
    """
    mine = under_way.copy()
    mine[of.owner[beyond]] = True
    which = np.flatnonzero(mine)
    return which, np.flatnonzero(mine[of.owner]) if which.size else which
