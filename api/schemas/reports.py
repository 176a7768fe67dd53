"""Answers of the reports: figures, coverage by visits, drills."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from api.schemas.base import Answer, PlaceLevelName
from api.schemas.diary import Named
from core.model import Kind, Outcome, Role, Severity


class ReportPlace(Answer):
    """A place as reports name it."""

    id: UUID
    name: str
    level: PlaceLevelName


class Figures(Answer):
    """The figures of docs/accountability.md; null where there is nothing to divide by."""

    alerts: int
    calling: int
    answered: int
    answered_60s_percent: float | None
    answered_180s_percent: float | None
    median_acknowledge_s: float | None
    median_arrive_s: float | None
    lapsed: int
    closed: int
    closing_rate_percent: float | None
    false_alarms: int
    false_alarm_rate_percent: float | None
    outcomes: dict[Outcome, int]


class DailyFigures(Figures):
    """Figures with the days that seniors were looked after."""

    senior_days: float
    alerts_per_senior_day: float | None


class PlaceFigures(DailyFigures):
    """Figures of a place of the next level; `rank` 1 answers quickest."""

    rank: int | None
    place: ReportPlace | None


class RoleFigures(Figures):
    """Figures of alerts that a role answered first."""

    role: Role


class KindFigures(DailyFigures):
    """Figures of one kind of alert."""

    kind: Kind


class SeverityFigures(Figures):
    """Figures of alerts that were at most so severe."""

    severity: Severity


class SpanFigures(Figures):
    """Figures of a week or a month, named by its first local day."""

    since: date = Field(alias="from")


class RequestFigures(Answer):
    """Calls for help asked for in the period."""

    requests: int
    closed: int
    overdue: int
    closing_rate_percent: float | None


class MatterFigures(Answer):
    """Alerts and calls for help together."""

    count: int
    closed: int
    closing_rate_percent: float | None


class ResponseStandard(Answer):
    """What the telecare standard asks for."""

    answered_60s_percent: float
    answered_180s_percent: float


class ResponseReport(DailyFigures):
    """How fast somebody came, of alerts opened in [from, to); drills stand apart."""

    since: datetime = Field(alias="from")
    until: datetime = Field(alias="to")
    place: ReportPlace | None
    requests: RequestFigures
    matters: MatterFigures
    by_place: list[PlaceFigures]
    by_role: list[RoleFigures]
    by_kind: list[KindFigures]
    by_severity: list[SeverityFigures]
    weekly: list[SpanFigures]
    monthly: list[SpanFigures]
    drills: Figures
    standard: ResponseStandard


class VisitShare(Answer):
    """How many special-care seniors there are, were visited, were only called."""

    seniors: int
    visited: int
    only_called: int
    visited_percent: float | None


class PlaceVisitShare(VisitShare):
    """The same of a place of the next level."""

    place: ReportPlace


class Unvisited(Answer):
    """A door to knock on."""

    senior: Named
    place: list[str]
    address: str | None
    reasons: list[str]
    called: bool
    last_visit_at: datetime | None
    away: bool


class VisitReport(VisitShare):
    """Visit coverage 探访率 of a month, who waited longest first."""

    month: str
    place: ReportPlace | None
    by_place: list[PlaceVisitShare]
    not_visited: list[Unvisited]


class DrillLine(Answer):
    """One drill; seconds from its beginning, null where nobody did."""

    alert_id: UUID
    senior: dict[str, Any]
    opened_at: datetime
    status: str
    place: str | None
    begun_by: str | None
    answered_role: str | None
    people_told: int
    answered_s: float | None
    arrived_s: float | None
    ended_at: datetime | None


class DrillList(Answer):
    """A page of drills, newest first."""

    items: list[DrillLine]
    next_cursor: str | None
