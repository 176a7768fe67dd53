"""Places: reading, changing, moving and archiving nodes of the tree."""

from datetime import datetime
from uuid import UUID

from psycopg import Connection
from psycopg.sql import Composed
from psycopg.types.json import Jsonb

from api import access, audit, rows
from api.pagination import PageRequest
from api.principal import Principal
from api.schemas.places import PlaceBody, PlaceChange
from core.database import Row
from core.errors import ConflictError, ForbiddenError, NotFoundError
from core.model import PlaceLevel
from core.queries import load
from core.registry import add_place, parent_path
from core.registry.changes import note_rules_changed
from core.rules.geofence import Boundary


def find(
    conn: Connection,
    principal: Principal,
    asked: PageRequest,
    parent_id: UUID | None = None,
    level: PlaceLevel | None = None,
) -> list[Row]:
    """Places at or below the asker's own, in the order they were added."""
    values = {"id": None, "parent_id": parent_id, "level": level}
    values |= {"after": asked.after_id(), "limit": asked.limit + 1}
    return rows.every(conn, _places(), access.parameters(principal) | values)


def get(conn: Connection, principal: Principal, place_id: UUID) -> Row:
    """One place at or below the asker's own."""
    values = {"id": place_id, "parent_id": None, "level": None}
    values |= {"after": None, "limit": 1}
    row = rows.one(conn, _places(), access.parameters(principal) | values)
    if row is None:
        raise NotFoundError("no such place")
    return row


def add(conn: Connection, principal: Principal, body: PlaceBody, now: datetime) -> Row:
    """Add a place below one that the asker manages."""
    principal.require_managing()
    if body.parent_id is not None:
        access.place(conn, principal, body.parent_id)
    elif not principal.is_admin:
        raise ForbiddenError("only an administrator adds a place without a parent")
    place_id = add_place(
        conn,
        name=body.name,
        level=body.level,
        parent_id=body.parent_id,
        boundary=_stored(body.boundary),
        now=now,
    )
    audit.record(conn, principal, now, "place.create", "place", place_id)
    return get(conn, principal, place_id)


def change(
    conn: Connection,
    principal: Principal,
    place_id: UUID,
    body: PlaceChange,
    now: datetime,
) -> Row:
    """Rename a place, redraw it, or move it with all that lies in it."""
    found = access.place(conn, principal, place_id)
    principal.require_managing()
    if body.parent_id is not None and body.parent_id != found.parent_id:
        _move(conn, principal, found, body.parent_id)
    boundary = _stored(body.boundary)
    conn.execute(
        load("api.registry")["change_place"],
        {
            "id": place_id,
            "name": body.name,
            "boundary": None if boundary is None else Jsonb(boundary),
        },
    )
    fields = {"fields": sorted(body.given())}
    audit.record(conn, principal, now, "place.change", "place", place_id, detail=fields)
    return get(conn, principal, place_id)


def archive(
    conn: Connection, principal: Principal, place_id: UUID, now: datetime
) -> None:
    """Archive a place in which nothing is left."""
    access.place(conn, principal, place_id)
    principal.require_managing()
    queries = load("api.registry")
    values: dict[str, object] = {"id": place_id, "now": now}
    rows.one(conn, queries["lock_place"], values)
    reason = rows.one(conn, queries["place_in_use"], values)
    if reason and reason["reason"]:
        raise ConflictError(f"the place is in use: {reason['reason']}")
    conn.execute(queries["archive_place"], values)
    conn.execute(queries["archive_shifts_at"], values)
    audit.record(conn, principal, now, "place.archive", "place", place_id)


def _move(
    conn: Connection,
    principal: Principal,
    moved: access.PlaceAccess,
    parent_id: UUID,
) -> None:
    parent = access.place(conn, principal, parent_id)
    if moved.id in parent.path:
        raise ConflictError("a place cannot lie in itself")
    queries = load("api.registry")
    conn.execute(queries["lock_tree"], {"id": moved.id})
    above = parent_path(conn, PlaceLevel(moved.level), parent_id)
    conn.execute(
        queries["move_place"],
        {"id": moved.id, "parent_id": parent_id, "above": above},
    )
    note_rules_changed(conn)


def _stored(boundary: Boundary | None) -> dict[str, object] | None:
    return None if boundary is None else boundary.model_dump(mode="json")


def _places() -> Composed:
    queries = load("api.registry")
    return queries["places"].format(
        path_names=queries["path_names"], visible=access.visible_place()
    )
