"""Inviting people to a login: a link that sets user name and password once."""

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.errors import UniqueViolation

from core import messages
from core.database import Row
from core.errors import ConflictError, InvalidError, NotFoundError
from core.ids import new_id
from core.model import RESPONDERS, Role
from core.queries import load
from core.registry.rows import every, one

LASTS = timedelta(days=7)
WITH_LOGIN: frozenset[Role] = RESPONDERS | {Role.FAMILY, Role.ADMIN}


class Invitation(NamedTuple):
    """An open invitation.

    Attributes
    ----------
    sent_to : kinds of the person's verified contacts, which it is told at.
    shown : whether its inviter may see the link.
    """

    id: UUID
    person_id: UUID
    expires_at: datetime
    sent_to: list[str]
    shown: bool = True


class Invited(NamedTuple):
    """Whom an invitation is for; a user name stays once it is set."""

    person_id: UUID
    name: str
    role: Role
    username: str | None
    locale: str


def invite(
    conn: Connection, person_id: UUID, invited_by: UUID | None, now: datetime
) -> Invitation:
    """Invite a person, told at their verified contacts; earlier links are void.

    Raises
    ------
    NotFoundError
        If there is no such person.
    InvalidError
        If people of their role do not log in.
    """
    person = one(conn, "lock_person_to_invite", {"id": person_id})
    if person is None:
        raise NotFoundError("no such person")
    if person["role"] not in WITH_LOGIN:
        raise InvalidError(f"a {person['role']} does not log in")
    void_invitations(conn, person_id, now)
    invitation_id, expires_at = new_id(), now + LASTS
    conn.execute(
        load("core")["add_invitation"],
        {
            "id": invitation_id,
            "person_id": person_id,
            "invited_by": invited_by,
            "now": now,
            "expires_at": expires_at,
        },
    )
    found = every(conn, "verified_kinds", {"person_id": person_id})
    if found:
        messages.tell(
            conn,
            "invitation",
            [person_id],
            now,
            content={
                "invitation_id": str(invitation_id),
                "expires_at": expires_at.isoformat(),
            },
            expires_at=expires_at,
        )
    kinds = [row["kind"] for row in found]
    return Invitation(invitation_id, person_id, expires_at, kinds)


def void_invitations(conn: Connection, person_id: UUID, now: datetime) -> bool:
    """Void a person's open invitation; whether there was one."""
    values: dict[str, object] = {"person_id": person_id, "now": now}
    return conn.execute(load("core")["void_invitations"], values).rowcount > 0


def invited(conn: Connection, invitation_id: UUID, now: datetime) -> Invited | None:
    """Whom an invitation is for, while it can be used."""
    values = {"id": invitation_id, "now": now}
    row = one(conn, "invited", values)
    return _invited(row) if row else None


def accept(
    conn: Connection,
    invitation_id: UUID,
    username: str,
    password_hash: str,
    now: datetime,
) -> Invited | None:
    """Set the login of the invited person; their older tokens are void.

    Of two at once the second is refused: None, as for a link that no longer holds.

    Raises
    ------
    ConflictError
        If the user name is taken.
    """
    row = one(conn, "lock_invited", {"id": invitation_id, "now": now})
    if row is None:
        return None
    found = _invited(row)
    values: dict[str, object] = {
        "id": found.person_id,
        "invitation_id": invitation_id,
        "username": found.username or username,
        "password_hash": password_hash,
        "now": now,
    }
    try:
        with conn.transaction():
            conn.execute(load("core")["set_login"], values)
    except UniqueViolation:
        raise ConflictError("this username is taken") from None
    conn.execute(load("core")["use_invitation"], values)
    return found._replace(username=found.username or username)


def _invited(row: Row) -> Invited:
    return Invited(
        row["person_id"], row["name"], Role(row["role"]), row["username"], row["locale"]
    )
