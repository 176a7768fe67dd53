"""Once a day: what was noticed, and how one's seniors are, as each person may see it.

It writes to the outbox through the very views of the pages, so that "all is well" is
said exactly where the page shows it; `yinling` has the alerts service run it.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from psycopg import Connection

from api import rows
from api.principal import Principal
from api.views import seniors
from api.views.viewer import Viewer, viewer_of
from core import messages
from core.database import Row
from core.daytime import next_hour
from core.model import Role, Scope, StatusLevel
from core.queries import load

BATCH: Final = 50
TOO_LATE: Final = timedelta(hours=2)
"""What could not be told by then is not told in the middle of the night."""
GOOD_FOR: Final = timedelta(hours=2)
MOST_LISTED: Final = 20
_DAY: Final = timedelta(days=1)
_TOLD: Final = frozenset({Scope.STATUS, Scope.ALERTS})
Json = dict[str, Any]
Written = tuple[UUID | None, Json]
"""Which senior it is about, and what it is filled in with."""


def send_due(conn: Connection, zone: ZoneInfo, now: datetime) -> int:
    """Tell everyone whose hour has come; how many wishes were due.

    Any number of processes may do this: each wish is told once a day.
    """
    total = 0
    while True:
        with conn.transaction():
            due = rows.every(
                conn, load("api")["due_wishes"], {"now": now, "limit": BATCH}
            )
            for wish in due:
                _serve(conn, wish, zone, now)
        total += len(due)
        if len(due) < BATCH:
            return total


def _serve(conn: Connection, wish: Row, zone: ZoneInfo, now: datetime) -> None:
    following = next_hour(now, wish["at_hour"], zone)
    values = {"person_id": wish["person_id"], "kind": wish["kind"], "due_at": following}
    conn.execute(load("api")["wish_again"], values)
    if now - wish["due_at"] > TOO_LATE:
        return
    viewer = _viewer(conn, wish, now)
    write = _daily_messages if wish["kind"] == "daily_message" else _digests
    day = wish["due_at"].astimezone(zone).date()
    for senior_id, content in write(conn, viewer, wish, now):
        messages.tell(
            conn,
            wish["kind"],
            [wish["person_id"]],
            now,
            content=content,
            senior_id=senior_id,
            place_id=viewer.place_id if senior_id is None else None,
            expires_at=now + GOOD_FOR,
            rings=False,
            key=f"{wish['kind']}:{wish['person_id']}:{senior_id}:{day}",
        )


def _viewer(conn: Connection, wish: Row, now: datetime) -> Viewer:
    """The person's eyes, but for vitals and whereabouts: neither is sent by the day."""
    viewer = viewer_of(
        conn,
        Principal(
            id=wish["person_id"],
            name=wish["name"],
            role=Role(wish["role"]),
            place_id=wish["place_id"],
            locale=wish["locale"],
            token_id=wish["person_id"],
            token_expires_at=now,
        ),
    )
    links = {senior: scopes & _TOLD for senior, scopes in viewer.links.items()}
    return replace(viewer, links=links)


def _daily_messages(
    conn: Connection, viewer: Viewer, wish: Row, now: datetime
) -> Iterator[Written]:
    """How each senior is at this moment, without any figures."""
    if viewer.role is not Role.FAMILY:
        return
    chosen = [UUID(one) for one in wish["body"].get("senior_ids", ())] or None
    for row in seniors.find(conn, viewer, now, chosen):
        status = seniors.shown(row, viewer, now)
        if status is None or status["level"] is None:
            continue
        well = status["level"] == StatusLevel.OK
        reasons = [] if well else [reason["text"] for reason in status["reasons"]]
        content = {"level": str(status["level"]), "reasons": reasons}
        yield row["senior_id"], content | {"at": now.isoformat()}


def _digests(
    conn: Connection, viewer: Viewer, wish: Row, now: datetime
) -> Iterator[Written]:
    """What was noticed since yesterday: by senior for relatives, in figures for staff."""
    values = viewer.parameters(Scope.ALERTS) | {
        "since": wish["due_at"] - _DAY,
        "now": now,
        "severities": list(wish["body"].get("severities", ())),
    }
    found = rows.every(conn, load("api")["noticed"], values)
    if viewer.staff:
        if found:
            yield None, {"kinds": _counted(found), "count": len(found)}
        return
    by_senior: dict[UUID, list[Row]] = {}
    for row in found:
        by_senior.setdefault(row["senior_id"], []).append(row)
    for senior_id, theirs in by_senior.items():
        listed = [_listed(row) for row in theirs[:MOST_LISTED]]
        yield senior_id, {"alerts": listed, "count": len(theirs)}


def _listed(row: Row) -> Json:
    return {
        "kind": row["kind"],
        "severity": row["severity"],
        "at": row["opened_at"].isoformat(),
        "resolved": row["resolved"],
    }


def _counted(found: Sequence[Row]) -> list[Json]:
    """By severity and kind how many, of how many seniors; most first."""
    counts = Counter((row["severity"], row["kind"]) for row in found)
    return [
        {
            "severity": severity,
            "kind": kind,
            "count": count,
            "seniors": len(
                {
                    row["senior_id"]
                    for row in found
                    if (row["severity"], row["kind"]) == (severity, kind)
                }
            ),
        }
        for (severity, kind), count in counts.most_common()
    ]
