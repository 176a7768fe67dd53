"""Writing and reading the visit diary; an entry is never changed, only corrected by another."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from psycopg import Connection

from api import access, audit, rows
from api.pagination import PageRequest
from api.principal import Principal
from api.schemas.diary import VisitBody
from core.database import Row
from core.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from core.ids import new_id
from core.queries import load

CLOCKS_DIFFER: Final = timedelta(minutes=5)
"""A phone's clock may be ahead by so much."""
_NAMES: Final = (
    "id", "at", "kind", "note", "found_well", "alert_id", "corrects_id",
    "corrected_by_id", "created_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries are wanted; None means any."""

    senior_id: UUID | None = None
    place_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


def add(conn: Connection, principal: Principal, body: VisitBody, now: datetime) -> Row:
    """Write an entry.

    Raises
    ------
    NotFoundError
        If senior, place, alert or the corrected entry is not for these eyes.
    ForbiddenError
        To relatives; and if somebody else's entry is to be corrected by other than a
        manager.
    ConflictError
        If the entry to correct was corrected already.
    InvalidError
        If the visit lies ahead, or the alert is another senior's.
    """
    place_id = _place(conn, principal, body)
    require_responder(principal)
    at = body.at or now
    if at > now + CLOCKS_DIFFER:
        raise InvalidError("a visit cannot lie ahead", "at")
    if body.corrects_id is not None:
        _may_correct(conn, principal, body.corrects_id)
    if body.alert_id is not None:
        _belongs(conn, body)
    values: dict[str, object] = {
        "id": new_id(),
        "senior_id": body.senior_id,
        "place_id": place_id,
        "me": principal.id,
        "my_name": principal.name,
        "at": at,
        "kind": body.kind,
        "note": body.note,
        "found_well": body.found_well,
        "alert_id": body.alert_id,
        "corrects_id": body.corrects_id,
        "now": now,
    }
    row = rows.one(conn, load("api.diary")["add"], values)
    if row is None:
        raise ConflictError("the entry was corrected before: correct the newer one")
    audit.record(
        conn, principal, now, "visit.create", "visit", row["id"],
        senior_id=body.senior_id, detail={"fields": sorted(body.given())},
    )  # fmt: skip
    return get(conn, principal, row["id"])


def find(
    conn: Connection, principal: Principal, asked: PageRequest, wanted: Wanted
) -> list[Row]:
    """Entries at or below the asker's place, newest first."""
    require_responder(principal)
    before = asked.after(datetime.fromisoformat, UUID) or (None, None)
    part = (before[0], before[1], asked.limit + 1)
    return _find(conn, principal, None, wanted, part)


def get(conn: Connection, principal: Principal, visit_id: UUID) -> Row:
    """One entry."""
    found = _find(conn, principal, visit_id, Wanted(), (None, None, 1))
    if not found:
        raise NotFoundError("no such visit")
    return found[0]


def show(row: Row) -> dict[str, object]:
    """An entry as its readers see it."""
    senior = {"id": row["senior_id"], "name": row["senior"]}
    people: dict[str, object] = {
        "senior": senior if row["senior_id"] else None,
        "place": {"id": row["place_id"], "name": row["place"]},
        "person": {"id": row["person_id"], "name": row["person_name"]},
    }
    entry: dict[str, object] = {name: row[name] for name in _NAMES}
    return entry | people


def require_responder(principal: Principal) -> None:
    """Refuse relatives: the diary is the responders' own."""
    if not (principal.is_responder or principal.is_admin):
        raise ForbiddenError("only responders keep the visit diary")


def _find(
    conn: Connection,
    principal: Principal,
    visit_id: UUID | None,
    wanted: Wanted,
    part: tuple[datetime | None, UUID | None, int],
) -> list[Row]:
    before, before_id, limit = part
    values: dict[str, object] = {
        "my_place": None if principal.is_admin else principal.place_id,
        "id": visit_id,
        "senior_id": wanted.senior_id,
        "place_id": wanted.place_id,
        "from": wanted.since,
        "to": wanted.until,
        "before": before,
        "before_id": before_id,
        "limit": limit,
    }
    return rows.every(conn, load("api.diary")["find"], values)


def _place(conn: Connection, principal: Principal, body: VisitBody) -> UUID:
    """Where the visit was: the senior's place, or the one given."""
    if body.senior_id is not None:
        return access.senior(conn, principal, body.senior_id).place_id
    if body.place_id is None:
        raise InvalidError("give a senior or a place", "senior_id")
    return access.place(conn, principal, body.place_id).id


def _may_correct(conn: Connection, principal: Principal, visit_id: UUID) -> None:
    old = get(conn, principal, visit_id)
    if old["person_id"] != principal.id and not principal.manages:
        raise ForbiddenError("only who wrote an entry, or a manager, corrects it")


def _belongs(conn: Connection, body: VisitBody) -> None:
    row = rows.one(conn, load("api.diary")["alert_of"], {"id": body.alert_id})
    if row is None or row["senior_id"] != body.senior_id:
        raise InvalidError("the alert is not this senior's", "alert_id")
