"""SOS drills: the whole chain, marked as practice."""

from uuid import UUID

from fastapi import APIRouter, Response

from alerts.incidents import store
from api import access, steps
from api.answers import created
from api.asking import Ask
from api.schemas.diary import DrillBody
from api.views import alerts

router = APIRouter(prefix="/v1/seniors/{senior_id}/drill", tags=["alerts"])


@router.post("", status_code=201)
def begin_drill(ask: Ask, senior_id: UUID, body: DrillBody | None = None) -> Response:
    """Begin a drill; everyone is told as in an emergency, every title says it is one.

    It ends as soon as somebody resolves it, at the latest after an hour.
    """
    access.managed_senior(ask.connection, ask.principal, senior_id)
    note = body.note if body else None
    by = steps.actor(ask.principal)
    alert_id = store.open_drill(ask.connection, senior_id, by, note, ask.now)
    ask.record("drill.begin", "alert", alert_id, senior_id)
    row = alerts.one(ask.connection, ask.viewer, alert_id)
    shown = alerts.shown(row, ask.viewer)
    assert shown is not None  # noqa: S101 - the asker sees the senior
    return created(shown)
