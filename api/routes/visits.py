"""The visit diary 民情日记."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from api import audit
from api.answers import created
from api.deps import Asker, Database, Now
from api.diary import entries
from api.pagination import Page, page
from api.schemas.base import Instant
from api.schemas.diary import VisitBody, VisitEntry, VisitList

router = APIRouter(prefix="/v1/visits", tags=["visits"])


class Filters(BaseModel):
    """Which entries to list; each that is given limits further."""

    senior_id: UUID | None = None
    place_id: UUID | None = None
    since: Annotated[Instant | None, Field(alias="from")] = None
    until: Annotated[Instant | None, Field(alias="to")] = None


@router.get("", response_model=VisitList)
def list_visits(
    principal: Asker,
    connection: Database,
    now: Now,
    asked: Page,
    filters: Annotated[Filters, Query()],
) -> Response:
    """Entries at or below one's place, newest first."""
    wanted = entries.Wanted(
        filters.senior_id, filters.place_id, filters.since, filters.until
    )
    found = entries.find(connection, principal, asked, wanted)
    told = dict.fromkeys(row["senior_id"] for row in found if row["senior_id"])
    audit.record_reads(connection, principal, now, "visit.list", told)
    return page(found, asked, entries.show, lambda row: (row["at"], row["id"]))


@router.post("", response_model=VisitEntry, status_code=201)
def add_visit(
    body: VisitBody, principal: Asker, connection: Database, now: Now
) -> Response:
    """Write an entry; one with `corrects_id` stands in for an earlier one."""
    return created(entries.show(entries.add(connection, principal, body, now)))
