"""Urgent events: telling a resend from a new press, and what each does to alerts."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from psycopg import Connection
from psycopg.types.json import Jsonb

from alerts.incidents import ledger
from alerts.incidents.ledger import QUERIES, Incident
from alerts.incidents.opening import open_one
from alerts.incidents.types import Actor, Json, Opening, Press, PressAnswer
from core.ids import new_id
from core.model import Kind, Severity, TimelineEvent, Trigger

SEQ_ALONE_WITHIN = timedelta(minutes=10)
NAMELESS_WITHIN = timedelta(seconds=60)


def press(
    conn: Connection, presses: Sequence[Press], now: datetime
) -> list[PressAnswer]:
    """Take urgent events in the order they came; answer which alert each belongs to.

    A resend has no effect. Any other press opens the senior's alert, or is added to
    the unresolved one and has everyone told so far told again at once.
    """
    for device_id in sorted({one.device_id for one in presses}):
        conn.execute(QUERIES["one_at_a_time"], {"device_id": device_id})
    return [_press(conn, one, now) for one in presses]


def add_press(
    conn: Connection,
    incident: Incident,
    now: datetime,
    *,
    detail: Json,
    evidence: Json,
    actor: Actor | None = None,
) -> None:
    """Add a press to an unresolved alert: everyone told so far is told again at once."""
    ledger.change(
        conn,
        QUERIES["due_again"],
        id=incident.id,
        old=incident.status,
        escalation=Jsonb(incident.progress.asked_to_retell(now).as_json()),
        evidence=Jsonb(evidence),
        now=now,
    )
    ledger.add_event(
        conn, incident.id, TimelineEvent.PRESSED, now, actor=actor, detail=detail
    )
    ledger.announce_alert(conn, incident.id)


def _press(conn: Connection, one: Press, now: datetime) -> PressAnswer:
    known = _resent(conn, one)
    if known is not None:
        return PressAnswer(known, resend=True)
    joined = _one_with_previous(conn, one)
    if joined is not None:
        _remember(conn, one, joined)
        return PressAnswer(joined, resend=True)
    alert_id = _open_or_add(conn, one, now)
    _remember(conn, one, alert_id)
    _keep_latest(conn, one, now)
    return PressAnswer(alert_id, resend=False)


def _resent(conn: Connection, one: Press) -> UUID | None:
    """Alert of the press that this one repeats; None for one without time and seq."""
    if one.claimed_ms is None and one.seq is None:
        return None
    seq_alone = one.claimed_ms is None
    row = conn.execute(
        QUERIES["known_press"],
        {
            "device_id": one.device_id,
            "claimed_ms": one.claimed_ms,
            "seq": one.seq,
            "since": one.received_at - SEQ_ALONE_WITHIN if seq_alone else None,
        },
    ).fetchone()
    return row[0] if row else None


def _one_with_previous(conn: Connection, one: Press) -> UUID | None:
    if one.claimed_ms is not None or one.seq is not None:
        return None
    row = conn.execute(
        QUERIES["same_nameless_press"],
        {
            "device_id": one.device_id,
            "trigger": one.trigger,
            "since": one.received_at - NAMELESS_WITHIN,
            "senior_id": one.senior_id,
        },
    ).fetchone()
    return row[0] if row else None


def _open_or_add(conn: Connection, one: Press, now: datetime) -> UUID:
    evidence = _evidence(one)
    detail: Json = {**evidence, "trigger": str(one.trigger)}
    opening = _opening(one, evidence)
    landed = open_one(conn, opening, now, detail={"trigger": str(one.trigger)})
    if landed.joined is not None:
        add_press(conn, landed.joined, now, detail=detail, evidence=evidence)
    return landed.alert_id


def _evidence(one: Press) -> Json:
    """What was read; of a wristband nobody wears it is all there is, so with its time."""
    if one.binding_id is None and "latitude" in one.evidence:
        return one.evidence | {"located_at": one.observed_at.isoformat()}
    return one.evidence


def _keep_latest(conn: Connection, one: Press, now: datetime) -> None:
    """Let what was read count among the last that is known of the wearer."""
    if one.binding_id is not None:
        values = {
            "binding_id": one.binding_id,
            "received_at": one.received_at,
            "observed_at": one.observed_at,
            "evidence": Jsonb(one.evidence),
            "now": now,
        }
        conn.execute(QUERIES["keep_latest"], values)


def _opening(one: Press, evidence: Json) -> Opening:
    return Opening(
        kind=Kind.FALL if one.trigger == Trigger.FALL else Kind.SOS,
        severity=Severity.CRITICAL,
        observed_at=one.observed_at,
        senior_id=one.senior_id,
        place_id=one.place_id,
        device_id=one.device_id,
        binding_id=one.binding_id,
        evidence=evidence,
        alert_id=one.alert_id,
    )


def _remember(conn: Connection, one: Press, alert_id: UUID) -> None:
    conn.execute(
        QUERIES["add_press"],
        {
            "id": new_id(),
            "device_id": one.device_id,
            "claimed_ms": one.claimed_ms,
            "seq": one.seq,
            "received_at": one.received_at,
            "trigger": one.trigger,
            "alert_id": alert_id,
            "payload": one.payload,
        },
    )
