"""Asks afterwards how a senior is: planned, then a task and a message, then overdue."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from psycopg import Connection

from alerts.incidents import ledger
from alerts.incidents.helping import hearing
from alerts.incidents.ledger import Incident
from alerts.incidents.types import Actor, Json
from alerts.response.managers import managers_above
from alerts.response.waking import WakingHours
from core import queries
from core.database import Row
from core.model import AlertStatus, FollowupStatus, TimelineEvent

QUERIES: Final = queries.load("alerts.response")
OVERDUE_FOR: Final = timedelta(hours=24)


def go_on(
    conn: Connection,
    row: Row,
    hours: WakingHours,
    spans: tuple[timedelta, timedelta],
    now: datetime,
) -> None:
    """Take the next step of a follow-up that is due.

    Parameters
    ----------
    spans : how long after the alert was resolved it is asked, and how long an answer
        may take.
    """
    incident = ledger.find(conn, "alert_by_id", id=row["alert_id"])
    if incident is None or incident.standing is not AlertStatus.RESOLVED:
        conn.execute(QUERIES["cancel_followup"], {"id": row["id"], "now": now})
    elif row["due_at"] is None:
        due_at = hours.from_then(row["resolved_at"] + spans[0])
        answer_by = hours.after(due_at, spans[1])
        values = {"id": row["id"], "due_at": due_at, "answer_by": answer_by}
        conn.execute(QUERIES["plan_followup"], values)
    elif row["status"] == FollowupStatus.PLANNED:
        _ask(conn, incident, row, now)
    else:
        _overdue(conn, incident, row, now)


def _ask(conn: Connection, incident: Incident, row: Row, now: datetime) -> None:
    found = {"alert_id": incident.id, "resolved_by": row["resolved_by"], "now": now}
    person = conn.execute(QUERIES["assignee"], found).fetchone()
    assignee = Actor(*person) if person else None
    values = {"id": row["id"], "now": now}
    values |= {"assignee_id": assignee and assignee.id}
    conn.execute(QUERIES["ask_followup"], values)
    detail: Json = {"people": [assignee.as_json()]} if assignee else {}
    event = TimelineEvent.FOLLOWUP_ASKED
    ledger.add_event(conn, incident.id, event, now, detail=detail)
    family = hearing.family_of(conn, incident)
    _tell(conn, incident, row, family, "ask", now)
    task = [assignee.id] if assignee and assignee.id not in family else []
    _tell(conn, incident, row, task, "task", now)
    ledger.announce_alert(conn, incident.id)


def _overdue(conn: Connection, incident: Incident, row: Row, now: datetime) -> None:
    conn.execute(QUERIES["overdue_followup"], {"id": row["id"], "now": now})
    ledger.add_event(conn, incident.id, TimelineEvent.FOLLOWUP_OVERDUE, now)
    who = row["assignee_id"] or row["resolved_by"]
    people = managers_above(conn, incident.id, who, now)
    _tell(conn, incident, row, people, "overdue", now)
    ledger.announce_alert(conn, incident.id)


def _tell(  # noqa: PLR0917 - whom to tell what of which follow-up
    conn: Connection,
    incident: Incident,
    row: Row,
    people: set[UUID] | list[UUID],
    say: str,
    now: datetime,
) -> None:
    content: Json = {
        "say": say,
        "kind": incident.kind,
        "by": row["answer_by"].isoformat(),
        "followup_id": str(row["id"]),
    }
    hearing.send(
        conn,
        incident,
        "followup",
        people,
        now,
        content=content,
        until=max(row["answer_by"], now) + OVERDUE_FOR,
        key=f"followup_{say}:{row['id']}",
        urgent=False,
    )
