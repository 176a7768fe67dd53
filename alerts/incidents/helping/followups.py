"""Asking afterwards how a senior is (回访), once a critical alert was resolved."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from psycopg import Connection
from psycopg.rows import dict_row

from alerts.incidents import ledger
from alerts.incidents.helping import hearing
from alerts.incidents.helping.hearing import QUERIES
from alerts.incidents.ledger import Incident
from alerts.incidents.types import Actor, Json
from core.errors import ConflictError, NotFoundError
from core.ids import new_id
from core.model import (
    FollowupResult,
    FollowupStatus,
    Outcome,
    Severity,
    TimelineEvent,
)

CALL_FOR: Final = timedelta(hours=6)
"""So long the wish of a relative to be called is news."""


def begin(
    conn: Connection, incident: Incident, actor: Actor, outcome: Outcome, now: datetime
) -> None:
    """Plan it for a critical alert about a senior that is being resolved; not for drills."""
    drill = incident.drill or incident.canary or outcome is Outcome.DRILL
    if drill or incident.severity != Severity.CRITICAL or incident.senior_id is None:
        return
    values = {"id": new_id(), "alert_id": incident.id, "resolved_by": actor.id}
    conn.execute(QUERIES["begin_followup"], values | {"now": now})


def cancel(conn: Connection, alert_id: UUID, now: datetime) -> None:
    """Take it back: the alert is open again."""
    conn.execute(QUERIES["cancel_followup"], {"alert_id": alert_id, "now": now})


def record(  # noqa: PLR0917 - who found what, when
    conn: Connection,
    followup_id: UUID,
    actor: Actor,
    result: FollowupResult,
    note: str | None,
    now: datetime,
) -> bool:
    """Write down what a responder found; whoever was not reached is asked for again.

    Returns
    -------
    Whether this was new; a repeat of the result that stands changes nothing.

    Raises
    ------
    NotFoundError
        If there is none such.
    ConflictError
        If another result stands, or the alert was opened again.
    """
    incident, row = _locked(conn, followup_id)
    if row["status"] == FollowupStatus.DONE and row["result"] == result:
        return False
    _refuse_closed(row)
    noted = {"note": note} if note else {}
    if result is FollowupResult.NOT_REACHED:
        conn.execute(QUERIES["not_reached"], {"id": followup_id, "note": note})
        event, detail = TimelineEvent.FOLLOWUP_TRIED, noted
    else:
        _verify(conn, followup_id, actor, result, now, note=note)
        event, detail = TimelineEvent.VERIFIED, {"result": str(result), **noted}
    ledger.add_event(conn, incident.id, event, now, actor=actor, detail=detail)
    ledger.announce_alert(conn, incident.id)
    return True


def family_says(
    conn: Connection, followup_id: UUID, actor: Actor, fine: bool, now: datetime
) -> None:
    """Write down what a relative answers: all is well, or please call.

    Who is well is verified by that. A wish to be called goes to whoever has the task,
    and is never refused but where the alert is open again.

    Raises
    ------
    NotFoundError
        If there is none such.
    ConflictError
        If it was answered already, or the alert was opened again.
    """
    incident, row = _locked(conn, followup_id)
    if not fine:
        _call(conn, incident, followup_id, row, actor, now)
        return
    if row["status"] == FollowupStatus.DONE:
        return
    _refuse_closed(row)
    well = FollowupResult.WELL
    _verify(conn, followup_id, actor, well, now, family_answer="fine")
    event, detail = TimelineEvent.VERIFIED, {"result": str(well)}
    ledger.add_event(conn, incident.id, event, now, actor=actor, detail=detail)
    ledger.announce_alert(conn, incident.id)


def _call(  # noqa: PLR0917 - who wants whom to call about what
    conn: Connection,
    incident: Incident,
    followup_id: UUID,
    row: Mapping[str, Any],
    actor: Actor,
    now: datetime,
) -> None:
    if row["status"] == FollowupStatus.CANCELLED:
        raise ConflictError("the alert is open again")
    conn.execute(QUERIES["wants_call"], {"id": followup_id})
    event, detail = TimelineEvent.FOLLOWUP_ASKED, {"call": True}
    ledger.add_event(conn, incident.id, event, now, actor=actor, detail=detail)
    content: Json = hearing.about(incident, actor, now)
    content |= {"say": "call", "by": now.isoformat(), "followup_id": str(followup_id)}
    people = [row["assignee_id"] or row["resolved_by"]]
    key = f"followup_call:{followup_id}:{actor.id}"
    until = now + CALL_FOR
    hearing.send(
        conn, incident, "followup", people, now, content=content, until=until, key=key
    )
    ledger.announce_alert(conn, incident.id)


def _verify(  # noqa: PLR0917 - a row's columns
    conn: Connection,
    followup_id: UUID,
    actor: Actor,
    result: FollowupResult,
    now: datetime,
    note: str | None = None,
    family_answer: str | None = None,
) -> None:
    conn.execute(
        QUERIES["verify"],
        {
            "id": followup_id,
            "result": result,
            "note": note,
            "family_answer": family_answer,
            "answered_by": actor.id,
            "now": now,
        },
    )


def _refuse_closed(row: Mapping[str, Any]) -> None:
    if row["status"] == FollowupStatus.CANCELLED:
        raise ConflictError("the alert is open again")
    if row["status"] == FollowupStatus.DONE:
        raise ConflictError(f"it was answered: {row['result']}")


def _locked(conn: Connection, followup_id: UUID) -> tuple[Incident, dict[str, Any]]:
    """The alert, then the row: the order in which everyone locks them."""
    wanted = {"id": followup_id}
    about = conn.execute(QUERIES["alert_of_followup"], wanted).fetchone()
    incident = ledger.find(conn, "alert_by_id", id=about[0]) if about else None
    with conn.cursor(row_factory=dict_row) as cursor:
        row = cursor.execute(QUERIES["followup_locked"], wanted).fetchone()
    if incident is None or row is None:
        raise NotFoundError("no such follow-up")
    return incident, row
