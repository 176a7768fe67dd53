"""The response report: how fast somebody came, by place, role, kind, week and month."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from psycopg import Connection

from api import access, rows
from api.principal import Principal
from api.reports import columns, figures
from api.reports.columns import Areas, Columns, Period
from api.reports.figures import Figures
from core.database import Row
from core.errors import InvalidError
from core.queries import load

DEFAULT_SPAN: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Ground:
    """The place that a report is about, and the places of the next level below it."""

    root: Row | None
    places: list[Row]

    @property
    def root_id(self) -> UUID | None:
        """The place, None where it is all there are."""
        return self.root["id"] if self.root else None

    def area(self, place: Row) -> UUID:
        """The next place below the root that a place belongs to, or the root itself."""
        depth = len(self.root["path"]) if self.root else 0
        path: list[UUID] = place["path"]
        return path[depth] if len(path) > depth else path[-1]

    def areas(self) -> dict[UUID, Row]:
        """Places that the report compares."""
        by_id = {place["id"]: place for place in self.places}
        return {area: by_id[area] for area in map(self.area, self.places)}


def period(
    since: datetime | None, until: datetime | None, now: datetime, zone: ZoneInfo
) -> Period:
    """The period asked for; without a beginning, thirty days.

    Raises
    ------
    InvalidError
        If it ends before it begins.
    """
    until = until or now
    since = since or until - DEFAULT_SPAN
    if since >= until:
        raise InvalidError("the period must end after it begins", "to")
    return Period(since, until, zone)


def ground(conn: Connection, principal: Principal, place_id: UUID | None) -> Ground:
    """The places that the asker may have a report of.

    Raises
    ------
    NotFoundError
        If the place is not at or below the asker's own.
    ForbiddenError
        To everyone but managers and administrators.
    """
    wanted = place_id or (None if principal.is_admin else principal.place_id)
    if wanted is not None:
        access.place(conn, principal, wanted)
    principal.require_managing()
    places = rows.every(conn, load("api.reports")["places_below"], {"root": wanted})
    root = next((place for place in places if place["id"] == wanted), None)
    return Ground(root, places)


def report(conn: Connection, where: Ground, when: Period, now: datetime) -> Figures:
    """The whole report; the figures of all its alerts stand at the top."""
    areas = list(where.areas())
    numbers = {area: number for number, area in enumerate(areas)}
    found = columns.read(
        conn,
        when,
        Areas(
            [place["id"] for place in where.places],
            [numbers[where.area(place)] for place in where.places],
            everywhere=where.root is None,
        ),
    )
    drills = found.has(columns.DRILL)
    real = found.where(~drills)
    days = _senior_days(conn, where, when, now)
    total_days = sum(days.values())
    return {
        "from": when.since,
        "to": when.until,
        "place": where.root and show_place(where.root),
        **figures.measure(real),
        **_per_day(real, total_days),
        **_closing(conn, where, when, real),
        "by_place": _by_place(where, real, areas, days),
        "by_role": figures.by_word(real, real.role, columns.ROLES, "role"),
        "by_kind": _by_kind(real, total_days),
        "by_severity": figures.by_word(
            real, real.severity, columns.SEVERITIES, "severity"
        ),
        "weekly": figures.series(real, real.week, figures.monday),
        "monthly": figures.series(real, real.month, figures.first_of_month),
        "drills": figures.measure(found.where(drills)),
        "standard": {
            f"answered_{limit}s_percent": share
            for limit, share in figures.STANDARD_PERCENT.items()
        },
    }


def show_place(place: Row) -> dict[str, Any]:
    """A place as reports name it."""
    return {name: place[name] for name in ("id", "name", "level")}


def _senior_days(
    conn: Connection, where: Ground, when: Period, now: datetime
) -> dict[UUID, float]:
    """Days by area; none of the future."""
    by_id = {place["id"]: where.area(place) for place in where.places}
    values: dict[str, object] = {
        "from": when.since,
        "to": max(when.since, min(when.until, now)),
        "root": where.root_id,
        "places": list(by_id),
    }
    days = dict.fromkeys(by_id.values(), 0.0)
    for row in rows.every(conn, load("api.reports")["senior_days"], values):
        days[by_id[row["place_id"]]] += row["days"]
    return days


def _per_day(of: Columns, days: float) -> Figures:
    alerts = int(of.has(columns.OF_SENIOR).sum())
    return {
        "senior_days": round(days, 3),
        "alerts_per_senior_day": figures.per_senior_day(alerts, days),
    }


def _closing(conn: Connection, where: Ground, when: Period, of: Columns) -> Figures:
    """Calls for help, and how many of all matters together are closed."""
    values: dict[str, object] = {
        "from": when.since,
        "to": when.until,
        "root": where.root_id,
        "places": [place["id"] for place in where.places],
    }
    row = rows.one(conn, load("api.reports")["requests_closed"], values) or {}
    matters = len(of.area) + row["requests"]
    closed = int(of.has(columns.CLOSED).sum()) + row["closed"]
    rate = figures.percent(row["closed"], row["requests"])
    return {
        "requests": {**row, "closing_rate_percent": rate},
        "matters": {
            "count": matters,
            "closed": closed,
            "closing_rate_percent": figures.percent(closed, matters),
        },
    }


def _by_kind(of: Columns, days: float) -> list[Figures]:
    found = figures.by_word(of, of.kind, columns.KINDS, "kind")
    for row in found:
        chosen = of.kind == columns.KINDS.index(row["kind"]) + 1
        row.update(_per_day(of.where(chosen), days))
    return found


def _by_place(
    where: Ground, of: Columns, areas: list[UUID], days: dict[UUID, float]
) -> list[Figures]:
    """Places of the next level, the quickest to answer first; those without calls last."""
    places = where.areas()
    parts = dict(figures.grouped(of, of.area))
    nothing = of.where(of.area < columns.ELSEWHERE)
    found: list[Figures] = []
    for number, area in enumerate(areas):
        place = places[area]
        part = parts.get(number, nothing)
        if not len(part.area) and (place["archived"] or area == where.root_id):
            continue
        found.append(
            {"rank": None, "place": show_place(place)}
            | figures.measure(part)
            | _per_day(part, days[area])
        )
    if columns.ELSEWHERE in parts:
        lost = parts[columns.ELSEWHERE]
        found.append(
            {"rank": None, "place": None} | figures.measure(lost) | _per_day(lost, 0)
        )
    return _ranked(found)


def _ranked(found: list[Figures]) -> list[Figures]:
    found.sort(key=_quickness)
    rank = 0
    for number, row in enumerate(found, 1):
        if not row["calling"] or row["place"] is None:
            continue
        same = number > 1 and _quickness(found[number - 2])[:4] == _quickness(row)[:4]
        rank = rank if same else number
        row["rank"] = rank
    return found


def _quickness(row: Figures) -> tuple[bool, float, float, float, str]:
    slow = row["median_acknowledge_s"]
    return (
        not row["calling"] or row["place"] is None,
        -(row["answered_60s_percent"] or 0),
        -(row["answered_180s_percent"] or 0),
        float("inf") if slow is None else slow,
        row["place"]["name"] if row["place"] else "",
    )
