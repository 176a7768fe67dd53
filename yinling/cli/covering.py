"""`yinling coverage`: seniors whom nobody could reach, on the command line."""

from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console
from rich.table import Table

from yinling.cli import options
from yinling.cli.options import DataDir
from yinling.commands import coverage as command
from yinling.commands.coverage import Report

commands = typer.Typer()


@commands.command(epilog="Example: yinling coverage --place 0199e2c4-… --json")
def coverage(
    place: Annotated[
        UUID | None, typer.Option("--place", help="This place and all below it.")
    ] = None,
    days: Annotated[
        int, typer.Option(min=1, max=35, help="Also gaps of so many days ahead.")
    ] = 7,
    near: Annotated[
        bool, typer.Option("--near", help="Also who has help only from further up.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object.")
    ] = False,
    data_dir: DataDir = None,
) -> None:
    """List every senior with no reachable responder now and in the coming days."""
    report = command.look(options.settings(data_dir), place, days, near=near)
    if as_json:
        options.answer(report.plain())
    else:
        _print(report)


def _print(report: Report) -> None:
    console = Console(highlight=False)
    counts = report.counts
    console.print(
        f"{counts['uncovered']} of {counts['seniors']} seniors have no reachable"
        f" responder; {counts['only_from_above']} have one only from further up"
    )
    if report.items:
        table = Table("senior", "place", "risk", "why", "family", box=None)
        for one in report.items:
            where = " › ".join(one["place"])
            family = str(one["family_reachable"])
            why = ", ".join(one["causes"])
            table.add_row(one["senior"]["name"], where, one["risk"], why, family)
        console.print(table)
    if report.gaps:
        table = Table("from", "to", "place", "seniors", "help", "why", box=None)
        for gap in report.gaps:
            table.add_row(
                f"{gap['from'].astimezone(report.zone):%m-%d %H:%M}",
                f"{gap['to'].astimezone(report.zone):%m-%d %H:%M}",
                " › ".join(gap["place"]),
                str(gap["seniors"]),
                gap["reach"],
                ", ".join(gap["causes"]),
            )
        console.print(table)
    if report.gaps_left_off:
        console.print(f"and {report.gaps_left_off} gaps more")
