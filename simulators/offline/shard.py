"""Some seniors of a cohort over all its days: what befalls them, and how they live."""

from collections.abc import Callable

import numpy as np

from simulators import streams
from simulators.model.wear import Carry
from simulators.offline import columns, fate
from simulators.offline.columns import Shard
from simulators.offline.day import Day
from simulators.offline.events import Event, Nature
from simulators.offline.grid import Grid
from simulators.offline.town import Town

OnDay = Callable[[int], None]


def happenings(
    town: Town, grid: Grid, seed: int, rate: float, chosen: frozenset[str]
) -> list[Event]:
    """All events of a town's people, by person and time."""
    found: list[Event] = []
    for row, index in enumerate(town.indices):
        nature = Nature(
            row,
            copd=bool(town.people.copd[row]),
            fence_m=float(town.fence_m[row]),
            speed_m_s=float(town.people.speed_m_s[row]),
            bed_min=float(town.people.bed_min[row]),
        )
        rng = streams.of_fate(seed, index)
        found += fate.befall(nature, rng, days=grid.days, rate=rate, chosen=chosen)
    return found


def live(
    town: Town,
    grid: Grid,
    events: list[Event],
    seed: int,
    on_day: OnDay | None = None,
) -> Shard:
    """Live a town's days.

    Parameters
    ----------
    town, grid, events : who, when and what befalls them.
    seed : of the cohort.
    on_day : told how many reports each finished day held.
    """
    made, n = columns.empty(town, grid, events), len(town.people)
    carry: Carry | None = None
    moved = np.zeros(n, np.float32)
    for day in range(grid.days):
        lived = Day(made, seed, day, carry)
        carry, moved = lived.write(moved)
        if on_day is not None:
            on_day(n * grid.per_day)
    _end(made)
    return made


def _end(made: Shard) -> None:
    """Hold reports back while out of range; end those of the dead when found."""
    for event in made.events:
        minute = (made.time_ms[event.row] - made.grid.midnight_ms) / 60_000
        for window in event.silent:
            held = (minute >= window.start_min) & (minute < window.end_min)
            back = made.grid.midnight_ms + round(window.end_min * 60_000)
            waits = 2000 + 5 * np.arange(int(held.sum()))
            made.received_ms[event.row, held] = back + waits
        if event.fatal:
            made.reports[event.row, minute > event.end] = False
