"""People: who they are, what they may be made, and when they leave."""

from datetime import datetime
from uuid import UUID

from psycopg import Connection
from psycopg.sql import Composed

from api import access, audit, rows
from api.pagination import PageRequest
from api.principal import Principal
from api.schemas.people import PersonBody, PersonChange
from core import passwords
from core.database import Row
from core.duty import roster
from core.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from core.model import RESPONDERS, Role, Scope
from core.queries import load
from core.registry import add_person, login_hash, void_invitations

NOT_YOUR_LOGIN = (
    "a manager sets the login only of staff below them who have none; else the person"
    " does (PUT /v1/me/password), or an administrator"
)


def describe_self(
    conn: Connection, principal: Principal, now: datetime
) -> dict[str, object]:
    """Who the asker is, their places and their seniors, at most 1,000 of each.

    An administrator's look at the seniors is audited.
    """
    queries = load("api.registry")
    values = access.parameters(principal)
    places = queries["my_places"].format(
        path_names=queries["path_names"], visible=access.visible_place()
    )
    seniors = queries["my_seniors"].format(visible=access.visible_senior())
    username = rows.one(conn, queries["username_of"], values)
    shown = rows.every(conn, seniors, values)
    if principal.is_admin:
        ids = [row["id"] for row in shown]
        audit.record_reads(conn, principal, now, "senior.read", ids)
    return {
        "id": principal.id,
        "name": principal.name,
        "role": principal.role,
        "username": username["username"] if username else None,
        "locale": principal.locale,
        "place_id": principal.place_id,
        "places": rows.every(conn, places, values),
        "seniors": [
            {
                "id": row["id"],
                "name": row["name"],
                "scopes": row["scopes"]
                if principal.role is Role.FAMILY
                else list(Scope),
            }
            for row in shown
        ],
    }


def find(
    conn: Connection,
    principal: Principal,
    asked: PageRequest,
    role: Role | None = None,
    place_id: UUID | None = None,
) -> list[Row]:
    """People the asker may see, in the order they were added."""
    values = {"id": None, "role": role, "place_id": place_id}
    values |= {"after": asked.after_id(), "limit": asked.limit + 1}
    return rows.every(conn, _people(), access.parameters(principal) | values)


def get(conn: Connection, principal: Principal, person_id: UUID) -> Row:
    """One person the asker may see."""
    values = {"id": person_id, "role": None, "place_id": None}
    values |= {"after": None, "limit": 1}
    row = rows.one(conn, _people(), access.parameters(principal) | values)
    if row is None:
        raise NotFoundError("no such person")
    return row


def add(conn: Connection, principal: Principal, body: PersonBody, now: datetime) -> Row:
    """Add a person at or below the asker's place, of at most the asker's rank."""
    principal.require_managing()
    _may_grant(principal, body.role)
    if body.role is Role.FAMILY and body.username and not principal.is_admin:
        raise ForbiddenError(NOT_YOUR_LOGIN)
    _may_place(conn, principal, body.place_id)
    person_id = add_person(
        conn,
        name=body.name,
        role=body.role,
        place_id=body.place_id,
        username=body.username,
        password=body.password,
        locale=body.locale,
        phone=body.phone,
        now=now,
    )
    audit.record(
        conn,
        principal,
        now,
        "person.create",
        "person",
        person_id,
        detail={"role": str(body.role)},
    )
    return get(conn, principal, person_id)


def change(
    conn: Connection,
    principal: Principal,
    person_id: UUID,
    body: PersonChange,
    now: datetime,
) -> Row:
    """Change a person; a new password or role takes effect at once."""
    found = managed(conn, principal, person_id)
    _require_near(conn, principal, found)
    if body.role is not None:
        _may_become(principal, found.role, body.role)
        if found.role is Role.ADMIN and body.role is not Role.ADMIN:
            _keep_an_admin(conn, person_id)
    if body.place_id is not None:
        _may_place(conn, principal, body.place_id)
    role = body.role or found.role
    if role in RESPONDERS and (body.place_id or found.place_id) is None:
        raise InvalidError("a responder needs a place", "place_id")
    conn.execute(
        load("api.registry")["change_person"],
        {
            "id": person_id,
            "name": body.name,
            "role": body.role,
            "place_id": body.place_id,
            "locale": body.locale,
            "phone": body.phone,
            "username": body.username,
            "password_hash": _new_login(conn, principal, found, body),
            "now": now,
        },
    )
    if body.role is not None or body.password is not None:
        # Whoever holds a link was meant to become what the person was then.
        void_invitations(conn, person_id, now)
    fields = {"fields": sorted(body.given())}
    audit.record(
        conn, principal, now, "person.change", "person", person_id, detail=fields
    )
    return get(conn, principal, person_id)


