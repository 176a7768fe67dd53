"""What setting rules would do: which figures and whom it changes, and what forbids it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from psycopg import Connection

from core.database import Row
from core.errors import Fault, NotFoundError, RuleError
from core.registry.rows import every, one
from core.registry.rulebook import About, Rulebook, rulebook
from core.registry.rulings import Given, Scope
from core.rules.book import NOTHING, SHIPPED, RuleSet
from core.rules.order import breaches


class Change(NamedTuple):
    """A figure before and after; None where the scope does not set it."""

    name: str
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class Outlook:
    """What setting rules would do.

    Attributes
    ----------
    rules : as read; None where they are withdrawn.
    changes : what differs from what the scope sets now.
    seniors : how many are judged by other figures then.
    """

    rules: RuleSet | None
    changes: list[Change]
    seniors: int


def current(conn: Connection, scope: Scope) -> Row | None:
    """The newest revision of a scope; its figures are None where it was withdrawn."""
    return one(conn, "newest_rules", scope.values())


def look(conn: Connection, scope: Scope, given: Given | None) -> Outlook:
    """Validate rules for a scope, and say what they would change; nothing is stored.

    Parameters
    ----------
    given : None to withdraw what is set.

    Raises
    ------
    RuleError
        If they cannot be used: by themselves, or with what stands below them.
    NotFoundError
        If there is no such place or senior.
    """
    now = rulebook(conn)
    rules = None
    if given is not None:
        rules = given.read(_base(conn, now, scope), scope)
    before = current(conn, scope)
    was = RuleSet.stored(before["figures"]) if before and before["figures"] else NOTHING
    affected = _affected(conn, now, scope, rules)
    return Outlook(rules, differences(was, rules or NOTHING), affected)


def differences(before: RuleSet, after: RuleSet) -> list[Change]:
    """What differs between two sets, by dotted name."""
    was, will = _listed(before), _listed(after)
    return [
        Change(name, was.get(name), will.get(name))
        for name in sorted(was.keys() | will.keys())
        if was.get(name) != will.get(name)
    ]


def _base(conn: Connection, book: Rulebook, scope: Scope) -> RuleSet:
    """What a scope's own rules are put on top of."""
    if scope.senior_id is not None:
        about = about_senior(conn, scope.senior_id)
        merged, _ = book.book(about.path)
        figures = dict(merged.values)
        for condition in sorted(set(about.conditions) & merged.conditions.keys()):
            figures |= merged.conditions[condition]
        return RuleSet(figures)
    if scope.place_id is None:
        return SHIPPED
    place = one(conn, "place_for_share", {"id": scope.place_id})
    if place is None:
        raise NotFoundError("no such place")
    return book.book(place["path"][:-1])[0]


def about_senior(conn: Connection, senior_id: UUID) -> About:
    """What says which rules a senior is judged by.

    Raises
    ------
    NotFoundError
        If there is no such senior.
    """
    row = one(conn, "rules_of_senior", {"senior_id": senior_id})
    if row is None:
        raise NotFoundError("no such senior")
    return About.of(row)


def _affected(
    conn: Connection, now: Rulebook, scope: Scope, rules: RuleSet | None
) -> int:
    """How many seniors would be judged otherwise.

    Raises
    ------
    RuleError
        If for some of them, or for a place below, limits would come in the wrong
        order that do not now.
    """
    then = now
    if scope.senior_id is None:
        then = now.with_rules(scope.place_id, rules)
    faults = Counter[Fault]()
    faults.update(_place_faults(conn, now, then, scope))
    changed = 0
    for row in every(conn, "judged_by", scope._asdict()):
        about = About.of(row)
        after = about
        if scope.senior_id is not None:
            own = None if rules is None else rules.tree()
            after = about._replace(own=own, own_revision=-1)
        try:
            figures = then.resolve(after).figures()
        except RuleError as error:
            if _resolves(now, about):
                count, who = row["seniors"], row["senior_id"]
                whom = f"for {count} with figures of their own, such as senior {who}"
                faults.update(
                    one._replace(reason=f"{one.reason}, {whom}") for one in error.faults
                )
            continue
        same = _resolves(now, about) and now.resolve(about).figures() == figures
        changed += 0 if same else row["seniors"]
    if faults:
        raise RuleError(list(faults))
    return changed


def _resolves(book: Rulebook, about: About) -> bool:
    try:
        book.resolve(about)
    except RuleError:
        return False
    return True


def _place_faults(
    conn: Connection, now: Rulebook, then: Rulebook, scope: Scope
) -> Iterator[Fault]:
    """Limits of places below that would come in the wrong order."""
    if scope.senior_id is not None:
        return
    for row in every(conn, "places_with_rules", {"place_id": scope.place_id}):
        before, after = (book.book(row["path"])[0] for book in (now, then))
        known = set(breaches(before.values))
        for breach in breaches(after.values):
            if breach not in known:
                where = f"at place {row['path'][-1]}"
                yield Fault(None, breach.first, f"{breach.reason}, {where}")


def _listed(rules: RuleSet) -> dict[str, object]:
    """Everything a set says, by dotted name."""
    found: dict[str, object] = dict(rules.values)
    for condition, its in rules.conditions.items():
        found |= {f"condition.{condition}.{name}": v for name, v in its.items()}
    if rules.quiet is not None:
        found["day.quiet"] = [one.tree() for one in rules.quiet]
    return found
