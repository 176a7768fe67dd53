"""Urgent events of a history: each press once, in the order the service takes them."""

from typing import Final

import numpy as np

from alerts.detection.columns import Rows
from alerts.incidents.pressing import SEQ_ALONE_WITHIN
from yinling.backtest.history import NO_CLAIM, NO_SEQ

SEQ_ALONE_S: Final = SEQ_ALONE_WITHIN.total_seconds()


def pressed(presses: Rows) -> tuple[Rows, int]:
    """Presses by arrival, and how many resends of them were left out.

    A resend has the senior, the claimed time and the seq of a press before it; where
    one of the two is missing the other has to do, seq alone within SEQ_ALONE_S. It
    says nothing new, whether the alert is resolved by then or not.

    Parameters
    ----------
    presses : (p,) PRESS in any order.
    """
    names = ("kind", "seq", "claimed_ms", "observed_s", "received_s")
    ordered = presses[np.lexsort([presses[name] for name in names])]
    known: dict[tuple[int, int, int], float] = {}
    keep = np.ones(len(ordered), np.bool_)
    columns = ("row", "claimed_ms", "seq", "received_s")
    for i, (row, claimed_ms, seq, received_s) in enumerate(
        zip(*(ordered[name].tolist() for name in columns), strict=True)
    ):
        if claimed_ms == NO_CLAIM and seq == NO_SEQ:
            continue  # whether it is one with the one before, its alert says
        named = (row, claimed_ms, seq)
        before_s = known.get(named)
        if before_s is None or (
            claimed_ms == NO_CLAIM and received_s - before_s > SEQ_ALONE_S
        ):
            known[named] = received_s
        else:
            keep[i] = False
    return ordered[keep], int((~keep).sum())
