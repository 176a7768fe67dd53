"""`yinling backtest`: what rules would have told of history, before they are in force."""

from datetime import datetime
from math import isfinite
from pathlib import Path
from typing import Annotated, Final

import typer

from core.errors import UsageError
from core.payload import FIELDS
from yinling.cli import options
from yinling.cli.options import DataDir
from yinling.commands import backtest as backtest_command
from yinling.commands import evaluate as evaluate_command
from yinling.commands.backtest import Asked

commands = typer.Typer()

CURRENT: Final = "current"
_CSV, _COHORT, _DATABASE = "--csv", "--cohort", "--database"
_APPLIES: Final = {
    "start": ("--from", (_DATABASE,)),
    "end": ("--to", (_DATABASE,)),
    "warm_up": ("--warm-up", (_DATABASE,)),
    "senior_condition": ("--senior-condition", (_CSV,)),
    "senior_risk": ("--senior-risk", (_CSV,)),
    "senior_home": ("--senior-home", (_CSV,)),
    "geofence_radius": ("--geofence-radius", (_CSV,)),
    "expected_interval": ("--expected-interval", (_CSV,)),
}
"""Options that mean something with some sources only."""


def _file(text: str | None) -> Path | None:
    """A file of rules; None for those in force."""
    return None if text is None or text.lower() == CURRENT else Path(text)


def _home(text: str | None) -> tuple[float, float] | None:
    if text is None:
        return None
    try:
        latitude, longitude = (float(part) for part in text.split(","))
    except ValueError:
        raise UsageError(
            f"--senior-home {text!r}: give it as LATITUDE,LONGITUDE"
        ) from None
    for name, value in (("latitude", latitude), ("longitude", longitude)):
        low, high = FIELDS[name].low, FIELDS[name].high
        if not low <= value <= high:
            raise UsageError(
                f"--senior-home {text!r}: {name} is outside {low:g} to {high:g}"
            )
    return latitude, longitude


def _refuse_others(context: typer.Context, source: str) -> None:
    """Refuse options that say nothing of the source they are given with."""
    for name, (option, sources) in _APPLIES.items():
        if _given(context, name) and source not in sources:
            raise UsageError(
                f"{option} does not apply to {source}, only to {' and '.join(sources)}"
            )


def _given(context: typer.Context, name: str) -> bool:
    source = context.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"


def _refuse_endless(**seconds: float | None) -> None:
    for name, value in seconds.items():
        if value is not None and not isfinite(value):
            raise UsageError(f"--{name.replace('_', '-')} must be a finite number")


