"""Whether a senior is called at critical alerts, and at which number."""

from uuid import UUID

from fastapi import APIRouter, Response

from api.answers import answer
from api.deps import Asker, Database, Now
from api.registry import telling
from api.schemas.telling import CallBack

router = APIRouter(prefix="/v1/seniors/{senior_id}/call-back", tags=["seniors"])


@router.get("", response_model=CallBack)
def get_call_back(senior_id: UUID, principal: Asker, connection: Database) -> Response:
    """The senior's own number, and whether it is called; managers only."""
    return answer(telling.call_back(connection, principal, senior_id))


@router.put("", response_model=CallBack)
def set_call_back(
    senior_id: UUID,
    body: CallBack,
    principal: Asker,
    connection: Database,
    now: Now,
) -> Response:
    """Call the senior at critical alerts ("are you all right? press 1"), or stop to.

    Only what the senior agreed to: the answer is noted, and stops nothing.
    """
    return answer(telling.set_call_back(connection, principal, senior_id, body, now))
