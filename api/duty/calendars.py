"""A person's duties as an iCalendar feed behind a secret address."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from icalendar import Calendar, Event
from psycopg import Connection

from api import access, audit, rows
from api.principal import Principal
from core.database import Row
from core.errors import ForbiddenError, NotFoundError
from core.queries import load

Json = dict[str, Any]
QUERIES: Final = load("api.duty")
TOKEN_BYTES: Final = 32
RENEW_EVERY: Final = timedelta(hours=1)


def make(conn: Connection, principal: Principal, person_id: UUID, now: datetime) -> str:
    """A new secret for one's own feed; the old one is void. Returns the secret."""
    access.person(conn, principal, person_id)
    if person_id != principal.id:
        raise ForbiddenError("only the person themself gets the address")
    token = secrets.token_urlsafe(TOKEN_BYTES)
    values: Json = {"person_id": person_id, "sha256": _digest(token), "now": now}
    conn.execute(QUERIES["set_feed"], values)
    audit.record(conn, principal, now, "calendar.create", "person", person_id)
    return token


def revoke(
    conn: Connection, principal: Principal, person_id: UUID, now: datetime
) -> None:
    """Void the address: the person themself, and whoever keeps the registry."""
    access.person(conn, principal, person_id)
    if person_id != principal.id:
        principal.require_managing()
    if rows.one(conn, QUERIES["drop_feed"], {"person_id": person_id}) is None:
        raise NotFoundError("there is no such calendar")
    audit.record(conn, principal, now, "calendar.revoke", "person", person_id)


def feed(conn: Connection, token: str, now: datetime) -> bytes:
    """The calendar behind a secret, as text/calendar: places and times, no senior.

    Raises
    ------
    NotFoundError
        If the secret is not in force.
    """
    owner = rows.one(conn, QUERIES["feed_owner"], {"sha256": _digest(token)})
    if owner is None:
        raise NotFoundError("no such calendar")
    statement = QUERIES["duties_of"].format(path_names=QUERIES["path_names"])
    duties = rows.every(conn, statement, {"person_id": owner["id"]})
    english = owner["locale"] == "en"
    calendar: Any = Calendar()  # its types are partly unknown
    calendar.add("prodid", "-//Yinling//Duty//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "Yinling duty" if english else "银铃值班")
    calendar.add("refresh-interval", RENEW_EVERY, parameters={"VALUE": "DURATION"})
    for duty in duties:
        calendar.add_component(_event(duty, now, english=english))
    return calendar.to_ical()


def _event(duty: Row, now: datetime, *, english: bool) -> Event:
    where = duty["place"]
    event = Event()
    source = duty["override_id"] or duty["shift_id"]
    values = {
        "uid": f"{source}-{duty['starts_at']:%Y%m%dT%H%M%SZ}@yinling",
        "dtstamp": now,
        "dtstart": duty["starts_at"],
        "dtend": duty["ends_at"],
        "summary": f"{'On duty: ' if english else '值班：'}{where[-1]}",
        "location": " › ".join(where),
    }
    untyped: Any = event
    for name, value in values.items():
        untyped.add(name, value)
    return event


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
