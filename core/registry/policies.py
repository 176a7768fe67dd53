"""Setting escalation policies for the service or a place, and going back to earlier ones."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.types.json import Jsonb

from core.database import Row
from core.errors import NotFoundError
from core.model import RESPONDERS, Role
from core.registry.outlook import Change
from core.registry.rows import every, one
from core.registry.rulings import Author, Given, Scope
from core.rules import policy_reading
from core.rules.policy import Policies, Policy, Section

NO_POLICIES: Policies = {}
_MAY_BE_NAMED = RESPONDERS | {Role.ADMIN}


@dataclass(frozen=True, slots=True)
class Outlook:
    """What setting policies would do.

    Attributes
    ----------
    policies : as read; None where they are withdrawn.
    changes : what differs from what the scope sets now.
    seniors : how many go by what the scope sets, then or now.
    """

    policies: Policies | None
    changes: list[Change]
    seniors: int


class Origin(NamedTuple):
    """Who says a policy: ``shipped``, ``service`` or ``place``."""

    scope: str
    name: str | None = None
    place_id: UUID | None = None
    revision: int = 0


class InForce(NamedTuple):
    """A policy in force at a place, and who says it."""

    policy: Policy
    origin: Origin

    @property
    def version(self) -> str:
        """What stands for it in timelines."""
        return self.policy.version(self.origin.revision)


def current(conn: Connection, scope: Scope) -> Row | None:
    """The newest revision of a scope; its policies are None where it was withdrawn."""
    return one(conn, "newest_policies", _whose(scope))


def look(
    conn: Connection, scope: Scope, given: Given | None, shipped: Policies
) -> Outlook:
    """Validate policies for a scope, and say what they would change; nothing is stored.

    Parameters
    ----------
    given : None to withdraw what is set.
    shipped : as shipped, with the figures of the settings; what a section leaves out is
        as there.

    Raises
    ------
    RuleError
        If they leave the corridor, or name somebody who cannot be told.
    NotFoundError
        If there is no such place.
    """
    _find(conn, scope)
    policies = None if given is None else _read(conn, given, shipped)
    before = current(conn, scope)
    was = stored(before["policies"] if before else None)
    sections = [str(one) for one in {*was, *(policies or NO_POLICIES)}]
    row = one(conn, "go_by_policies", _whose(scope) | {"sections": sections})
    changes = differences(was, policies or NO_POLICIES)
    return Outlook(policies, changes, row["seniors"] if row else 0)


def set_policies(  # noqa: PLR0917  # what, for whom, by whom, why, when
    conn: Connection,
    scope: Scope,
    given: Given | None,
    author: Author,
    note: str | None,
    now: datetime,
    *,
    shipped: Policies,
) -> int:
    """Put policies in force for alerts whose escalation begins from now on.

    Parameters
    ----------
    given : None to withdraw what is set.

    Returns
    -------
    The revision.

    Raises
    ------
    RuleError
        As :func:`look`.
    NotFoundError
        If there is no such place, or nothing set that could be withdrawn.
    """
    one(conn, "lock_registry", {})
    if given is None:
        before = current(conn, scope)
        if before is None or before["policies"] is None:
            raise NotFoundError("no policies are set here")
    policies = look(conn, scope, given, shipped).policies
    row = one(
        conn,
        "add_policies",
        _whose(scope)
        | {
            "format": given.format if given else None,
            "body": given.body if given else None,
            "policies": None if policies is None else Jsonb(tree(policies)),
            "note": note,
            "now": now,
            "set_by": author.id,
            "set_by_name": author.name,
        },
    )
    assert row is not None  # noqa: S101  # it returns what it inserted
    return int(row["revision"])


def revision(conn: Connection, number: int) -> Row:
    """A stored revision.

    Raises
    ------
    NotFoundError
        If there is none of this number.
    """
    row = one(conn, "policies_of_revision", {"revision": number})
    if row is None:
        raise NotFoundError(f"no revision {number} of the policies")
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
    scope : of one place only; the service's for all.
    under : only those of the service, and of this place and what lies below it.
    after : the revision that the last page ended with.
    """
    values = {"under": under, "after": after, "limit": limit}
    rows = every(conn, "policies_history", values | {"place_id": scope.place_id})
    for row in rows:
        row["withdrawn"] = row["policies"] is None
        row["in_force"] = row.pop("newest") and not row["withdrawn"]
        was, will = stored(row.pop("policies_before")), stored(row.pop("policies"))
        row["changes"] = differences(was, will)
    return rows


def in_force(
    conn: Connection, place_id: UUID | None, shipped: Policies
) -> dict[Section, InForce]:
    """The policies that alerts at a place (None: at none) go by, and who says each."""
    found = {
        section: InForce(policy, Origin("shipped"))
        for section, policy in shipped.items()
    }
    for row in every(conn, "policies_in_force", {"place_id": place_id}):
        kind = "service" if row["place_id"] is None else "place"
        origin = Origin(kind, row["name"], row["place_id"], row["revision"])
        for section, policy in stored(row["policies"]).items():
            found[section] = InForce(policy, origin)
    return found


def stored(policies: Mapping[str, Any] | None) -> Policies:
    """What :func:`tree` wrote."""
    return {
        Section(name): Policy.stored(name, its)
        for name, its in (policies or {}).items()
    }


def tree(policies: Policies) -> dict[str, Any]:
    """Policies ready for JSON, by section."""
    return {str(section): policy.tree() for section, policy in policies.items()}


def differences(before: Policies, after: Policies) -> list[Change]:
    """What differs between two sets, by dotted name; steps by theirs."""
    was, will = dict(_listed(before)), dict(_listed(after))
    return [
        Change(name, was.get(name), will.get(name))
        for name in sorted(was.keys() | will.keys())
        if was.get(name) != will.get(name)
    ]


def _listed(policies: Policies) -> Iterator[tuple[str, object]]:
    for section, its in tree(policies).items():
        for step in its.pop("steps"):
            name = step.pop("name")
            yield from (
                (f"{section}.{name}.{key}", value) for key, value in step.items()
            )
        yield from ((f"{section}.{key}", value) for key, value in its.items())


def _read(conn: Connection, given: Given, shipped: Policies) -> Policies:
    def refuse(person_id: UUID) -> str | None:
        row = one(conn, "person_to_name", {"id": person_id})
        if row is None:
            return "is nobody known"
        if row["role"] not in _MAY_BE_NAMED:
            return "is neither a responder nor an administrator"
        if row["archived_at"] is not None:
            return "is archived"
        return None if row["reachable"] else "has no verified contact"

    if given.toml is not None:
        return policy_reading.read_toml(given.toml, shipped, refuse)
    return policy_reading.read_tree(given.tree or {}, shipped, refuse)


def _find(conn: Connection, scope: Scope) -> None:
    """Keep the place as it is until commit."""
    if scope.place_id is not None:
        row = one(conn, "place_for_share", {"id": scope.place_id})
        if row is None:
            raise NotFoundError("no such place")


def _whose(scope: Scope) -> dict[str, object]:
    return {"scope": scope.kind, "place_id": scope.place_id}
