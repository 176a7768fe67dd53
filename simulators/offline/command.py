"""`yinling simulate --offline`: a cohort of seniors, written to a folder."""

import threading
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.progress import Progress, TextColumn
from rich.table import Table

from core import settings
from core.clock import Clock, SystemClock
from core.errors import UsageError
from simulators.offline import fate, shard, town
from simulators.offline.columns import Shard
from simulators.offline.grid import Grid, grid
from simulators.offline.writing import Counts, Writer

REPORTS_A_SHARD: Final = 2_250_000
SENIORS_A_SHARD: Final = 256
FIRST_DAY: Final = date(2026, 3, 2)
"""A Monday; a cohort's days owe nothing to the day on which it is made."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line says; `events` None means all kinds."""

    out: Path
    seniors: int = 1000
    days: int = 30
    seed: int = 7
    interval_s: int = 300
    events: tuple[str, ...] | None = None
    events_per_senior_month: float = 0.4
    first: date = FIRST_DAY


def run(options: Options, stop: threading.Event, clock: Clock | None = None) -> Counts:
    """Write a cohort; end early without a ``cohort.json`` if `stop` is set.

    Raises
    ------
    UsageError
        If an option says what it cannot, or the folder is not empty.
    """
    clock = clock or SystemClock()
    console = Console(stderr=True)
    _check(options)
    cells = grid(options.first, options.days, options.interval_s, settings.load().zone)
    began_s = clock.monotonic_s()
    with (
        Writer(options.out, options.seed) as writer,
        Progress(
            *Progress.get_default_columns(),
            TextColumn("{task.completed:,.0f} reports"),
            console=console,
            transient=True,
        ) as progress,
    ):
        total = options.seniors * cells.days * cells.per_day
        task = progress.add_task("living", total=total)
        for indices in _shards(options.seniors, cells):
            if stop.is_set():
                return writer.counts
            writer.write(
                _live(options, cells, indices, lambda n: progress.advance(task, n))
            )
        writer.finish(_parameters(options, cells))
    _say(console, writer.counts, clock.monotonic_s() - began_s)
    return writer.counts


def _live(options: Options, cells: Grid, indices: range, on_day: shard.OnDay) -> Shard:
    homes = town.settle(options.seed, indices, cells.interval_s)
    events = shard.happenings(
        homes, cells, options.seed, options.events_per_senior_month, _chosen(options)
    )
    return shard.live(homes, cells, events, options.seed, on_day)


def _chosen(options: Options) -> frozenset[str]:
    return frozenset(fate.WHAT if options.events is None else options.events)


def _check(options: Options) -> None:
    unknown = sorted(_chosen(options) - set(fate.WHAT))
    if unknown:
        known = ", ".join(fate.WHAT)
        raise UsageError(f"no event {unknown[0]!r}: choose of {known}")
    if options.seed < 0 or options.seniors < 1:
        raise UsageError("a seed is 0 or more, seniors are 1 or more")
    if options.events_per_senior_month < 0:
        raise UsageError("events come 0 times a month or more")


def _shards(seniors: int, cells: Grid) -> list[range]:
    """Numbers of each shard's seniors: as many as memory takes well."""
    own = cells.days * cells.per_day
    size = max(1, min(SENIORS_A_SHARD, REPORTS_A_SHARD // own))
    return [
        range(start, min(start + size, seniors)) for start in range(0, seniors, size)
    ]


def _parameters(options: Options, cells: Grid) -> dict[str, object]:
    return {
        "made_by": f"yinling {version('yinling')}",
        "seed": options.seed,
        "seniors": options.seniors,
        "days": options.days,
        "first_day": options.first.isoformat(),
        "time_zone": str(cells.zone),
        "interval_s": options.interval_s,
        "events_per_senior_month": options.events_per_senior_month,
        "event_weights": {
            name: spec.weight
            for name, spec in fate.WHAT.items()
            if name in _chosen(options)
        },
    }


def _say(console: Console, counts: Counts, took_s: float) -> None:
    table = Table("kind", "severity", "true", "known in time")
    for (kind, severity), number in sorted(counts.labels.items()):
        known = counts.known[kind, severity]
        table.add_row(kind, severity, str(number), str(known))
    console.print(table)
    console.print(
        f"{counts.reports:,} reports, {counts.urgent:,} presses and falls,"
        f" {counts.events.total():,} events in {took_s:.1f} s"
        f" ({counts.reports / max(took_s, 1e-9):,.0f} reports/s)"
    )
