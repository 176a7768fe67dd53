"""`yinling import | export | cards`: a street in, out and on paper."""

import sys
from collections.abc import Mapping
from pathlib import Path
from threading import Event
from typing import Annotated, Any, Literal
from uuid import UUID

import typer
from rich.console import Console
from rich.table import Table

from core.clock import SystemClock
from core.errors import InvalidError, UsageError
from core.exchange.plan import Plan
from core.exchange.planning.state import Wish
from yinling.cli import options
from yinling.cli.options import DataDir
from yinling.commands import importing as commands
from yinling.progress import Progress

exchange = typer.Typer()
MOST_SHOWN = 50
Language = Literal["zh-CN", "en"]


@exchange.command(
    "import",
    epilog="Example: yinling import street.xlsx --dry-run"
    " · Example: yinling import --template template.xlsx",
)
def import_(  # noqa: PLR0917  # a command's options
    file: Annotated[
        Path | None,
        typer.Argument(help="A workbook, a CSV, or a folder or zip of CSVs."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would change, and stop.")
    ] = False,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Apply without asking.")
    ] = False,
    vouch: Annotated[
        bool, typer.Option("--vouch", help="Contacts called verified are.")
    ] = False,
    passwords: Annotated[
        Path | None,
        typer.Option(help="New file for the passwords of new wristbands."),
    ] = None,
    sheet: Annotated[
        str | None, typer.Option(help="What a single CSV holds, e.g. seniors.")
    ] = None,
    template: Annotated[
        Path | None, typer.Option(help="Write the workbook to fill in.")
    ] = None,
    invented: Annotated[
        Path | None, typer.Option(help="Write an invented street to try with.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Of the invented street.")] = 1,
    language: Annotated[Language, typer.Option(help="Of the report.")] = "en",
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object.")
    ] = False,
    data_dir: DataDir = None,
) -> None:
    """Import places, people, wristbands and shifts: all of a file or nothing."""
    if template is not None or invented is not None:
        _write_files(template, invented, seed)
        return
    file = _checked(file, passwords, asks=not (dry_run or yes))
    wish = Wish(vouch=vouch, keeps_passwords=dry_run or passwords is not None)
    settings = options.settings(data_dir)
    progress = Progress(SystemClock(), Event())
    with progress.step(f"reading {file.name}"):
        reading = commands.read(settings, file, sheet)
    show = _Showing(language, as_json)
    digest = None
    if not yes:
        with progress.step(f"comparing {reading.tables.count} rows"):
            plan = commands.look(settings, reading, wish)
        show.plan(plan)
        if dry_run or not plan.changes:
            return
        typer.confirm("Apply these changes?", abort=True, err=True)
        digest = plan.digest

    def keep(made: Mapping[str, str]) -> None:
        if passwords is None:
            raise InvalidError("name a file with --passwords for new wristbands")
        commands.keep_passwords(passwords, made)

    with progress.step(f"importing {reading.tables.count} rows"):
        plan, applied = commands.apply(settings, reading, wish, digest, keep)
    show.plan(plan, applied=applied)
    if passwords is not None and passwords.exists():
        typer.echo(f"passwords of new wristbands are in {passwords}", err=True)


@exchange.command(epilog="Example: yinling export street.xlsx")
def export(
    path: Annotated[
        Path, typer.Argument(help="name.xlsx, name.zip, or a folder of CSVs.")
    ],
    contacts: Annotated[
        bool,
        typer.Option(help="With the addresses at which people are told: secrets."),
    ] = True,
    data_dir: DataDir = None,
) -> None:
    """Write the registry to a file whose import would change nothing."""
    settings = options.settings(data_dir)
    with Progress(SystemClock(), Event()).step(f"writing {path.name}"):
        rows = commands.export(settings, path, contacts=contacts)
    options.answer({"file": str(path), "rows": rows})


