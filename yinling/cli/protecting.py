"""`yinling privacy` and `yinling retention`: what people may ask about their data."""

from collections import Counter
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console
from rich.table import Table

from core.database import Row
from core.errors import UsageError
from core.privacy.catalogue import Whose
from core.privacy.consents import Declaration, Purpose
from core.privacy.erasing import COOLING_OFF_DAYS
from yinling.cli import options
from yinling.cli.options import DataDir
from yinling.commands import privacy as commands

privacy = typer.Typer(
    help="Consents, a copy of somebody's data, erasing them.",
    epilog="Example: yinling privacy export --senior 0199e2c4-… wang.zip",
    no_args_is_help=True,
)
retention = typer.Typer(
    help="How long each kind of data is kept.",
    epilog="Example: yinling retention show",
    no_args_is_help=True,
)


class Speaker(StrEnum):
    """Who agrees."""

    SENIOR = "senior"
    GUARDIAN = "guardian"


SeniorId = Annotated[UUID, typer.Argument(help="Which senior.")]
Senior = Annotated[UUID | None, typer.Option("--senior", help="Which senior.")]
Person = Annotated[
    UUID | None, typer.Option("--person", help="Which responder or relative.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


def _whose(senior: UUID | None, person: UUID | None) -> tuple[Whose, UUID]:
    if senior is not None and person is None:
        return Whose.SENIOR, senior
    if person is not None and senior is None:
        return Whose.PERSON, person
    raise UsageError("give --senior or --person")


@privacy.command(epilog="Example: yinling privacy consents 0199e2c4-…")
def consents(senior_id: SeniorId, data_dir: DataDir = None) -> None:
    """List what a senior agreed to or withdrew, newest first."""
    settings = options.settings(data_dir)
    rows = commands.consents_of(settings, senior_id)
    options.answer({"items": [_plain(row) for row in rows]})


@privacy.command(
    epilog="Example: yinling privacy consent 0199e2c4-… health --withdrawn"
)
def consent(  # noqa: PLR0917  # a command's options
    senior_id: SeniorId,
    purpose: Annotated[Purpose, typer.Argument(help="What for.")],
    given: Annotated[
        bool, typer.Option("--given/--withdrawn", help="What they say.")
    ] = True,
    by: Annotated[Speaker, typer.Option(help="Who says it.")] = Speaker.SENIOR,
    guardian: Annotated[
        str | None, typer.Option(help="Who speaks for the senior.")
    ] = None,
    reason: Annotated[str | None, typer.Option(help="Why they do.")] = None,
    form: Annotated[
        str | None, typer.Option(help="Version of the form; the one in use.")
    ] = None,
    person: Person = None,
    data_dir: DataDir = None,
) -> None:
    """Record that a senior agrees to a purpose, or no longer does."""
    said = Declaration(
        purpose=purpose,
        given=given,
        given_by=by.value,
        guardian=guardian,
        reason=reason,
        text_version=form or commands.form_of(purpose),
        person_id=person,
    )
    consent_id = commands.declare(options.settings(data_dir), senior_id, said)
    options.answer({"id": str(consent_id), "purpose": purpose, "given": given})


@privacy.command(epilog="Example: yinling privacy export --senior 0199e2c4-… wang.zip")
def export(
    file: Annotated[Path, typer.Argument(help="The ZIP to write, mode 0600.")],
    senior: Senior = None,
    person: Person = None,
    data_dir: DataDir = None,
) -> None:
    """Write a copy of all that is kept about one person."""
    whose, subject = _whose(senior, person)
    rows = commands.copy(options.settings(data_dir), whose, subject, file)
    typer.echo(f"{file}: {rows} rows")


@privacy.command(
    epilog='Example: yinling privacy erase --senior 0199e2c4-… --reason "moved away"'
)
def erase(  # noqa: PLR0917  # a command's options
    reason: Annotated[str, typer.Option(help="Why, without naming anybody.")],
    senior: Senior = None,
    person: Person = None,
    days: Annotated[
        int, typer.Option(min=0, max=30, help="How long it can be undone [d].")
    ] = COOLING_OFF_DAYS,
    now: Annotated[bool, typer.Option("--now", help="At once, for good.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Erase one person: archived now, erased after some days."""
    whose, subject = _whose(senior, person)
    row = commands.erase(
        options.settings(data_dir),
        whose,
        subject,
        reason=reason,
        days=0 if now else days,
    )
    options.answer(_plain(row))


@privacy.command(epilog="Example: yinling privacy undo --senior 0199e2c4-…")
def undo(
    senior: Senior = None, person: Person = None, data_dir: DataDir = None
) -> None:
    """Take an erasure back while it waits."""
    whose, subject = _whose(senior, person)
    commands.undo(options.settings(data_dir), whose, subject)
    typer.echo("taken back")


@privacy.command(epilog="Example: yinling privacy erasures")
def erasures(data_dir: DataDir = None) -> None:
    """List erasures asked for; after restoring a backup, do them again by it."""
    rows = commands.erasures(options.settings(data_dir))
    options.answer({"items": [_plain(row) for row in rows]})


@retention.command(epilog="Example: yinling retention show")
def show(as_json: AsJson = False, data_dir: DataDir = None) -> None:
    """Print how long each kind is kept, within which corridor and why."""
    found = commands.kept(options.settings(data_dir))
    if as_json:
        options.answer({one.kind.name: one.days for one in found})
        return
    table = Table("kind", "days", "from–to", "what", "last taken", "why", box=None)
    for one in found:
        run = one.run or {}
        table.add_row(
            one.kind.name,
            f"{one.days}{' *' if one.rule else ''}",
            f"{one.kind.least}–{one.kind.most}",
            one.kind.english,
            f"{run.get('ended_at') or '–'}",
            one.kind.source,
        )
    Console(highlight=False).print(table)
    typer.echo("* set by somebody; the others as shipped")


@retention.command("set", epilog="Example: yinling retention set readings 180")
def set_(
    kind: Annotated[str, typer.Argument(help="As `yinling retention show` names it.")],
    days: Annotated[
        int | None, typer.Argument(help="How many days; none: as shipped.")
    ] = None,
    note: Annotated[str | None, typer.Option(help="Why.")] = None,
    data_dir: DataDir = None,
) -> None:
    """Keep a kind so long from the coming night on."""
    commands.keep(options.settings(data_dir), kind, days, note)
    typer.echo(f"{kind}: {'as shipped' if days is None else f'{days} days'}")


@retention.command(epilog="Example: yinling retention run --dry-run")
def run(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Count what would be taken.")
    ] = False,
    data_dir: DataDir = None,
) -> None:
    """Take now what was kept long enough, which the service does by night."""
    settings = options.settings(data_dir)
    if dry_run:
        options.answer(commands.due(settings))
        return
    taken: Counter[str] = Counter()

    def hear(kind: str, rows: int) -> None:
        taken[kind] += rows
        typer.echo(f"{kind}: {taken[kind]}", err=True)

    commands.take(settings, hear)
    options.answer(taken)


def _plain(row: Row) -> dict[str, object]:
    return {
        name: value.isoformat()
        if isinstance(value, datetime)
        else str(value)
        if isinstance(value, UUID)
        else value
        for name, value in row.items()
    }
