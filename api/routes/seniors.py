"""Seniors: their registry cards."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api import audit
from api.answers import answer, created, nothing
from api.deps import Asker, Database, Now, Own
from api.pagination import Page, next_cursor, page
from api.registry import history, seniors, special_care
from api.schemas.seniors import (
    CareList,
    Senior,
    SeniorBody,
    SeniorChange,
    SeniorList,
)
from api.schemas.wristbands import WornWristbandList

router = APIRouter(prefix="/v1/seniors", tags=["seniors"])


@router.get("", response_model=SeniorList)
def list_seniors(  # noqa: PLR0917 - each is a part of the request
    principal: Asker,
    connection: Database,
    asked: Page,
    now: Now,
    own: Own,
    place_id: UUID | None = None,
    care: Annotated[CareList | None, Query(alias="list")] = None,
) -> Response:
    """Seniors at or below my place; a relative's: those linked to them.

    `list` names a special-care list, whose first page also counts all lists.
    """
    listed = special_care.listed(principal, care, now.astimezone(own.settings.zone))
    found = seniors.find(connection, principal, asked, place_id, listed)
    shown = found[: asked.limit]
    ids = [row["id"] for row in shown]
    audit.record_reads(connection, principal, now, "senior.read", ids)
    zone = own.settings.zone
    answered: dict[str, object] = {
        "items": [seniors.card(row, principal, now, zone) for row in shown],
        "next_cursor": next_cursor(found, asked),
    }
    if listed and not asked.cursor:
        counts = special_care.count(connection, principal, listed, place_id)
        answered["counts"] = counts
    return answer(answered)


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


@router.get("/{senior_id}/wristbands", response_model=WornWristbandList)
def list_worn_wristbands(
    senior_id: UUID, principal: Asker, connection: Database, asked: Page, now: Now
) -> Response:
    """What the senior wore from when to when, newest first."""
    found = history.of_senior(connection, principal, senior_id, asked)
    audit.record_reads(connection, principal, now, "senior.read_worn", [senior_id])
    return page(found, asked, lambda row: history.show(row, principal), history.key)
