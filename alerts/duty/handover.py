"""Hands over at the end of a duty: who leaves and who comes hear what is still open."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from psycopg import Connection
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from core import messages
from core.ids import new_id
from core.queries import load

QUERIES: Final = load("alerts.duty")
KIND: Final = "handover"
LATEST: Final = timedelta(hours=1)
"""A duty that ended longer ago, while no service ran, is not handed over any more."""
EXPIRES_AFTER: Final = timedelta(hours=8)
MOST_LISTED: Final = 20


@dataclass(frozen=True, slots=True)
class Change:
    """The end of duty at a place: who leaves, and who follows.

    Those who follow are on duty from then on; without any, whoever stands for the place
    without a shift.
    """

    place_id: UUID
    place: str
    at: datetime
    leaving: frozenset[UUID]
    following: frozenset[UUID]
    always: bool


def hand_over(conn: Connection, now: datetime) -> int:
    """Hand over where duties have ended since the last look; how many were told.

    In the caller's transaction, which must hold the lock of ``duty_progress``.
    """
    row = conn.execute(QUERIES["lock_progress"]).fetchone()
    since = row[0] if row and row[0] else now
    span = {"since": max(since, now - LATEST), "until": now}
    told = sum(_hand_over(conn, change, now) for change in _changes(conn, span))
    conn.execute(QUERIES["handed_over"], {"until": now})
    return told


def _changes(conn: Connection, span: dict[str, datetime]) -> list[Change]:
    found: list[Change] = []
    for place_id, at, place, people, always in conn.execute(QUERIES["ended"], span):
        values = {"place_id": place_id, "at": at}
        there = conn.execute(QUERIES["standing"], values).fetchall()
        leaving = frozenset(people) - {person for person, _ in there}
        on_duty = {person for person, by_shift in there if by_shift}
        following = frozenset(on_duty or (person for person, _ in there))
        if leaving:
            found.append(Change(place_id, place, at, leaving, following, always))
    return found


def _hand_over(conn: Connection, change: Change, now: datetime) -> bool:
    """Tell of one change, if anything is open or it is asked for anyway."""
    alerts = _open(conn, change.place_id)
    total = alerts[0]["total"] if alerts else 0
    if not alerts and not change.always:
        return False
    content = {
        "place": change.place,
        "at": change.at.isoformat(),
        "leaving": _names(conn, change.leaving),
        "following": _names(conn, change.following),
        "alerts": [_shown(alert) for alert in alerts],
        "more": total - len(alerts),
    }
    made = messages.tell(
        conn,
        KIND,
        sorted(change.leaving | change.following),
        now,
        content=content,
        place_id=change.place_id,
        expires_at=now + EXPIRES_AFTER,
        key=f"{KIND}:{change.place_id}:{change.at.isoformat()}",
    )
    if made is not None:
        _note(conn, change, total, now)
    return made is not None


def _open(conn: Connection, place_id: UUID) -> list[dict[str, Any]]:
    values = {"place_id": place_id, "limit": MOST_LISTED}
    with conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(QUERIES["open_alerts"], values).fetchall()


def _shown(alert: dict[str, Any]) -> dict[str, Any]:
    """What staff are told of an alert here: what it is, never a reading."""
    return {
        "kind": alert["kind"],
        "severity": alert["severity"],
        "status": alert["status"],
        "drill": alert["drill"],
        "opened_at": alert["opened_at"].isoformat(),
        "senior": alert["senior"],
        "place": alert["place"],
        "owner": alert["owner"],
    }


def _names(conn: Connection, people: Collection[UUID]) -> list[str]:
    rows = conn.execute(QUERIES["named"], {"people": list(people)})
    return [name for _, name in rows]


def _note(conn: Connection, change: Change, total: int, now: datetime) -> None:
    """Keep in the audit log that this was handed over, and to whom."""
    detail = {
        "at": change.at.isoformat(),
        "from": [str(person) for person in sorted(change.leaving)],
        "to": [str(person) for person in sorted(change.following)],
        "open_alerts": total,
    }
    values: dict[str, object] = {
        "id": new_id(),
        "now": now,
        "place_id": str(change.place_id),
        "detail": Jsonb(detail),
    }
    conn.execute(QUERIES["note_handover"], values)
