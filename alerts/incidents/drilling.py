"""SOS drills: the whole chain for practice, one at a time for a senior, never for ever."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from psycopg import Connection
from psycopg.types.json import Jsonb

from alerts.incidents import ledger
from alerts.incidents.ledger import QUERIES
from alerts.incidents.opening import open_one
from alerts.incidents.types import Actor, Json, Opening
from core.errors import ConflictError
from core.model import AlertStatus, Kind, Outcome, Severity, TimelineEvent

LONGEST: Final = timedelta(hours=1)
"""A drill that nobody ended is over: practice must not wear out who is needed."""


def open_drill(
    conn: Connection, senior_id: UUID, actor: Actor, note: str | None, now: datetime
) -> UUID:
    """Begin an SOS drill for a senior; the id of its alert.

    Raises
    ------
    ConflictError
        If a drill is under way for the senior, or a real alert is unresolved: nobody
        shall take the one for the other.
    """
    row = conn.execute(QUERIES["any_unresolved"], {"senior_id": senior_id}).fetchone()
    if row and row[0]:
        raise ConflictError("a real alert of this senior is unresolved: no drill now")
    detail: Json = {"by_hand": True, **({"note": note} if note else {})}
    opening = Opening(
        kind=Kind.SOS,
        severity=Severity.CRITICAL,
        observed_at=now,
        senior_id=senior_id,
        evidence=detail,
        drill=True,
    )
    landed = open_one(conn, opening, now, actor=actor, detail=detail)
    if not landed.new:
        raise ConflictError("a drill is under way for this senior: end it first")
    return landed.alert_id


def end_overdue(conn: Connection, now: datetime) -> int:
    """End every drill that has lasted too long; how many."""
    with conn.transaction():
        overdue = conn.execute(
            QUERIES["overdue_drills"], {"before": now - LONGEST}
        ).fetchall()
        for (alert_id,) in overdue:
            _end(conn, alert_id, now)
    return len(overdue)


def _end(conn: Connection, alert_id: UUID, now: datetime) -> None:
    incident = ledger.find(conn, "alert_by_id", id=alert_id)
    if incident is None:
        return
    ledger.change(
        conn,
        QUERIES["move"],
        id=alert_id,
        old=incident.status,
        status=AlertStatus.RESOLVED,
        owner_id=incident.owner_id,
        outcome=Outcome.DRILL,
        resolved_at=now,
        escalation=Jsonb(incident.progress.status_since(now).as_json()),
        escalation_from=None,
        next_due_at=None,
        now=now,
    )
    detail: Json = {"outcome": str(Outcome.DRILL), "reason": "time"}
    ledger.add_event(conn, alert_id, TimelineEvent.RESOLVED, now, detail=detail)
    ledger.announce_alert(conn, alert_id)
