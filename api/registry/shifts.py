"""Shifts: who is on duty for a place, from when to when, and how it repeats."""

from datetime import datetime
from uuid import UUID

from dateutil.rrule import rrulestr
from psycopg import Connection
from psycopg.sql import Composed

from api import access, audit, rows
from api.pagination import PageRequest
from api.principal import Principal
from api.schemas.wristbands import ShiftBody, ShiftChange
from core.database import Row
from core.errors import InvalidError, NotFoundError
from core.ids import new_id
from core.model import RESPONDERS
from core.queries import load


def find(
    conn: Connection,
    principal: Principal,
    asked: PageRequest,
    person_id: UUID | None = None,
    place_id: UUID | None = None,
) -> list[Row]:
    """Shifts at or below the asker's place, and their own."""
    values = {"id": None, "person_id": person_id, "place_id": place_id}
    values |= {"after": asked.after_id(), "limit": asked.limit + 1}
    return rows.every(conn, _shifts(), access.parameters(principal) | values)


def get(conn: Connection, principal: Principal, shift_id: UUID) -> Row:
    """One shift."""
    values = {"id": shift_id, "person_id": None, "place_id": None}
    values |= {"after": None, "limit": 1}
    row = rows.one(conn, _shifts(), access.parameters(principal) | values)
    if row is None:
        raise NotFoundError("no such shift")
    return row


def add(conn: Connection, principal: Principal, body: ShiftBody, now: datetime) -> Row:
    """Put a responder on duty for a place."""
    principal.require_managing()
    _check(conn, principal, body)
    shift_id = new_id()
    conn.execute(
        load("api.registry")["add_shift"],
        body.model_dump() | {"id": shift_id, "now": now},
    )
    audit.record(conn, principal, now, "shift.create", "shift", shift_id)
    return get(conn, principal, shift_id)


def change(
    conn: Connection,
    principal: Principal,
    shift_id: UUID,
    body: ShiftChange,
    now: datetime,
) -> Row:
    """Change a shift; the whole of it must still be right."""
    before = get(conn, principal, shift_id)
    principal.require_managing()
    names = ShiftBody.model_fields
    whole = {name: before[name] for name in names} | body.given()
    after = ShiftBody.model_validate(whole)
    _check(conn, principal, after)
    conn.execute(
        load("api.registry")["change_shift"], after.model_dump() | {"id": shift_id}
    )
    fields = {"fields": sorted(body.given())}
    audit.record(conn, principal, now, "shift.change", "shift", shift_id, detail=fields)
    return get(conn, principal, shift_id)


def archive(
    conn: Connection, principal: Principal, shift_id: UUID, now: datetime
) -> None:
    """Archive a shift with all its repetitions."""
    get(conn, principal, shift_id)
    principal.require_managing()
    values: dict[str, object] = {"id": shift_id, "now": now}
    conn.execute(load("api.registry")["archive_shift"], values)
    audit.record(conn, principal, now, "shift.archive", "shift", shift_id)


def _check(conn: Connection, principal: Principal, body: ShiftBody) -> None:
    if body.ends_at <= body.starts_at:
        raise InvalidError("must lie after starts_at", "ends_at")
    access.place(conn, principal, body.place_id)
    if access.person(conn, principal, body.person_id).role not in RESPONDERS:
        raise InvalidError("only a responder takes a shift", "person_id")
    if body.rrule is not None:
        _check_rrule(body.rrule, body.starts_at)


def _check_rrule(text: str, starts_at: datetime) -> None:
    """Refuse what is no single recurrence rule of RFC 5545."""
    if "\n" in text or "DTSTART" in text.upper() or "=" not in text:
        raise InvalidError("one RFC 5545 rule, e.g. FREQ=WEEKLY;BYDAY=MO,TU", "rrule")
    try:
        rrulestr(text, dtstart=starts_at)
    except (ValueError, TypeError, KeyError, AttributeError):
        raise InvalidError("not a recurrence rule of RFC 5545", "rrule") from None


def _shifts() -> Composed:
    return load("api.registry")["shifts"].format(visible=access.visible_place())
