"""How a senior is now."""

from uuid import UUID

from fastapi import APIRouter, Response

from api.answers import answer
from api.asking import Ask
from api.schemas.watching import Status
from api.views import seniors

router = APIRouter(prefix="/v1/seniors", tags=["seniors"])


@router.get("/{senior_id}/status", response_model=Status)
def read_status(ask: Ask, senior_id: UUID) -> Response:
    """Level, reasons, last vital signs, location, open alerts, who is coming."""
    status = seniors.one(ask.connection, ask.viewer, ask.now, senior_id)
    ask.record_status(senior_id, seniors.parts_told(status))
    return answer(status)
