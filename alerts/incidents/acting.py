"""What people do to alerts: acknowledge, go, arrive, escalate, note, resolve, reopen."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from psycopg import Connection
from psycopg.errors import UniqueViolation
from psycopg.types.json import Jsonb

from alerts.incidents import ledger, lifecycle, notices
from alerts.incidents.helping import answering, followups, handover, hearing
from alerts.incidents.ledger import QUERIES, Incident
from alerts.incidents.lifecycle import ROUND_BEGINS, TABLE, Verdict
from alerts.incidents.opening import open_one
from alerts.incidents.pressing import add_press
from alerts.incidents.types import Action, Actor, Json, Opening, Step
from core.errors import ConflictError, InvalidError, NotFoundError
from core.model import (
    AlertStatus,
    Kind,
    Outcome,
    Role,
    Severity,
    TimelineEvent,
)

OUTCOMES = frozenset(Outcome) - {Outcome.CLEARED}
_CRITICAL_BY_HAND = frozenset({Kind.SOS, Kind.FALL})


def act(
    conn: Connection,
    alert_id: UUID,
    action: Action | str,
    actor: Actor,
    now: datetime,
    *,
    note: str | None = None,
    outcome: Outcome | str | None = None,
    latitude: float | None = None,
    longitude: float | None = None,
) -> AlertStatus:
    """Take one step on an alert and record it; return the status it then has.

    A family member's ``acknowledge`` is recorded as theirs and moves nothing. Whoever
    is asked to take the alert over does so by acknowledging it. A drill ends as a drill,
    whatever outcome is given.

    Raises
    ------
    NotFoundError
        If there is no such alert.
    ConflictError
        If its state forbids the step.
    InvalidError
        If it is to be resolved without one of the contract's outcomes.
    """
    step = Step(_meant(Action(action), actor), actor, note, None, latitude, longitude)
    if step.action is Action.RESOLVE:
        step = replace(step, outcome=_allowed(outcome))
    incident = ledger.find(conn, "alert_by_id", id=alert_id)
    if incident is None:
        raise NotFoundError("there is no such alert")
    if incident.drill and step.action is Action.RESOLVE:
        step = replace(step, outcome=Outcome.DRILL)
    if step.action is Action.ACKNOWLEDGE and handover.is_offered(incident, actor):
        status = handover.accept(conn, incident, actor, note, now)
        ledger.announce_alert(conn, alert_id)
        return status
    verdict = lifecycle.judge(
        step.action,
        incident.standing,
        _taken(conn, alert_id),
        incident.resolved_at,
        now,
    )
    if verdict is Verdict.REFUSE and answering.is_called(conn, incident, step):
        verdict = Verdict.REPEAT
    if verdict is Verdict.REFUSE:
        raise ConflictError(f"{step.action}: the alert is {incident.status}")
    _apply(conn, incident, step, verdict, now)
    ledger.announce_alert(conn, alert_id)
    target = TABLE[step.action].target
    return target if verdict is Verdict.MOVE and target else incident.standing


def open_by_hand(  # noqa: PLR0917 - few enough, and named at the calls
    conn: Connection,
    senior_id: UUID,
    kind: Kind | str,
    actor: Actor,
    note: str | None,
    now: datetime,
) -> UUID:
    """Raise an alert for a senior; an unresolved one is told to everyone again."""
    severity = Severity.CRITICAL if kind in _CRITICAL_BY_HAND else Severity.WARNING
    detail: Json = {"by_hand": True, **({"note": note} if note else {})}
    opening = Opening(
        kind=kind,
        severity=severity,
        observed_at=now,
        senior_id=senior_id,
        evidence=detail,
    )
    landed = open_one(conn, opening, now, actor=actor, detail=detail)
    if landed.joined is not None:
        add_press(conn, landed.joined, now, detail=detail, evidence={}, actor=actor)
    return landed.alert_id


def _meant(action: Action, actor: Actor) -> Action:
    """A relative's acknowledgement is of its own kind."""
    by_family = action is Action.ACKNOWLEDGE and actor.role == Role.FAMILY
    return Action.FAMILY_ACKNOWLEDGE if by_family else action


