"""Swaps: two people take each other's duty once both agree; either may undo it."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from psycopg import Connection

from api import access, audit, rows
from api.duty import overrides
from api.pagination import PageRequest
from api.principal import Principal
from api.schemas.duty import Side, SwapBody
from core import messages
from core.database import Row
from core.duty import roster
from core.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from core.ids import new_id
from core.queries import load

QUERIES: Final = load("api.duty")
KIND: Final = "duty_swap"
Values = dict[str, Any]


def find(
    conn: Connection, principal: Principal, asked: PageRequest, status: str | None
) -> list[Row]:
    """One's own swaps, and to managers those at or below their place."""
    values: Values = {"id": None, "status": status}
    return _every(
        conn, principal, values | {"after": asked.after_id(), "limit": asked.limit + 1}
    )


def get(conn: Connection, principal: Principal, swap_id: UUID) -> Row:
    """One swap.

    Raises
    ------
    NotFoundError
        If there is none such, or not for these eyes.
    """
    values: Values = {"id": swap_id, "status": None, "after": None, "limit": 1}
    found = _every(conn, principal, values)
    if not found:
        raise NotFoundError("no such swap")
    return found[0]


def propose(
    conn: Connection, principal: Principal, body: SwapBody, now: datetime
) -> Row:
    """Propose that two people take each other's duty; who proposes has agreed.

    Raises
    ------
    ForbiddenError
        If the asker is neither of the two nor a manager.
    NotFoundError
        If a person or place is not at or below the manager's.
    InvalidError
        If one is not on duty then, or the two are one.
    """
    _check(conn, principal, body, now)
    swap_id = new_id()
    sides = (("first", body.first), ("second", body.second))
    values: Values = {"id": swap_id, "note": body.note, "proposed_by": principal.id}
    for name, side in sides:
        mine = side.person_id == principal.id
        values |= {
            f"{name}_id": side.person_id,
            f"{name}_place": side.place_id,
            f"{name}_from": side.starts_at,
            f"{name}_to": side.ends_at,
            f"{name}_agreed": now if mine else None,
        }
    conn.execute(QUERIES["add_swap"], values | {"now": now})
    audit.record(conn, principal, now, "swap.propose", "swap", swap_id)
    swap = get(conn, principal, swap_id)
    _tell(conn, swap, principal, now)
    return swap


def accept(
    conn: Connection,
    principal: Principal,
    swap_id: UUID,
    now: datetime,
    zone: ZoneInfo,
) -> Row:
    """Agree for oneself; when both have agreed, each stands in for the other.

    Raises
    ------
    ConflictError
        If it was declined or undone, or one is no longer on duty then.
    """
    swap = _locked(conn, principal, swap_id, one_of_two=True)
    if swap["status"] == "agreed":
        return swap
    _require(swap, "proposed")
    values: Values = {"id": swap_id, "me": principal.id, "now": now}
    row = rows.one(conn, QUERIES["agree"], values)
    audit.record(conn, principal, now, "swap.accept", "swap", swap_id)
    if row and row["both_agreed"]:
        _carry_out(conn, swap, principal, now, zone)
        _set(conn, swap_id, "agreed")
        _tell(conn, get(conn, principal, swap_id), principal, now)
    return get(conn, principal, swap_id)


def decline(
    conn: Connection, principal: Principal, swap_id: UUID, now: datetime
) -> Row:
    """Say no to a proposal, or take one's own back."""
    swap = _locked(conn, principal, swap_id, one_of_two=False)
    if swap["status"] == "declined":
        return swap
    _require(swap, "proposed")
    _set(conn, swap_id, "declined")
    audit.record(conn, principal, now, "swap.decline", "swap", swap_id)
    swap = get(conn, principal, swap_id)
    _tell(conn, swap, principal, now)
    return swap


def undo(
    conn: Connection,
    principal: Principal,
    swap_id: UUID,
    now: datetime,
    zone: ZoneInfo,
) -> Row:
    """Take an agreed swap back: what lies ahead of it is as it was planned."""
    swap = _locked(conn, principal, swap_id, one_of_two=False)
    if swap["status"] == "undone":
        return swap
    _require(swap, "agreed")
    values: Values = {"id": swap_id, "now": now}
    places = rows.every(conn, QUERIES["undo_swap"], values)
    for place in sorted({row["place_id"] for row in places}):
        roster.lay_out_place(conn, place, zone, now)
    _set(conn, swap_id, "undone")
    audit.record(conn, principal, now, "swap.undo", "swap", swap_id)
    swap = get(conn, principal, swap_id)
    _tell(conn, swap, principal, now)
    return swap


