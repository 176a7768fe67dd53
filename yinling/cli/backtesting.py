"""`yinling backtest`: what rules would have told of history, before they are in force."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from core.errors import UsageError
from yinling.cli import options
from yinling.cli.options import DataDir
from yinling.commands import backtest as backtest_command
from yinling.commands import evaluate as evaluate_command
from yinling.commands.backtest import Asked

commands = typer.Typer()

CURRENT = "current"


def _file(text: str | None) -> Path | None:
    """A file of rules; None for those in force."""
    return None if text is None or text.lower() == CURRENT else Path(text)


def _home(text: str | None) -> tuple[float, float] | None:
    if text is None:
        return None
    try:
        latitude, longitude = (float(part) for part in text.split(","))
    except ValueError:
        raise typer.BadParameter("give it as LATITUDE,LONGITUDE") from None
    return latitude, longitude


@commands.command(
    epilog="Example: yinling backtest --csv reports.csv --labels labels.csv"
    " --rules new.toml --against current --html report.html"
)
def backtest(  # noqa: PLR0917  # a command's options
    csv: Annotated[
        Path | None,
        typer.Option(help="Reports: senior, time and any fields of a report."),
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
    if sum([csv is not None, cohort is not None, database]) != 1:
        raise UsageError("give one of --csv FILE, --cohort PATH and --database")
    if database and (start is None or end is None):
        raise UsageError("--database needs --from and --to")
    if senior_risk not in {"normal", "high"}:
        raise UsageError("--senior-risk is normal or high")
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
