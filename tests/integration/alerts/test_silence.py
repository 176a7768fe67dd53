"""Silence by deadlines in rows: stages, our own outages, absences."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from alerts.escalation import silence
from core import topics
from tests.support.town import NOON, Town

pytestmark = pytest.mark.db
ZONE = ZoneInfo("Asia/Shanghai")
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def heard(town: Town, at: datetime) -> None:
    town.conn.execute(
        "INSERT INTO wristband_state (binding_id, wristband_key, last_received_at,"
        " silence_due_at, updated_at)"
        " SELECT id, wristband_key, %(at)s, %(at)s + '15 min', %(at)s FROM binding"
        " ON CONFLICT (binding_id) DO UPDATE SET last_received_at = %(at)s,"
        " silence_due_at = excluded.silence_due_at",
        {"at": at},
    )
    town.conn.commit()


def current(town: Town, since: datetime | None, beat: datetime) -> None:
    town.conn.execute(
        "INSERT INTO ingest_partition (partition, heartbeat_at, current_since)"
        " VALUES (%(partition)s, %(beat)s, %(since)s) ON CONFLICT (partition)"
        " DO UPDATE SET heartbeat_at = %(beat)s, current_since = %(since)s",
        {"partition": topics.partition(town.device_id), "beat": beat, "since": since},
    )
    town.conn.commit()


def look(town: Town, now: datetime, serving_since: datetime | None = None) -> list:
    current(town, serving_since or NOON - 24 * HOUR, now)
    silence.run_silent(town.conn, topics.PARTITIONS, ZONE, now)
    return alerts(town)


def alerts(town: Town) -> list:
    rows = town.conn.execute(
        "SELECT severity, status, outcome FROM alert WHERE kind = 'offline' ORDER BY id"
    ).fetchall()
    town.conn.commit()
    return rows


def test_info_then_warning(town: Town):
    heard(town, NOON)
    assert look(town, NOON + 14 * MINUTE) == []
    assert look(town, NOON + 15 * MINUTE) == [("info", "open", None)]
    assert look(town, NOON + 119 * MINUTE) == [("info", "open", None)]
    assert look(town, NOON + 120 * MINUTE) == [("warning", "open", None)]
    assert look(town, NOON + 9 * HOUR) == [("warning", "open", None)]


def test_our_own_outage_begins_anew(town: Town):
    heard(town, NOON)
    late = NOON + 3 * HOUR
    assert look(town, late, serving_since=late - MINUTE) == []
    assert look(town, late + 13 * MINUTE, serving_since=late - MINUTE) == []
    assert look(town, late + 14 * MINUTE, serving_since=late - MINUTE) == [
        ("info", "open", None)
    ]


def test_not_judged_while_ingest_is_away_or_behind(town: Town):
    heard(town, NOON)
    now = NOON + HOUR
    current(town, None, now)
    silence.run_silent(town.conn, topics.PARTITIONS, ZONE, now)
    current(town, NOON, now - 31 * timedelta(seconds=1))
    silence.run_silent(town.conn, topics.PARTITIONS, ZONE, now + MINUTE)
    assert alerts(town) == []
    assert look(town, now + 3 * MINUTE) == [("info", "open", None)]


def test_absence_pauses_until_it_is_over(town: Town):
    heard(town, NOON)
    town.away(NOON, NOON + HOUR)
    assert look(town, NOON + 20 * MINUTE) == []
    assert look(town, NOON + 61 * MINUTE) == [("info", "open", None)]


def test_binding_that_is_over_is_not_silent(town: Town):
    heard(town, NOON)
    town.conn.execute("UPDATE binding SET ends_at = %s", (NOON + MINUTE,))
    assert look(town, NOON + HOUR) == []
    row = town.conn.execute("SELECT silence_due_at FROM wristband_state").fetchone()
    assert row == (None,)


def test_heard_while_the_alert_opened(town: Town):
    heard(town, NOON)
    look(town, NOON + 15 * MINUTE)
    heard(town, NOON + 16 * MINUTE)
    assert look(town, NOON + 17 * MINUTE) == [("info", "resolved", "cleared")]
