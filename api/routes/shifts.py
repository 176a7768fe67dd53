"""Shifts: who is on duty for a place."""

from uuid import UUID

from fastapi import APIRouter, Response

from api.answers import answer, created, nothing
from api.deps import Asker, Database, Now, Own
from api.pagination import Page, page
from api.registry import shifts
from api.schemas.wristbands import Shift, ShiftBody, ShiftChange, ShiftList

router = APIRouter(prefix="/v1/shifts", tags=["shifts"])


@router.get("", response_model=ShiftList)
def list_shifts(
    principal: Asker,
    connection: Database,
    asked: Page,
    person_id: UUID | None = None,
    place_id: UUID | None = None,
) -> Response:
    """Shifts at or below my place."""
    principal.require_managing()
    found = shifts.find(connection, principal, asked, person_id, place_id)
    return page(found, asked, dict)


@router.post("", response_model=Shift, status_code=201)
def add_shift(
    body: ShiftBody, principal: Asker, connection: Database, now: Now, own: Own
) -> Response:
    """Put a responder on duty."""
    zone = own.settings.zone
    return created(shifts.add(connection, principal, body, now=now, zone=zone))


@router.get("/{shift_id}", response_model=Shift)
def get_shift(shift_id: UUID, principal: Asker, connection: Database) -> Response:
    """One shift."""
    return answer(shifts.get(connection, principal, shift_id))


@router.patch("/{shift_id}", response_model=Shift)
def change_shift(
    shift_id: UUID,
    body: ShiftChange,
    principal: Asker,
    connection: Database,
    *,
    now: Now,
    own: Own,
) -> Response:
    """Change a shift."""
    zone = own.settings.zone
    shown = shifts.change(connection, principal, shift_id, body, now=now, zone=zone)
    return answer(shown)


@router.delete("/{shift_id}", status_code=204)
def archive_shift(
    shift_id: UUID, principal: Asker, connection: Database, now: Now
) -> Response:
    """Archive a shift."""
    shifts.archive(connection, principal, shift_id, now)
    return nothing()
