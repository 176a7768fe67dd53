"""Telling the other services, at commit, that the registry has changed."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from psycopg import Connection

from core.queries import load
from core.registry.rows import every, one

CHANGED = "yinling_registry"
WRISTBANDS_CHANGED = "yinling_wristbands"
RULES = 0
"""In a wristband's place among the changes: the rules of the service or of places."""


def note_change(conn: Connection, wristband_keys: Iterable[int]) -> int:
    """Tell ingest that what it knows of these wristbands is old; return the version.

    Takes the registry's lock, held until commit: call it last in a transaction.
    """
    queries = load("core")
    row = one(conn, "lock_registry", {})
    assert row is not None  # noqa: S101 - the schema inserts the only row
    keys = list(wristband_keys)
    conn.execute(queries["note_change"], {"version": row["version"], "keys": keys})
    notify(conn, CHANGED, "")
    return int(row["version"])


def note_senior_changed(conn: Connection, senior_id: UUID, now: datetime) -> int:
    """Tell ingest that this senior's limits, geofences, absences or card changed."""
    found = every(conn, "worn_by", {"senior_id": senior_id, "now": now})
    return note_change(conn, [row["wristband_key"] for row in found])


def note_rules_changed(conn: Connection) -> int:
    """Tell ingest to read the rules of service and places again; states stay."""
    return note_change(conn, [RULES])


def forget_changes(conn: Connection, before: datetime) -> None:
    """Remove what was noted before an instant, which every worker has seen since.

    A worker that has not, because it was away, notices and reads everything anew.
    """
    conn.execute(load("core")["forget_changes"], {"before": before})


def notify(conn: Connection, channel: str, payload: str) -> None:
    """Wake whoever listens on `channel` once this transaction commits."""
    conn.execute(load("core")["notify"], {"channel": channel, "payload": payload})
