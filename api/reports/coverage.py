"""Visit coverage (探访率): which special-care seniors were visited in a month."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from psycopg import Connection
from psycopg.sql import SQL

from api import audit, rows
from api.asking import Asking
from api.registry.special_care import LISTS, UNION, Listed
from api.reports.figures import percent
from api.reports.response import Ground, show_place
from core.database import Row
from core.queries import load


@dataclass(frozen=True, slots=True)
class Month:
    """A local month as instants [since, until)."""

    first: date
    since: datetime
    until: datetime


def month_of(day: date, zone: ZoneInfo) -> Month:
    """The month that a day lies in."""
    first = day.replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    since, until = (datetime.combine(each, time(), zone) for each in (first, after))
    return Month(first, since, until)


def find(
    conn: Connection, where: Ground, month: Month, now: datetime, zone: ZoneInfo
) -> list[Row]:
    """Special-care seniors with their visits of a month, who waited longest first."""
    lists = {name: Listed(name, date.min).condition() for name in (*LISTS, UNION)}
    reasons = SQL(", ").join(
        SQL("CASE WHEN {} THEN {} END").format(lists[name], name) for name in LISTS
    )
    query = load("api.reports")["care_visits"].format(
        reasons=SQL("array_remove(ARRAY[{}]::text[], NULL)").format(reasons),
        special_care=lists[UNION],
    )
    values: dict[str, object] = {
        "from": month.since,
        "to": month.until,
        "now": now,
        "today": now.astimezone(zone).date(),
        "root": where.root_id,
        "places": [place["id"] for place in where.places],
    }
    return rows.every(conn, query, values)


def shown(ask: Asking, where: Ground, month: Month, zone: ZoneInfo) -> dict[str, Any]:
    """The report of a month's visits; that somebody looked is noted."""
    found = find(ask.connection, where, month, ask.now, zone)
    audit.record(
        ask.connection, ask.principal, ask.now, "report.visits", "place",
        where.root_id, detail={"seniors": len(found)},
    )  # fmt: skip
    return report(where, month, found)


def report(where: Ground, month: Month, found: list[Row]) -> dict[str, Any]:
    """How many were visited, by place, and on whose doors to knock."""
    by_id = {place["id"]: where.area(place) for place in where.places}
    parts: dict[UUID, list[Row]] = {}
    for row in found:
        parts.setdefault(by_id[row["place_id"]], []).append(row)
    areas = where.areas()
    by_place: list[dict[str, Any]] = [
        {"place": show_place(areas[area]), **share(part)}
        for area, part in parts.items()
    ]
    by_place.sort(key=_most_first)
    return {
        "month": f"{month.first:%Y-%m}",
        "place": where.root and show_place(where.root),
        **share(found),
        "by_place": by_place,
        "not_visited": [_door(row) for row in found if not row["visits"]],
    }


def share(found: list[Row]) -> dict[str, Any]:
    """How many seniors, how many visited, how many at least called."""
    visited = sum(1 for row in found if row["visits"])
    called = sum(1 for row in found if row["calls"] and not row["visits"])
    return {
        "seniors": len(found),
        "visited": visited,
        "only_called": called,
        "visited_percent": percent(visited, len(found)),
    }


def _most_first(row: dict[str, Any]) -> tuple[float, str]:
    return -(row["visited_percent"] or 0), row["place"]["name"]


def _door(row: Row) -> dict[str, Any]:
    return {
        "senior": {"id": row["id"], "name": row["name"]},
        "place": row["place"],
        "address": row["address"],
        "reasons": row["reasons"],
        "called": row["calls"] > 0,
        "last_visit_at": row["last_visit_at"],
        "away": row["away"],
    }
