"""How reports come in: at once, late, shuffled, or several in one message."""

from itertools import groupby
from random import Random
from typing import Any

Body = dict[str, Any]


def arrive(chance: Random, reports: list[Body]) -> list[list[Body]]:
    """Messages of reports, which are given as if each had arrived at once."""
    how = chance.choice(("at once", "at once", "some late", "shuffled", "buffered"))
    if how != "at once":
        for one in reports:
            delay = chance.choice((0, 0, 0, 0, 5, 70, 300, 880, 901, 3000, 9000))
            one["received"] = one["time"] + delay
    if how in {"shuffled", "buffered"}:
        reports.sort(key=lambda one: one["received"])
    if how == "buffered":
        reports = _buffered(chance, reports)
    # Neighbours of the same arrival are one message.
    return [list(group) for _, group in groupby(reports, lambda one: one["received"])]


def _buffered(chance: Random, reports: list[Body]) -> list[Body]:
    """The wristband keeps some, and sends them together, in any order."""
    sent: list[Body] = []
    while reports:
        size = chance.choice((1, 1, 2, 4))
        together, reports = reports[:size], reports[size:]
        arrived = max(one["received"] for one in together)
        for one in together:
            one["received"] = arrived
        if chance.random() < 0.3:
            chance.shuffle(together)
        sent += together
    return sent
