"""Escalation policies: who may see and set them, and what is said about them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from psycopg import Connection

from alerts.escalation.chains import Chain, in_order
from alerts.escalation.ladder import Reachable
from alerts.escalation.preview import Preview, preview, upcoming
from alerts.escalation.terms import Telling
from api import access, audit
from api.pagination import PageRequest
from api.principal import Principal
from core.database import Row
from core.errors import ForbiddenError, NotFoundError
from core.model import Role, Severity
from core.registry import policies
from core.registry.policies import InForce
from core.registry.rows import one
from core.registry.rulings import Author, Given, Scope
from core.rules.policy import Policies, Section
from core.rules.policy_book import Timing, to_toml
from core.settings import Settings

SERVICE: Final = Scope()


@dataclass(frozen=True, slots=True)
class Shown:
    """What is set for a scope, no row where nothing ever was, and what is in force."""

    scope: Scope
    row: Row | None
    in_force: dict[Section, InForce]

    def tree(self) -> dict[str, object]:
        """As JSON."""
        names = ("revision", "format", "body", "note", "set_at")
        row = self.row
        rest: dict[str, object] = {name: row[name] if row else None for name in names}
        return {
            "scope": self.scope.kind,
            "place_id": self.scope.place_id,
            **rest,
            "policies": (row["policies"] if row else None) or {},
            "set_by": _author(row) if row else None,
            "in_force": {str(key): _force(its) for key, its in self.in_force.items()},
        }

    def toml(self) -> str:
        """As the file that was given, or one that says the same."""
        if self.row is None or self.row["policies"] is None:
            return ""
        if self.row["format"] == "toml":
            return self.row["body"]
        return to_toml(policies.stored(self.row["policies"]))


def shipped(settings: Settings) -> Policies:
    """The shipped policies, with the figures that the settings put in place."""
    return Timing.of(settings).shipped()


def get(conn: Connection, principal: Principal, scope: Scope, base: Policies) -> Shown:
    """What is set for a scope, and what is in force there."""
    _seen(conn, principal, scope)
    return _shown(conn, scope, base)


def check(
    conn: Connection, principal: Principal, scope: Scope, given: Given, base: Policies
) -> dict[str, object]:
    """Validate policies without storing them, and say what they would change."""
    _seen(conn, principal, scope)
    found = policies.look(conn, scope, given, base)
    changes = [change._asdict() for change in found.changes]
    return {"changes": changes, "seniors": found.seniors}


@dataclass(frozen=True, slots=True)
class Asked:
    """Who changes policies, why, when, and on top of which."""

    principal: Principal
    base: Policies
    note: str | None
    now: datetime


def put(conn: Connection, asked: Asked, scope: Scope, given: Given | None) -> Shown:
    """Set policies for a scope, or withdraw them, for alerts that begin from now on."""
    action = "policies.withdraw" if given is None else "policies.set"
    return _change(conn, asked, scope, given, action)


def revert(conn: Connection, asked: Asked, revision: int) -> Shown:
    """Put an earlier revision in force again, as a new one."""
    asked.principal.require_managing()
    row = policies.revision(conn, revision)
    note = asked.note or f"back to revision {revision}"
    again = Asked(asked.principal, asked.base, note, asked.now)
    scope, given = Scope(row["place_id"]), Given.then(row)
    return _change(conn, again, scope, given, "policies.revert")


def history(
    conn: Connection, principal: Principal, scope: Scope, asked: PageRequest
) -> list[Row]:
    """Revisions that the asker may see, newest first."""
    _seen(conn, principal, scope)
    key = asked.after(int)
    after = key[0] if key else None
    return policies.history(conn, scope, principal.place_id, after, asked.limit + 1)


def show_revision(row: Row) -> dict[str, object]:
    """A revision with what it changed."""
    names = ("revision", "scope", "place_id", "in_force", "withdrawn", "note", "set_at")
    changes = [change._asdict() for change in row["changes"]]
    shown: dict[str, object] = {name: row[name] for name in names}
    return shown | {"set_by": _author(row), "changes": changes}


def show_version(
    conn: Connection, principal: Principal, version: str
) -> dict[str, object]:
    """What the version of a policy in a timeline stands for."""
    if principal.role is Role.FAMILY:
        raise ForbiddenError("policies are shown to staff")
    row = one(conn, "policy_version", {"version": version})
    if row is None:
        raise NotFoundError("no alert went by this version of a policy")
    return dict(row)


def show_preview(  # noqa: PLR0917  # who asks, of whom, and what
    conn: Connection,
    principal: Principal,
    senior_id: UUID,
    severity: Severity,
    at: datetime,
    settings: Settings,
) -> dict[str, object]:
    """What would happen to an alert of a senior that nobody answers."""
    access.managed_senior(conn, principal, senior_id)
    zone: ZoneInfo = settings.zone
    base = shipped(settings)
    return preview_tree(senior_id, preview(conn, senior_id, severity, base, at, zone))


def preview_tree(senior_id: UUID, found: Preview) -> dict[str, object]:
    """A preview as JSON."""
    steps = [_step(step.at, step.telling, found.chain) for step in found.found.planned]
    return {
        "senior_id": senior_id,
        "severity": str(found.severity),
        "at": found.at,
        "version": found.by.version,
        "origin": found.by.origin._asdict(),
        "steps": steps,
        "ending": str(found.found.ending),
        "every_s": found.found.every_s,
        "left_out": [{**_person(one.person), "why": one.why} for one in found.left_out],
    }


def show_next(
    conn: Connection, alert_id: UUID, now: datetime, settings: Settings
) -> dict[str, object]:
    """What happens next with an alert, if nobody does anything; whoever asks may see it."""
    found = upcoming(conn, alert_id, shipped(settings), now, settings.zone)
    if found is None:
        return {"at": None, "expired": False, "alarm": False, "steps": []}
    steps = [_step(found.at, telling, found.chain) for telling in found.tellings]
    rest = {"expired": found.expired, "alarm": found.alarm}
    return {"at": found.at, **rest, "steps": steps}


def _step(at: datetime, telling: Telling, chain: Chain) -> dict[str, object]:
    """A telling to come: whom, and by what in which order."""
    return {
        "at": at,
        "level": telling.level,
        "reason": str(telling.reason),
        "in_order": bool(telling.channels),
        "people": [
            {
                **_person(one),
                "contacts": [
                    contact._asdict()
                    for contact in in_order(
                        chain.contacts[one.person_id], telling.channels
                    )
                ],
            }
            for one in telling.people
        ],
    }


def _person(one: Reachable) -> dict[str, object]:
    return {
        "id": one.person_id,
        "name": one.name,
        "role": one.role,
        "place_level": one.place_level,
        "duty": str(one.duty),
    }


def _change(
    conn: Connection, asked: Asked, scope: Scope, given: Given | None, action: str
) -> Shown:
    _seen(conn, asked.principal, scope)
    if scope.kind == "service":
        asked.principal.require_admin()
    author = Author(asked.principal.id, asked.principal.name)
    revision = policies.set_policies(
        conn, scope, given, author, asked.note, asked.now, shipped=asked.base
    )
    audit.record(
        conn,
        asked.principal,
        asked.now,
        action,
        "policies",
        str(revision),
        detail={
            "scope": scope.kind,
            "place_id": scope.place_id and str(scope.place_id),
        },
    )
    return _shown(conn, scope, asked.base)


def _shown(conn: Connection, scope: Scope, base: Policies) -> Shown:
    force = policies.in_force(conn, scope.place_id, base)
    return Shown(scope, policies.current(conn, scope), force)


def _seen(conn: Connection, principal: Principal, scope: Scope) -> None:
    """Let managers at or below their place in; 404 for others' places."""
    if scope.place_id is not None:
        access.place(conn, principal, scope.place_id)
    principal.require_managing()


def _force(its: InForce) -> dict[str, object]:
    origin = its.origin._asdict()
    return {"version": its.version, "origin": origin, "policy": its.policy.tree()}


def _author(row: Row) -> dict[str, object]:
    return {"id": row["set_by"], "name": row["set_by_name"]}
