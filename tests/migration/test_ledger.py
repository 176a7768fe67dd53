"""What an old database holds is told to the ledger and to reports as it is led here."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from psycopg.types.json import Jsonb

from core import database
from core.ids import new_id
from core.ledger import seal
from core.ledger.verifying import snapshot, verify

pytestmark = pytest.mark.db
NOON = datetime(2026, 11, 1, 4, tzinfo=UTC)
RELEASED = 5
STEPS = (
    ("opened", None, 0),
    ("acknowledged", "grid_worker", 40),
    ("expired", None, 640),
    ("arrived", "building_head", 700),
    ("arrived", "grid_worker", 800),
    ("resolved", "building_head", 900),
)


def old_alert(conn: psycopg.Connection) -> None:
    alert_id = new_id()
    conn.execute(
        "INSERT INTO alert (id, kind, severity, status, observed_at, opened_at,"
        " updated_at) VALUES (%s, 'sos', 'critical', 'resolved', %s, %s, %s)",
        (alert_id, NOON, NOON, NOON),
    )
    for event, role, after_s in STEPS:
        actor = Jsonb({"id": str(new_id()), "name": "王", "role": role})
        conn.execute(
            "INSERT INTO alert_event (id, alert_id, at, event, actor)"
            " VALUES (%s, %s, %s, %s, %s)",
            (new_id(), alert_id, NOON + timedelta(seconds=after_s), event,
             actor if role else None),
        )  # fmt: skip


def test_the_past_is_sealed_and_counted(empty_database_url: str):
    old = Path(__file__).with_name("schema_0005.sql").read_text()
    with psycopg.connect(empty_database_url) as conn:
        conn.execute(old)
        conn.execute("CREATE TABLE schema_version (version integer NOT NULL)")
        conn.execute("INSERT INTO schema_version VALUES (%s)", (RELEASED,))
        old_alert(conn)
    database.migrate(empty_database_url)
    with psycopg.connect(empty_database_url, autocommit=True) as conn:
        row = conn.execute(
            "SELECT answered_at, answered_role, arrived_at, lapses FROM alert"
        ).fetchone()
        assert row == (
            NOON + timedelta(seconds=40), "grid_worker",
            NOON + timedelta(seconds=700), 1,
        )  # fmt: skip
        assert seal(conn, NOON) == 1 + len(STEPS)
        with snapshot(conn):
            found = verify(conn)
        assert (found.entries, found.damage) == (1 + len(STEPS), None)
