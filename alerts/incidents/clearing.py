"""Conditions that are over: noted always, ending the alert only where nobody need come."""

from collections.abc import Sequence
from datetime import datetime

from psycopg import Connection

from alerts.incidents import ledger
from alerts.incidents.helping import answering
from alerts.incidents.ledger import QUERIES, Incident
from alerts.incidents.types import Clearing
from core.model import (
    CLEARED_BY_PEOPLE_ONLY,
    AlertStatus,
    Outcome,
    Severity,
    TimelineEvent,
)


def clear_alerts(
    conn: Connection, clearings: Sequence[Clearing], now: datetime
) -> None:
    """Note each clearing on the unresolved alert of its senior (or place) and kind, if any.

    An unacknowledged warning or info resolves with outcome ``cleared``; what is
    critical, or in someone's hands, waits for a person. `sos` and `fall` never clear.
    """
    ordered = sorted(
        clearings, key=lambda c: (str(c.senior_id), str(c.kind), str(c.place_id))
    )
    for clearing in ordered:
        if clearing.kind not in CLEARED_BY_PEOPLE_ONLY:
            _clear(conn, clearing, now)


def _clear(conn: Connection, clearing: Clearing, now: datetime) -> None:
    incident = ledger.find_unresolved(
        conn,
        clearing.kind,
        senior_id=clearing.senior_id,
        device_id=None,
        place_id=clearing.place_id,
    )
    if incident is None or incident.cleared_at is not None:
        return
    ends = _ends(incident)
    ledger.change(
        conn,
        QUERIES["clear"],
        id=incident.id,
        old=incident.status,
        at=clearing.at,
        status=AlertStatus.RESOLVED if ends else incident.status,
        outcome=Outcome.CLEARED if ends else None,
        resolved_at=now if ends else None,
        now=now,
    )
    ledger.add_event(conn, incident.id, TimelineEvent.CLEARED, now)
    if ends:
        detail = {"outcome": str(Outcome.CLEARED)}
        ledger.add_event(conn, incident.id, TimelineEvent.RESOLVED, now, detail=detail)
        answering.close_all(conn, incident.id, now)
    ledger.announce_alert(conn, incident.id)


def _ends(incident: Incident) -> bool:
    waits = incident.severity == Severity.CRITICAL
    return incident.standing is AlertStatus.OPEN and not waits
