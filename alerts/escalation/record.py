"""Writes a decision down: the alert's row, its timeline and the notifications."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from psycopg import Connection
from psycopg.types.json import Jsonb

from alerts import metrics
from alerts.escalation.ladder import Reachable
from alerts.escalation.terms import Decision, Reason, Telling
from alerts.incidents import ledger
from alerts.incidents.types import Json
from core import logs, queries
from core.ids import new_id
from core.model import Severity, TimelineEvent

QUERIES = queries.load("alerts.escalation")
Contacts = dict[UUID, list[UUID]]
log = logs.get("escalation")


@dataclass(slots=True)
class _Page:
    """One alert's decision while it is being written down."""

    conn: Connection
    alert_id: UUID
    decision: Decision
    contacts: Mapping[UUID, list[UUID]]
    now: datetime
    told: set[UUID] = field(default_factory=set[UUID])

    def event(self, event: TimelineEvent, detail: Json) -> None:
        """Append to the alert's timeline."""
        ledger.add_event(self.conn, self.alert_id, event, self.now, detail=detail)


def keep(
    conn: Connection,
    alert_id: UUID,
    old_status: str,
    decision: Decision,
    *,
    contacts: Mapping[UUID, list[UUID]],
    now: datetime,
) -> None:
    """Write `decision` of the locked alert, and wake senders and streams."""
    page = _Page(conn, alert_id, decision, contacts, now)
    if decision.expired:
        page.event(TimelineEvent.EXPIRED, {"from": old_status})
    if decision.alarm:
        _alarm(page)
    if decision.still:
        page.event(TimelineEvent.ESCALATED, {"reason": str(Reason.STILL)})
    first = decision.facts.progress.tellings + 1
    for number, telling in enumerate(decision.tellings, first):
        _tell(page, telling, number)
    _keep_row(conn, alert_id, old_status, decision, now)
    if decision.tellings or decision.alarm or decision.expired:
        ledger.announce_alert(conn, alert_id)
    if decision.tellings:
        ledger.announce(conn, ledger.OUTBOX_CHANNEL)


def _keep_row(
    conn: Connection, alert_id: UUID, old_status: str, decision: Decision, now: datetime
) -> None:
    facts = decision.facts
    progress = facts.progress.after(len(decision.tellings))
    ledger.change(
        conn,
        QUERIES["keep"],
        id=alert_id,
        old=old_status,
        status=facts.status,
        expired=decision.expired,
        escalation=Jsonb(progress.as_json()),
        escalation_from=facts.counted_from,
        next_due_at=decision.next_due,
        now=now,
    )


def _tell(page: _Page, telling: Telling, number: int) -> None:
    metrics.TELLINGS.labels(telling.reason).inc()
    if telling.reason is Reason.CLIMBED:
        page.event(TimelineEvent.ESCALATED, {"level": telling.level})
    _add_notifications(page, telling, number)
    page.event(
        TimelineEvent.TOLD,
        {
            "level": telling.level,
            "reason": str(telling.reason),
            "people": [_shown(person) for person in telling.people],
        },
    )


def _add_notifications(page: _Page, telling: Telling, number: int) -> None:
    """One row per contact of whom no telling of the same decision reached yet."""
    pairs = [
        (person.person_id, contact)
        for person in telling.people
        if person.person_id not in page.told
        for contact in page.contacts[person.person_id]
    ]
    page.told.update(person for person, _ in pairs)
    page.conn.execute(
        QUERIES["add_notifications"],
        {
            "alert_id": page.alert_id,
            "ids": [new_id() for _ in pairs],
            "persons": [person for person, _ in pairs],
            "contacts": [contact for _, contact in pairs],
            "steps": [f"{telling.level}#{number}"] * len(pairs),
            "urgent": page.decision.facts.severity is Severity.CRITICAL,
            "now": page.now,
        },
    )


def _alarm(page: _Page) -> None:
    """Nobody can be told: loud for technicians, and seen in the timeline."""
    metrics.NOBODY_REACHABLE.inc()
    log.error("nobody is reachable for an alert", alert_id=str(page.alert_id))
    page.event(TimelineEvent.ESCALATED, {"reason": str(Reason.NOBODY)})


def _shown(person: Reachable) -> Json:
    return {"id": str(person.person_id), "name": person.name, "role": person.role}
