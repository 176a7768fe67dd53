"""What comes of a call for help: by link, as somebody says it, or by coming."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from psycopg import Connection
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from alerts.incidents import ledger
from alerts.incidents.helping import hearing
from alerts.incidents.helping.hearing import QUERIES
from alerts.incidents.ledger import Incident
from alerts.incidents.types import Action, Actor, Json, Step
from core.errors import ConflictError, InvalidError, NotFoundError
from core.model import LEVEL_UP, MANAGERS, RequestStatus, Role, TimelineEvent

R = RequestStatus
CLOSED: Final = frozenset({R.DONE, R.DECLINED, R.WITHDRAWN})
WAITING: Final = frozenset({R.ASKED, R.OVERDUE})
LEADS_TO: Final[dict[RequestStatus, frozenset[RequestStatus]]] = {
    R.ACCEPTED: WAITING,
    R.ON_THE_WAY: WAITING | {R.ACCEPTED},
    R.DONE: WAITING | {R.ACCEPTED, R.ON_THE_WAY},
    R.DECLINED: WAITING | {R.ACCEPTED, R.ON_THE_WAY},
}
"""Which answers there are, and the states each is given from."""
BY_COMING: Final = {
    Action.ACKNOWLEDGE: R.ACCEPTED,
    Action.DEPART: R.ON_THE_WAY,
    Action.ARRIVE: R.DONE,
    Action.RESOLVE: R.DONE,
}
"""What a step on the alert by somebody of the level called for says."""
NEWS_FOR: Final = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said to a request; without a status only a note or a call is recorded."""

    status: RequestStatus | None = None
    note: str | None = None
    called_at: datetime | None = None


def answer(
    conn: Connection, request_id: UUID, said: Answer, actor: Actor, now: datetime
) -> None:
    """Record what is said to a request; the same once more changes nothing.

    Raises
    ------
    NotFoundError
        If there is none such.
    ConflictError
        If it is closed, or its state forbids the answer.
    InvalidError
        If the status is no answer, or nothing is said.
    """
    incident, row = _locked(conn, request_id)
    if said.status is not None and said.status not in LEADS_TO:
        allowed = ", ".join(LEADS_TO)
        raise InvalidError(f"status must be one of {allowed}", "status")
    if said == Answer():
        raise InvalidError("say a status, a note or when it was called", "status")
    if said.status is not None and said.status == row["status"]:
        said = replace(said, status=None)
        if said == Answer() or row["status"] in CLOSED:
            return
    if row["status"] in CLOSED:
        raise ConflictError(f"the request is {row['status']}")
    if said.status is not None and row["status"] not in LEADS_TO[said.status]:
        raise ConflictError(f"{said.status}: the request is {row['status']}")
    _keep(conn, incident, row, said, actor, now)
    ledger.announce_alert(conn, incident.id)


def is_called(conn: Connection, incident: Incident, step: Step) -> bool:
    """Whether the step answers an open call for help to the actor's level."""
    if step.action not in BY_COMING or step.action is Action.RESOLVE:
        return False
    rows = (row for row in _open(conn, incident) if row["kind"] == LEVEL_UP)
    return any(_was_called(conn, incident, row, step.actor) for row in rows)


def came_forward(
    conn: Connection, incident: Incident, action: Action, actor: Actor, now: datetime
) -> None:
    """Take a step on the alert by the level that was called for as its answer."""
    status = BY_COMING.get(action)
    if status is None:
        return
    for row in _open(conn, incident):
        if row["kind"] != LEVEL_UP or row["status"] not in LEADS_TO[status]:
            continue
        if _was_called(conn, incident, row, actor):
            _keep(conn, incident, row, Answer(status), actor, now)


