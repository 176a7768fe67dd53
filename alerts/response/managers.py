"""Managers above somebody: who hears that a promise or a task below was not kept."""

from datetime import datetime
from uuid import UUID

from psycopg import Connection

from core import queries


def managers_above(
    conn: Connection, alert_id: UUID, person_id: UUID, now: datetime
) -> list[UUID]:
    """Managers of the nearest place above a person's that can be told of an alert.

    Where there is none above, those of the highest; without any, administrators.
    """
    found = queries.load("alerts.response")
    values = {"alert_id": alert_id, "person_id": person_id, "now": now}
    people = [row[0] for row in conn.execute(found["managers_above"], values)]
    return people or [row[0] for row in conn.execute(found["administrators"])]
