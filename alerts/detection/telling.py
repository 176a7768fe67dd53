"""From what readings reach to what is told: once an episode and severity."""

from typing import Final, NamedTuple

import numpy as np

from alerts.detection.batch import Batch
from alerts.detection.columns import Rows, is_told
from alerts.detection.outlook import Outlook, asked, clearings, firings, told
from alerts.detection.screening import looked_at
from alerts.detection.segments import latch, latest, segments
from alerts.detection.verdict import CLEARING, FIRING, MEASURE


class Events(NamedTuple):
    """FIRING, CLEARING and MEASURE rows of one pass, places as report indices."""

    firings: Rows
    clearings: Rows
    measure: Rows


NOTHING: Final = Events(
    np.zeros(0, FIRING), np.zeros(0, CLEARING), np.zeros(0, MEASURE)
)


def tell(batch: Batch, outlook: Outlook) -> Events:
    """Fire and clear once an episode, and remember it in the states.

    Only of wristbands that reach anything, or of which something was told.
    """
    s, reports, kinds = batch.state, batch.reports, list(outlook.kinds)
    reached, clear = told(batch, outlook, batch.relevant)
    beyond = np.flatnonzero(np.maximum.reduce(reached))
    _, at = looked_at(outlook.of, beyond, is_told(s, kinds))
    held = np.zeros(reached.shape if outlook.hope is not None else (0, 0), np.int64)
    if not at.size:
        return NOTHING._replace(measure=asked(outlook, held, batch))
    of, time_s = segments(outlook.of.owner[at]), reports["time_s"][outlook.places[at]]
    end, owners = of.last, of.owners
    seed = (s["level"][owners[:, None], kinds], s["met_s"][owners[:, None], kinds])
    rearm_s = np.broadcast_to(outlook.rearm_s, len(outlook.places))[at]
    reached, of = reached[:, at], segments(np.cumsum(of.first) - 1)
    latched = latch(reached, clear[:, at], time_s, of, rearm_s=rearm_s, seed=seed)
    newest = latest(latched.fires | of.first)[:, end]
    for i, kind in enumerate(kinds):
        s["level"][owners, kind] = latched.level[i, end]
        s["met_s"][owners, kind] = latched.met_s[i, end]
        fired = latched.fires[i, newest[i]]
        s["told_s"][owners[fired], kind] = time_s[newest[i, fired]]
        s["told_level"][owners[fired], kind] = reached[i, newest[i, fired]]
    if held.size:
        held[:, at] = latched.level
    kind, reading = np.nonzero(latched.fires)
    over, ends = np.nonzero(latched.clears)
    return Events(
        firings(outlook, kind, at[reading], reports, reached[kind, reading]),
        clearings(outlook, over, at[ends], reports),
        asked(outlook, held, batch),
    )
