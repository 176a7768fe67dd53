"""`yinling policies`: escalation policies without the API, straight in the database."""

from datetime import datetime
from uuid import UUID

from psycopg import Connection

from alerts.escalation.preview import Preview, preview
from core.database import Row
from core.errors import Fault, RuleError, UnavailableError
from core.model import Severity
from core.registry import policies
from core.registry.policies import InForce, Outlook
from core.registry.rulings import Author, Given, Scope
from core.rules import policy_reading
from core.rules.policy import Policies, Section
from core.rules.policy_book import Timing, shipped_text, to_toml
from core.settings import Settings
from yinling.commands import records

__all__ = ["shipped_text"]
ME = Author(None, "command line")


def shipped(settings: Settings) -> Policies:
    """The shipped policies, with the figures that the settings put in place."""
    return Timing.of(settings).shipped()


def show(
    settings: Settings, scope: Scope
) -> tuple[Row | None, str, dict[Section, InForce]]:
    """What is set for a scope, the file it stands for, and what is in force there."""

    def ask(conn: Connection, _: datetime) -> tuple[Row | None, dict[Section, InForce]]:
        force = policies.in_force(conn, scope.place_id, shipped(settings))
        return policies.current(conn, scope), force

    row, force = records.in_transaction(settings, ask)
    if row is None or row["policies"] is None:
        return row, "", force
    given = row["body"] if row["format"] == "toml" else None
    return row, given or to_toml(policies.stored(row["policies"])), force


def faults(settings: Settings, scope: Scope, text: str) -> tuple[list[Fault], str]:
    """What is wrong with a file, and in a word what it was held against.

    Without a database, the people it names are not looked up.
    """
    given = Given(toml=text)
    base = shipped(settings)
    try:
        found = records.in_transaction(
            settings, lambda conn, _: policies.look(conn, scope, given, base)
        )
    except RuleError as error:
        return list(error.faults), ""
    except UnavailableError as error:
        return _alone(text, base), f"people not looked up: {error}"
    return [], summary(found)


def _alone(text: str, base: Policies) -> list[Fault]:
    try:
        policy_reading.read_toml(text, base)
    except RuleError as error:
        return list(error.faults)
    return []


def summary(found: Outlook) -> str:
    """How much policies change, in words."""
    count = len(found.changes)
    changes = "1 point" if count == 1 else f"{count} points"
    seniors = "1 senior" if found.seniors == 1 else f"{found.seniors} seniors"
    return f"changes {changes}, for {seniors}"


def put(
    settings: Settings,
    scope: Scope,
    given: Given | None,
    note: str | None,
    action: str = "policies.set",
) -> tuple[int, Outlook]:
    """Set policies for a scope, or withdraw them; the revision, and what it changes."""
    base = shipped(settings)

    def change(conn: Connection, now: datetime) -> tuple[int, Outlook]:
        found = policies.look(conn, scope, given, base)
        revision = policies.set_policies(
            conn, scope, given, ME, note, now, shipped=base
        )
        records.audit(conn, now, action, str(revision))
        return revision, found

    return records.in_transaction(settings, change)


def revert(settings: Settings, revision: int, note: str | None) -> tuple[int, Outlook]:
    """Put an earlier revision in force again, as a new one."""
    row = records.in_transaction(
        settings, lambda conn, _: policies.revision(conn, revision)
    )
    note = note or f"back to revision {revision}"
    given = Given.then(row)
    return put(settings, Scope(row["place_id"]), given, note, "policies.revert")


def history(settings: Settings, scope: Scope, limit: int) -> list[Row]:
    """Revisions, newest first, with what each changed."""
    return records.in_transaction(
        settings, lambda conn, _: policies.history(conn, scope, None, None, limit)
    )


def run_forward(
    settings: Settings, senior_id: UUID, severity: Severity, at: datetime | None
) -> Preview:
    """What would happen to an alert of a senior that nobody answers."""
    base = shipped(settings)
    return records.in_transaction(
        settings,
        lambda conn, now: preview(
            conn, senior_id, severity, base, at or now, settings.zone
        ),
    )
