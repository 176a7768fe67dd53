"""Setting rules for the service, a place or a senior, and going back to earlier ones."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from psycopg import Connection
from psycopg.types.json import Jsonb

from core.database import Row
from core.errors import NotFoundError
from core.queries import load
from core.registry.changes import note_rules_changed, note_senior_changed
from core.registry.outlook import Change, current, differences, look
from core.registry.rows import every, one
from core.registry.rulings import Author, Given, Scope
from core.rules.book import RuleSet
from core.rules.parsing import BY_NAME

_OF_SILENCE: Final = re.compile(r"(^|\.)(offline|day)\.")
_LEAST_INTERVALS: Final = BY_NAME["offline.info_intervals"].low
NO_FIGURES: Final[dict[str, Any]] = {}


def set_rules(  # noqa: PLR0917  # what, for whom, by whom, why, when
    conn: Connection,
    scope: Scope,
    given: Given | None,
    author: Author,
    note: str | None,
    now: datetime,
) -> int:
    """Put rules in force within 5 s; return the revision.

    Parameters
    ----------
    given : None to withdraw what is set.

    Raises
    ------
    RuleError
        If they cannot be used, see :func:`core.registry.outlook.look`.
    NotFoundError
        If there is no such place or senior, or nothing set that could be withdrawn.
    """
    _lock(conn, scope)
    one(conn, "lock_registry", {})
    if given is None:
        before = current(conn, scope)
        if before is None or before["figures"] is None:
            raise NotFoundError("no rules are set here")
    outlook = look(conn, scope, given)
    rules = outlook.rules
    row = one(
        conn,
        "add_rules",
        scope.values()
        | {
            "format": given.format if given else None,
            "body": given.body if given else None,
            "figures": None if rules is None else Jsonb(rules.tree()),
            "note": note,
            "now": now,
            "set_by": author.id,
            "set_by_name": author.name,
        },
    )
    assert row is not None  # noqa: S101  # it returns what it inserted
    _look_at_silences(conn, scope, outlook.changes, now)
    if scope.senior_id is None:
        note_rules_changed(conn)
    else:
        note_senior_changed(conn, scope.senior_id, now)
    return int(row["revision"])


def revision(conn: Connection, number: int) -> Row:
    """A stored revision.

    Raises
    ------
    NotFoundError
        If there is none of this number.
    """
    row = one(conn, "rules_of_revision", {"revision": number})
    if row is None:
        raise NotFoundError(f"no revision {number} of the rules")
    return row


def history(  # whose, and which page
    conn: Connection,
    scope: Scope,
    under: UUID | None,
    after: int | None,
    limit: int,
) -> list[Row]:
    """Revisions, newest first, each with its ``changes`` and whether ``in_force``.

    Parameters
    ----------
    scope : of one place or one senior only; neither for all.
    under : only those of the service, and of this place and what lies below it.
    after : the revision that the last page ended with.
    """
    values = {"under": under, "after": after, "limit": limit}
    rows = every(conn, "rules_history", values | scope._asdict())
    for row in rows:
        row["withdrawn"] = row["figures"] is None
        row["in_force"] = row.pop("newest") and not row["withdrawn"]
        was = RuleSet.stored(row.pop("figures_before") or NO_FIGURES)
        will = RuleSet.stored(row.pop("figures") or NO_FIGURES)
        row["changes"] = differences(was, will)
    return rows


def _look_at_silences(
    conn: Connection, scope: Scope, changes: Sequence[Change], now: datetime
) -> None:
    """Have those judged anew who are silent already: no report of theirs will do it."""
    names = {change.name for change in changes}
    if not any(_OF_SILENCE.search(name) for name in names):
        return
    anew = any(name.endswith("offline.enabled") for name in names)
    values = {"now": now, "anew": anew, "least_intervals": _LEAST_INTERVALS}
    conn.execute(load("core")["look_at_silences"], scope._asdict() | values)


def _lock(conn: Connection, scope: Scope) -> None:
    """Keep the place or senior as it is; before the registry, as all others do."""
    found: Row | None = {}
    if scope.senior_id is not None:
        found = one(conn, "lock_senior", {"senior_id": scope.senior_id})
    elif scope.place_id is not None:
        found = one(conn, "place_for_share", {"id": scope.place_id})
    if found is None:
        raise NotFoundError(f"no such {scope.kind}")