@exchange.command(epilog="Example: yinling cards --place 0199e2c4-… building.pdf")
def cards(
    path: Annotated[Path, typer.Argument(help="The PDF to write.")],
    place: Annotated[
        UUID | None, typer.Option("--place", help="A building, or what holds some.")
    ] = None,
    senior: Annotated[
        UUID | None, typer.Option("--senior", help="Only this senior's card.")
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Print contact cards (居民联系卡), with a sheet for each building, as PDF."""
    if (place is None) == (senior is None):
        raise UsageError("give --place or --senior")
    from yinling.commands import cards as printing  # noqa: PLC0415 - loads the PDF writer

    count = printing.write(options.settings(data_dir), path, place, senior)
    options.answer({"file": str(path), "cards": count})


def _write_files(template: Path | None, invented: Path | None, seed: int) -> None:
    if template is not None:
        commands.write_template(template)
        typer.echo(f"fill in {template}, then: yinling import {template} --dry-run")
    if invented is not None:
        commands.write_invented(invented, seed)
        typer.echo(f"{invented} holds an invented street")


def _checked(file: Path | None, passwords: Path | None, *, asks: bool) -> Path:
    if file is None:
        raise UsageError("name a file, or --template FILE to begin with")
    if not file.exists():
        raise UsageError(f"there is no {file}")
    if asks and not sys.stdin.isatty():
        raise UsageError("nobody is there to ask: give --dry-run or --yes")
    if passwords is not None:
        commands.refuse_existing(passwords)
    return file


class _Showing:
    """A plan on the terminal, or as JSON."""

    def __init__(self, language: Language, as_json: bool) -> None:
        self._language = language
        self._as_json = as_json
        self._console = Console(highlight=False, soft_wrap=True)

    def plan(self, plan: Plan, *, applied: bool = False) -> None:
        """Print what it would change or has changed.

        Raises
        ------
        InvalidError
            If there are faults: nothing was or can be changed.
        """
        report = plan.report(self._language, applied=applied)
        if self._as_json:
            options.answer(report)
        else:
            self._print(report)
        if plan.faults:
            raise InvalidError(
                f"{_count(len(plan.faults), 'fault')}: nothing is changed"
            )

    def _print(self, report: dict[str, Any]) -> None:
        table = Table(
            "table", "rows", "new", "changed", "same", "not in file", box=None
        )
        names = ("rows", "new", "changed", "unchanged", "missing")
        for one in report["sheets"]:
            title = f"{one['title']} {one['sheet']}"
            table.add_row(title, *(str(one[name]) for name in names))
        self._console.print(table)
        for kind in ("faults", "notes"):
            self._lines(report[kind], report[f"{kind[:-1]}_count"], _where)
        if not report["faults"] and not report["applied"]:
            changed = [one for one in report["changes"] if one["change"] == "changed"]
            self._lines(changed, len(changed), _difference)
        if report["applied"]:
            typer.echo("imported; in force within 5 s")
        elif not report["changes"] and not report["faults"]:
            typer.echo("nothing to change")

    def _lines(self, items: list[dict[str, Any]], count: int, write: Any) -> None:  # noqa: ANN401 - a function
        for one in items[:MOST_SHOWN]:
            typer.echo(write(one))
        if count > MOST_SHOWN:
            typer.echo(f"… and {count - MOST_SHOWN} more (all with --json)")


def _where(one: dict[str, Any]) -> str:
    line = "" if one["line"] is None else f" line {one['line']}"
    column = "" if one["column"] is None else f" {one['column']}"
    return f"{one['title']}{line}{column}: {one['reason']}"


def _difference(one: dict[str, Any]) -> str:
    fields = "; ".join(
        f"{field['column']} {_short(field['before'])} → {_short(field['after'])}"
        for field in one["fields"]
    )
    return f"{one['title']} line {one['line']} {one['name']}: {fields}"


def _short(value: object) -> str:
    return "–" if value is None else str(value)


def _count(number: int, what: str) -> str:
    return f"1 {what}" if number == 1 else f"{number} {what}s"
