"""Where people are told: their contacts, whose addresses are secrets, and their proof."""

from datetime import datetime
from uuid import UUID

from psycopg import Connection

from api import access, audit, rows
from api.pagination import PageRequest
from api.principal import Principal
from api.schemas.people import ContactBody
from core import proofs
from core.database import Row
from core.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from core.queries import load
from core.registry import add_contact
from core.registry.verification import (
    Code,
    Verdict,
    confirm,
    holds_until,
    send_code,
    verify,
)

MOST_PER_PERSON = 20
ANOTHER = "POST this again without a code to have a new one sent"


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

    It is told once verified: an administrator vouches, or a code is sent there. The
    same address again, while it waits for its code, is the same contact.
    """
    may_add(conn, principal, person_id, body)
    queries = load("api.registry")
    rows.one(conn, queries["lock_person"], {"id": person_id})
    same = body.model_dump() | {"person_id": person_id}
    known = rows.one(conn, queries["same_contact"], same)
    if known is None:
        contact_id = _add(conn, principal, person_id, body, now)
    else:
        contact_id = known["id"]
        if body.verified and known["verified_at"] is None:
            verify(conn, contact_id, now)
            _record(conn, principal, now, "contact.vouch", contact_id)
    row = get(conn, person_id, contact_id)
    if row["verified_at"] is not None:
        return row
    holds = holds_until(conn, contact_id, now)
    until = holds or _send(conn, principal, contact_id, now).expires_at
    return row | {"code_expires_at": until}


def get(conn: Connection, person_id: UUID, contact_id: UUID) -> Row:
    """One contact of a person."""
    values = {"person_id": person_id, "id": contact_id, "after": None, "limit": 1}
    row = rows.one(conn, load("api.registry")["contacts"], values)
    if row is None:
        raise NotFoundError("no such contact")
    return row


def ask_for_code(
    conn: Connection,
    principal: Principal,
    person_id: UUID,
    contact_id: UUID,
    now: datetime,
) -> tuple[Row, int]:
    """Have a new code sent to an unverified contact; codes before no longer hold.

    Returns
    -------
    The contact, and how long no code can be sent to it, 0 where one was [s].
    """
    _may_keep(conn, principal, person_id)
    row = get(conn, person_id, contact_id)
    if row["verified_at"] is not None:
        return row, 0
    code = _send(conn, principal, contact_id, now)
    return row | {"code_expires_at": code.expires_at}, code.wait_s


def send_codes(conn: Connection, principal: Principal, now: datetime) -> None:
    """Send a code to each of the asker's own contacts that waits for one and has none."""
    asked = PageRequest(MOST_PER_PERSON, None)
    for row in find(conn, principal, principal.id, asked):
        if row["verified_at"] is None and holds_until(conn, row["id"], now) is None:
            _send(conn, principal, row["id"], now)


def try_code(
    conn: Connection,
    principal: Principal,
    contact: tuple[UUID, UUID],
    digits: str,
    now: datetime,
    *,
    key: bytes,
) -> tuple[Verdict, int]:
    """Hold a typed code against the one sent; what is wrong is to be committed, too.

    Parameters
    ----------
    contact : ids of the person and of their contact.
    key : the service's signing key.
    """
    person_id, contact_id = contact
    _may_keep(conn, principal, person_id)
    get(conn, person_id, contact_id)
    verdict, left = confirm(conn, key, contact_id, digits, now)
    if verdict is Verdict.VERIFIED:
        _record(conn, principal, now, "contact.verify", contact_id)
    elif verdict in {Verdict.WRONG, Verdict.SPENT}:
        _record(conn, principal, now, "contact.wrong_code", contact_id)
    return verdict, left


def plain_code(typed: str) -> str:
    """The digits of a typed code."""
    digits = proofs.plain_code(typed)
    if digits is None:
        raise InvalidError("a code has six digits, such as 204 816", "code")
    return digits


def require_right(verdict: Verdict, left: int) -> None:
    """Say what to do where a code did not verify its contact."""
    match verdict:
        case Verdict.WRONG:
            raise InvalidError(f"this is not the code; {left} tries are left", "code")
        case Verdict.SPENT:
            raise InvalidError(
                f"this is not the code, nor may it be tried again: {ANOTHER}", "code"
            )
        case Verdict.NONE:
            raise ConflictError(
                f"no code holds, it expired or was tried too often: {ANOTHER}"
            )
        case _:
            return


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
    _record(conn, principal, now, "contact.archive", contact_id)


def show(row: Row, *, whole: bool) -> dict[str, object]:
    """A contact; its address whole only for its owner and who just sent it."""
    scheme = row["url"].split(":", 1)[0]
    return {
        "id": row["id"],
        "person_id": row["person_id"],
        "kind": row["kind"],
        "url": row["url"] if whole else f"{scheme}://…",
        "verified": row["verified_at"] is not None,
        "code_expires_at": row.get("code_expires_at"),
        "created_at": row["created_at"],
    }


def _add(
    conn: Connection,
    principal: Principal,
    person_id: UUID,
    body: ContactBody,
    now: datetime,
) -> UUID:
    count = rows.one(conn, load("api.registry")["count_contacts"], {"id": person_id})
    if count and count["count"] >= MOST_PER_PERSON:
        raise ConflictError(
            f"a person has at most {MOST_PER_PERSON} contacts: remove one first"
        )
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
    return contact_id


def _send(
    conn: Connection, principal: Principal, contact_id: UUID, now: datetime
) -> Code:
    code = send_code(conn, contact_id, now)
    if code.wait_s == 0:
        _record(conn, principal, now, "contact.send_code", contact_id)
    return code


def _record(
    conn: Connection, principal: Principal, now: datetime, action: str, contact_id: UUID
) -> None:
    audit.record(conn, principal, now, action, "contact", contact_id)


def _may_keep(conn: Connection, principal: Principal, person_id: UUID) -> None:
    access.person(conn, principal, person_id)
    if principal.id != person_id and not principal.is_admin:
        raise ForbiddenError("only the person themself or an administrator may do this")
