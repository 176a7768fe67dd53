"""The rules in force, as the database has them: who is judged by which figures."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.types.json import Jsonb

from core import logs
from core.database import Row
from core.errors import InvalidError
from core.queries import load
from core.registry.rows import every
from core.rules.book import (
    NOTHING,
    SHIPPED,
    Resolved,
    RuleSet,
    merge,
    quiet_hours,
    resolve,
)

log = logs.get("rules")


class InPlace(NamedTuple):
    """Rules that were set for the service, or for a place and all below it."""

    revision: int
    place_id: UUID | None  # None: the service
    name: str | None
    rules: RuleSet


class About(NamedTuple):
    """What of a senior's record says which rules are theirs."""

    path: tuple[UUID, ...]  # of the place, the district first
    conditions: tuple[str, ...] = ()
    thresholds: Mapping[str, Any] | None = None
    routine: Mapping[str, Any] | None = None
    own: Mapping[str, Any] | None = None  # the senior's own rules, as stored
    own_revision: int = 0

    @classmethod
    def of(cls, row: Row) -> "About":
        """From a row with columns of these names."""
        return cls(
            path=tuple(row["path"]),
            conditions=tuple(row["conditions"]),
            thresholds=row["thresholds"],
            routine=row["routine"],
            own=row["own"],
            own_revision=row["own_revision"] if row["own"] else 0,
        )

    def own_rules(self) -> RuleSet:
        """The senior's own rules."""
        return RuleSet.stored(self.own) if self.own else NOTHING

    def told_apart(self) -> tuple[object, ...]:
        """What two seniors of one place must share to share all rules."""
        written = [
            json.dumps(one, sort_keys=True) if one else ""
            for one in (self.thresholds, self.routine)
        ]
        return (self.conditions, *written, self.own_revision)


class Rulebook:
    """The rules of the service and of all places at one instant, resolved as asked.

    Parameters
    ----------
    sets : what is set, at most one for the service and for each place.
    """

    def __init__(self, sets: Iterable[InPlace] = ()) -> None:
        self._by_place = {one.place_id: one for one in sets}
        self._books: dict[tuple[int, ...], RuleSet] = {}
        self._resolved: dict[tuple[object, ...], Resolved] = {}
        self._told = set[str]()

    def above(self, path: Sequence[UUID]) -> list[InPlace]:
        """What is set for a place, from the service down to the place itself."""
        known = self._by_place
        return [known[one] for one in (None, *path) if one in known]

    def with_rules(self, place_id: UUID | None, rules: RuleSet | None) -> "Rulebook":
        """As it would be with other rules for the service (None) or a place."""
        kept = [one for one in self._by_place.values() if one.place_id != place_id]
        if rules is not None:
            kept.append(InPlace(-1, place_id, None, rules))
        return Rulebook(kept)

    def book(self, path: Sequence[UUID]) -> tuple[RuleSet, int]:
        """The merged rules of a place, the shipped included, and the newest revision."""
        sets = self.above(path)
        revisions = tuple(one.revision for one in sets)
        if revisions not in self._books:
            self._books[revisions] = merge([SHIPPED, *(one.rules for one in sets)])
        return self._books[revisions], max(revisions, default=0)

    def resolve(self, about: About) -> Resolved:
        """The rules of one senior, the same object for all who share them.

        Raises
        ------
        RuleError
            If, taken together, limits come in the wrong order.
        """
        revisions = tuple(one.revision for one in self.above(about.path))
        key = (revisions, *about.told_apart())
        found = self._resolved.get(key)
        if found is None:
            book, newest = self.book(about.path)
            found = self._resolved[key] = resolve(
                book,
                conditions=about.conditions,
                own=about.own_rules(),
                thresholds=about.thresholds,
                quiet=quiet_hours(about.routine),
                revision=max(newest, about.own_revision),
            )
        return found

    def usable(self, about: About) -> tuple[About, str | None]:
        """What of `about` can be resolved, and why not all of it.

        Nobody goes unwatched for a contradiction between rules: a senior's own are
        left out first, then all that was set.
        """
        plain = About(about.path, about.conditions)
        why = None
        for one in (about, plain, plain._replace(path=()), About(())):
            try:
                self.resolve(one)
            except (InvalidError, KeyError, TypeError, ValueError) as error:
                why = why or str(error)
            else:
                return one, why
        raise AssertionError("the shipped rules contradict each other")

    def resolve_surely(self, about: About) -> Resolved:
        """As :meth:`resolve`, without what is not :meth:`usable`; logged once."""
        one, why = self.usable(about)
        if why is not None and why not in self._told:
            self._told.add(why)
            log.error(
                "rules contradict each other, the more personal left out",
                place=str(about.path[-1]) if about.path else None,
            )
        return self.resolve(one)


def rulebook(conn: Connection) -> Rulebook:
    """The rules in force now."""
    return Rulebook(
        InPlace(
            row["revision"],
            row["place_id"],
            row["name"],
            RuleSet.stored(row["figures"]),
        )
        for row in every(conn, "rules_in_force", {})
    )


def keep_versions(conn: Connection, used: Iterable[Resolved], now: datetime) -> None:
    """Keep what the versions of rules that made an alert stand for."""
    found = {one.version: one for one in used}
    if not found:
        return
    figures = [Jsonb(one.figures()) for one in found.values()]
    values = {"versions": list(found), "figures": figures, "now": now}
    conn.execute(load("core")["keep_rule_versions"], values)
