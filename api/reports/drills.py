"""Drills of a period: who was reached, and how soon."""

from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import Connection

from api import rows
from api.pagination import PageRequest
from api.reports.columns import Period
from api.reports.response import Ground
from core.database import Row
from core.queries import load


def find(
    conn: Connection, where: Ground, when: Period, asked: PageRequest
) -> list[Row]:
    """Drills, newest first, one more than the page holds."""
    before = asked.after(datetime.fromisoformat, UUID) or (None, None)
    values: dict[str, object] = {
        "from": when.since,
        "to": when.until,
        "root": where.root_id,
        "places": [place["id"] for place in where.places],
        "before": before[0],
        "before_id": before[1],
        "limit": asked.limit + 1,
    }
    return rows.every(conn, load("api.reports")["drills"], values)


def show(row: Row) -> dict[str, Any]:
    """One drill; seconds from its beginning, null where nobody did."""
    names = ("opened_at", "status", "place", "begun_by", "answered_role", "people_told")
    senior = {"id": row["senior_id"], "name": row["senior"]}
    return {
        "alert_id": row["id"],
        "senior": senior,
        **{name: row[name] for name in names},
        "answered_s": _rounded(row["answered_s"]),
        "arrived_s": _rounded(row["arrived_s"]),
        "ended_at": row["resolved_at"],
    }


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 1)
