"""A senior's consents as people record them: who may say so, and what is shown."""

from datetime import datetime
from uuid import UUID

from psycopg import Connection

from api import access, audit
from api.pagination import PageRequest
from api.principal import Principal
from api.schemas.privacy import ConsentBody
from core.database import Row
from core.errors import ForbiddenError, NotFoundError
from core.model import Role
from core.privacy import consents
from core.privacy.consents import Declaration, Purpose
from core.privacy.forms import forms


def find(
    conn: Connection, principal: Principal, senior_id: UUID, asked: PageRequest
) -> list[Row]:
    """What a senior declared, newest first, for staff."""
    _for_staff(conn, principal, senior_id)
    before = asked.after(datetime.fromisoformat, UUID)
    return consents.history(
        conn, senior_id, before=before and (before[0], before[1]), limit=asked.limit + 1
    )


def add(
    conn: Connection,
    principal: Principal,
    senior_id: UUID,
    body: ConsentBody,
    now: datetime,
) -> Row:
    """Record a declaration: a consent by who keeps the card, a withdrawal by any staff.

    Nobody has to look for the right office to take a consent back.
    """
    _for_staff(conn, principal, senior_id)
    if body.agreed:
        principal.require_managing()
    said = Declaration(
        purpose=body.purpose,
        given=body.agreed,
        given_by=body.given_by,
        guardian=body.guardian,
        reason=body.reason,
        text_version=body.text_version or _version(body.purpose),
        person_id=body.person_id,
    )
    consent_id = consents.declare(conn, senior_id, said, principal.recorder, now)
    audit.record(
        conn,
        principal,
        now,
        "consent.give" if body.agreed else "consent.withdraw",
        "consent",
        consent_id,
        senior_id=senior_id,
        detail={"purpose": str(body.purpose), "given_by": body.given_by},
    )
    found = consents.history(conn, senior_id, only=consent_id)
    if not found:
        raise NotFoundError("no such consent")
    return found[0]


def show(row: Row) -> dict[str, object]:
    """A declaration, and whether it is in force."""
    shown = {name: value for name, value in row.items() if name != "newest"}
    return shown | {"in_force": row["newest"] and row["given"]}


def _version(purpose: Purpose) -> str:
    """The form in use for a purpose."""
    return next(form.version for form in forms() if form.purpose is purpose)


def _for_staff(conn: Connection, principal: Principal, senior_id: UUID) -> None:
    access.senior(conn, principal, senior_id)
    if principal.role is Role.FAMILY:
        raise ForbiddenError("only staff may do this")
