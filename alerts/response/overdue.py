"""Calls for help that nobody has set out for in time: told to whoever asked, and above."""

from datetime import datetime

from psycopg import Connection

from alerts.incidents import ledger
from alerts.incidents.helping import answering
from alerts.response.asking import QUERIES
from alerts.response.managers import managers_above
from core.database import Row
from core.model import AlertStatus, RequestStatus, TimelineEvent

WAITED_FOR = frozenset({RequestStatus.ASKED, RequestStatus.ACCEPTED})


def note(conn: Connection, row: Row, now: datetime) -> None:
    """Note that a request is overdue; tell its asker and the managers above them."""
    incident = ledger.find(conn, "alert_by_id", id=row["alert_id"])
    over = incident is None or incident.standing is AlertStatus.RESOLVED
    if incident is None or over or row["status"] not in WAITED_FOR:
        conn.execute(QUERIES["settle_request"], {"id": row["id"]})
        return
    conn.execute(QUERIES["overdue_request"], {"id": row["id"], "now": now})
    detail = {"request_id": str(row["id"]), "to": row["kind"]}
    detail |= {"name": row["name"]} if row["name"] else {}
    event = TimelineEvent.REQUEST_OVERDUE
    ledger.add_event(conn, incident.id, event, now, detail=detail)
    people = {row["asked_by"], *managers_above(conn, incident.id, row["asked_by"], now)}
    said = {"status": str(RequestStatus.OVERDUE)}
    answering.tell_news(conn, incident, row, sorted(people), now, said=said)
    ledger.announce_alert(conn, incident.id)
