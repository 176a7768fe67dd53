"""When a notification that failed is tried again."""

from datetime import datetime, timedelta

URGENT_S = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
"""Waits after the first failures of an urgent one; the last repeats for ever [s]."""
OTHER_S = (5.0, 30.0, 120.0, 600.0, 1800.0, 3600.0)
"""Waits after the failures of any other; after the last it has failed [s]."""
URGENT_CALL_S = (10.0, 20.0, 30.0, 60.0)
"""The same of an urgent call: a phone that was busy is given a moment [s]."""
OTHER_CALL_S = (300.0, 1800.0)
"""The same of any other call [s]."""


def next_try(
    attempts: int, urgent: bool, now: datetime, spoken: bool = False
) -> datetime | None:
    """When to try again after the `attempts`-th failure; None: never."""
    if spoken:
        waits = URGENT_CALL_S if urgent else OTHER_CALL_S
    else:
        waits = URGENT_S if urgent else OTHER_S
    if attempts > len(waits):
        return now + timedelta(seconds=waits[-1]) if urgent else None
    return now + timedelta(seconds=waits[attempts - 1])
