"""Rules of detection: who may see and set them, and what is said about them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg import Connection

from api import access, audit
from api.pagination import PageRequest
from api.principal import Principal
from core.database import Row
from core.errors import ForbiddenError, NotFoundError
from core.model import Role
from core.registry import effective, outlook, rules
from core.registry.rows import one
from core.registry.rulings import Author, Given, Scope
from core.rules.book import RuleSet, to_toml


@dataclass(frozen=True, slots=True)
class Shown:
    """What is set for a scope; no row where nothing ever was."""

    scope: Scope
    row: Row | None

    def tree(self) -> dict[str, object]:
        """As JSON."""
        names = ("revision", "format", "body", "note", "set_at")
        row = self.row
        rest: dict[str, object] = {name: row[name] if row else None for name in names}
        return {
            **self.scope.values(),
            **rest,
            "rules": (row["figures"] if row else None) or {},
            "set_by": _author(row) if row else None,
        }

    def toml(self) -> str:
        """As the file that was given, or one that says the same."""
        if self.row is None or self.row["figures"] is None:
            return ""
        if self.row["format"] == "toml":
            return self.row["body"]
        return to_toml(RuleSet.stored(self.row["figures"]))


def get(conn: Connection, principal: Principal, scope: Scope) -> Shown:
    """What is set for a scope."""
    _seen(conn, principal, scope)
    return Shown(scope, outlook.current(conn, scope))


def check(
    conn: Connection, principal: Principal, scope: Scope, given: Given
) -> dict[str, object]:
    """Validate rules without storing them, and say what they would change."""
    _seen(conn, principal, scope)
    found = outlook.look(conn, scope, given)
    changes = [one._asdict() for one in found.changes]
    return {"changes": changes, "seniors": found.seniors}


def put(  # noqa: PLR0917  # who, where, what, why, when
    conn: Connection,
    principal: Principal,
    scope: Scope,
    given: Given | None,
    note: str | None,
    now: datetime,
) -> Shown:
    """Set rules for a scope, or withdraw them; in force within 5 s."""
    action = "rules.withdraw" if given is None else "rules.set"
    return _change(conn, principal, scope, given, (action, note, now))


def revert(
    conn: Connection,
    principal: Principal,
    revision: int,
    note: str | None,
    now: datetime,
) -> Shown:
    """Put an earlier revision in force again, as a new one."""
    principal.require_managing()
    row = rules.revision(conn, revision)
    note = note or f"back to revision {revision}"
    about = ("rules.revert", note, now)
    return _change(conn, principal, Scope.of(row), Given.then(row), about)


def history(
    conn: Connection, principal: Principal, scope: Scope, asked: PageRequest
) -> list[Row]:
    """Revisions that the asker may see, newest first."""
    _seen(conn, principal, scope)
    key = asked.after(int)
    after = key[0] if key else None
    return rules.history(conn, scope, principal.place_id, after, asked.limit + 1)


def show_revision(row: Row) -> dict[str, object]:
    """A revision with what it changed."""
    names = ("revision", "scope", "place_id", "senior_id", "in_force", "withdrawn")
    names += ("note", "set_at")
    shown: dict[str, object] = {name: row[name] for name in names}
    changes = [change._asdict() for change in row["changes"]]
    return shown | {"set_by": _author(row), "changes": changes}


def show_effective(
    conn: Connection, principal: Principal, senior_id: UUID
) -> dict[str, object]:
    """Every figure that a senior is judged by, with where it comes from."""
    access.senior(conn, principal, senior_id)
    _refuse_family(principal)
    found = effective.effective(conn, senior_id)
    figures = [
        {**one.parameter._asdict(), "value": one.value, "origin": one.origin._asdict()}
        for one in found.figures
    ]
    return {
        "senior_id": senior_id,
        "rule_version": found.resolved.version,
        "figures": figures,
        "quiet": [span.tree() for span in found.resolved.quiet],
        "contradiction": found.contradiction,
    }


def show_version(
    conn: Connection, principal: Principal, version: str
) -> dict[str, object]:
    """What the rule version of an alert stands for."""
    _refuse_family(principal)
    row = one(conn, "rule_version", {"version": version})
    if row is None:
        raise NotFoundError("no alert was made by this rule version")
    return {
        "rule_version": row["version"],
        "figures": row["figures"],
        "first_used_at": row["first_used_at"],
    }


def _change(
    conn: Connection,
    principal: Principal,
    scope: Scope,
    given: Given | None,
    about: tuple[str, str | None, datetime],
) -> Shown:
    _seen(conn, principal, scope)
    if scope.kind == "service":
        principal.require_admin()
    action, note, now = about
    author = Author(principal.id, principal.name)
    revision = rules.set_rules(conn, scope, given, author, note, now)
    audit.record(
        conn,
        principal,
        now,
        action,
        "rules",
        str(revision),
        senior_id=scope.senior_id,
        detail={
            "scope": scope.kind,
            "place_id": scope.place_id and str(scope.place_id),
        },
    )
    return Shown(scope, outlook.current(conn, scope))


def _seen(conn: Connection, principal: Principal, scope: Scope) -> None:
    """Let managers at or below their place in; 404 for others' places and seniors."""
    if scope.senior_id is not None:
        access.senior(conn, principal, scope.senior_id)
    elif scope.place_id is not None:
        access.place(conn, principal, scope.place_id)
    principal.require_managing()


def _refuse_family(principal: Principal) -> None:
    if principal.role is Role.FAMILY:
        raise ForbiddenError("rules are shown to staff")


def _author(row: Row) -> dict[str, object]:
    return {"id": row["set_by"], "name": row["set_by_name"]}
