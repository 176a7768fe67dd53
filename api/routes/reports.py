"""Reports for managers: response, visit coverage, drills; as JSON, CSV or XLSX."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from api.answers import answer
from api.asking import Ask
from api.deps import Own
from api.pagination import Page, PageRequest, page
from api.reports import coverage, drills, response
from api.reports.sheets import CSV_TYPE, XLSX_TYPE, Format
from api.reports.sheets import answer as sheet_answer
from api.reports.tables import drill_tables, response_tables, visit_tables
from api.schemas.base import Instant
from api.schemas.reports import DrillList, ResponseReport, VisitReport
from core.errors import InvalidError

router = APIRouter(prefix="/v1/reports", tags=["reports"])
SHEETS: dict[int | str, dict[str, object]] = {
    200: {
        "content": {
            CSV_TYPE: {"schema": {"type": "string"}},
            XLSX_TYPE: {"schema": {"type": "string", "format": "binary"}},
        }
    }
}
"""What else than JSON is answered, by `format`."""
WHOLE = PageRequest(100_000, None)
"""What fits into a spreadsheet that people open."""


class Asked(BaseModel):
    """Which alerts a report is about, and what it is written as."""

    since: Annotated[Instant | None, Field(alias="from")] = None
    until: Annotated[Instant | None, Field(alias="to")] = None
    place_id: UUID | None = None
    format: Format = "json"


@router.get("/response", response_model=ResponseReport, responses=SHEETS)
def read_response(ask: Ask, own: Own, asked: Annotated[Asked, Query()]) -> Response:
    """How fast somebody came, by place, role, kind and severity, weekly and monthly.

    Defined in docs/accountability.md. Drills stand apart, canaries are left out.
    """
    where = response.ground(ask.connection, ask.principal, asked.place_id)
    when = response.period(asked.since, asked.until, ask.now, own.settings.zone)
    report = response.report(ask.connection, where, when, ask.now)
    if asked.format == "json":
        return answer(report)
    tables = response_tables(report, ask.viewer.locale)
    name = f"response-{when.since:%Y%m%d}-{when.until:%Y%m%d}"
    return sheet_answer(tables, asked.format, name, own.settings.zone)


@router.get("/visits", response_model=VisitReport, responses=SHEETS)
def read_visits(
    ask: Ask,
    own: Own,
    month: Annotated[str | None, Query(pattern=r"^\d{4}-\d{2}$")] = None,
    place_id: UUID | None = None,
    shape: Annotated[Format, Query(alias="format")] = "json",
) -> Response:
    """Visit coverage 探访率 of special-care seniors in a month, and who was not visited."""
    zone = own.settings.zone
    where = response.ground(ask.connection, ask.principal, place_id)
    wanted = coverage.month_of(day_of(month, ask.now.astimezone(zone)), zone)
    report = coverage.shown(ask, where, wanted, zone)
    if shape == "json":
        return answer(report)
    tables = visit_tables(report, ask.viewer.locale)
    return sheet_answer(tables, shape, f"visits-{wanted.first:%Y%m}", zone)


@router.get("/drills", response_model=DrillList, responses=SHEETS)
def list_drills(
    ask: Ask, own: Own, page_asked: Page, asked: Annotated[Asked, Query()]
) -> Response:
    """Drills, newest first: in how many seconds somebody was reached.

    A file holds all of the period, JSON page by page.
    """
    where = response.ground(ask.connection, ask.principal, asked.place_id)
    when = response.period(asked.since, asked.until, ask.now, own.settings.zone)
    if asked.format != "json":
        whole = drills.find(ask.connection, where, when, WHOLE)
        tables = drill_tables([drills.show(row) for row in whole], ask.viewer.locale)
        name = f"drills-{when.since:%Y%m%d}-{when.until:%Y%m%d}"
        return sheet_answer(tables, asked.format, name, own.settings.zone)
    found = drills.find(ask.connection, where, when, page_asked)
    return page(
        found, page_asked, drills.show, lambda row: (row["opened_at"], row["id"])
    )


def day_of(month: str | None, local: datetime) -> date:
    """A day of the month asked for, or today.

    Raises
    ------
    InvalidError
        If there is no such month.
    """
    if month is None:
        return local.date()
    try:
        return date.fromisoformat(f"{month}-01")
    except ValueError:
        raise InvalidError("a month is written YYYY-MM", "month") from None
