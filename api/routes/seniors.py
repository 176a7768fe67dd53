"""Seniors: their registry cards."""

from uuid import UUID

from fastapi import APIRouter, Response

from api import audit
from api.answers import answer, created, nothing
from api.deps import Asker, Database, Now, Own
from api.pagination import Page, page
from api.registry import seniors
from api.schemas.seniors import Senior, SeniorBody, SeniorChange, SeniorList

router = APIRouter(prefix="/v1/seniors", tags=["seniors"])


@router.get("", response_model=SeniorList)
def list_seniors(  # noqa: PLR0917 - each is a part of the request
    principal: Asker,
    connection: Database,
    asked: Page,
    now: Now,
    own: Own,
    place_id: UUID | None = None,
) -> Response:
    """Seniors at or below my place; a relative's: those linked to them."""
    found = seniors.find(connection, principal, asked, place_id)
    if principal.is_admin:
        shown = [row["id"] for row in found[: asked.limit]]
        audit.record_reads(connection, principal, now, "senior.read", shown)
    zone = own.settings.zone
    return page(found, asked, lambda row: seniors.card(row, principal, now, zone))


@router.post("", response_model=Senior, status_code=201)
def add_senior(
    body: SeniorBody, principal: Asker, connection: Database, now: Now, own: Own
) -> Response:
    """Add a senior."""
    row = seniors.add(connection, principal, body, now)
    return created(seniors.card(row, principal, now, own.settings.zone))


@router.get("/{senior_id}", response_model=Senior)
def get_senior(
    senior_id: UUID, principal: Asker, connection: Database, now: Now, own: Own
) -> Response:
    """One registry card."""
    row = seniors.get(connection, principal, senior_id)
    if principal.is_admin:
        audit.record_reads(connection, principal, now, "senior.read", [senior_id])
    return answer(seniors.card(row, principal, now, own.settings.zone))


@router.patch("/{senior_id}", response_model=Senior)
def change_senior(  # noqa: PLR0917 - each is a part of the request
    senior_id: UUID,
    body: SeniorChange,
    principal: Asker,
    connection: Database,
    now: Now,
    own: Own,
) -> Response:
    """Change a registry card."""
    row = seniors.change(connection, principal, senior_id, body, now)
    return answer(seniors.card(row, principal, now, own.settings.zone))


@router.delete("/{senior_id}", status_code=204)
def archive_senior(
    senior_id: UUID, principal: Asker, connection: Database, now: Now
) -> Response:
    """Archive a senior who wears nothing."""
    seniors.archive(connection, principal, senior_id, now)
    return nothing()
