"""Overrides: a person added, taken off or replaced for a place between two instants."""

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from psycopg import Connection

from api import access, audit, rows
from api.pagination import PageRequest
from api.principal import Principal
from api.schemas.duty import OverrideBody
from core.database import Row
from core.duty import roster
from core.errors import ConflictError, InvalidError, NotFoundError
from core.ids import new_id
from core.model import RESPONDERS
from core.queries import load

QUERIES: Final = load("api.duty")
LONGEST: Final = timedelta(days=366)
Values = dict[str, Any]


def find(
    conn: Connection,
    principal: Principal,
    asked: PageRequest,
    place_id: UUID | None = None,
    span: tuple[datetime | None, datetime | None] = (None, None),
) -> list[Row]:
    """Overrides at or below the asker's place, and of their own duty."""
    values: Values = {"id": None, "place_id": place_id, "from": span[0], "to": span[1]}
    values |= {"after": asked.after_id(), "limit": asked.limit + 1}
    return _every(conn, principal, values)


def get(conn: Connection, principal: Principal, override_id: UUID) -> Row:
    """One override.

    Raises
    ------
    NotFoundError
        If there is none such, or not for these eyes.
    """
    values: Values = {"id": override_id, "place_id": None, "from": None, "to": None}
    found = _every(conn, principal, values | {"after": None, "limit": 1})
    if not found:
        raise NotFoundError("no such override")
    return found[0]


def add(
    conn: Connection,
    principal: Principal,
    body: OverrideBody,
    now: datetime,
    zone: ZoneInfo,
) -> Row:
    """Put somebody on duty, take somebody off, or one in the other's place."""
    principal.require_managing()
    _check(conn, principal, body, now)
    override_id = new_id()
    keep(conn, body.model_dump() | {"id": override_id}, principal, now)
    roster.lay_out_place(conn, body.place_id, zone, now)
    audit.record(conn, principal, now, "override.create", "override", override_id)
    return get(conn, principal, override_id)


def keep(conn: Connection, values: Values, principal: Principal, now: datetime) -> None:
    """Store an override; the place is still to be laid out anew."""
    made: Values = {"swap_id": None, "created_by": principal.id, "now": now}
    conn.execute(QUERIES["add_override"], made | values)


def undo(
    conn: Connection,
    principal: Principal,
    override_id: UUID,
    now: datetime,
    zone: ZoneInfo,
) -> None:
    """Take an override back; the rota is as if it had never been."""
    found = get(conn, principal, override_id)
    principal.require_managing()
    if found["swap_id"] is not None:
        raise ConflictError("this is half of a swap: undo the swap")
    values: Values = {"id": override_id, "now": now}
    conn.execute(QUERIES["undo_override"], values)
    roster.lay_out_place(conn, found["place_id"], zone, now)
    audit.record(conn, principal, now, "override.undo", "override", override_id)


def _every(conn: Connection, principal: Principal, values: Values) -> list[Row]:
    statement = QUERIES["overrides"].format(visible=access.visible_place())
    return rows.every(conn, statement, access.parameters(principal) | values)


def _check(
    conn: Connection, principal: Principal, body: OverrideBody, now: datetime
) -> None:
    if body.add_person_id is None and body.remove_person_id is None:
        raise InvalidError("say whom to add or whom to take off", "add_person_id")
    if body.add_person_id == body.remove_person_id:
        raise InvalidError("nobody replaces themself", "add_person_id")
    if body.ends_at <= body.starts_at:
        raise InvalidError("must lie after starts_at", "ends_at")
    if body.ends_at <= now:
        raise InvalidError("this is over already", "ends_at")
    if body.ends_at - body.starts_at > LONGEST:
        raise InvalidError(f"lasts {LONGEST.days} days at most", "ends_at")
    access.place(conn, principal, body.place_id)
    for name in ("add_person_id", "remove_person_id"):
        person_id = getattr(body, name)
        if person_id is None:
            continue
        if access.person(conn, principal, person_id).role not in RESPONDERS:
            raise InvalidError("only a responder is on duty", name)
