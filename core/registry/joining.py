"""A whole place is brought in: everybody invited to a login, every contact sent a code."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import dict_row

from core import messages
from core.database import Row
from core.ids import new_id
from core.model import RESPONDERS, Role
from core.queries import load
from core.registry.invitations import LASTS, Invitation
from core.registry.verification import A_DAY, TO_A_PERSON, send_code

MOST_AT_ONCE = 500
"""So many people a transaction: it stays short, and what is done is done."""
UNASKED_LASTS = A_DAY
"""A code that nobody waits for is found in the evening; its five tries stay five."""
MOST_COUNTED = 100_000
"""A city's relatives are not all counted to show a page."""
STAFF: frozenset[Role] = RESPONDERS
RELATIVES: frozenset[Role] = frozenset({Role.FAMILY})


class Circle(NamedTuple):
    """Who is meant: people at or below a place, relatives by the seniors there.

    Attributes
    ----------
    place_id : None for everywhere.
    shows_relatives : whether the inviter may see relatives' links; else only those
        relatives are meant whom the link reaches by itself.
    """

    place_id: UUID | None
    roles: Iterable[Role]
    shows_relatives: bool = True

    def values(self, now: datetime) -> dict[str, Any]:
        """Parameters of the statements."""
        return {
            "place_id": self.place_id,
            "roles": [str(role) for role in self.roles],
            "shows_relatives": self.shows_relatives,
            "now": now,
            "since": now - A_DAY,
            "most_counted": MOST_COUNTED,
            "most_a_day": TO_A_PERSON[0].codes,
        }


class Joining(NamedTuple):
    """How far a place has come.

    Attributes
    ----------
    people : who may have a login.
    with_login : of them.
    invited : who have none and hold an open invitation.
    to_invite : who have neither and can be invited.
    unproven : contacts that wait for a code, of people who could type it in.
    out_of_reach : contacts that wait for one, of people without a login.
    """

    people: int
    with_login: int
    invited: int
    to_invite: int
    unproven: int
    out_of_reach: int


class Held(NamedTuple):
    """An open invitation with whom it is for.

    Attributes
    ----------
    place : names of where they work, or where the senior lives whose relative they are.
    relation : to that senior, null for staff.
    """

    id: UUID
    person_id: UUID
    name: str
    role: Role
    phone: str | None
    locale: str
    expires_at: datetime
    place: list[str]
    senior: str | None
    relation: str | None


def progress(conn: Connection, circle: Circle, now: datetime) -> Joining:
    """How many have a login, an invitation, neither; how many contacts wait."""
    (row,) = _every(conn, "joining", circle.values(now))
    return Joining(**row)


def invite_some(
    conn: Connection, circle: Circle, invited_by: UUID | None, now: datetime
) -> list[Invitation]:
    """Invite up to :data:`MOST_AT_ONCE` people who have neither login nor invitation.

    Again and again until nobody is left: whatever stopped it, it goes on from there.
    """
    values = circle.values(now) | {"limit": MOST_AT_ONCE}
    people = _every(conn, "to_invite", values)
    ids = {row["id"]: new_id() for row in people}
    made: dict[str, Any] = {
        "ids": list(ids.values()),
        "people": list(ids),
        "invited_by": invited_by,
        "now": now,
        "expires_at": now + LASTS,
    }
    conn.execute(load("core")["void_invitations_of"], made)
    conn.execute(load("core")["add_invitations"], made)
    for row in people:
        if row["kinds"]:
            content = {
                "invitation_id": str(ids[row["id"]]),
                "expires_at": made["expires_at"].isoformat(),
            }
            messages.tell(
                conn, "invitation", [row["id"]], now,
                content=content, expires_at=made["expires_at"],
            )  # fmt: skip
    return [
        Invitation(ids[row["id"]], row["id"], made["expires_at"], row["kinds"])
        for row in people
    ]


def held(conn: Connection, circle: Circle, now: datetime, most: int) -> list[Held]:
    """Open invitations, place by place: to be printed, as often as one likes."""
    return _held(conn, circle.values(now) | {"after": None, "limit": most}, "by_place")


def listed(
    conn: Connection, circle: Circle, now: datetime, most: int, after: UUID | None
) -> list[Held]:
    """Open invitations as they were made, from after one on."""
    return _held(conn, circle.values(now) | {"after": after, "limit": most}, "as_made")


def send_some_codes(conn: Connection, circle: Circle, now: datetime) -> list[UUID]:
    """Send a code to up to :data:`MOST_AT_ONCE` contacts that wait for one.

    Each gets one a day in this way, and a person no more than they may have a day.

    Returns
    -------
    Ids of the contacts; empty once none is left.
    """
    values = circle.values(now) | {"limit": MOST_AT_ONCE}
    return [
        row["id"]
        for row in _every(conn, "contacts_to_prove", values)
        if send_code(conn, row["id"], now, UNASKED_LASTS).wait_s == 0
    ]


def _held(conn: Connection, values: dict[str, Any], order: str) -> list[Held]:
    return [
        Held(**row)._replace(role=Role(row["role"]))
        for row in _every(conn, "held_invitations", values, order)
    ]


def _every(
    conn: Connection, name: str, values: dict[str, Any], order: str = "by_place"
) -> list[Row]:
    queries = load("core")
    conditions = ("of_circle", "is_invited", "may_be_invited")
    parts = {one: queries[one] for one in conditions} | {"order": queries[order]}
    with conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(queries[name].format(**parts), values).fetchall()
