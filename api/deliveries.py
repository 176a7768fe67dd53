"""What became of an alert's notifications: sent, delivered, read, each try with its answer."""

from datetime import datetime
from uuid import UUID

from psycopg import Connection

from api import rows
from core.database import Row
from core.errors import NotFoundError
from core.queries import load


def of_alert(conn: Connection, alert_id: UUID) -> list[Row]:
    """Who was told by which kind of contact, oldest first; no address among it."""
    return rows.every(conn, load("api")["deliveries"], {"alert_id": alert_id})


def use_link(conn: Connection, notification_id: UUID, now: datetime) -> bool:
    """Use up a notification's link, which shows that it was read; False if it was."""
    values = {"id": notification_id, "now": now}
    return rows.one(conn, load("api")["use_link"], values) is not None


def note_receipt(
    conn: Connection, notification_id: UUID, status: str, at: datetime, now: datetime
) -> Row:
    """What a gateway says; the first time counts, one ahead of `now` is now.

    Raises
    ------
    NotFoundError
        If there is no such notification.
    """
    values = {"id": notification_id, "status": status, "at": at, "now": now}
    row = rows.one(conn, load("api")["note_receipt"], values)
    if row is None:
        raise NotFoundError("no such notification")
    return row
