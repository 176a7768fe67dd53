"""What a senior and people want of calls, digests and daily messages."""

from datetime import datetime
from uuid import UUID

from psycopg import Connection
from psycopg.types.json import Jsonb

from api import access, audit, rows
from api.principal import Principal
from api.schemas.telling import CallBack, DailyWish, DigestWish, Preferences
from core import numbers
from core.daytime import next_hour
from core.errors import InvalidError
from core.model import Role
from core.queries import load
from core.settings import Settings

KINDS = ("digest", "daily_message")


def call_back(
    conn: Connection, principal: Principal, senior_id: UUID
) -> dict[str, object]:
    """A senior's number and whether it is called."""
    access.managed_senior(conn, principal, senior_id)
    row = rows.one(conn, load("api.registry")["call_back"], {"id": senior_id})
    return dict(row or {})


def set_call_back(
    conn: Connection,
    principal: Principal,
    senior_id: UUID,
    body: CallBack,
    now: datetime,
) -> dict[str, object]:
    """Set both; a number is needed to be called.

    Raises
    ------
    InvalidError
        If the number is none, or an emergency service's.
    """
    access.managed_senior(conn, principal, senior_id)
    phone = numbers.phone(body.phone) if body.phone else None
    if body.wanted and phone is None:
        raise InvalidError("without a number nobody can be called", "phone")
    values: dict[str, object] = {"id": senior_id, "phone": phone, "wanted": body.wanted}
    conn.execute(load("api.registry")["set_call_back"], values)
    audit.record(
        conn,
        principal,
        now,
        "senior.set_call_back",
        "senior",
        senior_id,
        senior_id=senior_id,
        detail={"wanted": body.wanted},
    )
    return {"phone": phone, "wanted": body.wanted}


def preferences(conn: Connection, principal: Principal) -> dict[str, object]:
    """What one wants to be told once a day."""
    found = rows.every(conn, load("api.registry")["wishes"], {"id": principal.id})
    return dict.fromkeys(KINDS) | {row["kind"]: row["body"] for row in found}


def set_preferences(
    conn: Connection,
    principal: Principal,
    settings: Settings,
    body: Preferences,
    now: datetime,
) -> dict[str, object]:
    """Replace one's wishes; the first of each comes at its next hour.

    Raises
    ------
    InvalidError
        If somebody who is no relative wants a daily message.
    NotFoundError
        If a named senior is not one's own.
    """
    if body.daily_message and principal.role is not Role.FAMILY:
        raise InvalidError("daily messages are for relatives", "daily_message")
    for senior_id in body.daily_message.senior_ids if body.daily_message else ():
        access.senior(conn, principal, senior_id)
    wishes: dict[str, DigestWish | DailyWish | None] = {
        "digest": body.digest,
        "daily_message": body.daily_message,
    }
    for kind, wish in wishes.items():
        values: dict[str, object] = {"person_id": principal.id, "kind": kind}
        if wish is None:
            conn.execute(load("api.registry")["drop_wish"], values)
            continue
        values |= {
            "hour": wish.hour,
            "body": Jsonb(wish.model_dump(mode="json")),
            "due_at": next_hour(now, wish.hour, settings.zone),
            "now": now,
        }
        conn.execute(load("api.registry")["set_wish"], values)
    wanted = {kind: wish is not None for kind, wish in wishes.items()}
    audit.record(
        conn,
        principal,
        now,
        "person.set_preferences",
        "person",
        principal.id,
        detail=wanted,
    )
    return preferences(conn, principal)
