"""A senior's readings over time."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from api import access
from api.answers import answer
from api.asking import Ask, Asking
from api.deps import Own
from api.purposes import purposes
from api.schemas.base import Instant
from api.schemas.watching import Readings
from api.views import readings
from api.views.readings import Metric
from core.errors import NotFoundError
from core.model import Scope

router = APIRouter(prefix="/v1/seniors", tags=["seniors"])


class Question(BaseModel):
    """What to read: which metric, from when to when, and taken together how."""

    metric: Annotated[str, Field(max_length=40)]
    since: Annotated[Instant | None, Field(alias="from")] = None
    until: Annotated[Instant | None, Field(alias="to")] = None
    bucket: Annotated[str | None, Field(max_length=20)] = None


@router.get("/{senior_id}/readings", response_model=Readings)
def read_readings(
    ask: Ask, own: Own, senior_id: UUID, question: Annotated[Question, Query()]
) -> Response:
    """Readings from `from` up to but not at `to`; by default of the last 24 hours.

    Without `bucket` each reading is a point, else each span of that length; spans of
    whole days begin at midnight in the service's time zone, others are counted from
    1970 in UTC.
    """
    of = readings.metric(question.metric)
    since = _visible_since(ask, senior_id, of)
    asked = readings.period(question.since, question.until, question.bucket, ask.now)
    asked = asked.not_before(since)
    zone = own.settings.time_zone
    points = readings.readings(ask.connection, senior_id, question.metric, asked, zone)
    seen = [senior_id] if of.scope is Scope.LOCATION else []
    ask.record(
        f"senior.read_{of.scope}",
        "senior",
        senior_id,
        senior_id,
        metric=question.metric,
        points=len(points["points"]),
        **purposes(ask.connection, ask.principal, seen).get(senior_id, {}),
    )
    return answer(points)


def _visible_since(ask: Asking, senior_id: UUID, of: Metric) -> datetime:
    """From when on these readings may be seen."""
    found = access.senior(ask.connection, ask.principal, senior_id)
    if of.scope is Scope.LOCATION:
        since = access.located_since(ask.connection, ask.principal, found)
    elif of.scope is Scope.VITALS:
        since = access.EVER if access.may_read_vitals(ask.connection, found) else None
    else:
        since = access.EVER if of.scope in found.scopes else None
    if since is None:
        raise NotFoundError("no such readings, or not for you")
    return since
