"""Opening alerts so that a senior never has two unresolved ones of a kind."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg import Connection
from psycopg.types.json import Jsonb

from alerts.incidents import ledger, notices
from alerts.incidents.ledger import QUERIES, Incident
from alerts.incidents.progress import Progress
from alerts.incidents.types import Actor, Json, Opening
from core.errors import ConflictError
from core.ids import new_id
from core.model import SEVERITY_RANK, AlertStatus, Kind, Severity, TimelineEvent

PAUSED_BY_ABSENCE = frozenset(
    {
        Kind.INACTIVITY,
        Kind.OFFLINE,
        Kind.NOT_WORN,
        Kind.GEOFENCE_EXIT,
        Kind.GEOFENCE_ENTER,
    }
)
STAYS_WHEN_WORSE = frozenset({AlertStatus.OPEN, AlertStatus.ON_SCENE})
"""Statuses kept when severity rises: nobody has promised to come, or someone is there."""
_TRIES = 5


@dataclass(frozen=True, slots=True)
class Landed:
    """Where an opening ended: its alert, and whether that alert is new."""

    alert_id: UUID
    new: bool
    joined: Incident | None = None


def open_alerts(
    conn: Connection, openings: Sequence[Opening], now: datetime
) -> list[UUID | None]:
    """Open an alert for each, or join the unresolved one of its senior and kind.

    A rising severity restarts the escalation; None where an absence pauses the kind.
    Rows are locked in one order whatever the order given, so that writers of
    overlapping sets do not deadlock.
    """
    paused = _paused(conn, openings, now)
    landed: list[UUID | None] = [None] * len(openings)
    for n in sorted(range(len(openings)), key=lambda n: _lock_order(openings[n])):
        if n not in paused:
            landed[n] = open_one(conn, openings[n], now).alert_id
    return landed


def open_one(
    conn: Connection,
    opening: Opening,
    now: datetime,
    actor: Actor | None = None,
    detail: Json | None = None,
) -> Landed:
    """Open one alert or join it; absences are not looked at."""
    for _ in range(_TRIES):
        joined = _joined(conn, opening)
        if joined is not None:
            return _join(conn, joined, opening, now)
        inserted = _insert(conn, opening, now)
        if inserted is not None:
            alert_id, place_id = inserted
            shown = _what(opening, place_id) | (detail or {})
            ledger.add_event(
                conn, alert_id, TimelineEvent.OPENED, now, actor=actor, detail=shown
            )
            ledger.announce_alert(conn, alert_id)
            _notice(conn, opening, now)
            return Landed(alert_id, new=True)
    raise ConflictError("the alert opens and resolves too fast to be joined; try again")


def _joined(conn: Connection, opening: Opening) -> Incident | None:
    if opening.alert_id is not None:
        promised = ledger.find(conn, "alert_by_id", id=opening.alert_id)
        if promised is not None:
            return promised
    return ledger.find_unresolved(
        conn,
        opening.kind,
        senior_id=opening.senior_id,
        device_id=opening.device_id,
        place_id=opening.place_id,
        drill=opening.drill,
        canary=opening.canary,
    )


def _what(opening: Opening, place_id: UUID | None) -> Json:
    """What opened, for the timeline: so much that reports can be checked by it alone."""
    named: Json = {
        "severity": str(opening.severity),
        "kind": str(opening.kind),
        "senior_id": opening.senior_id and str(opening.senior_id),
        "place_id": place_id and str(place_id),
        "drill": opening.drill,
        "canary": opening.canary,
    }
    return {name: value for name, value in named.items() if value}


def _insert(
    conn: Connection, opening: Opening, now: datetime
) -> tuple[UUID, UUID | None] | None:
    """Ids of the new alert and its place, None where another was faster."""
    row = conn.execute(
        QUERIES["insert_alert"],
        {
            "id": opening.alert_id or new_id(),
            "senior_id": opening.senior_id,
            "place_id": opening.place_id,
            "device_id": opening.device_id,
            "kind": opening.kind,
            "severity": opening.severity,
            "drill": opening.drill,
            "canary": opening.canary,
            "observed_at": opening.observed_at,
            "evidence": Jsonb(opening.evidence),
            "rule_version": opening.rule_version,
            "escalation": Jsonb(Progress(status_at=now).as_json()),
            "now": now,
        },
    ).fetchone()
    return (row[0], row[1]) if row else None


def _join(
    conn: Connection, incident: Incident, opening: Opening, now: datetime
) -> Landed:
    """Let an alert that is there take the opening in; a resolved one stays as it is."""
    if incident.standing is AlertStatus.RESOLVED:
        return Landed(incident.id, new=False)
    old, new = Severity(incident.severity), Severity(opening.severity)
    cleared = incident.cleared_at is not None
    if cleared:
        _notice(conn, opening, now)
    if SEVERITY_RANK[new] > SEVERITY_RANK[old]:
        _raise_severity(conn, incident, opening, now)
        incident = ledger.find(conn, "alert_by_id", id=incident.id) or incident
    elif cleared and (new is old or new is not Severity.INFO):
        # What is only shown is not the condition that somebody was called for.
        conn.execute(QUERIES["fire_again"], {"id": incident.id, "now": now})
    return Landed(incident.id, new=False, joined=incident)


def _notice(conn: Connection, opening: Opening, now: datetime) -> None:
    """Once an episode, tell the wearer what a detection asks of them, if anything."""
    text = notices.OWN.get(opening.kind)
    if text is not None and opening.binding_id is not None:
        notices.show(conn, opening.senior_id, text, now)


def _raise_severity(
    conn: Connection, incident: Incident, opening: Opening, now: datetime
) -> None:
    """Begin the escalation anew; who promised to come for less is asked again."""
    kept = incident.standing in STAYS_WHEN_WORSE
    ledger.change(
        conn,
        QUERIES["raise_severity"],
        id=incident.id,
        old=incident.status,
        old_severity=incident.severity,
        severity=opening.severity,
        evidence=Jsonb(opening.evidence),
        rule_version=opening.rule_version,
        status=incident.status if kept else AlertStatus.OPEN,
        escalation=Jsonb(incident.progress.anew(now).as_json()),
        now=now,
    )
    detail = {
        "reason": "severity",
        "severity": str(opening.severity),
        "from": incident.severity,
        **({} if kept else {"round": "anew"}),
    }
    ledger.add_event(conn, incident.id, TimelineEvent.ESCALATED, now, detail=detail)
    ledger.announce_alert(conn, incident.id)


def _paused(
    conn: Connection, openings: Sequence[Opening], now: datetime
) -> frozenset[int]:
    """Indexes of the openings that an absence of their senior pauses."""
    asked = [
        (n, opening.senior_id, opening.observed_at)
        for n, opening in enumerate(openings)
        if opening.kind in PAUSED_BY_ABSENCE and opening.senior_id is not None
    ]
    if not asked:
        return frozenset()
    rows = conn.execute(
        QUERIES["paused"],
        {
            "seniors": [senior for _, senior, _ in asked],
            "observed": [observed for _, _, observed in asked],
            "now": now,
        },
    )
    ordinals: list[int] = [row[0] for row in rows]
    return frozenset(asked[ordinal - 1][0] for ordinal in ordinals)


def _lock_order(opening: Opening) -> tuple[str, str, str, str]:
    return (
        str(opening.senior_id or ""),
        opening.device_id or "",
        str(opening.kind),
        str(opening.place_id or ""),
    )
