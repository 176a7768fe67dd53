"""What the registry holds, as far as an import may touch it, read at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import dict_row

from core.database import Row
from core.exchange.planning.duties import Binding, Shifts, Wristbands
from core.exchange.planning.family import Contacts, Links
from core.exchange.planning.people import People
from core.exchange.planning.places import Tree
from core.exchange.planning.seniors import Seniors
from core.exchange.planning.state import Thing
from core.ids import new_id
from core.model import Scope
from core.queries import load


@dataclass
class Snapshot:
    """The registry's things, indexed; planning changes them in memory.

    Attributes
    ----------
    paths : of every place as it is, root first.
    """

    tree: Tree
    people: People
    seniors: Seniors
    links: Links
    contacts: Contacts
    wristbands: Wristbands
    shifts: Shifts
    paths: Mapping[UUID, list[UUID]]


def snapshot(conn: Connection, root: UUID | None) -> Snapshot:
    """Read everything at or below `root`, everything at all where it is None.

    Relatives, contacts and wristbands belong to no place: they are read for None only.
    """
    values = {"root": root}
    places = _rows(conn, "places", values)
    paths = {row["id"]: row.pop("path") for row in places}
    taken = _taken(_rows(conn, "taken", values))
    whole = root is None
    links = _rows(conn, "links", values) if whole else []
    ended = _rows(conn, "ended_links", values) if whole else []
    contacts = _rows(conn, "contacts", values) if whole else []
    return Snapshot(
        Tree(_things(places), root, taken["place"]),
        People(
            _things(_rows(conn, "people", values)), taken["person"], taken["username"]
        ),
        Seniors(_things(map(_tupled, _rows(conn, "seniors", values))), taken["senior"]),
        Links(
            _things(map(_tupled, links)),
            frozenset((row["senior_id"], row["person_id"]) for row in ended),
        ),
        Contacts(_things(contacts)),
        _wristbands(conn, whole=whole),
        Shifts(_things(_rows(conn, "shifts", values))),
        paths,
    )


def _wristbands(conn: Connection, *, whole: bool) -> Wristbands:
    rows = _rows(conn, "wristbands", {}) if whole else []
    bindings = _rows(conn, "bindings", {}) if whole else []
    revoked = frozenset(row["device_id"] for row in rows if row.pop("revoked"))
    things = [
        Thing(
            new_id(), {k: v for k, v in row.items() if k != "version"}, row["version"]
        )
        for row in rows
    ]
    return Wristbands(
        {one.state["device_id"]: one for one in things},
        revoked,
        [Binding(**row) for row in bindings],
    )


def _rows(conn: Connection, name: str, values: Mapping[str, Any]) -> list[Row]:
    with conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(load("core.exchange")[name], values).fetchall()


def _things(rows: Iterable[Row]) -> list[Thing]:
    return [
        Thing(
            row["id"],
            {k: v for k, v in row.items() if k not in {"id", "version", "consent_at"}},
            row["version"],
        )
        for row in rows
    ]


def _tupled(row: Row) -> Row:
    """Lists as tuples, which the file's own are compared with."""
    if "conditions" in row:
        row["conditions"] = tuple(row["conditions"])
    if "scopes" in row:
        row["scopes"] = tuple(one for one in Scope if one in row["scopes"])
    return row


def _taken(rows: Iterable[Row]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {
        what: set() for what in ("place", "person", "senior", "username")
    }
    for row in rows:
        found[row["what"]].add(row["name"])
    return {what: frozenset(names) for what, names in found.items()}
