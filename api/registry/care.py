"""What detectors respect about a senior: geofences, limits, quiet hours, absences."""

from datetime import datetime, timedelta
from uuid import UUID

from psycopg import Connection
from psycopg.types.json import Jsonb

from api import access, audit, rows
from api.pagination import PageRequest
from api.principal import Principal
from api.schemas.seniors import AbsenceBody, GeofenceBody
from core.database import Row
from core.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from core.ids import new_id
from core.model import Role, Scope
from core.queries import load
from core.registry import changes, note_senior_changed
from core.registry.outlook import about_senior
from core.registry.rulebook import rulebook
from core.rules import thresholds
from core.rules.geofence import MAX_PER_SENIOR
from core.rules.routine import Routine
from core.rules.thresholds import Thresholds

LONGEST_ABSENCE = timedelta(days=30)


def find_geofences(
    conn: Connection, principal: Principal, senior_id: UUID, asked: PageRequest
) -> list[Row]:
    """A senior's geofences; relatives need the scope ``location``."""
    access.senior(conn, principal, senior_id).require(Scope.LOCATION)
    return _of(conn, "geofences", senior_id, asked)


def add_geofence(
    conn: Connection,
    principal: Principal,
    senior_id: UUID,
    body: GeofenceBody,
    now: datetime,
) -> Row:
    """Draw a geofence; in force within 5 s."""
    access.managed_senior(conn, principal, senior_id)
    queries = load("api.registry")
    rows.one(conn, queries["lock_senior"], {"id": senior_id})
    count = rows.one(conn, queries["count_geofences"], {"senior_id": senior_id})
    if count and count["count"] >= MAX_PER_SENIOR:
        raise ConflictError(f"a senior has at most {MAX_PER_SENIOR} geofences")
    geofence_id = new_id()
    values: dict[str, object] = {
        "id": geofence_id,
        "senior_id": senior_id,
        "name": body.name,
        "shape": Jsonb(body.shape.model_dump(mode="json")),
        "alert_on": body.alert_on,
        "now": now,
    }
    conn.execute(queries["add_geofence"], values)
    _changed(conn, principal, senior_id, "geofence.create", geofence_id, now)
    return _one(conn, "geofences", senior_id, geofence_id)


def archive_geofence(
    conn: Connection,
    principal: Principal,
    senior_id: UUID,
    geofence_id: UUID,
    now: datetime,
) -> None:
    """Remove a geofence; out of force within 5 s."""
    access.managed_senior(conn, principal, senior_id)
    values: dict[str, object] = {"id": geofence_id, "senior_id": senior_id, "now": now}
    if conn.execute(load("api.registry")["archive_geofence"], values).rowcount == 0:
        raise NotFoundError("no such geofence")
    _changed(conn, principal, senior_id, "geofence.archive", geofence_id, now)


def get_care(
    conn: Connection, principal: Principal, senior_id: UUID, column: str
) -> object:
    """A senior's stored ``thresholds`` or ``routine``; relatives need ``vitals``."""
    access.senior(conn, principal, senior_id).require(Scope.VITALS)
    row = rows.one(conn, load("api.registry")["care"], {"id": senior_id})
    return row[column] if row else {}


def set_thresholds(
    conn: Connection,
    principal: Principal,
    senior_id: UUID,
    body: Thresholds,
    now: datetime,
) -> dict[str, object]:
    """Replace a senior's personal limits; in force within 5 s.

    Raises
    ------
    InvalidError
        If the limits contradict each other or the rules that remain.
    """
    access.managed_senior(conn, principal, senior_id)
    queries = load("api.registry")
    rows.one(conn, queries["lock_senior"], {"id": senior_id})
    about = about_senior(conn, senior_id)
    book, _ = rulebook(conn).book(about.path)
    thresholds.check(body, about.conditions, book, about.own_rules())
    stored = body.model_dump(exclude_none=True)
    conn.execute(
        queries["set_thresholds"], {"id": senior_id, "thresholds": Jsonb(stored)}
    )
    _changed(conn, principal, senior_id, "senior.thresholds", senior_id, now)
    return stored


