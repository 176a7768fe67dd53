"""Adding people, their contacts, and the first administrator."""

from datetime import datetime
from uuid import UUID

from psycopg import Connection

from core import passwords
from core.errors import ConflictError, InvalidError, NotFoundError
from core.ids import new_id
from core.model import RESPONDERS, Role
from core.queries import load
from core.registry.rows import one


def add_person(
    conn: Connection,
    *,
    name: str,
    role: Role,
    now: datetime,
    place_id: UUID | None = None,
    username: str | None = None,
    password: str | None = None,
    locale: str | None = None,
    phone: str | None = None,
) -> UUID:
    """Add a person; without a user name they cannot log in.

    `phone` is what people ring, on cards and for staff; nothing is sent there.

    Raises
    ------
    InvalidError
        If a responder has no place, or the login is incomplete or too weak.
    ConflictError
        If the user name is taken.
    NotFoundError
        If there is no such place.
    """
    if role in RESPONDERS and place_id is None:
        raise InvalidError("a responder needs a place", "place_id")
    if role is Role.DEPARTMENT and username is not None:
        raise InvalidError("a department has no login", "username")
    if place_id and one(conn, "place_for_share", {"id": place_id}) is None:
        raise NotFoundError("no such place")
    person_id = new_id()
    conn.execute(
        load("core")["add_person"],
        {
            "id": person_id,
            "name": name,
            "role": role,
            "place_id": place_id,
            "username": username,
            "password_hash": login_hash(conn, username, password),
            "locale": locale or "zh-CN",
            "phone": phone,
            "now": now,
        },
    )
    return person_id


def login_hash(
    conn: Connection, username: str | None, password: str | None
) -> str | None:
    """Hash of the first password of a login that is complete and free, or None."""
    if username is None:
        if password is not None:
            raise InvalidError("a password needs a username", "username")
        return None
    if password is None:
        raise InvalidError("a username needs a password", "password")
    passwords.check(password)
    if one(conn, "person_named", {"username": username}):
        raise ConflictError("this username is taken")
    return passwords.hashed(password)


def ensure_admin(conn: Connection, password: str, now: datetime) -> bool:
    """Add the first administrator ``admin`` unless there is one; say whether so."""
    one(conn, "lock_registry", {})
    if one(conn, "any_admin", {}):
        return False
    add_person(
        conn,
        name="Administrator",
        role=Role.ADMIN,
        username="admin",
        password=password,
        now=now,
    )
    return True


def add_contact(
    conn: Connection,
    *,
    person_id: UUID,
    kind: str,
    url: str,
    verified: bool,
    now: datetime,
) -> UUID:
    """Add where a person is told; `url` has passed ``core.destinations``."""
    contact_id = new_id()
    conn.execute(
        load("core")["add_contact"],
        {
            "id": contact_id,
            "person_id": person_id,
            "kind": kind,
            "url": url,
            "verified_at": now if verified else None,
            "now": now,
        },
    )
    return contact_id
