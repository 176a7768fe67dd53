"""`yinling policies`: show, try, set, take back and run forward escalation policies."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.table import Table

from alerts.escalation.chains import in_order
from alerts.escalation.forecast import Ending, Planned
from alerts.escalation.preview import Preview
from api.answers import encode
from api.registry.policies import preview_tree
from api.views.words import WORDS
from core.database import Row
from core.errors import RuleError, UsageError
from core.model import Severity
from core.registry.policies import Outlook, stored, tree
from core.registry.rulings import Given, Scope
from yinling.backtest import rulefile, textfile
from yinling.cli import options
from yinling.cli.options import DataDir
from yinling.cli.ruling import AsJson, File, Note, say_checked
from yinling.commands import policies as commands

policies = typer.Typer(
    help="Escalation policies: who is told of an alert, in which steps, when.",
    epilog="Example: yinling policies preview --senior 0199e2c4-…",
    no_args_is_help=True,
)
Place = Annotated[
    UUID | None, typer.Option("--place", help="Of this place and all below it.")
]


class Of(StrEnum):
    """What an alert may be that people are told of."""

    CRITICAL = "critical"
    WARNING = "warning"


@policies.command(epilog="Example: yinling policies show --shipped > policies.toml")
def show(
    place: Place = None,
    shipped: Annotated[
        bool, typer.Option("--shipped", help="As they are shipped.")
    ] = False,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Print what is set for the service or a place, and what is in force there."""
    if shipped:
        typer.echo(commands.shipped_text(), nl=False)
        return
    row, text, force = commands.show(options.settings(data_dir), Scope(place))
    if as_json:
        origins = {
            str(section): {"version": one.version, "scope": one.origin.scope}
            for section, one in force.items()
        }
        set_here = {"revision": row["revision"] if row else None}
        its = tree(stored(row["policies"] if row else None))
        options.answer({**set_here, "policies": its, "in_force": origins})
        return
    typer.echo(text or f"# nothing is set for this {Scope(place).kind}")
    for section, one in force.items():
        whose = " ".join(filter(None, (one.origin.scope, one.origin.name)))
        typer.echo(f"# in force: {section} {one.version} ({whose})")


@policies.command(
    epilog="Example: yinling policies check night.toml --place 0199e2c4-…"
)
def check(file: File, place: Place = None, data_dir: DataDir = None) -> None:
    """Validate a file without storing it; exit 1 and name each line that is wrong."""
    text = textfile.text(file)
    faults, words = commands.faults(options.settings(data_dir), Scope(place), text)
    say_checked(file, faults, words)


