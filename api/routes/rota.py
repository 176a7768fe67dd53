"""The rota, the hand-over of a place, and the calendar of public holidays."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response

from api.answers import answer, nothing
from api.asking import Ask
from api.deps import Asker, Database, Now, Own
from api.duty import handover, rota, workdays
from api.schemas.base import Instant
from api.schemas.duty import Handover, HolidayBody, HolidayList, Rota
from core.duty.workdays import FIRST_YEAR, LAST_YEAR
from core.errors import ForbiddenError, InvalidError

router = APIRouter(prefix="/v1", tags=["duty"])
Year = Annotated[int | None, Query(ge=FIRST_YEAR, le=LAST_YEAR)]


@router.get("/rota", response_model=Rota)
def read_rota(
    ask: Ask,
    own: Own,
    place_id: UUID | None = None,
    since: Annotated[Instant | None, Query(alias="from")] = None,
    until: Annotated[Instant | None, Query(alias="to")] = None,
) -> Response:
    """Duties at or below a place (mine if not given), and gaps."""
    where = place_id or ask.principal.place_id
    if not ask.principal.is_responder and not ask.principal.is_admin:
        raise ForbiddenError("only staff see the rota")
    if where is None:
        raise InvalidError("say of which place", "place_id")
    span = rota.span_of(ask.now, since, until)
    zone = own.settings.zone
    return answer(
        rota.rota(ask.connection, ask.principal, where, span, now=ask.now, zone=zone)
    )


@router.get("/places/{place_id}/handover", response_model=Handover)
def read_handover(ask: Ask, place_id: UUID) -> Response:
    """What whoever takes over a place must know."""
    return answer(handover.show(ask, place_id))


@router.get("/holidays", response_model=HolidayList)
def read_holidays(
    principal: Asker, connection: Database, now: Now, own: Own, year: Year = None
) -> Response:
    """A year's public holidays, and weekend days worked in their stead."""
    if not principal.is_responder and not principal.is_admin:
        raise ForbiddenError("only staff see this")
    local = now.astimezone(own.settings.zone)
    return answer(workdays.of_year(connection, local.year if year is None else year))


@router.put("/holidays/{day}", response_model=HolidayList)
def correct_holiday(
    day: Annotated[date, Path()],
    body: HolidayBody,
    ask: Ask,
    own: Own,
) -> Response:
    """Say whether a day is worked, over what the shipped calendar says."""
    workdays.require_known(day)
    conn, zone = ask.connection, own.settings.zone
    workdays.correct(conn, ask.principal, day, body, now=ask.now, zone=zone)
    return answer(workdays.of_year(conn, day.year))


@router.delete("/holidays/{day}", status_code=204)
def take_back_holiday(day: Annotated[date, Path()], ask: Ask, own: Own) -> Response:
    """Return to the shipped calendar for a day."""
    zone = own.settings.zone
    workdays.take_back(ask.connection, ask.principal, day, ask.now, zone)
    return nothing()
