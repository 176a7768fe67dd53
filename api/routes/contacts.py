"""Where people are told."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Response

from api.answers import answer, created, nothing
from api.deps import Asker, AskerAlone, Database, Now, Own, Services
from api.errors import TooManyError
from api.pagination import Page, page
from api.principal import Principal
from api.registry import contacts
from api.schemas.people import CodeBody, Contact, ContactBody, ContactList
from core import destinations
from core.database import Row

router = APIRouter(prefix="/v1/people/{person_id}/contacts", tags=["people"])


@router.get("", response_model=ContactList)
def list_contacts(
    person_id: UUID, principal: Asker, connection: Database, asked: Page
) -> Response:
    """A person's contacts; addresses are whole for the person only."""
    found = contacts.find(connection, principal, person_id, asked)
    mine = principal.id == person_id
    return page(found, asked, lambda row: contacts.show(row, whole=mine))


@router.post("", response_model=Contact, status_code=201)
def add_contact(
    person_id: UUID, body: ContactBody, principal: AskerAlone, now: Now, own: Own
) -> Response:
    """Add a contact; only a verified one is told, others are sent a code."""
    with own.pool.connection() as connection:
        contacts.may_add(connection, principal, person_id, body)
    # Names are looked up here, which may be slow: no connection waits for it.
    destinations.require_fitting(body.kind, body.url)
    destinations.check(body.url, own.settings.notify_hosts)
    with own.pool.connection() as connection:
        row = contacts.add(connection, principal, person_id, body, now)
    return created(contacts.show(row, whole=True))


@router.post("/{contact_id}/verify", response_model=Contact)
def verify_contact(  # noqa: PLR0917 - each is a part of the request
    person_id: UUID,
    contact_id: UUID,
    principal: AskerAlone,
    now: Now,
    own: Own,
    body: CodeBody | None = None,
) -> Response:
    """Prove a contact by the code sent to it; without a code, send a new one."""
    if body is not None and body.code is not None:
        row = _proven(own, principal, (person_id, contact_id), body.code.strip(), now)
    else:
        row = _asked(own, principal, (person_id, contact_id), now)
    return answer(contacts.show(row, whole=principal.id == person_id))


def _proven(
    own: Services,
    principal: Principal,
    contact: tuple[UUID, UUID],
    code: str,
    now: datetime,
) -> Row:
    digits = contacts.plain_code(code)
    with own.pool.connection() as connection:
        verdict, left = contacts.try_code(
            connection, principal, contact, digits, now, key=own.key
        )
    # Committed by now: a wrong code has been counted.
    contacts.require_right(verdict, left)
    with own.pool.connection() as connection:
        return contacts.get(connection, *contact)


def _asked(
    own: Services, principal: Principal, contact: tuple[UUID, UUID], now: datetime
) -> Row:
    with own.pool.connection() as connection:
        row, wait_s = contacts.ask_for_code(connection, principal, *contact, now)
    if wait_s:
        raise TooManyError(
            f"too many codes were sent: ask again in {wait_s} s", retry_after_s=wait_s
        )
    return row


@router.delete("/{contact_id}", status_code=204)
def archive_contact(
    person_id: UUID,
    contact_id: UUID,
    principal: Asker,
    connection: Database,
    now: Now,
) -> Response:
    """Remove a contact."""
    contacts.archive(connection, principal, person_id, contact_id, now)
    return nothing()
