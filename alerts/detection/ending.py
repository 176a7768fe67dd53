"""When a kind of several slots is over for people: once none of its slots holds."""

from typing import Final

import numpy as np

from alerts.detection.columns import KINDS, PRESSURE_DAYS, Bools, Ints, Rows
from core.model import Kind

_SINGLE: Final = KINDS.index(Kind.BLOOD_PRESSURE_HIGH)
OTHER: Final = {_SINGLE: PRESSURE_DAYS, PRESSURE_DAYS: _SINGLE}
"""The other slot of a kind that has two."""
_SPAN: Final = np.int64(1 << 32)  # more than any order


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
        at = np.flatnonzero(cleared["kind"] == slot)
        if not at.size:
            continue
        row, order = cleared["row"][at], cleared["order"][at].astype(np.intp)
        up = _newest(fired, other, row, order)
        down = _newest(cleared, other, row, order)
        before = level[np.searchsorted(rows, row), other] == 0
        twin = (down == order) & (slot == PRESSURE_DAYS)
        ends[at] = np.where(up == down, before, (down > up) & ~twin)
    return ends


def _newest(events: Rows, slot: int, row: Ints, order: Ints) -> Ints:
    """Order of each row's newest event of a slot up to `order`, -1 for none."""
    mine = np.flatnonzero(events["kind"] == slot)
    key = np.sort(events["row"][mine] * _SPAN + events["order"][mine])
    at = np.searchsorted(key, row * _SPAN + order, side="right") - 1
    found = np.append(key, -_SPAN)[at]  # the last where there is none before
    return np.where(found // _SPAN == row, found % _SPAN, -1)
