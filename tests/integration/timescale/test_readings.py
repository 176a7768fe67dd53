"""Readings come out of a hypertable as out of a plain table."""

from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from api.views.readings import period, readings
from core import registry
from core.model import PlaceLevel
from core.registry import Home
from tests.support.wearing import reading, wear

pytestmark = [pytest.mark.db, pytest.mark.slow, pytest.mark.timeout(120)]
T0 = datetime(2026, 11, 1, 15, 58, tzinfo=UTC)
QUESTIONS = [
    ("heart_rate", None),
    ("temperature", "7m"),
    ("temperature", "1d"),
    ("blood_pressure", "1h"),
    ("steps", "3d"),
]


def answers(url: str) -> list[dict[str, Any]]:
    """Store three weeks of the same readings and ask everything."""
    with psycopg.connect(url, options="-c timezone=UTC") as conn:
        place = registry.add_place(
            conn, name="区", level=PlaceLevel.DISTRICT, parent_id=None, now=T0
        )
        senior = registry.add_senior(
            conn,
            name="王",
            birth_date=T0.date(),
            sex="female",
            place_id=place,
            home=Home(34.3, 108.9),
            now=T0,
        )
        worn = wear(conn, str(senior), "w1", T0)
        for hour in range(21 * 24):
            at = T0 + timedelta(hours=hour, milliseconds=hour)
            values = {"heart_rate": 60 + hour % 40, "temperature": 35 + hour % 17 / 10}
            pressure = {"systolic": 120 + hour % 9, "diastolic": 70 + hour % 7}
            reading(conn, worn, at, hour, steps=hour, **values, **pressure)
        conn.commit()
        until = T0 + timedelta(days=30)
        return [
            readings(
                conn, senior, name, period(T0, until, bucket, until), "Asia/Shanghai"
            )
            for name, bucket in QUESTIONS
        ]


def test_both_databases_answer_alike(timescale_url: str, database_url: str) -> None:
    on_timescale, on_plain = answers(timescale_url), answers(database_url)
    assert on_timescale == on_plain
    assert len(on_plain[0]["points"]) == 21 * 24
