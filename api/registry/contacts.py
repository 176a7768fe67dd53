"""Where people are told: their contacts, whose addresses are secrets."""

from datetime import datetime
from uuid import UUID

from psycopg import Connection

from api import access, audit, rows
from api.pagination import PageRequest
from api.principal import Principal
from api.schemas.people import ContactBody
from core.database import Row
from core.errors import ForbiddenError, NotFoundError
from core.queries import load
from core.registry import add_contact


def find(
    conn: Connection, principal: Principal, person_id: UUID, asked: PageRequest
) -> list[Row]:
    """A person's contacts, for themself and administrators."""
    _may_keep(conn, principal, person_id)
    values = {"person_id": person_id, "id": None}
    values |= {"after": asked.after_id(), "limit": asked.limit + 1}
    return rows.every(conn, load("api.registry")["contacts"], values)


def may_add(
    conn: Connection, principal: Principal, person_id: UUID, body: ContactBody
) -> None:
    """Refuse who may not keep this person's contacts, or may not vouch."""
    _may_keep(conn, principal, person_id)
    if body.verified and not principal.is_admin:
        raise ForbiddenError("only an administrator may vouch for a contact")


def add(
    conn: Connection,
    principal: Principal,
    person_id: UUID,
    body: ContactBody,
    now: datetime,
) -> Row:
    """Add a contact whose address ``core.destinations`` has checked.

    It is told once verified, for which an administrator may vouch.
    """
    may_add(conn, principal, person_id, body)
    contact_id = add_contact(
        conn,
        person_id=person_id,
        kind=body.kind,
        url=body.url,
        verified=body.verified,
        now=now,
    )
    detail: dict[str, object] = {"kind": body.kind, "verified": body.verified}
    audit.record(
        conn, principal, now, "contact.create", "contact", contact_id, detail=detail
    )
    values = {"person_id": person_id, "id": contact_id, "after": None, "limit": 1}
    row = rows.one(conn, load("api.registry")["contacts"], values)
    if row is None:
        raise NotFoundError("no such contact")
    return row


def archive(
    conn: Connection,
    principal: Principal,
    person_id: UUID,
    contact_id: UUID,
    now: datetime,
) -> None:
    """Remove a contact."""
    _may_keep(conn, principal, person_id)
    values: dict[str, object] = {"id": contact_id, "person_id": person_id, "now": now}
    if conn.execute(load("api.registry")["archive_contact"], values).rowcount == 0:
        raise NotFoundError("no such contact")
    audit.record(conn, principal, now, "contact.archive", "contact", contact_id)


def show(row: Row, *, whole: bool) -> dict[str, object]:
    """A contact; its address whole only for its owner and who just sent it."""
    scheme = row["url"].split(":", 1)[0]
    return {
        "id": row["id"],
        "person_id": row["person_id"],
        "kind": row["kind"],
        "url": row["url"] if whole else f"{scheme}://…",
        "verified": row["verified_at"] is not None,
        "created_at": row["created_at"],
    }


def _may_keep(conn: Connection, principal: Principal, person_id: UUID) -> None:
    access.person(conn, principal, person_id)
    if principal.id != person_id and not principal.is_admin:
        raise ForbiddenError("only the person themself or an administrator may do this")
