"""Bringing in a whole place: who invites everybody there, sees the links, sends codes."""

from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple
from uuid import UUID

from psycopg import Connection

from api import access, audit, rows
from api.pagination import PageRequest
from api.principal import Principal
from core.database import Row
from core.errors import InvalidError
from core.queries import load
from core.registry import joining
from core.registry.invitations import Invitation
from core.registry.joining import Circle, Held, Joining

MOST_HELD: Final = 1500
"""Links of one sheet: drawing them takes some ten seconds."""


class Who(StrEnum):
    """Which people are meant."""

    STAFF = "staff"
    RELATIVES = "relatives"


class Overview(NamedTuple):
    """How far the asker's place has come, and the places one can choose in it."""

    people: dict[Who, Joining]
    places: list[Row]


def circle(
    conn: Connection, principal: Principal, place_id: UUID | None, who: Who
) -> Circle:
    """People of a place whom the asker may invite one by one, too.

    Raises
    ------
    ForbiddenError
        If the asker keeps no registry.
    NotFoundError
        If there is no such place at or below their own.
    """
    principal.require_managing()
    if place_id is not None:
        access.place(conn, principal, place_id)
    roles = joining.STAFF if who is Who.STAFF else joining.RELATIVES
    return Circle(
        place_id or (None if principal.is_admin else principal.place_id),
        [role for role in roles if principal.outranks_or_equals(role)],
        shows_relatives=principal.is_admin,
    )


def progress(
    conn: Connection,
    principal: Principal,
    place_id: UUID | None,
    who: Who,
    now: datetime,
) -> Joining:
    """How many have a login, an invitation, neither; how many contacts wait."""
    return joining.progress(conn, circle(conn, principal, place_id, who), now)


def overview(conn: Connection, principal: Principal, now: datetime) -> Overview:
    """What the asker's page shows: all at or below their place, down to communities."""
    whom = [Who.STAFF, Who.RELATIVES]
    statement = load("api.registry")["offices"].format(visible=access.visible_place())
    return Overview(
        {who: progress(conn, principal, None, who, now) for who in whom},
        rows.every(conn, statement, access.parameters(principal)),
    )


def invite_some(
    conn: Connection,
    principal: Principal,
    place_id: UUID | None,
    who: Who,
    now: datetime,
) -> list[Invitation]:
    """Invite some of those who have neither login nor invitation; empty at the end."""
    meant = circle(conn, principal, place_id, who)
    made = joining.invite_some(conn, meant, principal.id, now)
    for one in made:
        audit.record(
            conn, principal, now, "person.invite", "person", one.person_id,
            detail={"sent_to": one.sent_to, "with": who},
        )  # fmt: skip
    return made


def listed(  # noqa: PLR0917 - who asks, for whom, which page
    conn: Connection,
    principal: Principal,
    place_id: UUID | None,
    who: Who,
    now: datetime,
    asked: PageRequest,
) -> list[Held]:
    """Open invitations whose links the asker may see, as they were made."""
    meant = circle(conn, principal, place_id, who)
    found = joining.listed(conn, meant, now, asked.limit + 1, asked.after_id())
    _note(conn, principal, meant, who, now, min(len(found), asked.limit))
    return found


def held(
    conn: Connection,
    principal: Principal,
    place_id: UUID | None,
    who: Who,
    now: datetime,
) -> list[Held]:
    """Open invitations whose links the asker may see, to be handed out on paper.

    Raises
    ------
    InvalidError
        If there are too many for one sheet.
    """
    meant = circle(conn, principal, place_id, who)
    found = joining.held(conn, meant, now, MOST_HELD + 1)
    if len(found) > MOST_HELD:
        raise InvalidError(
            f"more than {MOST_HELD} invitations are open there: choose a smaller place",
            "place_id",
        )
    _note(conn, principal, meant, who, now, len(found))
    return found


def send_some_codes(
    conn: Connection,
    principal: Principal,
    place_id: UUID | None,
    who: Who,
    now: datetime,
) -> int:
    """Send codes to some contacts that wait for one; how many, 0 at the end."""
    meant = circle(conn, principal, place_id, who)
    sent = joining.send_some_codes(conn, meant, now)
    for contact_id in sent:
        audit.record(conn, principal, now, "contact.send_code", "contact", contact_id)
    return len(sent)


def _note(  # noqa: PLR0917 - who saw whose links, when, how many
    conn: Connection,
    principal: Principal,
    meant: Circle,
    who: Who,
    now: datetime,
    count: int,
) -> None:
    detail: dict[str, object] = {"count": count, "with": who}
    audit.record(
        conn, principal, now, "person.read_invitations", "place", meant.place_id,
        detail=detail,
    )  # fmt: skip