@policies.command(
    "set", epilog='Example: yinling policies set night.toml --note "night duty"'
)
def set_(
    file: File,
    place: Place = None,
    note: Note = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Put a file in force for alerts that begin from now on."""
    given = Given(toml=textfile.text(file))
    settings = options.settings(data_dir)
    try:
        done = commands.put(settings, Scope(place), given, note)
    except RuleError as error:
        raise rulefile.refused(file, error) from None
    _say(*done, as_json=as_json)


@policies.command(epilog="Example: yinling policies withdraw --place 0199e2c4-…")
def withdraw(
    place: Place = None,
    note: Note = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Take back what is set; what stands above it counts again."""
    settings = options.settings(data_dir)
    done = commands.put(settings, Scope(place), None, note, "policies.withdraw")
    _say(*done, as_json=as_json)


@policies.command(epilog="Example: yinling policies revert 3")
def revert(
    revision: Annotated[int, typer.Argument(min=1, help="As in the history.")],
    note: Note = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Put an earlier revision in force again, as a new one."""
    _say(*commands.revert(options.settings(data_dir), revision, note), as_json=as_json)


@policies.command(epilog="Example: yinling policies history --limit 5")
def history(
    place: Place = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many.")] = 20,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """List revisions, newest first, with what each changed."""
    settings = options.settings(data_dir)
    rows = commands.history(settings, Scope(place), limit)
    if as_json:
        options.answer({"items": [_revision(row) for row in rows]})
        return
    table = Table("revision", "of", "when", "who", "note", "changes", box=None)
    for row in rows:
        table.add_row(
            f"{row['revision']}{' *' if row['in_force'] else ''}",
            row["scope"] if row["place_id"] is None else f"place {row['place_id']}",
            f"{row['set_at'].astimezone(settings.zone):%Y-%m-%d %H:%M}",
            row["set_by_name"],
            row["note"] or "",
            "\n".join(change.name for change in row["changes"]),
        )
    Console(highlight=False).print(table)
    typer.echo("* in force")


@policies.command(
    epilog="Example: yinling policies preview --senior 0199e2c4-… --at 2026-11-22T03:00"
)
def preview(
    senior: Annotated[UUID, typer.Option("--senior", help="Whose alert it is.")],
    severity: Annotated[Of, typer.Option(help="What it is.")] = Of.CRITICAL,
    at: Annotated[
        str | None, typer.Option(help="When it opens, RFC 3339 or local; now if not.")
    ] = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Say who would be told of an alert of a senior, when and how, if nobody answered."""
    settings = options.settings(data_dir)
    when = _instant(at, settings.zone)
    found = commands.run_forward(settings, senior, Severity(severity), when)
    if as_json:
        typer.echo(encode(preview_tree(senior, found)).decode())
        return
    for line in _lines(found, settings.zone):
        typer.echo(line)


def _lines(found: Preview, zone: ZoneInfo) -> list[str]:
    origin = found.by.origin
    whose = " ".join(filter(None, (origin.scope, origin.name)))
    begins = f"{found.at.astimezone(zone):%Y-%m-%d %H:%M:%S}"
    lines = [
        f"{found.senior}, {found.severity}, opened {begins}, nobody answers;"
        f" policy {found.by.version} ({whose})"
    ]
    lines += [line for step in found.found.planned for line in _step(step, found, zone)]
    match found.found.ending:
        case Ending.REPEATS:
            lines.append(f"the last again every {found.found.every_s:g} s, without end")
        case Ending.ALARM:
            lines.append("nobody can be told: a loud technical alarm to administrators")
        case Ending.QUIET:
            lines.append("no more is told")
    lines += [
        f"not told: {one.person.name} ({_role(one.person.role)}),"
        f" {one.why.replace('_', ' ')}"
        for one in found.left_out
    ]
    return lines


def _step(step: Planned, found: Preview, zone: ZoneInfo) -> list[str]:
    """A line for each person: 10:00:00 王五 (楼栋长) by voice."""
    at = f"{step.at.astimezone(zone):%H:%M:%S}"
    channels = step.telling.channels
    between = " then " if channels else ", "
    return [
        f"{at} {one.name} ({_role(one.role)}) by "
        + between.join(
            contact.kind
            for contact in in_order(found.contacts(one.person_id), channels)
        )
        + (", off shift" if one.duty == "off" else "")
        for one in step.telling.people
    ]


def _role(role: str) -> str:
    return WORDS[f"role.{role}"][0]


def _instant(text: str | None, zone: ZoneInfo) -> datetime | None:
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError("--at is a time such as 2026-11-22T03:00:00+08:00") from None
    return at if at.tzinfo else at.replace(tzinfo=zone)


def _say(revision: int, found: Outlook, *, as_json: bool) -> None:
    if not as_json:
        said = commands.summary(found)
        typer.echo(f"revision {revision} {said}; for alerts that begin from now on")
        return
    changes = [one._asdict() for one in found.changes]
    answer = {"revision": revision, "seniors": found.seniors, "changes": changes}
    options.answer({**answer, "policies": tree(found.policies or {})})


def _revision(row: Row) -> dict[str, object]:
    names = ("revision", "scope", "in_force", "withdrawn", "note")
    return {
        **{name: row[name] for name in names},
        "place_id": row["place_id"] and str(row["place_id"]),
        "set_at": row["set_at"].isoformat(),
        "set_by": row["set_by_name"],
        "changes": [change._asdict() for change in row["changes"]],
    }
