"""Reads who has to do with an alert or a senior at an instant, and by which contacts."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import dict_row

from alerts.escalation.ladder import Duty, Reachable
from core import queries

QUERIES = queries.load("alerts.escalation")


class Contact(NamedTuple):
    """A verified contact, and of which kind it is."""

    id: UUID
    kind: str


class Subject(NamedTuple):
    """Whose chain is asked for: `key` names it, a senior's place goes before `place_id`.

    ``named`` are the people its policy names.
    """

    key: UUID
    senior_id: UUID | None
    place_id: UUID | None
    named: Collection[UUID] = ()


@dataclass(frozen=True, slots=True)
class Chain:
    """Everyone who has to do with one subject.

    Attributes
    ----------
    people : those with a verified contact, the nearest first.
    contacts : of each of them.
    unreachable : those without.
    """

    people: list[Reachable] = field(default_factory=list[Reachable])
    contacts: dict[UUID, list[Contact]] = field(
        default_factory=dict[UUID, list[Contact]]
    )
    unreachable: list[Reachable] = field(default_factory=list[Reachable])


def read(
    conn: Connection, subjects: Sequence[Subject], now: datetime
) -> dict[UUID, Chain]:
    """The chain of each subject, by its key, as people stand at `now`."""
    chains = {subject.key: Chain() for subject in subjects}
    if not subjects:
        return chains
    named = [(subject.key, person) for subject in subjects for person in subject.named]
    values: dict[str, object] = {
        "keys": [subject.key for subject in subjects],
        "seniors": [subject.senior_id for subject in subjects],
        "places": [subject.place_id for subject in subjects],
        "naming": [key for key, _ in named],
        "named": [person for _, person in named],
        "now": now,
    }
    for key, *who, contacts, kinds in conn.execute(QUERIES["chains"], values):
        person, name, role, place_level, duty = who
        found = Reachable(person, name, role, place_level, Duty(duty))
        if contacts:
            chains[key].people.append(found)
            chains[key].contacts[person] = list(map(Contact, contacts, kinds))
        else:
            chains[key].unreachable.append(found)
    return chains


def standing(conn: Connection, alert_id: UUID) -> dict[str, Any] | None:
    """An alert that is not resolved, as it stands, and ``at`` which place."""
    with conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(QUERIES["standing"], {"alert_id": alert_id}).fetchone()


def in_order(contacts: Sequence[Contact], channels: Sequence[str]) -> list[Contact]:
    """Contacts as channels want them; kinds that they do not name come last."""
    places = {kind: place for place, kind in enumerate(channels)}
    return sorted(contacts, key=lambda one: places.get(one.kind, len(places)))