def _allowed(outcome: Outcome | str | None) -> Outcome:
    if outcome not in OUTCOMES:
        allowed = ", ".join(sorted(OUTCOMES))
        raise InvalidError(f"outcome must be one of {allowed}", "outcome")
    return Outcome(outcome)


def _taken(conn: Connection, alert_id: UUID) -> frozenset[TimelineEvent]:
    rows = conn.execute(
        QUERIES["steps_taken"],
        {"alert_id": alert_id, "round_begins": list(ROUND_BEGINS)},
    )
    return frozenset(TimelineEvent(event) for (event,) in rows)


def _apply(
    conn: Connection, incident: Incident, step: Step, verdict: Verdict, now: datetime
) -> None:
    detail = step.detail()
    if verdict is Verdict.REPEAT:
        detail["repeat"] = True
    if step.action is Action.DEPART and not _did_before(conn, incident, step):
        text = notices.on_the_way(step.actor, drill=incident.drill)
        notices.show(conn, incident.senior_id, text, now)
    if verdict is Verdict.MOVE:
        _move(conn, incident, step, now)
    elif step.action is Action.ESCALATE:
        ledger.ask_to_climb(conn, incident, now)
    else:
        conn.execute(QUERIES["touch"], {"id": incident.id, "now": now})
    event = TABLE[step.action].event
    ledger.add_event(conn, incident.id, event, now, actor=step.actor, detail=detail)
    _follow(conn, incident, step, verdict, now)


def _follow(
    conn: Connection, incident: Incident, step: Step, verdict: Verdict, now: datetime
) -> None:
    """What comes of a step beside the status: who hears of it, and what it answers."""
    actor, event = step.actor, TABLE[step.action].event
    if step.action is Action.FAMILY_ACKNOWLEDGE:
        hearing.tell_with_her(conn, incident, actor, step.note, now)
    answering.came_forward(conn, incident, step.action, actor, now)
    if verdict is not Verdict.MOVE:
        return
    if step.action is Action.REOPEN:
        followups.cancel(conn, incident.id, now)
        return
    hearing.tell_step(conn, incident, event, actor, now, step.outcome)
    if step.outcome is not None:
        answering.close_all(conn, incident.id, now, actor)
        followups.begin(conn, incident, actor, step.outcome, now)


def _move(conn: Connection, incident: Incident, step: Step, now: datetime) -> None:
    target = TABLE[step.action].target
    reopening = step.action is Action.REOPEN
    if reopening:
        _refuse_second(conn, incident)
    progress = incident.progress
    progress = progress.anew(now) if reopening else progress.status_since(now)
    resolving = target is AlertStatus.RESOLVED
    owner = incident.owner_id if resolving else step.actor.id
    try:
        with conn.transaction():
            ledger.change(
                conn,
                QUERIES["move"],
                id=incident.id,
                old=incident.status,
                status=target,
                owner_id=None if reopening else owner,
                outcome=step.outcome,
                resolved_at=now if resolving else None,
                escalation=Jsonb(progress.as_json()),
                escalation_from=now if reopening else None,
                next_due_at=None if resolving else now,
                now=now,
            )
    except UniqueViolation:
        raise ConflictError(_SECOND) from None


_SECOND = "another alert of this kind is unresolved for the same senior"


def _refuse_second(conn: Connection, incident: Incident) -> None:
    row = conn.execute(QUERIES["other_unresolved"], {"id": incident.id}).fetchone()
    if row and row[0]:
        raise ConflictError(_SECOND)


def _did_before(conn: Connection, incident: Incident, step: Step) -> bool:
    row = conn.execute(
        QUERIES["did_before"],
        {
            "alert_id": incident.id,
            "event": TABLE[step.action].event,
            "actor": str(step.actor.id),
            "round_begins": list(ROUND_BEGINS),
        },
    ).fetchone()
    return bool(row and row[0])
