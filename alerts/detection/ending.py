"""When a kind of several slots is over for people: once none of its slots holds."""

from typing import Final

import numpy as np

from alerts.detection.columns import KINDS, PRESSURE_DAYS, Bools, Ints, Rows
from core.model import Kind

_SINGLE: Final = KINDS.index(Kind.BLOOD_PRESSURE_HIGH)
OTHER: Final = {_SINGLE: PRESSURE_DAYS, PRESSURE_DAYS: _SINGLE}
"""The other slot of a kind that has two."""


def ended(fired: Rows, cleared: Rows, rows: Ints, level: Rows) -> Bools:
    """Which clearings end their kind, and not just one slot of it.

    Parameters
    ----------
    fired, cleared : FIRING and CLEARING rows of one pass.
    rows : (m,) whom the pass was about, ascending.
    level : (m, k) severity told of each slot before the pass.

    Returns
    -------
    (c,) bool; where both slots clear with the same reading, only one clearing ends it.
    """
    ends = np.ones(len(cleared), bool)
    for slot, other in OTHER.items():
        for i in np.flatnonzero(cleared["kind"] == slot):
            row, order = cleared["row"][i], cleared["order"][i]
            up = _newest(fired, row, other, order)
            down = _newest(cleared, row, other, order)
            if up == down:  # neither: as it was before
                ends[i] = level[np.searchsorted(rows, row), other] == 0
            else:
                ends[i] = down > up and not (down == order and slot == PRESSURE_DAYS)
    return ends


def _newest(events: Rows, row: int, slot: int, order: int) -> int:
    """Order of a slot's newest event up to `order`, -1 where there is none."""
    mine = (events["row"] == row) & (events["kind"] == slot)
    return int(events["order"][mine & (events["order"] <= order)].max(initial=-1))
