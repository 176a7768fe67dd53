"""The rows behind an alert: reading it under lock, its timeline, and waking listeners."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row
from psycopg.sql import SQL
from psycopg.types.json import Jsonb

from alerts.incidents.progress import Progress
from alerts.incidents.types import Actor, Json
from core import queries
from core.errors import ConflictError
from core.ids import new_id
from core.messages import OUTBOX_CHANNEL
from core.model import AlertStatus, TimelineEvent

QUERIES = queries.load("alerts.incidents")
ALERTS_CHANNEL = "yinling_alerts"
__all__ = ["ALERTS_CHANNEL", "OUTBOX_CHANNEL"]


@dataclass(frozen=True, slots=True)
class Incident:
    """An alert's row, locked until the transaction ends."""

    id: UUID
    senior_id: UUID | None
    place_id: UUID | None
    device_id: str | None
    kind: str
    severity: str
    status: str
    drill: bool
    evidence: Json
    resolved_at: datetime | None
    cleared_at: datetime | None
    owner_id: UUID | None
    escalation: Json
    canary: bool = False
    offered_to: UUID | None = None
    offered_by: UUID | None = None

    @property
    def progress(self) -> Progress:
        """What its escalation has done so far."""
        return Progress.from_json(self.escalation)

    @property
    def standing(self) -> AlertStatus:
        """Its status as the contract's word."""
        return AlertStatus(self.status)


def find(conn: Connection, name: str, **wanted: object) -> Incident | None:
    """The alert that the query `name` selects, locked; None where there is none."""
    with conn.cursor(row_factory=class_row(Incident)) as cursor:
        return cursor.execute(QUERIES[name], wanted).fetchone()


def find_unresolved(
    conn: Connection,
    kind: str,
    *,
    senior_id: UUID | None,
    device_id: str | None,
    place_id: UUID | None,
    drill: bool = False,
    canary: bool = False,
) -> Incident | None:
    """The unresolved alert of a senior, else of a device, else of a place; locked.

    Each is a statement of its own, so that each finds its row by index.
    """
    of = "place"
    if senior_id is not None or device_id is not None:
        of = "device" if senior_id is None else "senior"
    return find(
        conn,
        f"unresolved_of_{of}",
        kind=kind,
        senior_id=senior_id,
        device_id=device_id,
        place_id=place_id,
        drill=drill,
        canary=canary,
    )


def change(conn: Connection, update: SQL, **values: object) -> None:
    """Run `update`, which must meet exactly one row.

    Raises
    ------
    ConflictError
        If the row is no longer in the state it was read in.
    """
    if conn.execute(update, values).rowcount != 1:
        raise ConflictError("the alert changed meanwhile; read it again")


def add_event(
    conn: Connection,
    alert_id: UUID,
    event: TimelineEvent,
    now: datetime,
    *,
    actor: Actor | None = None,
    detail: Json | None = None,
) -> None:
    """Append one entry to the alert's timeline."""
    conn.execute(
        QUERIES["add_event"],
        {
            "id": new_id(),
            "alert_id": alert_id,
            "at": now,
            "event": event,
            "actor": Jsonb(actor.as_json()) if actor else None,
            "detail": Jsonb(detail or {}),
        },
    )


def ask_to_climb(conn: Connection, incident: Incident, now: datetime) -> None:
    """Have the escalation tell one more level at once."""
    change(
        conn,
        QUERIES["due_again"],
        id=incident.id,
        old=incident.status,
        escalation=Jsonb(incident.progress.asked_to_climb(now).as_json()),
        evidence=Jsonb({}),
        now=now,
    )


def announce(conn: Connection, channel: str, payload: str = "") -> None:
    """Wake whoever listens on `channel` once the transaction commits."""
    conn.execute(QUERIES["announce"], {"channel": channel, "payload": payload})


def announce_alert(conn: Connection, alert_id: UUID) -> None:
    """Wake the escalation worker and the api's stream for this alert."""
    announce(conn, ALERTS_CHANNEL, str(alert_id))
