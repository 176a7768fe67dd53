"""SOS drills: the whole chain, marked as practice."""

from uuid import UUID

from fastapi import APIRouter, Response

from api import drilling
from api.answers import created
from api.asking import Ask
from api.schemas.diary import DrillBody
from api.schemas.watching import Alert
from api.views import alerts

router = APIRouter(prefix="/v1/seniors/{senior_id}/drill", tags=["alerts"])


@router.post("", response_model=Alert, status_code=201)
def begin_drill(ask: Ask, senior_id: UUID, body: DrillBody | None = None) -> Response:
    """Begin a drill; everyone is told as in an emergency, every title says it is one.

    It ends as soon as somebody resolves it, at the latest after an hour.
    """
    row = drilling.begin(ask, senior_id, body.note if body else None)
    shown = alerts.shown(row, ask.viewer)
    assert shown is not None  # noqa: S101 - the asker sees the senior
    return created(shown)
