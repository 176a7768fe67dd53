"""Small cohorts for tests: lived in memory, or written to a folder."""

import threading
from dataclasses import replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from simulators.offline import fate, shard, town
from simulators.offline.columns import Shard
from simulators.offline.command import FIRST_DAY, Options, run
from simulators.offline.grid import Grid, grid
from simulators.offline.habit_labels import habit_labels
from simulators.offline.labels import Label, Witness
from simulators.offline.usual_labels import usual_labels
from simulators.offline.vital_labels import vital_labels

ZONE = ZoneInfo("Asia/Shanghai")
EVERYTHING = frozenset(fate.WHAT)


def cells(days: int, interval_s: int = 300, first: date = FIRST_DAY) -> Grid:
    return grid(first, days, interval_s, ZONE)


def lived(
    seniors: int,
    days: int,
    chosen: frozenset[str] = EVERYTHING,
    rate: float = 2.0,
    seed: int = 5,
) -> Shard:
    return _lived(seniors, days, chosen, rate, seed)


@lru_cache(maxsize=8)
def _lived(
    seniors: int, days: int, chosen: frozenset[str], rate: float, seed: int
) -> Shard:
    when = cells(days)
    where = town.settle(seed, range(seniors), when.interval_s)
    events = shard.happenings(where, when, seed, rate, chosen)
    return shard.live(where, when, events, seed)


def told(made: Shard) -> list[Label]:
    seen = Witness(made)
    return vital_labels(seen) + usual_labels(seen) + habit_labels(seen)


def written(out: Path, **more: object) -> Path:
    options = replace(Options(out, seniors=6, days=9, seed=5), **more)  # type: ignore[arg-type]
    run(options, threading.Event())
    return out
