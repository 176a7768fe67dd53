"""What `yinling bench` prints: a progress bar, then a table or one JSON object."""

import json
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import asdict

from rich.console import Console
from rich.progress import Progress, TaskID
from rich.table import Table

from bench import detect, ingest, sos
from bench.detect import Rate
from bench.ingest import OnProgress


def run_sos(options: sos.Options, *, as_json: bool) -> None:
    """Measure and print how long an SOS takes to a phone."""
    with _progress() as tell:
        result = sos.run(options, tell)
    if as_json:
        _print_json({"idle": asdict(result.idle), "loaded": asdict(result.loaded)})
        return
    table = Table(title="SOS: from publish to the hook's receipt")
    for column in ("", "presses", "told", "median", "p99", "max", "reports/s stored"):
        table.add_column(column, justify="right")
    for name, one in (("idle", result.idle), ("under load", result.loaded)):
        table.add_row(
            name,
            str(one.presses),
            str(one.told),
            _milliseconds(one.median_s),
            _milliseconds(one.p99_s),
            _milliseconds(one.max_s),
            f"{one.committed_per_s:,.0f} of {one.published_per_s:,.0f}",
        )
    Console().print(table)


def run_ingest(options: ingest.Options, *, as_json: bool) -> None:
    """Measure and print how many reports a second go all the way."""
    with _progress() as tell:
        result = ingest.run(options, tell)
    rows = {
        "end_to_end": result.end_to_end,
        "counting_subscriber": result.counting,
    }
    if as_json:
        found: dict[str, object] = {
            name: [{**asdict(one), "per_s": one.per_s} for one in rates]
            for name, rates in rows.items()
        }
        _print_json(found | {"ratio": result.ratio})
        return
    table = Table(title="Reports a second")
    for column in ("", "reports", "seconds", "reports/s"):
        table.add_column(column, justify="right")
    names = {
        "end_to_end": "published, judged, committed, acknowledged",
        "counting_subscriber": "a paho subscriber that only counts",
    }
    for key, rates in rows.items():
        for one in rates:
            row = (f"{one.reports:,}", f"{one.seconds:.1f}", f"{one.per_s:,.0f}")
            table.add_row(names[key], *row)
    console = Console()
    console.print(table)
    console.print(f"ratio {result.ratio:.2f}", highlight=False)


def run_detect(options: detect.Options, *, as_json: bool) -> None:
    """Measure and print how many readings a second the detectors judge."""
    with _progress("making the fleets") as tell:
        result = detect.run(options, tell)
    ways = {"live": result.live, "history": result.history, "bulk": result.bulk}
    flatness = {name: result.flatness(rates) for name, rates in ways.items()}
    if as_json:
        found: dict[str, object] = {
            **{name: [_rate(one) for one in rates] for name, rates in ways.items()},
            "flatness": flatness,
            "beside": {
                "engine": _rate(result.engine),
                "plain": _rate(result.plain),
                "ratio": result.engine.reports_per_s / result.plain.reports_per_s,
                "told": result.told,
            },
        }
        _print_json(found)
        return
    table = Table(title="Readings judged a second and core")
    for column in ("", "wristbands", "reports", "reports/s", "readings/s", "µs each"):
        table.add_column(column, justify="right")
    beside = {"beside: engine": [result.engine], "plain objects": [result.plain]}
    for name, rates in {**ways, **beside}.items():
        for one in rates:
            table.add_row(name, *_row(one))
        table.add_section()
    console = Console()
    console.print(table)
    console.print(
        "A reading is one value of a metric; every report is judged by all detectors.\n"
        "Cost in the largest fleet by that in the smallest: "
        + ", ".join(f"{name} {ratio:.2f}" for name, ratio in flatness.items())
        + ".\n"
        f"Engine and plain objects told the same {result.told} things of the same"
        " reports.",
        highlight=False,
    )


def _rate(one: Rate) -> dict[str, object]:
    return {
        **asdict(one),
        "reports_per_s": one.reports_per_s,
        "readings_per_s": one.readings_per_s,
    }


def _row(one: Rate) -> tuple[str, ...]:
    return (
        f"{one.wristbands:,}",
        f"{one.reports:,}",
        f"{one.reports_per_s:,.0f}",
        f"{one.readings_per_s:,.0f}",
        f"{1e6 / one.reports_per_s:.2f}",
    )


@contextmanager
def _progress(first: str = "starting the service") -> Generator[OnProgress]:
    """A bar for each phase, on stderr; `first` says what comes before any."""
    tasks: dict[str, TaskID] = {}
    with Progress(console=Console(stderr=True), transient=True) as progress:
        starting = progress.add_task(first, total=None)

        def tell(phase: str, done: int, total: int) -> None:
            if phase not in tasks:
                progress.update(starting, visible=False)
                tasks[phase] = progress.add_task(phase, total=total)
            progress.update(tasks[phase], completed=done, total=total)

        yield tell


def _print_json(what: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(what) + "\n")


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"