@commands.command(
    epilog="Example: yinling backtest --csv reports.csv --labels labels.csv"
    " --rules new.toml --against current --html report.html"
)
def backtest(  # noqa: PLR0917  # a command's options
    context: typer.Context,
    csv: Annotated[
        Path | None,
        typer.Option(
            allow_dash=True,
            help="Reports: senior, time and any fields of a report; - for stdin.",
        ),
    ] = None,
    cohort: Annotated[
        Path | None,
        typer.Option(help="A cohort of `yinling simulate --offline`, or a file of it."),
    ] = None,
    database: Annotated[
        bool, typer.Option("--database", help="What the database holds.")
    ] = False,
    start: Annotated[
        datetime | None,
        typer.Option("--from", help="With --database: since when, local time."),
    ] = None,
    end: Annotated[
        datetime | None, typer.Option("--to", help="With --database: until when.")
    ] = None,
    rules: Annotated[
        str | None,
        typer.Option(help="A rules file to try; those in force if not given."),
    ] = None,
    against: Annotated[
        str | None,
        typer.Option(help="Rules to compare with: a file, or `current`."),
    ] = None,
    labels: Annotated[
        Path | None,
        typer.Option(help="What ought to be told: senior,kind,start,known_by."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object.")
    ] = False,
    html: Annotated[
        Path | None, typer.Option(help="Write a page with plots there.")
    ] = None,
    senior_condition: Annotated[
        list[str] | None,
        typer.Option(help="With --csv: a condition every senior has; may be repeated."),
    ] = None,
    senior_risk: Annotated[
        str, typer.Option(help="With --csv: normal or high.")
    ] = "normal",
    senior_home: Annotated[
        str | None,
        typer.Option(help="With --csv: LATITUDE,LONGITUDE not to be left."),
    ] = None,
    geofence_radius: Annotated[
        float, typer.Option(min=30, help="… within so many metres of it.")
    ] = 500.0,
    expected_interval: Annotated[
        float | None,
        typer.Option(min=1, help="With --csv: a report is due every so many seconds."),
    ] = None,
    resolved_after: Annotated[
        float,
        typer.Option(
            min=0,
            help="People close what they were told after so many seconds; `inf`: never.",
        ),
    ] = 1800.0,
    warm_up: Annotated[
        float,
        typer.Option(min=0, help="With --database: days before to learn from."),
    ] = 30.0,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes; one a core if not given.")
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Replay history through the live detectors and say what people would be told.

    Give one of --csv, --cohort and --database. What could not be read is said on
    stderr; nothing is told to anybody and nothing is written but the page.
    """
    sources = {_CSV: csv is not None, _COHORT: cohort is not None, _DATABASE: database}
    if sum(sources.values()) != 1:
        raise UsageError("give one of --csv FILE, --cohort PATH and --database")
    _refuse_others(context, next(one for one, given in sources.items() if given))
    if database and (start is None or end is None):
        raise UsageError("--database needs --from and --to")
    if senior_risk not in {"normal", "high"}:
        raise UsageError(f"--senior-risk {senior_risk!r}: it is normal or high")
    if senior_home is None and _given(context, "geofence_radius"):
        raise UsageError("--geofence-radius needs --senior-home")
    _refuse_endless(
        geofence_radius=geofence_radius,
        expected_interval=expected_interval,
        warm_up=warm_up,
    )
    backtest_command.run(
        options.settings(data_dir),
        Asked(
            csv=csv,
            cohort=cohort,
            start=start,
            end=end,
            rules=_file(rules),
            against=_file(against),
            compare=against is not None,
            labels=labels,
            conditions=tuple(senior_condition or ()),
            risk=senior_risk,
            home=_home(senior_home),
            geofence_radius_m=geofence_radius,
            expected_interval_s=expected_interval,
            resolved_after_s=resolved_after,
            warm_up_days=warm_up,
            workers=workers,
            as_json=as_json,
            html=html,
        ),
    )


@commands.command(epilog="Example: yinling evaluate --seniors 1000 --days 30 --seed 7")
def evaluate(  # noqa: PLR0917  # a command's options
    shared: Annotated[
        Path,
        typer.Option(
            envvar="YINLING_SHARED_DATA",
            help="Folder with the exports of real wearers; left out where missing.",
        ),
    ] = Path("../shared/data"),
    people: Annotated[
        list[Path] | None,
        typer.Option("--csv", help="Healthy people's reports too; may be repeated."),
    ] = None,
    seniors: Annotated[
        int, typer.Option(min=0, help="Of the simulated cohort; 0: none.")
    ] = 1000,
    days: Annotated[int, typer.Option(min=1, help="Of the simulated cohort.")] = 30,
    seed: Annotated[int, typer.Option(min=0, help="The same seed, the same page.")] = 7,
    sweep: Annotated[
        bool, typer.Option(help="Try other limits, for the picture; takes minutes.")
    ] = True,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes; one a core if not given.")
    ] = None,
    docs: Annotated[Path, typer.Option(help="Where the page is written.")] = Path(
        "docs"
    ),
) -> None:
    """Measure the shipped rules on real people and a labelled cohort; write it down.

    Writes evaluation.md and its picture: false alerts a day on healthy people,
    sensitivity and delay of each kind beside plain thresholds, and what other limits
    would bring.
    """
    evaluate_command.run(
        options.settings(None),
        evaluate_command.Asked(
            shared=shared,
            people=tuple(people or ()),
            seniors=seniors,
            days=days,
            seed=seed,
            sweep=sweep,
            workers=workers,
            docs=docs,
        ),
    )
