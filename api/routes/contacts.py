"""Where people are told."""

from uuid import UUID

from fastapi import APIRouter, Response

from api.answers import created, nothing
from api.deps import Asker, AskerAlone, Database, Now, Own
from api.pagination import Page, page
from api.registry import contacts
from api.schemas.people import Contact, ContactBody, ContactList
from core import destinations

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
    """Add a contact; only a verified one is told."""
    with own.pool.connection() as connection:
        contacts.may_add(connection, principal, person_id, body)
    # Names are looked up here, which may be slow: no connection waits for it.
    destinations.check(body.url, own.settings.notify_hosts)
    with own.pool.connection() as connection:
        row = contacts.add(connection, principal, person_id, body, now)
    return created(contacts.show(row, whole=True))


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