def archive(
    conn: Connection, principal: Principal, person_id: UUID, now: datetime
) -> None:
    """Archive a person with their contacts and links; their tokens are void."""
    found = managed(conn, principal, person_id)
    _require_near(conn, principal, found)
    queries = load("api.registry")
    values: dict[str, object] = {"id": person_id, "now": now}
    reason = rows.one(conn, queries["person_in_use"], values)
    if reason and reason["reason"]:
        raise ConflictError(f"the person is needed: {reason['reason']}")
    if found.role is Role.ADMIN:
        _keep_an_admin(conn, person_id)
    roster.lock_of(conn, person_id)
    for name in (
        "archive_person",
        "archive_contacts_of",
        "archive_links_of",
        "archive_shifts_of",
    ):
        conn.execute(queries[name], values)
    audit.record(conn, principal, now, "person.archive", "person", person_id)


def managed(
    conn: Connection, principal: Principal, person_id: UUID
) -> access.PersonAccess:
    """A person the asker keeps: seen, managed, and of no higher rank."""
    found = access.person(conn, principal, person_id)
    principal.require_managing()
    if found.role is Role.DEPARTMENT:
        raise ConflictError("departments are changed at /v1/departments")
    rows.one(conn, load("api.registry")["lock_person"], {"id": person_id})
    if not principal.outranks_or_equals(found.role):
        raise ForbiddenError("this person's role stands above yours")
    return found


def _require_near(
    conn: Connection, principal: Principal, found: access.PersonAccess
) -> None:
    """Refuse a relative whom the seniors of another manager rely on, too."""
    if principal.is_admin:
        return
    values = {"id": found.id, "my_place": principal.place_id}
    if rows.one(conn, load("api.registry")["linked_elsewhere"], values):
        raise ForbiddenError(
            "this relative belongs to a senior elsewhere, too: an administrator does it"
        )


def _may_become(principal: Principal, was: Role, role: Role) -> None:
    """Refuse roles above the asker's, and to managers any way in or out of a family.

    A relative made staff for a moment would lose what guards a relative's login.
    """
    _may_grant(principal, role)
    if Role.FAMILY in {was, role} and was is not role and not principal.is_admin:
        raise ForbiddenError(
            "only an administrator makes staff of a relative, or a relative of staff"
        )


def _may_grant(principal: Principal, role: Role) -> None:
    if role is Role.DEPARTMENT:
        raise InvalidError("departments are added at /v1/departments", "role")
    if not principal.outranks_or_equals(role):
        raise ForbiddenError("nobody grants a role above their own")


def _may_place(conn: Connection, principal: Principal, place_id: UUID | None) -> None:
    if place_id is not None:
        access.place(conn, principal, place_id)
    elif not principal.is_admin:
        raise ForbiddenError("a manager adds people at or below their own place only")


def _keep_an_admin(conn: Connection, leaving: UUID) -> None:
    if not rows.one(conn, load("api.registry")["other_admin"], {"id": leaving}):
        raise ConflictError("this is the last administrator")


def _new_login(
    conn: Connection,
    principal: Principal,
    found: access.PersonAccess,
    body: PersonChange,
) -> str | None:
    """Hash of the new password, if one was given; refuses what may not be."""
    if body.username is None and body.password is None:
        return None
    if not principal.is_admin:
        _may_set_login(conn, principal, found)
    if found.username is None:
        return login_hash(conn, body.username, body.password)
    if body.password is None:
        return None
    passwords.check(body.password)
    return passwords.hashed(body.password)


def _may_set_login(
    conn: Connection, principal: Principal, found: access.PersonAccess
) -> None:
    """Refuse managers the login of anybody but staff below them who have none yet."""
    queries, values = load("api.registry"), {"id": found.id}
    if (
        found.role is Role.FAMILY
        or not principal.outranks(found.role)
        or rows.one(conn, queries["has_login"], values)
        or rows.one(conn, queries["is_linked"], values)
    ):
        raise ForbiddenError(NOT_YOUR_LOGIN)


def _people() -> Composed:
    queries = load("api.registry")
    return queries["people"].format(
        path_names=queries["path_names"], visible=access.visible_person()
    )
