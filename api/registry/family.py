"""Relatives' links to seniors, each with the senior's recorded consent."""

from datetime import datetime
from uuid import UUID

from psycopg import Connection

from api import access, audit, rows
from api.pagination import PageRequest
from api.principal import Principal
from api.schemas.people import FamilyBody
from core.database import Row
from core.errors import ForbiddenError, InvalidError, NotFoundError
from core.model import Role
from core.privacy import consents
from core.queries import load
from core.registry import link_family


def find(
    conn: Connection, principal: Principal, senior_id: UUID, asked: PageRequest
) -> list[Row]:
    """Links of a senior, for staff."""
    access.senior(conn, principal, senior_id)
    if principal.role is Role.FAMILY:
        raise ForbiddenError("only staff may do this")
    values = {"senior_id": senior_id, "id": None}
    values |= {"after": asked.after_id(), "limit": asked.limit + 1}
    return rows.every(conn, load("api.registry")["family"], values)


def link(
    conn: Connection,
    principal: Principal,
    senior_id: UUID,
    body: FamilyBody,
    now: datetime,
) -> Row:
    """Link a relative; the asker records the senior's consent."""
    access.senior(conn, principal, senior_id)
    principal.require_admin()
    relative = access.person(conn, principal, body.person_id)
    if relative.role is not Role.FAMILY:
        raise InvalidError("only a person of the role family is linked", "person_id")
    link_id = link_family(
        conn,
        senior_id=senior_id,
        person_id=body.person_id,
        relation=body.relation,
        scopes=sorted(set(body.scopes)),
        consent_by=principal.id,
        now=now,
    )
    consents.record_card(conn, [senior_id], principal.recorder, now)
    _record(
        conn,
        principal,
        now,
        "family.link",
        link_id,
        senior_id,
        {"scopes": sorted(set(body.scopes))},
    )
    values = {"senior_id": senior_id, "id": link_id, "after": None, "limit": 1}
    row = rows.one(conn, load("api.registry")["family"], values)
    if row is None:
        raise NotFoundError("no such link")
    return row


def unlink(
    conn: Connection,
    principal: Principal,
    senior_id: UUID,
    link_id: UUID,
    now: datetime,
) -> None:
    """End a link: the consent is withdrawn, the relative sees nothing more."""
    access.senior(conn, principal, senior_id)
    principal.require_admin()
    values: dict[str, object] = {"id": link_id, "senior_id": senior_id, "now": now}
    if conn.execute(load("api.registry")["unlink_family"], values).rowcount == 0:
        raise NotFoundError("no such link")
    consents.record_card(conn, [senior_id], principal.recorder, now)
    _record(conn, principal, now, "family.unlink", link_id, senior_id, {})


def _record(  # noqa: PLR0917 - who, when, what, on what
    conn: Connection,
    principal: Principal,
    now: datetime,
    action: str,
    link_id: UUID,
    senior_id: UUID,
    detail: dict[str, object],
) -> None:
    audit.record(
        conn,
        principal,
        now,
        action,
        "family_link",
        link_id,
        senior_id=senior_id,
        detail=detail,
    )
