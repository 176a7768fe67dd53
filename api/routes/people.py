"""People: staff and relatives."""

from uuid import UUID

from fastapi import APIRouter, Response

from api.answers import answer, created, nothing
from api.deps import Asker, Database, Now
from api.pagination import Page, page
from api.registry import people
from api.schemas.people import Person, PersonBody, PersonChange, PersonList
from core.model import Role

router = APIRouter(prefix="/v1/people", tags=["people"])


@router.get("", response_model=PersonList)
def list_people(
    principal: Asker,
    connection: Database,
    asked: Page,
    role: Role | None = None,
    place_id: UUID | None = None,
) -> Response:
    """People at or below my place, and the relatives of the seniors there."""
    principal.require_managing()
    found = people.find(connection, principal, asked, role, place_id)
    return page(found, asked, dict)


@router.post("", response_model=Person, status_code=201)
def add_person(
    body: PersonBody, principal: Asker, connection: Database, now: Now
) -> Response:
    """Add a person; no user name, no login."""
    return created(people.add(connection, principal, body, now))


@router.get("/{person_id}", response_model=Person)
def get_person(person_id: UUID, principal: Asker, connection: Database) -> Response:
    """One person."""
    return answer(people.get(connection, principal, person_id))


@router.patch("/{person_id}", response_model=Person)
def change_person(
    person_id: UUID,
    body: PersonChange,
    principal: Asker,
    connection: Database,
    now: Now,
) -> Response:
    """Change a person."""
    return answer(people.change(connection, principal, person_id, body, now))


@router.delete("/{person_id}", status_code=204)
def archive_person(
    person_id: UUID, principal: Asker, connection: Database, now: Now
) -> Response:
    """Archive a person."""
    people.archive(connection, principal, person_id, now)
    return nothing()
