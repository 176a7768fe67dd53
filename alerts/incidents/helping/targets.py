"""Whom a call for help goes to: the next level, or the nearest department of a kind."""

from dataclasses import dataclass
from uuid import UUID

from psycopg import Connection
from psycopg.rows import dict_row

from alerts.incidents.helping import hearing
from alerts.incidents.helping.hearing import QUERIES
from core.errors import InvalidError, NotFoundError
from core.model import EMERGENCY_NUMBERS, LEVEL_UP


@dataclass(frozen=True, slots=True)
class Target:
    """Who is asked; without a department it is the next level or a public number.

    ``person_id`` is whose contacts a message goes to, ``phone`` what a person rings,
    ``deadline_s`` the department's own [s].
    """

    kind: str
    department_id: UUID | None = None
    name: str | None = None
    phone: str | None = None
    person_id: UUID | None = None
    deadline_s: int | None = None


def find(conn: Connection, alert_id: UUID, to: str | UUID) -> Target:
    """The target that `to` means for an alert: the nearest up its places.

    Raises
    ------
    NotFoundError
        If `to` is the id of no department for the alert's place.
    InvalidError
        If no department of the kind is known there and it has no public number.
    """
    if to == LEVEL_UP:
        return Target(LEVEL_UP)
    by_id = isinstance(to, UUID)
    values = {
        "path": hearing.path_of(conn, alert_id),
        "id": to if by_id else None,
        "kind": None if by_id else to,
    }
    with conn.cursor(row_factory=dict_row) as cursor:
        row = cursor.execute(QUERIES["departments_near"], values).fetchone()
    if row is not None:
        public = EMERGENCY_NUMBERS.get(row["kind"])
        return Target(
            row["kind"],
            row["id"],
            row["name"],
            row["phone"] or public,
            row["person_id"],
            row["deadline_s"],
        )
    if isinstance(to, UUID):
        raise NotFoundError("no such department for this alert's place")
    if to not in EMERGENCY_NUMBERS:
        raise InvalidError("no department of this kind for this alert's place", "to")
    return Target(to, phone=EMERGENCY_NUMBERS[to])
