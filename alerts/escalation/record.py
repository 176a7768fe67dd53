"""Writes a decision down: the alert's row, its timeline and the notifications."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.types.json import Jsonb

from alerts import metrics
from alerts.escalation.chains import Contact, in_order
from alerts.escalation.ladder import Reachable
from alerts.escalation.terms import Decision, Reason, Telling
from alerts.incidents import ledger
from alerts.incidents.types import Json
from core import logs, queries
from core.ids import new_id
from core.model import Severity, TimelineEvent

QUERIES = queries.load("alerts.escalation")
log = logs.get("escalation")
Contacts = Mapping[UUID, list[Contact]]


class _Row(NamedTuple):
    """A notification: to which contact of whom, and which other it waits for."""

    id: UUID
    person_id: UUID
    contact_id: UUID
    after_id: UUID | None


@dataclass(slots=True)
class _Page:
    """One alert's decision while it is being written down."""

    conn: Connection
    alert_id: UUID
    decision: Decision
    contacts: Contacts
    now: datetime
    told: dict[UUID, str] = field(default_factory=dict[UUID, str])

    def event(self, event: TimelineEvent, detail: Json) -> None:
        """Append to the alert's timeline."""
        ledger.add_event(self.conn, self.alert_id, event, self.now, detail=detail)


def keep(
    conn: Connection,
    alert_id: UUID,
    old_status: str,
    decision: Decision,
    *,
    contacts: Contacts,
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
    step = f"{telling.level}#{number}"
    people = [_shown(page, person) for person in telling.people]
    _add_notifications(page, telling, step)
    page.event(
        TimelineEvent.TOLD,
        {
            "level": telling.level,
            "reason": str(telling.reason),
            "step": step,
            "due_at": _written(telling.due_at),
            "policy": page.decision.facts.progress.policy,
            "people": people,
        },
    )


def _add_notifications(page: _Page, telling: Telling, step: str) -> None:
    """One row per contact of whom no telling of the same decision reached yet."""
    rows = [
        row
        for person in telling.people
        if page.told.setdefault(person.person_id, step) == step
        for row in _rows(page, person.person_id, telling.channels)
    ]
    page.conn.execute(
        QUERIES["add_notifications"],
        {
            "alert_id": page.alert_id,
            "ids": [row.id for row in rows],
            "persons": [row.person_id for row in rows],
            "contacts": [row.contact_id for row in rows],
            "afters": [row.after_id for row in rows],
            "step": step,
            "urgent": page.decision.facts.severity is Severity.CRITICAL,
            "now": page.now,
        },
    )


def _rows(page: _Page, person: UUID, channels: Sequence[str]) -> list[_Row]:
    """A person's notifications: all at once, or each after the one before it."""
    rows: list[_Row] = []
    for contact in in_order(page.contacts[person], channels):
        after = rows[-1].id if rows and channels else None
        rows.append(_Row(new_id(), person, contact.id, after))
    return rows


def _alarm(page: _Page) -> None:
    """Nobody can be told: loud for technicians, and seen in the timeline."""
    metrics.NOBODY_REACHABLE.inc()
    log.error("nobody is reachable for an alert", alert_id=str(page.alert_id))
    page.event(TimelineEvent.ESCALATED, {"reason": str(Reason.NOBODY)})


def _shown(page: _Page, person: Reachable) -> Json:
    """Who was told; `with` is the step of the same instant that told them already."""
    before = page.told.get(person.person_id)
    contacts = page.contacts[person.person_id]
    return {
        "id": str(person.person_id),
        "name": person.name,
        "role": person.role,
        "contacts": [{"id": str(one.id), "kind": one.kind} for one in contacts],
        **({} if before is None else {"with": before}),
    }


def _written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
