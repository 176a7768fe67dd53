"""Alerts as stored, found for one viewer and shown as Alert objects."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import Connection

from api import rows
from api.views.alert import alert_object
from api.views.viewer import Viewer
from core.database import Row
from core.errors import NotFoundError
from core.model import Scope
from core.queries import load

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Search:
    """Which alerts are asked for; None does not limit.

    ``since`` <= opened_at < ``until``; ``before`` is (opened_at, id) of the last alert
    already seen.
    """

    statuses: Sequence[str] | None = None
    kind: str | None = None
    severity: str | None = None
    place_id: UUID | None = None
    senior_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None
    ids: Sequence[UUID] | None = None
    before: tuple[datetime, UUID] | None = None
    limit: int | None = None

    def parameters(self) -> Json:
        """As parameters of the query ``alerts``."""
        before_at, before_id = self.before or (None, None)
        return {
            "statuses": self.statuses and [str(status) for status in self.statuses],
            "kind": self.kind,
            "severity": self.severity,
            "under": self.place_id,
            "senior_id": self.senior_id,
            "since": self.since,
            "until": self.until,
            "ids": None if self.ids is None else list(self.ids),
            "before_at": before_at,
            "before_id": before_id,
            "limit": self.limit,
        }


def find(connection: Connection, viewer: Viewer, search: Search) -> list[Row]:
    """Rows of the alerts that `viewer` may see, newest first, each with its `events`."""
    parameters = search.parameters() | viewer.parameters(Scope.ALERTS)
    found = rows.every(connection, load("api.views")["alerts"], parameters)
    timelines = events(connection, (row["id"] for row in found))
    for row in found:
        row["events"] = timelines[row["id"]]
    return found


def one(connection: Connection, viewer: Viewer, alert_id: UUID) -> Row:
    """One alert's row with its `events`.

    Raises
    ------
    NotFoundError
        If there is none such, or not for these eyes.
    """
    found = find(connection, viewer, Search(ids=[alert_id]))
    if not found:
        raise NotFoundError("no such alert")
    return found[0]


def events(connection: Connection, ids: Iterable[UUID]) -> dict[UUID, list[Row]]:
    """Timelines by alert."""
    timelines: dict[UUID, list[Row]] = defaultdict(list)
    parameters = {"ids": list(ids)}
    for row in rows.every(connection, load("api.views")["alert_events"], parameters):
        timelines[row["alert_id"]].append(row)
    return timelines


def shown(row: Row, viewer: Viewer) -> Json | None:
    """The Alert object of a row with `events`, or None where `viewer` may not see it."""
    eyes = viewer.eyes(row["senior_id"], row["path"])
    if eyes is None or Scope.ALERTS not in eyes.scopes:
        return None
    return alert_object(row, row["events"], eyes)


def shown_seniors(alerts: Iterable[Json]) -> list[UUID]:
    """Seniors whose vital signs or position these Alert objects may tell."""
    told = {
        alert["senior"]["id"]: None
        for alert in alerts
        if alert["senior"] is not None and alert["evidence"]
    }
    return list(told)
