"""Overrides of the rota: add, take off or replace a person for some time."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api.answers import answer, created, nothing
from api.deps import Asker, Database, Now, Own
from api.duty import overrides
from api.pagination import Page, page
from api.schemas.base import Instant
from api.schemas.duty import Override, OverrideBody, OverrideList

router = APIRouter(prefix="/v1/overrides", tags=["duty"])


@router.get("", response_model=OverrideList)
def list_overrides(
    principal: Asker,
    connection: Database,
    asked: Page,
    *,
    place_id: UUID | None = None,
    since: Annotated[Instant | None, Query(alias="from")] = None,
    until: Annotated[Instant | None, Query(alias="to")] = None,
) -> Response:
    """Overrides at or below my place, and of my own duty."""
    found = overrides.find(connection, principal, asked, place_id, (since, until))
    return page(found, asked, dict)


@router.post("", response_model=Override, status_code=201)
def add_override(
    body: OverrideBody, principal: Asker, connection: Database, now: Now, own: Own
) -> Response:
    """Add, take off or replace a person."""
    zone = own.settings.zone
    return created(overrides.add(connection, principal, body, now, zone))


@router.get("/{override_id}", response_model=Override)
def get_override(override_id: UUID, principal: Asker, connection: Database) -> Response:
    """One override."""
    return answer(overrides.get(connection, principal, override_id))


@router.delete("/{override_id}", status_code=204)
def undo_override(
    override_id: UUID, principal: Asker, connection: Database, now: Now, own: Own
) -> Response:
    """Take an override back."""
    overrides.undo(connection, principal, override_id, now, own.settings.zone)
    return nothing()
