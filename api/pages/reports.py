"""The managers' page: how fast somebody came, and on whose doors to knock this month."""

from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from api.deps import Own
from api.pages.live import missing
from api.pages.rendering import render
from api.pages.visiting import Visit, Visitor, go
from api.pagination import PageRequest
from api.reports import coverage, drills, response
from api.reports.columns import Period
from api.reports.response import Ground
from api.reports.words import say
from core.errors import InvalidError, NotFoundError
from core.model import Role

router = APIRouter(prefix="/reports", include_in_schema=False)
MOST_DRILLS = 20
A_MONTH = timedelta(days=29)
"""With today thirty days."""


class Asked(BaseModel):
    """What the form asks: local days, both inclusive, and a place."""

    since: Annotated[date | None, Field(alias="from")] = None
    until: Annotated[date | None, Field(alias="to")] = None
    place_id: UUID | None = None


@router.get("")
def reports_page(
    visit: Visitor, own: Own, asked: Annotated[Asked, Query()]
) -> Response:
    """Response, visits and drills of a place and what is below it."""
    ask = visit.ask
    if not ask.principal.manages:
        return go("/family" if ask.principal.role is Role.FAMILY else "/grid")
    try:
        where = response.ground(ask.connection, ask.principal, asked.place_id)
        since, until, when = _period(asked, own, ask.now)
    except (NotFoundError, InvalidError):
        return missing(visit)
    report = response.report(ask.connection, where, when, ask.now)
    values: dict[str, Any] = {
        "report": report,
        "visits": _visits(visit, where, own),
        "drills": _drills(visit, where, when),
        "first_day": since,
        "last_day": until,
        "above": _above(visit, where),
        "days": urlencode({"from": since, "to": until}),
        "query": _query(when, where),
        "place_id": where.root_id,
    }
    return _render(visit, "reports.html", values)


def _render(visit: Visit, template: str, values: dict[str, Any]) -> Response:
    words = {"r": partial(say, visit.locale), "me": visit.ask.principal}
    return render(visit.request, template, visit.locale, {**words, **values})


def _period(asked: Asked, own: Own, now: datetime) -> tuple[date, date, Period]:
    zone = own.settings.zone
    until = asked.until or now.astimezone(zone).date()
    since = asked.since or until - A_MONTH
    ends = [
        datetime.combine(day, time(), zone)
        for day in (since, until + timedelta(days=1))
    ]
    return since, until, response.period(ends[0], ends[1], now, zone)


def _visits(visit: Visit, where: Ground, own: Own) -> dict[str, Any]:
    zone = own.settings.zone
    month = coverage.month_of(visit.ask.now.astimezone(zone).date(), zone)
    return coverage.shown(visit.ask, where, month, zone)


def _drills(visit: Visit, where: Ground, when: Period) -> list[dict[str, Any]]:
    asked = PageRequest(MOST_DRILLS, None)
    found = drills.find(visit.ask.connection, where, when, asked)
    return [drills.show(row) for row in found[:MOST_DRILLS]]


def _above(visit: Visit, where: Ground) -> UUID | None:
    """The place above, as far as the asker may see."""
    path: list[UUID] = where.root["path"] if where.root else []
    own = visit.ask.principal.place_id
    return path[-2] if len(path) > 1 and path[-1] != own else None


def _query(when: Period, where: Ground) -> str:
    """The same report from the REST calls, for downloads."""
    values = {"from": when.since.isoformat(), "to": when.until.isoformat()}
    if where.root_id is not None:
        values["place_id"] = str(where.root_id)
    return urlencode(values)