def close_all(
    conn: Connection, alert_id: UUID, now: datetime, actor: Actor | None = None
) -> None:
    """Close an alert's requests with it: done where somebody came, else withdrawn."""
    closed = conn.execute(QUERIES["close_requests"], {"alert_id": alert_id, "now": now})
    for request_id, kind, name, status in closed.fetchall():
        detail: Json = {"request_id": str(request_id), "to": kind, "status": status}
        detail |= {"name": name} if name else {}
        event = TimelineEvent.REQUEST_ANSWERED
        ledger.add_event(conn, alert_id, event, now, actor=actor, detail=detail)


def _keep(  # noqa: PLR0917 - who says what to which request, when
    conn: Connection,
    incident: Incident,
    row: Mapping[str, Any],
    said: Answer,
    actor: Actor,
    now: datetime,
) -> None:
    coming = said.status in {R.ACCEPTED, R.ON_THE_WAY, R.DONE}
    closes = said.status in CLOSED
    conn.execute(
        QUERIES["keep_answer"],
        {
            "id": row["id"],
            "status": said.status,
            "note": said.note,
            "called_at": said.called_at,
            "answered_at": now if coming else None,
            "closed_at": now if closes else None,
            "settled": closes or said.status is R.ON_THE_WAY,
        },
    )
    detail = _detail(row, said)
    event = TimelineEvent.REQUEST_ANSWERED
    ledger.add_event(conn, incident.id, event, now, actor=actor, detail=detail)
    if said.status is not None and actor.id != row["asked_by"]:
        tell_news(conn, incident, row, [row["asked_by"]], now, said=detail)


def tell_news(
    conn: Connection,
    incident: Incident,
    row: Mapping[str, Any],
    people: list[UUID],
    now: datetime,
    *,
    said: Json,
) -> None:
    """Tell people how a request stands.

    Parameters
    ----------
    row : the request's ``kind`` and ``name``.
    said : its ``status``, and a ``note`` if there is one.
    """
    content: Json = {
        "to": row["kind"],
        "called": row["name"],
        "status": said["status"],
        "kind": incident.kind,
        "drill": incident.drill,
        "at": now.isoformat(),
        "note": said.get("note"),
    }
    until = now + NEWS_FOR
    hearing.send(
        conn, incident, "request_news", people, now, content=content, until=until
    )


def _detail(row: Mapping[str, Any], said: Answer) -> Json:
    named: Json = {
        "request_id": str(row["id"]),
        "to": row["kind"],
        "name": row["name"],
        "status": said.status and str(said.status),
        "note": said.note,
        "called_at": said.called_at and said.called_at.isoformat(),
    }
    return {name: value for name, value in named.items() if value is not None}


def _was_called(
    conn: Connection, incident: Incident, row: Mapping[str, Any], actor: Actor
) -> bool:
    """Whether the actor is of the level called for: told by that call, or a manager."""
    if actor.id == row["asked_by"]:
        return False
    if actor.role in MANAGERS or actor.role == Role.ADMIN:
        return True
    values = {"alert_id": incident.id, "since": row["asked_at"]}
    person = Jsonb([{"id": str(actor.id)}])
    found = conn.execute(QUERIES["told_by_hand"], values | {"person": person})
    told = found.fetchone()
    return bool(told and told[0])


def _open(conn: Connection, incident: Incident) -> list[dict[str, Any]]:
    with conn.cursor(row_factory=dict_row) as cursor:
        wanted = {"alert_id": incident.id}
        return cursor.execute(QUERIES["open_requests"], wanted).fetchall()


def _locked(conn: Connection, request_id: UUID) -> tuple[Incident, dict[str, Any]]:
    """The alert, then the row: the order in which everyone locks them."""
    wanted = {"id": request_id}
    about = conn.execute(QUERIES["alert_of_request"], wanted).fetchone()
    incident = ledger.find(conn, "alert_by_id", id=about[0]) if about else None
    with conn.cursor(row_factory=dict_row) as cursor:
        row = cursor.execute(QUERIES["request_locked"], wanted).fetchone()
    if incident is None or row is None:
        raise NotFoundError("no such request")
    return incident, row
