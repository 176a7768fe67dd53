"""Who wore which wristband from when to when, and how it ended."""

from datetime import datetime
from uuid import UUID

from psycopg import Connection
from psycopg.sql import Composed

from api import access, rows
from api.pagination import PageRequest
from api.principal import Principal
from api.registry import wristbands
from core.database import Row
from core.errors import NotFoundError
from core.model import Role, Scope
from core.queries import load


def of_wristband(
    conn: Connection, principal: Principal, device_id: str, asked: PageRequest
) -> list[Row]:
    """Who wore a wristband; an administrator looks back on archived ones, too."""
    if not principal.is_admin:
        wristbands.get(conn, principal, device_id)
    known = load("api.registry")["wristband_known"]
    row = rows.one(conn, known, {"device_id": device_id})
    if row is None:
        raise NotFoundError("no such wristband")
    return _find(conn, principal, asked, {"key": row["key"], "senior_id": None})


def of_senior(
    conn: Connection, principal: Principal, senior_id: UUID, asked: PageRequest
) -> list[Row]:
    """What a senior wore; relatives need the scope ``status``."""
    access.senior(conn, principal, senior_id).require(Scope.STATUS)
    return _find(conn, principal, asked, {"key": None, "senior_id": senior_id})


def show(row: Row, principal: Principal) -> dict[str, object]:
    """A period of wearing; what was noted at its end is for staff."""
    names = ("id", "device_id", "model", "senior_id", "senior", "ended_as")
    staff = principal.role is not Role.FAMILY
    shown: dict[str, object] = {name: row[name] for name in names}
    shown |= {"from": row["starts_at"], "to": row["ends_at"]}
    return shown | {"reason": row["end_reason"] if staff else None}


def key(row: Row) -> tuple[datetime, UUID]:
    """What the next page begins after."""
    return row["starts_at"], row["id"]


def _find(
    conn: Connection,
    principal: Principal,
    asked: PageRequest,
    whose: dict[str, object],
) -> list[Row]:
    after, after_id = asked.after(datetime.fromisoformat, UUID) or (None, None)
    values = whose | {"after": after, "after_id": after_id, "limit": asked.limit + 1}
    return rows.every(conn, _history(), access.parameters(principal) | values)


def _history() -> Composed:
    statement = load("api.registry")["worn_wristbands"]
    return statement.format(visible=access.visible_senior())
