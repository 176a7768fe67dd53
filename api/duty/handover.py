"""What whoever takes over a place must know: who is there, what is open."""

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from api import access, rows
from api.asking import Asking
from api.views import alerts
from core.duty import standing
from core.model import AlertStatus
from core.queries import load

Json = dict[str, Any]
QUERIES: Final = load("api.duty")
UNRESOLVED: Final = tuple(one for one in AlertStatus if one is not AlertStatus.RESOLVED)
MOST_ALERTS: Final = 200


def show(ask: Asking, place_id: UUID) -> Json:
    """A place's unresolved alerts, who stands for it now, and its last hand-overs."""
    access.place(ask.connection, ask.principal, place_id)
    search = alerts.Search(statuses=UNRESOLVED, place_id=place_id, limit=MOST_ALERTS)
    found = [
        shown
        for row in alerts.find(ask.connection, ask.viewer, search)
        if (shown := alerts.shown(row, ask.viewer)) is not None
    ]
    ask.record("handover.read", "place", place_id, None, alerts=len(found))
    until = ask.now + timedelta(seconds=1)
    people = standing.stands(ask.connection, [place_id], ask.now, until, ask.now)
    last = rows.every(
        ask.connection, QUERIES["last_handovers"], {"place_id": str(place_id)}
    )
    return {
        "place_id": place_id,
        "as_of": ask.now,
        "on_duty": [
            {"id": one.person_id, "name": one.name, "role": one.role}
            for one in people
            if one.stands
        ],
        "alerts": found,
        "last": [_last(row["at"], row["detail"]) for row in last],
    }


def _last(at: datetime, detail: Json) -> Json:
    return {
        "at": at,
        "leaving": detail["from"],
        "following": detail["to"],
        "open_alerts": detail["open_alerts"],
    }
