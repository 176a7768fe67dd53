"""A senior's geofences."""

from uuid import UUID

from fastapi import APIRouter, Response

from api.answers import created, nothing
from api.deps import Asker, Database, Now
from api.pagination import Page, page
from api.registry import care
from api.schemas.seniors import Geofence, GeofenceBody, GeofenceList

router = APIRouter(prefix="/v1/seniors/{senior_id}/geofences", tags=["seniors"])


@router.get("", response_model=GeofenceList)
def list_geofences(
    senior_id: UUID, principal: Asker, connection: Database, asked: Page
) -> Response:
    """A senior's geofences."""
    found = care.find_geofences(connection, principal, senior_id, asked)
    return page(found, asked, dict)


@router.post("", response_model=Geofence, status_code=201)
def add_geofence(
    senior_id: UUID,
    body: GeofenceBody,
    principal: Asker,
    connection: Database,
    now: Now,
) -> Response:
    """Draw a circle or polygon; in force within 5 s."""
    return created(care.add_geofence(connection, principal, senior_id, body, now))


@router.delete("/{geofence_id}", status_code=204)
def archive_geofence(
    senior_id: UUID,
    geofence_id: UUID,
    principal: Asker,
    connection: Database,
    now: Now,
) -> Response:
    """Remove a geofence; out of force within 5 s."""
    care.archive_geofence(connection, principal, senior_id, geofence_id, now)
    return nothing()