def shown(row: Row) -> Values:
    """A swap as an answer has it."""
    sides = {
        name: {
            "person_id": row[f"{name}_id"],
            "name": row[f"{name}_name"],
            "place_id": row[f"{name}_place"],
            "place": row[f"{name}_place_name"],
            "from": row[f"{name}_from"],
            "to": row[f"{name}_to"],
            "agreed_at": row[f"{name}_agreed"],
        }
        for name in ("first", "second")
    }
    kept = ("id", "status", "note", "proposed_by", "created_at")
    return {name: row[name] for name in kept} | sides


def _every(conn: Connection, principal: Principal, values: Values) -> list[Row]:
    statement = QUERIES["swaps"].format(visible=access.visible_place())
    return rows.every(conn, statement, access.parameters(principal) | values)


def _check(
    conn: Connection, principal: Principal, body: SwapBody, now: datetime
) -> None:
    if body.first.person_id == body.second.person_id:
        raise InvalidError("nobody swaps with themself", "second.person_id")
    two = {body.first.person_id, body.second.person_id}
    if not principal.is_responder and not principal.is_admin:
        raise ForbiddenError("only responders and administrators swap duties")
    if principal.id not in two:
        principal.require_managing()
        for side in (body.first, body.second):
            access.place(conn, principal, side.place_id)
            access.person(conn, principal, side.person_id)
    for name, side in (("first", body.first), ("second", body.second)):
        if not now < side.ends_at > side.starts_at:
            raise InvalidError("must lie ahead, after from", f"{name}.to")
        if not _on_duty(conn, side):
            raise InvalidError("they are not on duty there then", f"{name}.from")


def _on_duty(conn: Connection, side: Side) -> bool:
    return rows.one(conn, QUERIES["on_duty_in"], side.model_dump()) is not None


def _locked(
    conn: Connection, principal: Principal, swap_id: UUID, *, one_of_two: bool
) -> Row:
    """A swap, held until commit; where asked, only for one of the two."""
    get(conn, principal, swap_id)
    conn.execute(QUERIES["lock_swap"], {"id": swap_id})
    swap = get(conn, principal, swap_id)
    if one_of_two and principal.id not in {swap["first_id"], swap["second_id"]}:
        raise ForbiddenError("only the two themselves agree to a swap")
    return swap


def _require(swap: Row, status: str) -> None:
    if swap["status"] != status:
        raise ConflictError(f"this swap is {swap['status']}")


def _carry_out(
    conn: Connection, swap: Row, principal: Principal, now: datetime, zone: ZoneInfo
) -> None:
    """Two overrides: each of the two in the other's place."""
    for mine, other in (("first", "second"), ("second", "first")):
        side = Side.model_construct(
            person_id=swap[f"{mine}_id"],
            place_id=swap[f"{mine}_place"],
            starts_at=swap[f"{mine}_from"],
            ends_at=swap[f"{mine}_to"],
        )
        if side.ends_at <= now or not _on_duty(conn, side):
            raise ConflictError(f"{swap[f'{mine}_name']} is not on duty then any more")
        values: Values = {
            "id": new_id(),
            "place_id": side.place_id,
            "starts_at": side.starts_at,
            "ends_at": side.ends_at,
            "add_person_id": swap[f"{other}_id"],
            "remove_person_id": side.person_id,
            "swap_id": swap["id"],
            "note": None,
        }
        overrides.keep(conn, values, principal, now)
    for place in sorted({swap["first_place"], swap["second_place"]}):
        roster.lay_out_place(conn, place, zone, now)


def _set(conn: Connection, swap_id: UUID, status: str) -> None:
    conn.execute(QUERIES["set_swap_status"], {"id": swap_id, "status": status})


def _tell(conn: Connection, swap: Row, principal: Principal, now: datetime) -> None:
    """Tell the two, but for whoever did it."""
    people = [
        one for one in (swap["first_id"], swap["second_id"]) if one != principal.id
    ]
    content: Values = {"by": principal.name, "status": swap["status"]}
    for name in ("first", "second"):
        content[name] = {
            "name": swap[f"{name}_name"],
            "place": swap[f"{name}_place_name"],
            "from": swap[f"{name}_from"].isoformat(),
            "to": swap[f"{name}_to"].isoformat(),
        }
    expires = max(swap["first_to"], swap["second_to"])
    messages.tell(conn, KIND, people, now, content=content, expires_at=expires)
