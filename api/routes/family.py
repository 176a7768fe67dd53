"""Relatives' links to a senior."""

from uuid import UUID

from fastapi import APIRouter, Response

from api.answers import created, nothing
from api.deps import Asker, Database, Now
from api.pagination import Page, page
from api.registry import family
from api.schemas.people import Family, FamilyBody, FamilyList

router = APIRouter(prefix="/v1/seniors/{senior_id}/family", tags=["seniors"])


@router.get("", response_model=FamilyList)
def list_family(
    senior_id: UUID, principal: Asker, connection: Database, asked: Page
) -> Response:
    """A senior's linked relatives."""
    return page(family.find(connection, principal, senior_id, asked), asked, dict)


@router.post("", response_model=Family, status_code=201)
def link_relative(
    senior_id: UUID,
    body: FamilyBody,
    principal: Asker,
    connection: Database,
    now: Now,
) -> Response:
    """Link a relative; sending this records the senior's consent."""
    return created(family.link(connection, principal, senior_id, body, now))


@router.delete("/{link_id}", status_code=204)
def unlink_relative(
    senior_id: UUID,
    link_id: UUID,
    principal: Asker,
    connection: Database,
    now: Now,
) -> Response:
    """End a link: the consent is withdrawn."""
    family.unlink(connection, principal, senior_id, link_id, now)
    return nothing()
