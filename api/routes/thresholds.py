"""A senior's personal limits."""

from uuid import UUID

from fastapi import APIRouter, Response

from api.answers import answer
from api.deps import Asker, Database, Now
from api.registry import care
from core.rules.thresholds import Thresholds

router = APIRouter(prefix="/v1/seniors/{senior_id}/thresholds", tags=["seniors"])


@router.get("", response_model=Thresholds)
def get_thresholds(senior_id: UUID, principal: Asker, connection: Database) -> Response:
    """The personal limits; what is absent has its default."""
    return answer(care.get_care(connection, principal, senior_id, "thresholds"))


@router.put("", response_model=Thresholds)
def set_thresholds(
    senior_id: UUID,
    body: Thresholds,
    principal: Asker,
    connection: Database,
    now: Now,
) -> Response:
    """Replace the personal limits; what is absent or null returns to its default."""
    return answer(care.set_thresholds(connection, principal, senior_id, body, now))
