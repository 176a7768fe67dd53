"""Follow-ups (回访): how seniors are after their critical alerts were resolved."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api.answers import answer
from api.asking import Ask
from api.pagination import Page, page
from api.response import followups
from api.response.requests import require_staff
from api.schemas.response import Followup, FollowupBody, FollowupList
from core.model import FollowupStatus

router = APIRouter(prefix="/v1/followups", tags=["followups"])


@router.get("", response_model=FollowupList)
def list_followups(
    ask: Ask,
    asked: Page,
    status: Annotated[
        str | None, Query(pattern=f"^({'|'.join(FollowupStatus)}|overdue)$")
    ] = None,
    place_id: UUID | None = None,
) -> Response:
    """Follow-ups in the order they came; `open` are those to be asked now."""
    require_staff(ask.principal)
    overdue = status == "overdue"
    found = followups.find(
        ask.connection,
        ask.principal,
        statuses=None if status is None or overdue else [status],
        overdue=overdue,
        place_id=place_id,
        after=asked.after_id(),
        limit=asked.limit + 1,
    )
    return page(found, asked, lambda row: followups.shown(row, ask.now))


@router.get("/{followup_id}", response_model=Followup)
def get_followup(ask: Ask, followup_id: UUID) -> Response:
    """One follow-up."""
    row = followups.one(ask.connection, ask.principal, followup_id)
    require_staff(ask.principal)
    return answer(followups.shown(row, ask.now))


@router.post("/{followup_id}", response_model=Followup)
def record_followup(ask: Ask, followup_id: UUID, body: FollowupBody) -> Response:
    """Record what was found; of who is not well, open the alert again or raise one."""
    followups.one(ask.connection, ask.principal, followup_id)
    require_staff(ask.principal)
    row = followups.record(ask, followup_id, body)
    return answer(followups.shown(row, ask.now))
