"""Adding places to the five-level tree."""

from datetime import datetime
from uuid import UUID

from psycopg import Connection
from psycopg.types.json import Jsonb

from core.errors import InvalidError, NotFoundError
from core.ids import new_id
from core.model import LEVELS_FROM_TOP, PlaceLevel
from core.queries import load
from core.registry.rows import one


def add_place(
    conn: Connection,
    *,
    name: str,
    level: PlaceLevel,
    parent_id: UUID | None,
    now: datetime,
    boundary: object = None,
) -> UUID:
    """Add a place below `parent_id`; a district has no parent.

    Raises
    ------
    InvalidError
        If the level does not fit the parent.
    NotFoundError
        If there is no such parent.
    """
    place_id = new_id()
    path = [*parent_path(conn, level, parent_id), place_id]
    conn.execute(
        load("core")["add_place"],
        {
            "id": place_id,
            "level": level,
            "name": name,
            "parent_id": parent_id,
            "path": path,
            "boundary": None if boundary is None else Jsonb(boundary),
            "now": now,
        },
    )
    return place_id


def parent_path(
    conn: Connection, level: PlaceLevel, parent_id: UUID | None
) -> list[UUID]:
    """Path, root first, of the place that shall hold one of `level`."""
    if (parent_id is None) != (level is PlaceLevel.DISTRICT):
        raise InvalidError(
            "a district has no parent, every other place has one", "parent_id"
        )
    if parent_id is None:
        return []
    parent = one(conn, "place_for_share", {"id": parent_id})
    if parent is None:
        raise NotFoundError("no such parent place")
    above = PlaceLevel(parent["level"])
    if LEVELS_FROM_TOP.index(above) >= LEVELS_FROM_TOP.index(level):
        raise InvalidError(f"a {level} cannot lie in a {above}", "parent_id")
    return list(parent["path"])
