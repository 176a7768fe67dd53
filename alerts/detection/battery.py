"""Battery charge: shown when low, told when nearly empty, over once it is charged."""

from typing import Final

import numpy as np

from alerts.detection.batch import Batch
from alerts.detection.columns import INFO, KINDS, WARNING, Bools, Floats, Ints
from alerts.detection.outlook import Outlook
from alerts.detection.pulse import within
from alerts.detection.segments import (
    Segments,
    carried,
    latest,
    lowest,
    previous,
    segments,
)
from core.model import Kind

_NONE = 1000.0  # no lowest charge: more than any


BATTERY: Final = KINDS.index(Kind.BATTERY_LOW)


def battery_beyond(batch: Batch) -> Bools:
    """(n,) whether the charge is so low that it is shown."""
    return batch.reports["battery"] <= batch.own("battery_low.info")


def battery(batch: Batch) -> Outlook:
    """Charge against its two limits (kind battery_low); moves the states on."""
    reports = batch.reports
    places = np.flatnonzero(within("battery", reports["battery"]))
    charge = reports["battery"][places]
    of = segments(batch.of.owner[places])
    warning = batch.own("battery_low.warning", of.owner)
    shown = batch.own("battery_low.info", of.owner)
    urgent, low = charge <= warning, charge <= shown
    over = _over(batch, places, charge, of, low)
    n = len(places)
    nothing = np.full(n, np.nan)
    return Outlook(
        kinds=(BATTERY,),
        places=places,
        of=of,
        reached=np.where(urgent, WARNING, np.where(low, INFO, 0))[None],
        clear=over[None],
        since_s=nothing[None],
        count=np.ones((1, n), np.int64),
        value=np.stack([charge, nothing]),
        limit=np.stack([np.where(urgent, warning, shown), nothing])[None],
        earlier_s=np.stack([nothing, nothing]),
        earlier=np.full((2, 2, n), np.nan),
        rearm_s=np.inf,
    )


def _over(
    batch: Batch, places: Ints, charge: Floats, of: Segments, low: Bools
) -> Bools:
    """Where the charge is no longer low: full enough, or charged by so much.

    How much it was charged is counted from the lowest of the episode, and being over
    ends the episode: so one end after the other is found, for all wristbands at once.
    """
    s = batch.state
    over = charge >= batch.own("battery_low.clear", of.owner)
    over |= batch.own("battery_low.enabled", of.owner) == 0
    begins = low & batch.relevant[places]
    charging = batch.own("battery_low.charging", of.owner)
    while True:
        anew = previous(over, of, np.zeros(len(s), bool))
        least = _lowest(charge, begins, anew, of, s["battery_lowest"])
        charged = ~over & ~low & (charge >= least + charging)
        seen = np.cumsum(charged)
        before = (seen - charged)[latest(anew | of.first)]
        next_one = charged & (seen - before == 1)
        if not next_one.any():
            break
        over |= next_one
    at_end = np.where(over | (least == _NONE), np.nan, least)[of.last]
    s["battery_lowest"][of.owners] = at_end
    return over


def _lowest(
    charge: Floats, begins: Bools, anew: Bools, of: Segments, seed: Floats
) -> Floats:
    """The lowest charge of the episode under way, _NONE outside of one.

    Parameters
    ----------
    charge : (n,)
    begins : (n,) bool, where an episode may begin.
    anew : (n,) bool, where the last one had ended with the reading before.
    seed : (m,) the lowest so far, NaN outside an episode.
    """
    under_way = carried(begins, begins | anew, of, ~np.isnan(seed))
    known = np.where(np.isnan(seed), _NONE, seed).astype(np.float32)
    return lowest(np.where(under_way, charge, _NONE), anew, of, known)
