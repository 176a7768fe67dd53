"""`yinling rules`: rules of detection without the API, straight in the database."""

from datetime import datetime
from importlib.resources import files
from uuid import UUID

from psycopg import Connection

from core.database import Row
from core.errors import Fault, RuleError, UnavailableError
from core.registry import effective, outlook, rules
from core.registry.rulings import Author, Given, Scope
from core.rules.book import RuleSet, parse_toml, to_toml
from core.settings import Settings
from yinling.commands import records

ME = Author(None, "command line")


def show(settings: Settings, scope: Scope) -> tuple[Row | None, str]:
    """What is set for a scope: its newest revision, and the file it stands for."""
    row = records.in_transaction(settings, lambda conn, _: outlook.current(conn, scope))
    if row is None or row["figures"] is None:
        return row, ""
    if row["format"] == "toml":
        return row, row["body"]
    return row, to_toml(RuleSet.stored(row["figures"]))


def faults(settings: Settings, scope: Scope, text: str) -> tuple[list[Fault], str]:
    """What is wrong with a file, and in a word what it was held against.

    Without a database, the shipped rules are what it would change.
    """
    try:
        found = records.in_transaction(
            settings, lambda conn, _: outlook.look(conn, scope, Given(toml=text))
        )
    except RuleError as error:
        return list(error.faults), ""
    except UnavailableError as error:
        return _alone(scope, text), f"against the shipped rules only: {error}"
    return [], summary(found)


def _alone(scope: Scope, text: str) -> list[Fault]:
    try:
        parse_toml(text, of_senior=scope.kind == "senior")
    except RuleError as error:
        return list(error.faults)
    return []


def summary(found: outlook.Outlook) -> str:
    """How much rules change, in words."""
    figures = "1 figure" if len(found.changes) == 1 else f"{len(found.changes)} figures"
    seniors = "1 senior" if found.seniors == 1 else f"{found.seniors} seniors"
    return f"changes {figures}, for {seniors}"


def put(
    settings: Settings,
    scope: Scope,
    given: Given | None,
    note: str | None,
    action: str = "rules.set",
) -> tuple[int, outlook.Outlook]:
    """Set rules for a scope, or withdraw them; the revision, and what it changes."""

    def change(conn: Connection, now: datetime) -> tuple[int, outlook.Outlook]:
        found = outlook.look(conn, scope, given)
        revision = rules.set_rules(conn, scope, given, ME, note, now)
        records.audit(conn, now, action, str(revision), scope.senior_id)
        return revision, found

    return records.in_transaction(settings, change)


def revert(
    settings: Settings, revision: int, note: str | None
) -> tuple[int, outlook.Outlook]:
    """Put an earlier revision in force again, as a new one."""
    row = records.in_transaction(
        settings, lambda conn, _: rules.revision(conn, revision)
    )
    note = note or f"back to revision {revision}"
    given = Given.then(row)
    return put(settings, Scope.of(row), given, note, "rules.revert")


def history(settings: Settings, scope: Scope, limit: int) -> list[Row]:
    """Revisions, newest first, with what each changed."""
    return records.in_transaction(
        settings, lambda conn, _: rules.history(conn, scope, None, None, limit)
    )


def in_force(settings: Settings, senior_id: UUID) -> effective.Effective:
    """What one senior is judged by."""
    return records.in_transaction(
        settings, lambda conn, _: effective.effective(conn, senior_id)
    )


def shipped() -> str:
    """The shipped rules, as a file to begin from."""
    return files("core.rules").joinpath("defaults.toml").read_text(encoding="utf-8")
