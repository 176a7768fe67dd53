"""Which policy an alert goes by: the one in force at its first step, until a new round."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.types.json import Jsonb

from alerts.escalation.chains import QUERIES
from core.rules.policy import Policies, Policy, section_of


class Versioned(NamedTuple):
    """A policy and the version that stands for it."""

    policy: Policy
    version: str

    def tree(self) -> dict[str, Any]:
        """All that the version stands for, ready for JSON."""
        return {"section": str(self.policy.section), **self.policy.tree()}

    @classmethod
    def stored(cls, version: str, tree: Mapping[str, Any]) -> "Versioned":
        """What :meth:`tree` wrote."""
        return cls(Policy.stored(tree["section"], tree), version)


class InForce(NamedTuple):
    """What the database says of an alert's policy; nothing where none was set."""

    kind: str
    severity: str
    policy: Mapping[str, Any] | None
    revision: int | None

    def versioned(self, shipped: Policies) -> Versioned:
        """The policy in force, the shipped where none was set."""
        section = section_of(self.kind, self.severity)
        if self.policy is None:
            return Versioned(shipped[section], shipped[section].version(0))
        policy = Policy.stored(section, self.policy)
        return Versioned(policy, policy.version(self.revision or 0))


def read_versions(conn: Connection, versions: Collection[str]) -> dict[str, Versioned]:
    """What versions stand for, those that are known."""
    if not versions:
        return {}
    rows = conn.execute(QUERIES["policy_versions"], {"versions": list(versions)})
    return {version: Versioned.stored(version, tree) for version, tree in rows}


def keep_versions(conn: Connection, used: Iterable[Versioned], now: datetime) -> None:
    """Keep what the versions stand for that alerts go by from now on."""
    found = {one.version: one for one in used}
    if found:
        values: dict[str, object] = {
            "versions": list(found),
            "policies": [Jsonb(one.tree()) for one in found.values()],
            "now": now,
        }
        conn.execute(QUERIES["keep_policy_versions"], values)


def choose(
    conn: Connection,
    asked: Mapping[UUID, tuple[str | None, InForce]],
    shipped: Policies,
    now: datetime,
) -> dict[UUID, Versioned]:
    """The policy of each alert.

    Parameters
    ----------
    asked : by alert, the version it goes by (None: it begins) and what is in force.
    shipped : what is in force where nothing was set.
    """
    known = read_versions(conn, {version for version, _ in asked.values() if version})
    chosen = {
        alert: known.get(version or "") or force.versioned(shipped)
        for alert, (version, force) in asked.items()
    }
    begun = [one for one in chosen.values() if one.version not in known]
    keep_versions(conn, begun, now)
    return chosen
