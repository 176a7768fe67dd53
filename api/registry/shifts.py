"""Shifts: who is on duty for a place, from when to when, and how it repeats."""

from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from psycopg import Connection
from psycopg.sql import Composed

from api import access, audit, rows
from api.pagination import PageRequest
from api.principal import Principal
from api.schemas.wristbands import ShiftBody, ShiftChange
from core.database import Row
from core.duty import recurrence, roster
from core.errors import InvalidError, NotFoundError
from core.ids import new_id
from core.model import RESPONDERS
from core.queries import load

LONGEST = timedelta(days=31)
"""A duty that repeats lasts no longer."""


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


def add(
    conn: Connection,
    principal: Principal,
    body: ShiftBody,
    *,
    now: datetime,
    zone: ZoneInfo,
) -> Row:
    """Put a responder on duty for a place."""
    principal.require_managing()
    _check(conn, principal, body, zone)
    shift_id = new_id()
    conn.execute(
        load("api.registry")["add_shift"],
        body.model_dump() | {"id": shift_id, "now": now},
    )
    roster.lay_out_place(conn, body.place_id, zone, now, shift_id)
    audit.record(conn, principal, now, "shift.create", "shift", shift_id)
    return get(conn, principal, shift_id)


def change(
    conn: Connection,
    principal: Principal,
    shift_id: UUID,
    body: ShiftChange,
    *,
    now: datetime,
    zone: ZoneInfo,
) -> Row:
    """Change a shift; the whole of it must still be right."""
    before = get(conn, principal, shift_id)
    principal.require_managing()
    roster.lock(conn, before["place_id"], body.place_id or before["place_id"])
    names = ShiftBody.model_fields
    whole = {name: before[name] for name in names} | body.given()
    after = ShiftBody.model_validate(whole)
    _check(conn, principal, after, zone)
    conn.execute(
        load("api.registry")["change_shift"], after.model_dump() | {"id": shift_id}
    )
    roster.drop_shift(conn, shift_id)
    roster.lay_out_place(conn, after.place_id, zone, now, shift_id)
    fields = {"fields": sorted(body.given())}
    audit.record(conn, principal, now, "shift.change", "shift", shift_id, detail=fields)
    return get(conn, principal, shift_id)


def end(
    conn: Connection,
    principal: Principal,
    shift_id: UUID,
    last_day: date,
    *,
    now: datetime,
    zone: ZoneInfo,
) -> None:
    """Have a shift begin on no day after `last_day`; without any, archive it."""
    found = get(conn, principal, shift_id)
    rule, starts = found["rrule"], recurrence.local(found["starts_at"], zone)
    left = recurrence.ended(rule, starts, zone, last_day) if rule else None
    if left is None:
        archive(conn, principal, shift_id, now)
    else:
        body = ShiftChange(rrule=left)
        change(conn, principal, shift_id, body, now=now, zone=zone)


def archive(
    conn: Connection, principal: Principal, shift_id: UUID, now: datetime
) -> None:
    """Archive a shift with all its repetitions."""
    found = get(conn, principal, shift_id)
    principal.require_managing()
    roster.lock(conn, found["place_id"])
    values: dict[str, object] = {"id": shift_id, "now": now}
    conn.execute(load("api.registry")["archive_shift"], values)
    roster.drop_shift(conn, shift_id)
    audit.record(conn, principal, now, "shift.archive", "shift", shift_id)


def _check(
    conn: Connection, principal: Principal, body: ShiftBody, zone: ZoneInfo
) -> None:
    if body.ends_at <= body.starts_at:
        raise InvalidError("must lie after starts_at", "ends_at")
    if body.rrule and body.ends_at - body.starts_at > LONGEST:
        raise InvalidError(f"what repeats lasts {LONGEST.days} days at most", "ends_at")
    access.place(conn, principal, body.place_id)
    if access.person(conn, principal, body.person_id).role not in RESPONDERS:
        raise InvalidError("only a responder takes a shift", "person_id")
    if body.rrule is not None:
        recurrence.parse(body.rrule, recurrence.local(body.starts_at, zone), zone)
    elif body.exdates or body.holidays:
        raise InvalidError("only a shift with a rrule leaves days out", "rrule")


def _shifts() -> Composed:
    return load("api.registry")["shifts"].format(visible=access.visible_place())
