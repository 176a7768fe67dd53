"""A senior's quiet hours."""

from uuid import UUID

from fastapi import APIRouter, Response

from api.answers import answer
from api.deps import Asker, Database, Now
from api.registry import care
from core.rules.routine import Routine

router = APIRouter(prefix="/v1/seniors/{senior_id}/routine", tags=["seniors"])


@router.get("", response_model=Routine)
def get_routine(senior_id: UUID, principal: Asker, connection: Database) -> Response:
    """The quiet hours."""
    return answer(care.get_care(connection, principal, senior_id, "routine"))


@router.put("", response_model=Routine)
def set_routine(
    senior_id: UUID,
    body: Routine,
    principal: Asker,
    connection: Database,
    now: Now,
) -> Response:
    """Replace the quiet hours."""
    return answer(care.set_routine(connection, principal, senior_id, body, now))
