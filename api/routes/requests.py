"""Calls for help (吹哨): every one counted until it is closed."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from api.answers import answer
from api.asking import Ask
from api.pagination import Page, page
from api.response import requests
from api.response.requests import OPEN, Search
from api.schemas.response import Request, RequestAnswer, RequestList
from core.model import DepartmentKind, RequestStatus

router = APIRouter(prefix="/v1/requests", tags=["requests"])


class Filters(BaseModel):
    """Which calls for help to list; each that is given limits further."""

    status: Annotated[
        str | None, Field(pattern=f"^({'|'.join(RequestStatus)}|open|closed)$")
    ] = None
    to: Annotated[
        str | None, Field(pattern=f"^(level_up|{'|'.join(DepartmentKind)})$")
    ] = None
    place_id: UUID | None = None
    alert_id: UUID | None = None


@router.get("", response_model=RequestList)
def list_requests(
    ask: Ask,
    asked: Page,
    filters: Annotated[Filters, Query()],
) -> Response:
    """Calls for help, newest first; `open` are all that are not closed."""
    requests.require_staff(ask.principal)
    search = Search(
        statuses=_statuses(filters.status),
        kind=filters.to,
        place_id=filters.place_id,
        alerts=None if filters.alert_id is None else [filters.alert_id],
        before=asked.after(datetime.fromisoformat, UUID),
        limit=asked.limit + 1,
    )
    found = requests.find(ask.connection, ask.principal, search)
    return page(found, asked, requests.shown, lambda row: (row["asked_at"], row["id"]))


@router.get("/{request_id}", response_model=Request)
def get_request(ask: Ask, request_id: UUID) -> Response:
    """One call for help."""
    row = requests.one(ask.connection, ask.principal, request_id)
    requests.require_staff(ask.principal)
    return answer(requests.shown(row))


@router.post("/{request_id}", response_model=Request)
def answer_request(ask: Ask, request_id: UUID, body: RequestAnswer) -> Response:
    """Record what came of it, e.g. that 120 was called at 10:04 and a car comes."""
    return answer(requests.shown(requests.answer(ask, request_id, body)))


def _statuses(status: str | None) -> tuple[str, ...] | None:
    if status is None:
        return None
    if status == "open":
        return OPEN
    if status == "closed":
        return tuple(set(RequestStatus) - set(OPEN))
    return (status,)
