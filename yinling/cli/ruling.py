"""`yinling rules`: show, try, set and take back the rules of detection."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.table import Table

from core.database import Row
from core.errors import Fault, InvalidError, RuleError, UsageError
from core.registry.effective import Figure
from core.registry.outlook import Outlook
from core.registry.rulings import Given, Scope
from yinling.backtest import rulefile, textfile
from yinling.cli import options
from yinling.cli.options import DataDir
from yinling.commands import rules as commands
from yinling.commands.rules import summary

rules = typer.Typer(
    help="Rules of detection: limits, delays, gates, quiet hours.",
    epilog="Example: yinling rules check winter.toml",
    no_args_is_help=True,
)
Place = Annotated[
    UUID | None, typer.Option("--place", help="Of this place and all below it.")
]
Senior = Annotated[UUID | None, typer.Option("--senior", help="Of this senior only.")]
Note = Annotated[
    str | None, typer.Option(help="Why, for the history.", show_default=False)
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
File = Annotated[
    Path,
    typer.Argument(
        exists=True, dir_okay=False, allow_dash=True, help="A TOML file; - for stdin."
    ),
]


def _scope(place: UUID | None, senior: UUID | None) -> Scope:
    if place is not None and senior is not None:
        raise UsageError("give --place or --senior, not both")
    return Scope(place, senior)


def say_checked(file: Path, faults: Sequence[Fault], words: str) -> None:
    """Print what a check found; `words` say what a valid file would change.

    Raises
    ------
    InvalidError
        If there are faults, each of which has its line.
    """
    for line in rulefile.named(file, faults):
        typer.echo(line)
    if faults:
        count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        raise InvalidError(f"{file} cannot be used: {count}")
    typer.echo(f"{file} is valid, {words}")


@rules.command(epilog="Example: yinling rules show > rules.toml")
def show(
    place: Place = None,
    senior: Senior = None,
    shipped: Annotated[
        bool, typer.Option("--shipped", help="All figures as they are shipped.")
    ] = False,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Print what is set for the service, a place or a senior, as a file."""
    scope = _scope(place, senior)
    if shipped:
        typer.echo(commands.shipped(), nl=False)
        return
    row, text = commands.show(options.settings(data_dir), scope)
    if as_json:
        revision = row["revision"] if row else None
        options.answer(
            {"revision": revision, "rules": (row or {}).get("figures") or {}}
        )
    else:
        typer.echo(text or f"# nothing is set for this {scope.kind}")


@rules.command(epilog="Example: yinling rules check winter.toml --place 0199e2c4-…")
def check(
    file: File,
    place: Place = None,
    senior: Senior = None,
    data_dir: DataDir = None,
) -> None:
    """Validate a file without storing it; exit 1 and name each line that is wrong."""
    scope = _scope(place, senior)
    text = textfile.text(file)
    faults, words = commands.faults(options.settings(data_dir), scope, text)
    say_checked(file, faults, words)


@rules.command(
    "set", epilog='Example: yinling rules set winter.toml --note "flu season"'
)
def set_(  # noqa: PLR0917  # a command's options
    file: File,
    place: Place = None,
    senior: Senior = None,
    note: Note = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Put a file in force within 5 s, in the place of what was set there."""
    scope = _scope(place, senior)
    given = Given(toml=textfile.text(file))
    try:
        done = commands.put(options.settings(data_dir), scope, given, note)
    except RuleError as error:
        raise rulefile.refused(file, error) from None
    _say(*done, as_json=as_json)


@rules.command(epilog="Example: yinling rules withdraw --place 0199e2c4-…")
def withdraw(
    place: Place = None,
    senior: Senior = None,
    note: Note = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Take back what is set; what stands above it counts again."""
    scope = _scope(place, senior)
    settings = options.settings(data_dir)
    done = commands.put(settings, scope, None, note, "rules.withdraw")
    _say(*done, as_json=as_json)


@rules.command(epilog="Example: yinling rules revert 3")
def revert(
    revision: Annotated[int, typer.Argument(min=1, help="As in the history.")],
    note: Note = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Put an earlier revision in force again, as a new one."""
    _say(*commands.revert(options.settings(data_dir), revision, note), as_json=as_json)


@rules.command(epilog="Example: yinling rules history --limit 5")
def history(
    place: Place = None,
    senior: Senior = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many.")] = 20,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """List revisions, newest first, with what each changed."""
    settings = options.settings(data_dir)
    rows = commands.history(settings, _scope(place, senior), limit)
    if as_json:
        options.answer({"items": [_revision(row) for row in rows]})
        return
    table = Table("revision", "of", "when", "who", "note", "changes", box=None)
    for row in rows:
        table.add_row(
            f"{row['revision']}{' *' if row['in_force'] else ''}",
            _whose(row),
            _local(row["set_at"], settings.zone),
            row["set_by_name"],
            row["note"] or "",
            "\n".join(_written(*change) for change in row["changes"]),
        )
    Console(highlight=False).print(table)
    typer.echo("* in force")


@rules.command(epilog="Example: yinling rules effective 0199e2c4-…")
def effective(
    senior_id: Annotated[UUID, typer.Argument(help="Who is judged by them.")],
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Print every figure that one senior is judged by, and where it comes from."""
    found = commands.in_force(options.settings(data_dir), senior_id)
    quiet = [span.tree() for span in found.resolved.quiet]
    if as_json:
        figures = {
            one.parameter.name: {"value": one.value, "origin": _origin(one)}
            for one in found.figures
        }
        version = {"rule_version": found.resolved.version, "quiet": quiet}
        options.answer(version | {"figures": figures})
        return
    table = Table("figure", "value", "unit", "set by", box=None)
    for one in found.figures:
        name, unit = one.parameter.name, one.parameter.unit
        table.add_row(name, f"{one.value:g}", unit, _origin(one))
    Console(highlight=False).print(table)
    for span in quiet:
        typer.echo(f"quiet from {span['from']} to {span['to']}")
    typer.echo(f"rule version {found.resolved.version}")
    if found.contradiction is not None:
        typer.echo(f"some rules are left out: {found.contradiction}", err=True)


def _say(revision: int, found: Outlook, *, as_json: bool) -> None:
    if not as_json:
        typer.echo(f"revision {revision} {summary(found)}; in force within 5 s")
        return
    changes = [one._asdict() for one in found.changes]
    answer = {"revision": revision, "seniors": found.seniors, "changes": changes}
    options.answer(answer)


def _revision(row: Row) -> dict[str, object]:
    changes = [change._asdict() for change in row["changes"]]
    whose = {name: row[name] and str(row[name]) for name in ("place_id", "senior_id")}
    return {
        "revision": row["revision"],
        "scope": row["scope"],
        **whose,
        "in_force": row["in_force"],
        "withdrawn": row["withdrawn"],
        "note": row["note"],
        "set_at": row["set_at"].isoformat(),
        "set_by": row["set_by_name"],
        "changes": changes,
    }


def _whose(row: Row) -> str:
    whose = row["place_id"] or row["senior_id"]
    return row["scope"] if whose is None else f"{row['scope']} {whose}"


def _local(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"


def _written(name: str, before: object, after: object) -> str:
    was, will = (_short(one) for one in (before, after))
    return f"{name} {was} → {will}"


def _short(value: object) -> str:
    if value is None:
        return "–"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _origin(one: Figure) -> str:
    scope, name, _, revision = one.origin
    words = [scope, name or "", f"(revision {revision})" if revision else ""]
    return " ".join(filter(None, words))
