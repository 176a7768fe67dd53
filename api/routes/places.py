"""Places: the five-level tree."""

from uuid import UUID

from fastapi import APIRouter, Response

from api.answers import answer, created, nothing
from api.deps import Asker, Database, Now
from api.pagination import Page, page
from api.registry import places
from api.schemas.places import Place, PlaceBody, PlaceChange, PlaceList
from core.model import PlaceLevel

router = APIRouter(prefix="/v1/places", tags=["places"])


@router.get("", response_model=PlaceList)
def list_places(
    principal: Asker,
    connection: Database,
    asked: Page,
    parent_id: UUID | None = None,
    level: PlaceLevel | None = None,
) -> Response:
    """Places at or below mine."""
    principal.require_managing()
    found = places.find(connection, principal, asked, parent_id, level)
    return page(found, asked, dict)


@router.post("", response_model=Place, status_code=201)
def add_place(
    body: PlaceBody, principal: Asker, connection: Database, now: Now
) -> Response:
    """Add a place."""
    return created(places.add(connection, principal, body, now))


@router.get("/{place_id}", response_model=Place)
def get_place(place_id: UUID, principal: Asker, connection: Database) -> Response:
    """One place."""
    return answer(places.get(connection, principal, place_id))


@router.patch("/{place_id}", response_model=Place)
def change_place(
    place_id: UUID,
    body: PlaceChange,
    principal: Asker,
    connection: Database,
    now: Now,
) -> Response:
    """Rename, redraw or move a place."""
    return answer(places.change(connection, principal, place_id, body, now))


@router.delete("/{place_id}", status_code=204)
def archive_place(
    place_id: UUID, principal: Asker, connection: Database, now: Now
) -> Response:
    """Archive an empty place."""
    places.archive(connection, principal, place_id, now)
    return nothing()
