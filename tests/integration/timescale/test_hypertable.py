"""With TimescaleDB, readings are a hypertable and everything else is as without."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from core import database

pytestmark = [pytest.mark.db, pytest.mark.timeout(60)]

AT = datetime(2026, 11, 1, 8, tzinfo=UTC)
INSERT = """
INSERT INTO reading (wristband_key, time, seq, received_at, heart_rate)
VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING
"""
BY_THE_HOUR = """
SELECT to_timestamp(floor(extract(epoch FROM time) / 3600) * 3600) AS hour,
       min(heart_rate), avg(heart_rate), max(heart_rate), count(*)
FROM reading WHERE wristband_key = 1 AND time >= %s AND time < %s
GROUP BY hour ORDER BY hour
"""


def fill(connection: psycopg.Connection) -> None:
    rows = [
        (1, AT + timedelta(minutes=10 * n), n, AT, 60 + n % 40) for n in range(5000)
    ]
    with connection.cursor() as cursor:
        cursor.executemany(INSERT, rows + rows[:500])


def test_readings_are_a_hypertable_of_several_chunks(timescale_url: str) -> None:
    with psycopg.connect(timescale_url) as connection:
        fill(connection)
        row = connection.execute(
            "SELECT num_chunks FROM timescaledb_information.hypertables"
            " WHERE hypertable_name = 'reading'"
        ).fetchone()
    assert row is not None
    assert row[0] > 3


def test_readings_are_the_same_as_on_plain_postgresql(
    timescale_url: str, database_url: str
) -> None:
    answers = []
    for url in (timescale_url, database_url):
        with psycopg.connect(url, options="-c timezone=UTC") as connection:
            fill(connection)
            until = AT + timedelta(days=20)
            answers.append(connection.execute(BY_THE_HOUR, (AT, until)).fetchall())
    assert answers[0] == answers[1]
    assert sum(row[4] for row in answers[0]) == 20 * 24 * 6


def test_migrating_again_changes_nothing(timescale_url: str) -> None:
    before = database.migrate(timescale_url)
    assert database.migrate(timescale_url) == before
