"""Calls for help from an alert (吹哨): asked, answered, counted until they are closed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from psycopg import Connection

from alerts.incidents import ledger
from alerts.incidents.helping import hearing, targets
from alerts.incidents.helping.answering import CLOSED
from alerts.incidents.helping.hearing import QUERIES
from alerts.incidents.helping.targets import Target
from alerts.incidents.ledger import Incident
from alerts.incidents.types import Actor, Json
from core.errors import ConflictError, NotFoundError
from core.ids import new_id
from core.model import LEVEL_UP, AlertStatus, RequestStatus, TimelineEvent

__all__ = ["CLOSED", "Whistle", "Whistled", "whistle"]
ASKED_FOR: Final = timedelta(hours=6)
"""A request that did not reach a department by then is not delivered any more."""


@dataclass(frozen=True, slots=True)
class Whistle:
    """Whom to call: ``level_up``, a kind of department, or one department's id.

    ``deadline_s`` is by when help is to be on its way [s]; without it the
    department's own, else ``usual_deadline_s``.
    """

    to: str | UUID
    usual_deadline_s: int
    deadline_s: int | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Whistled:
    """The request, and whether it was made by this call."""

    id: UUID
    new: bool


def whistle(
    conn: Connection, alert_id: UUID, asked: Whistle, actor: Actor, now: datetime
) -> Whistled:
    """Call for help; while the same call is open, it is that one, asked anew if overdue.

    One level up is told by the escalation at once. A department with contacts of its
    own is sent a message; every other is for a person to ring.

    Raises
    ------
    NotFoundError
        If there is no such alert or department.
    ConflictError
        If the alert is resolved.
    InvalidError
        If no department of this kind is known for the alert's place.
    """
    incident = ledger.find(conn, "alert_by_id", id=alert_id)
    if incident is None:
        raise NotFoundError("there is no such alert")
    if incident.standing is AlertStatus.RESOLVED:
        raise ConflictError("whistle: the alert is resolved")
    target = targets.find(conn, incident.id, asked.to)
    wanted = {"alert_id": incident.id, "kind": target.kind}
    wanted |= {"department_id": target.department_id}
    there = conn.execute(QUERIES["open_request"], wanted).fetchone()
    if there is not None and there[1] != RequestStatus.OVERDUE:
        return Whistled(there[0], new=False)
    request_id = there[0] if there is not None else new_id()
    deadline_s = asked.deadline_s or target.deadline_s or asked.usual_deadline_s
    due_at = now + timedelta(seconds=deadline_s)
    values: Json = {"id": request_id, "asked_by": actor.id, "note": asked.note}
    values |= {"deadline_s": deadline_s, "due_at": due_at, "now": now}
    named = {"name": target.name, "phone": target.phone}
    query = "add_request" if there is None else "ask_again"
    conn.execute(QUERIES[query], wanted | values | named)
    _note(conn, incident, target, values, actor)
    if target.kind == LEVEL_UP:
        ledger.ask_to_climb(conn, incident, now)
    elif target.person_id is not None:
        _send(conn, incident, target, values, actor)
    ledger.announce_alert(conn, incident.id)
    return Whistled(request_id, new=there is None)


def _note(
    conn: Connection, incident: Incident, target: Target, values: Json, actor: Actor
) -> None:
    detail: Json = {
        "request_id": str(values["id"]),
        "to": target.kind,
        "due_at": values["due_at"].isoformat(),
        **({"name": target.name} if target.name else {}),
        **({"note": values["note"]} if values["note"] else {}),
    }
    event, now = TimelineEvent.WHISTLED, values["now"]
    ledger.add_event(conn, incident.id, event, now, actor=actor, detail=detail)


def _send(
    conn: Connection, incident: Incident, target: Target, values: Json, actor: Actor
) -> None:
    """Tell the department whose help is wanted what it needs to come, and no more."""
    assert target.person_id is not None  # noqa: S101 - looked at by the caller
    now: datetime = values["now"]
    senior = {"senior_id": incident.senior_id}
    address = conn.execute(QUERIES["address_of"], senior).fetchone()
    content = hearing.about(incident, actor, now)
    content |= {"request_id": str(values["id"]), "note": values["note"]}
    content |= {"due_at": values["due_at"].isoformat()}
    content |= {"address": address[0] if address else None}
    people, until = [target.person_id], now + ASKED_FOR
    hearing.send(conn, incident, "whistle", people, now, content=content, until=until)
