"""Who hears of a step on an alert: whoever was told of it, and the family of a critical one."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from psycopg import Connection

from alerts.incidents.ledger import Incident
from alerts.incidents.types import Actor, Json
from core import messages, queries
from core.model import AlertStatus, Outcome, Severity, TimelineEvent

QUERIES: Final = queries.load("alerts.incidents.helping")
NEWS_FOR: Final = timedelta(minutes=30)
"""Who is coming is news for so long; how it ended for a day."""
END_FOR: Final = timedelta(hours=24)
_NEWS: Final = frozenset({"coming", "family_with"})
"""What is no reason to ring phones of people who can read it elsewhere."""
_NEW_OWNER: Final = frozenset({TimelineEvent.ACKNOWLEDGED, TimelineEvent.HANDED_OVER})


def tell_step(  # noqa: PLR0917 - what happened, to what, by whom, when
    conn: Connection,
    incident: Incident,
    event: TimelineEvent,
    actor: Actor,
    now: datetime,
    outcome: Outcome | None = None,
) -> None:
    """Tell the others who has the alert in hand, or how it ended.

    Everyone told so far hears of a new owner; the family of a critical one hears each
    step; whoever had come forward hears that it is over. Nobody hears who was never
    told, but the family of a critical one.

    Parameters
    ----------
    incident : the alert as it was before the step.
    """
    people = _hearers(conn, incident, event, actor) - {actor.id}
    content = about(incident, actor, now) | {"event": str(event)}
    if outcome is not None:
        content["outcome"] = str(outcome)
    lasts = END_FOR if event is TimelineEvent.RESOLVED else NEWS_FOR
    send(conn, incident, "coming", people, now, content=content, until=now + lasts)


def tell_with_her(
    conn: Connection, incident: Incident, actor: Actor, note: str | None, now: datetime
) -> None:
    """Tell the other relatives, once, that this one is with the senior."""
    people = family_of(conn, incident) - {actor.id}
    content = about(incident, actor, now) | ({"note": note} if note else {})
    key = f"family_with:{incident.id}:{actor.id}"
    until = now + NEWS_FOR
    send(
        conn,
        incident,
        "family_with",
        people,
        now,
        content=content,
        until=until,
        key=key,
    )


def about(incident: Incident, actor: Actor, now: datetime) -> Json:
    """What every such message says: who, of what kind of alert, when."""
    return {
        "name": actor.name,
        "role": str(actor.role),
        "kind": incident.kind,
        "drill": incident.drill,
        "at": now.isoformat(),
    }


def path_of(conn: Connection, alert_id: UUID) -> list[UUID]:
    """The places from the top down to where an alert is; none where it is nowhere."""
    row = conn.execute(QUERIES["path_of"], {"alert_id": alert_id}).fetchone()
    return list(row[0]) if row else []


def send(
    conn: Connection,
    incident: Incident,
    kind: str,
    people: Iterable[UUID],
    now: datetime,
    *,
    content: Json,
    until: datetime,
    key: str | None = None,
    urgent: bool = True,
) -> None:
    """Put a message about the alert into the outbox, urgent where a critical one's is."""
    told = sorted(set(people))
    if not told or incident.canary:
        return
    messages.tell(
        conn,
        kind,
        told,
        now,
        content={**content, "alert_id": str(incident.id)},
        senior_id=incident.senior_id,
        place_id=incident.place_id,
        alert_id=incident.id,
        expires_at=until,
        key=key,
        urgent=urgent and _critical(incident),
        rings=kind not in _NEWS,
    )


def _hearers(
    conn: Connection, incident: Incident, event: TimelineEvent, actor: Actor
) -> set[UUID]:
    family = family_of(conn, incident) if _critical(incident) else set[UUID]()
    if event is TimelineEvent.RESOLVED:
        return family | _ids(conn, "came_forward", alert_id=incident.id)
    fresh = incident.standing is AlertStatus.OPEN or incident.owner_id != actor.id
    if fresh or event in _NEW_OWNER:
        return family | _ids(conn, "told_so_far", alert_id=incident.id)
    return family


def _critical(incident: Incident) -> bool:
    return incident.severity == Severity.CRITICAL


def family_of(conn: Connection, incident: Incident) -> set[UUID]:
    """Relatives who are told of the senior's alerts."""
    return _ids(conn, "family_of", senior_id=incident.senior_id)


def _ids(conn: Connection, name: str, **wanted: object) -> set[UUID]:
    return {row[0] for row in conn.execute(QUERIES[name], wanted)}
