"""What `yinling backtest` shows in a terminal: progress, then tables."""

from collections.abc import Callable, Generator
from contextlib import contextmanager

from rich import box
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from yinling.backtest import compare, figures
from yinling.backtest.compare import Comparison
from yinling.backtest.report import Report
from yinling.backtest.scoring import KindScore, Scores

MOST_PLACES = 15
MOST_CHANGES = 20


@contextmanager
def progress(words: str) -> Generator[Callable[[int, int], None]]:
    """A bar on stderr, gone when done."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(words, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def show(report: Report, title: str) -> None:
    """Print a report as tables."""
    console = Console()
    replayed = report.replayed
    console.print(
        f"{title}: {replayed.readings:,} readings, {replayed.person_days:,.2f}"
        f" person-days, rules {replayed.rule_version}",
        highlight=False,
    )
    console.print(_kinds(report))
    shifts = figures.by_shift(replayed, report.zone)
    if shifts is not None:
        console.print(
            f"a worker's shift of 8 h: {shifts.mean:.2f} critical and warning alerts"
            f" on average, 95 % of shifts ≤{shifts.p95:.0f}, at most {shifts.most}"
            f" ({shifts.workers} workers)",
            highlight=False,
        )
    places = figures.by_place(replayed)
    if places:
        console.print(_places(report))
    if report.scores is not None:
        console.print(_labels(report.scores))
    if report.comparison is not None:
        _changes(console, report.comparison)


def _kinds(report: Report) -> Table:
    table = Table(
        box=box.SIMPLE_HEAD,
        collapse_padding=True,
        pad_edge=False,
        title="Alerts (a day: per person-day)",
    )
    table.add_column("kind", no_wrap=True)
    for severity in figures.ORDER:
        table.add_column(str(severity), justify="right")
        table.add_column("a day", justify="right")
    rows = dict(figures.by_kind(report.replayed))
    rows["all"] = figures.counts(report.replayed.alerts)
    for kind, counts in rows.items():
        cells = [
            cell
            for severity in figures.ORDER
            for cell in (
                f"{counts[severity]:,}",
                f"{report.rate(counts[severity]):.3f}",
            )
        ]
        table.add_row(
            kind, *cells, end_section=kind != "all" and kind == list(rows)[-2]
        )
    return table


def _places(report: Report) -> Table:
    table = Table(
        box=box.SIMPLE_HEAD,
        title="Load on places (told: critical and warning per senior-day)",
    )
    table.add_column("place", no_wrap=True)
    for name in ("seniors", "critical", "warning", "info", "told"):
        table.add_column(name, justify="right")
    loads = figures.by_place(report.replayed)
    loads = sorted(loads, key=lambda one: (len(one.place), -one.told_per_day))
    for one in loads[:MOST_PLACES]:
        table.add_row(
            " / ".join(one.place),
            f"{one.seniors:,}",
            *(f"{one.alerts[severity]:,}" for severity in figures.ORDER),
            f"{one.told_per_day:.3f}",
        )
    if len(loads) > MOST_PLACES:
        table.caption = f"and {len(loads) - MOST_PLACES:,} more: --json, --html"
    return table


def _labels(scores: Scores) -> Table:
    table = Table(
        box=box.SIMPLE_HEAD,
        collapse_padding=True,
        pad_edge=False,
        title="Against labels",
    )
    table.add_column("kind", no_wrap=True)
    for name in ("events", "found", "in time", "median", "p95", "false", "a day"):
        table.add_column(name, justify="right", no_wrap=True)
    for kind, one in scores.by_kind.items():
        table.add_row(str(kind), *_score(one))
    table.add_section()
    table.add_row("critical", *_score(scores.critical))
    table.add_row("all", *_score(scores.whole))
    return table


def _score(one: KindScore) -> tuple[str, ...]:
    return (
        f"{one.events:,}",
        _share(one.detected, one.events),
        _share(one.in_time, one.events),
        _span(one.delay_s(0.5)),
        _span(one.delay_s(0.95)),
        f"{sum(one.false.values()):,}",
        f"{one.false_per_day:.4f}",
    )


def _changes(console: Console, comparison: Comparison) -> None:
    table = Table(
        box=box.SIMPLE_HEAD,
        collapse_padding=True,
        pad_edge=False,
        title=f"Against rules {comparison.rule_version}",
    )
    table.add_column("kind", no_wrap=True)
    for name in ("added", "removed", "changed"):
        table.add_column(name, justify="right")
    for kind, counts in compare.tally(comparison, by=lambda one: str(one.kind)).items():
        table.add_row(kind, *(f"{counts[name]:,}" for name in counts))
    console.print(table)
    for word in ("added", "removed", "changed"):
        changes = getattr(comparison, word)
        for one in changes[:MOST_CHANGES]:
            says = one.as_json()
            console.print(
                f"{word} {one.kind} {one.was or '–'} → {one.becomes or '–'}"
                f" {one.senior} {says['observed_at']} {says['readings']}",
                highlight=False,
                soft_wrap=True,
            )
        if len(changes) > MOST_CHANGES:
            console.print(f"{word}: {len(changes) - MOST_CHANGES:,} more in --json")


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "–"


def _span(seconds: float | None) -> str:
    if seconds is None:
        return "–"
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"