def set_routine(
    conn: Connection,
    principal: Principal,
    senior_id: UUID,
    body: Routine,
    now: datetime,
) -> dict[str, object]:
    """Replace a senior's quiet hours; in force within 5 s."""
    access.managed_senior(conn, principal, senior_id)
    stored = body.model_dump(mode="json", by_alias=True)
    conn.execute(
        load("api.registry")["set_routine"],
        {"id": senior_id, "routine": Jsonb(stored)},
    )
    _changed(conn, principal, senior_id, "senior.routine", senior_id, now)
    return stored


def find_absences(
    conn: Connection, principal: Principal, senior_id: UUID, asked: PageRequest
) -> list[Row]:
    """A senior's absences, newest first; relatives need the scope ``status``."""
    access.senior(conn, principal, senior_id).require(Scope.STATUS)
    return _of(conn, "absences", senior_id, asked)


def add_absence(
    conn: Connection,
    principal: Principal,
    senior_id: UUID,
    body: AbsenceBody,
    now: datetime,
) -> Row:
    """Say that a senior is away; shown in the status of all who see it."""
    _may_say_absent(conn, principal, senior_id)
    if body.ends_at <= body.starts_at:
        raise InvalidError("must lie after from", "to")
    if body.ends_at - body.starts_at > LONGEST_ABSENCE:
        raise InvalidError("an absence lasts at most 30 days", "to")
    absence_id = new_id()
    values: dict[str, object] = {
        "id": absence_id,
        "senior_id": senior_id,
        "starts_at": body.starts_at,
        "ends_at": body.ends_at,
        "reason": body.reason,
        "me": principal.id,
        "now": now,
    }
    conn.execute(load("api.registry")["add_absence"], values)
    _tell_absence(conn, senior_id, absence_id, now)
    _changed(conn, principal, senior_id, "absence.create", absence_id, now)
    return _one(conn, "absences", senior_id, absence_id)


def _tell_absence(
    conn: Connection, senior_id: UUID, absence_id: UUID, now: datetime
) -> None:
    """Have the nearest grid workers told that nobody is at home."""
    queries = load("api.registry")
    told = queries["who_hears_of_absence"]
    for row in rows.every(conn, told, {"senior_id": senior_id}):
        values = {**row, "id": new_id(), "absence_id": absence_id, "now": now}
        conn.execute(queries["tell_absence"], values)
    changes.notify(conn, "yinling_outbox", "")


def end_absence(
    conn: Connection,
    principal: Principal,
    senior_id: UUID,
    absence_id: UUID,
    now: datetime,
) -> None:
    """End an absence now, or drop it if it has not begun."""
    _may_say_absent(conn, principal, senior_id)
    _one(conn, "absences", senior_id, absence_id)
    queries = load("api.registry")
    for name in ("end_absence", "drop_absence"):
        conn.execute(queries[name], {"id": absence_id, "now": now})
    _changed(conn, principal, senior_id, "absence.end", absence_id, now)


def show_absence(row: Row) -> dict[str, object]:
    """An absence as its readers see it."""
    names = ("id", "senior_id", "reason", "created_by", "created_at")
    span = {"from": row["starts_at"], "to": row["ends_at"]}
    return {name: row[name] for name in names} | span


def _may_say_absent(conn: Connection, principal: Principal, senior_id: UUID) -> None:
    seen = access.senior(conn, principal, senior_id)
    if principal.role is Role.FAMILY:
        seen.require(Scope.ALERTS)
    elif not principal.manages:
        raise ForbiddenError("only managers and relatives may do this")


def _of(conn: Connection, name: str, senior_id: UUID, asked: PageRequest) -> list[Row]:
    values = {"senior_id": senior_id, "id": None}
    values |= {"after": asked.after_id(), "limit": asked.limit + 1}
    return rows.every(conn, load("api.registry")[name], values)


def _one(conn: Connection, name: str, senior_id: UUID, object_id: UUID) -> Row:
    values = {"senior_id": senior_id, "id": object_id, "after": None, "limit": 1}
    row = rows.one(conn, load("api.registry")[name], values)
    if row is None:
        raise NotFoundError("no such object")
    return row


def _changed(  # noqa: PLR0917 - who, when, what, on whom
    conn: Connection,
    principal: Principal,
    senior_id: UUID,
    action: str,
    object_id: UUID,
    now: datetime,
) -> None:
    """Audit a change about a senior, and tell ingest of it."""
    audit.record(
        conn,
        principal,
        now,
        action,
        action.split(".", maxsplit=1)[0],
        object_id,
        senior_id=senior_id,
    )
    note_senior_changed(conn, senior_id, now)
