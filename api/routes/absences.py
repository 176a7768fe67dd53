"""When a senior is away."""

from uuid import UUID

from fastapi import APIRouter, Response

from api.answers import created, nothing
from api.deps import Asker, Database, Now
from api.pagination import Page, page
from api.registry import care
from api.schemas.seniors import Absence, AbsenceBody, AbsenceList

router = APIRouter(prefix="/v1/seniors/{senior_id}/absence", tags=["seniors"])


@router.get("", response_model=AbsenceList)
def list_absences(
    senior_id: UUID, principal: Asker, connection: Database, asked: Page
) -> Response:
    """A senior's absences, newest first."""
    found = care.find_absences(connection, principal, senior_id, asked)
    return page(found, asked, care.show_absence)


@router.post("", response_model=Absence, status_code=201)
def add_absence(
    senior_id: UUID,
    body: AbsenceBody,
    principal: Asker,
    connection: Database,
    now: Now,
) -> Response:
    """Pause inactivity, offline, not_worn and geofences; never sos or fall."""
    row = care.add_absence(connection, principal, senior_id, body, now)
    return created(care.show_absence(row))


@router.delete("/{absence_id}", status_code=204)
def end_absence(
    senior_id: UUID,
    absence_id: UUID,
    principal: Asker,
    connection: Database,
    now: Now,
) -> Response:
    """End an absence now."""
    care.end_absence(connection, principal, senior_id, absence_id, now)
    return nothing()
