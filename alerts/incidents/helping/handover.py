"""An alert changes hands: its owner asks a responder, and stays until that one accepts."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from psycopg import Connection
from psycopg.types.json import Jsonb

from alerts.incidents import ledger
from alerts.incidents.helping import hearing
from alerts.incidents.helping.hearing import QUERIES
from alerts.incidents.ledger import Incident
from alerts.incidents.lifecycle import ROUND_BEGINS
from alerts.incidents.types import Actor
from core.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from core.model import MANAGERS, AlertStatus, Role, TimelineEvent

OWNED: Final = frozenset(
    {AlertStatus.ACKNOWLEDGED, AlertStatus.EN_ROUTE, AlertStatus.ON_SCENE}
)
ASKED_FOR: Final = timedelta(minutes=30)
_AS_FAR_AS: Final = {
    TimelineEvent.DEPARTED: AlertStatus.EN_ROUTE,
    TimelineEvent.ARRIVED: AlertStatus.ON_SCENE,
}


def ask(  # noqa: PLR0917 - who asks whom, for what, when
    conn: Connection,
    alert_id: UUID,
    person_id: UUID,
    actor: Actor,
    now: datetime,
    note: str | None = None,
) -> None:
    """Ask a responder of the chain to take the alert over; asking again changes nothing.

    Raises
    ------
    NotFoundError
        If there is no such alert.
    ForbiddenError
        If the actor is neither its owner nor a manager.
    ConflictError
        If nobody has it in hand.
    InvalidError
        If the person is no responder for its place, or has it already.
    """
    incident = _found(conn, alert_id)
    if incident.standing not in OWNED:
        raise ConflictError(f"hand_over: the alert is {incident.status}")
    manages = actor.role in MANAGERS or actor.role == Role.ADMIN
    if incident.owner_id != actor.id and not manages:
        raise ForbiddenError("only the owner of an alert or a manager hands it over")
    to = _responder(conn, incident, person_id, now)
    if to.id == incident.owner_id:
        raise InvalidError("this person has the alert already", "person_id")
    if incident.offered_to == to.id:
        return
    values = {"id": incident.id, "old": incident.status, "now": now}
    ledger.change(conn, QUERIES["offer"], **values, to=to.id, by=actor.id)
    noted = {"note": note} if note else {}
    detail = {"to": to.as_json(), **noted}
    event = TimelineEvent.HAND_OVER_ASKED
    ledger.add_event(conn, incident.id, event, now, actor=actor, detail=detail)
    content = hearing.about(incident, actor, now) | noted
    until = now + ASKED_FOR
    hearing.send(
        conn, incident, "hand_over", [to.id], now, content=content, until=until
    )
    ledger.announce_alert(conn, incident.id)


def is_offered(incident: Incident, actor: Actor) -> bool:
    """Whether the actor is asked to take the alert over and may still accept."""
    return incident.offered_to == actor.id and incident.standing in OWNED


def accept(
    conn: Connection, incident: Incident, actor: Actor, note: str | None, now: datetime
) -> AlertStatus:
    """Make the actor, who is asked, the owner; return the status the alert then has.

    It is as far as the new owner is, so that their promise counts from now.
    """
    former = _named(conn, incident.owner_id)
    status = _as_far_as(conn, incident, actor)
    ledger.change(
        conn,
        QUERIES["hand_over"],
        id=incident.id,
        old=incident.status,
        owner_id=actor.id,
        status=status,
        escalation=Jsonb(incident.progress.status_since(now).as_json()),
        now=now,
    )
    event = TimelineEvent.HANDED_OVER
    detail = {"from": former.as_json()} if former else {}
    detail |= {"note": note} if note else {}
    ledger.add_event(conn, incident.id, event, now, actor=actor, detail=detail)
    hearing.tell_step(conn, incident, event, actor, now)
    return status


def accept_offer(
    conn: Connection, alert_id: UUID, actor: Actor, now: datetime, note: str | None
) -> None:
    """Take over an alert that one is asked to; once more changes nothing.

    Raises
    ------
    NotFoundError
        If there is no such alert.
    ConflictError
        If the actor is not asked to.
    """
    incident = _found(conn, alert_id)
    if is_offered(incident, actor):
        accept(conn, incident, actor, note, now)
        ledger.announce_alert(conn, incident.id)
    elif incident.owner_id != actor.id or incident.standing not in OWNED:
        raise ConflictError("nobody asks you to take this alert over")


def decline(
    conn: Connection, alert_id: UUID, actor: Actor, now: datetime, note: str | None
) -> None:
    """Say that one does not take it over; whoever asked is told.

    Raises
    ------
    NotFoundError
        If there is no such alert.
    ConflictError
        If the actor is not asked to.
    """
    incident = _found(conn, alert_id)
    if not is_offered(incident, actor):
        raise ConflictError("nobody asks you to take this alert over")
    values = {"id": incident.id, "old": incident.status, "now": now}
    ledger.change(conn, QUERIES["offer"], **values, to=None, by=None)
    noted = {"note": note} if note else {}
    event = TimelineEvent.HAND_OVER_DECLINED
    ledger.add_event(conn, incident.id, event, now, actor=actor, detail=noted)
    content = hearing.about(incident, actor, now) | {"declined": True} | noted
    people = {one for one in (incident.offered_by, incident.owner_id) if one}
    until = now + ASKED_FOR
    hearing.send(conn, incident, "hand_over", people, now, content=content, until=until)
    ledger.announce_alert(conn, incident.id)


def _found(conn: Connection, alert_id: UUID) -> Incident:
    incident = ledger.find(conn, "alert_by_id", id=alert_id)
    if incident is None:
        raise NotFoundError("there is no such alert")
    return incident


def _responder(
    conn: Connection, incident: Incident, person_id: UUID, now: datetime
) -> Actor:
    path = hearing.path_of(conn, incident.id)
    values = {"path": path, "person_id": person_id, "now": now}
    row = conn.execute(QUERIES["in_chain"], values).fetchone()
    if row is None:
        raise InvalidError("not a responder for this alert's place", "person_id")
    return Actor(*row)


def _named(conn: Connection, person_id: UUID | None) -> Actor | None:
    row = conn.execute(QUERIES["named"], {"id": person_id}).fetchone()
    return Actor(*row) if row else None


def _as_far_as(conn: Connection, incident: Incident, actor: Actor) -> AlertStatus:
    row = conn.execute(
        QUERIES["last_move"],
        {
            "alert_id": incident.id,
            "person_id": str(actor.id),
            "round_begins": list(ROUND_BEGINS),
        },
    ).fetchone()
    return _AS_FAR_AS[TimelineEvent(row[0])] if row else AlertStatus.ACKNOWLEDGED
