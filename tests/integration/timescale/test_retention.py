"""Old readings go by whole chunks where they are a hypertable."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from core.privacy import erasing, retention
from core.privacy.catalogue import Whose
from core.privacy.consents import Recorder
from core.privacy.kinds import InForce, in_force
from tests.support.town import Town

pytestmark = [pytest.mark.db, pytest.mark.timeout(60)]

NOW = datetime(2026, 11, 22, 18, tzinfo=UTC)


def _kind(conn: psycopg.Connection, name: str) -> InForce:
    return next(one for one in in_force(conn) if one.kind.name == name)


def _readings(conn: psycopg.Connection, at: datetime) -> None:
    conn.execute(
        "INSERT INTO reading (wristband_key, time, seq, received_at, heart_rate)"
        " SELECT key, %s::timestamptz + n * interval '1 h', n, %s, 70"
        " FROM wristband CROSS JOIN generate_series(1, 500) AS n",
        (at, at),
    )


def _left(conn: psycopg.Connection) -> int:
    return conn.execute("SELECT count(heart_rate) FROM reading").fetchone()[0]


def test_chunks_are_dropped_blanked_and_erased(timescale_url: str) -> None:
    with psycopg.connect(timescale_url) as conn:
        town = Town(conn).build()
        conn.execute("UPDATE binding SET starts_at = %s", (NOW - timedelta(days=900),))
        _readings(conn, NOW - timedelta(days=500))
        _readings(conn, NOW - timedelta(days=30))
        readings = _kind(conn, "readings")
        assert retention.count(conn, readings, NOW) == {"reading": 500}
        assert retention.batch(conn, readings, NOW) >= 3  # weeks
        assert retention.batch(conn, readings, NOW) == 0
        assert _left(conn) == 500
        conn.execute("UPDATE senior SET health_consent = false")
        unagreed = _kind(conn, "unagreed")
        taken = []
        while rows := retention.batch(conn, unagreed, NOW, limit=200):
            taken.append(rows)
        assert sum(taken) == 500
        assert max(taken) == 200
        assert _left(conn) == 0
        conn.execute("UPDATE binding SET ends_at = %s", (NOW,))
        asked = {"reason": "x", "recorder": Recorder(None, "t"), "now": NOW}
        due = erasing.request(conn, Whose.SENIOR, town.senior, due_at=NOW, **asked)
        assert erasing.run(conn, due, NOW)["reading"] == 500
