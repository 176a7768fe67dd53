"""Changed rules of silence reach those who are silent already."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from alerts.escalation import silence
from core import topics
from core.model import PlaceLevel
from core.registry import rules
from core.registry.rulings import Author, Given, Scope
from tests.support.town import NOON, Town

pytestmark = pytest.mark.db
ZONE = ZoneInfo("Asia/Shanghai")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def town(town: Town) -> Town:
    """Last heard at noon."""
    town.conn.execute(
        "INSERT INTO wristband_state (binding_id, wristband_key, last_received_at,"
        " silence_due_at, updated_at)"
        " SELECT id, wristband_key, %(at)s, %(at)s + '15 min', %(at)s FROM binding",
        {"at": NOON},
    )
    town.conn.commit()
    return town


def put(town: Town, scope: Scope, text: str, now: datetime) -> int:
    with town.conn.transaction():
        someone = Author(None, "test")
        return rules.set_rules(town.conn, scope, Given(toml=text), someone, None, now)


def look(town: Town, now: datetime) -> list[tuple[str, str]]:
    town.conn.execute(
        "INSERT INTO ingest_partition (partition, heartbeat_at, current_since)"
        " VALUES (%(partition)s, %(beat)s, %(since)s) ON CONFLICT (partition)"
        " DO UPDATE SET heartbeat_at = %(beat)s",
        {
            "partition": topics.partition(town.device_id),
            "beat": now,
            "since": NOON - timedelta(days=1),
        },
    )
    town.conn.commit()
    silence.run_silent(town.conn, topics.PARTITIONS, ZONE, now)
    found = town.conn.execute(
        "SELECT severity, rule_version FROM alert WHERE kind = 'offline'"
    ).fetchall()
    town.conn.commit()
    return found


def test_less_patience_tells_at_once_of_who_is_silent(town: Town) -> None:
    now = NOON + 12 * MINUTE
    assert look(town, now) == []
    compound = Scope(town.places[PlaceLevel.COMPOUND])
    number = put(town, compound, "[offline]\ninfo_intervals = 2", now)
    ((severity, version),) = look(town, now + MINUTE)
    assert (severity, version.split("-")[0]) == ("info", str(number))
    put(town, Scope(senior_id=town.senior), "[offline]\nwarning_s = 3600", NOON)
    put(town, Scope(), "[offline]\nwarning_s = 5400", now + MINUTE)
    assert [one[0] for one in look(town, NOON + 61 * MINUTE)] == ["warning"]


def test_more_patience_waits(town: Town) -> None:
    put(town, Scope(), "[offline]\ninfo_intervals = 5", NOON + MINUTE)
    assert look(town, NOON + 16 * MINUTE) == []
    assert [one[0] for one in look(town, NOON + 25 * MINUTE)] == ["info"]


def test_switched_on_again_it_tells_of_who_is_silent(town: Town) -> None:
    street = Scope(town.places[PlaceLevel.STREET])
    put(town, street, "[offline]\nenabled = false", NOON + MINUTE)
    assert look(town, NOON + 16 * MINUTE) == []
    assert look(town, NOON + 150 * MINUTE) == []
    put(town, street, "[offline]\nenabled = true", NOON + 151 * MINUTE)
    assert [one[0] for one in look(town, NOON + 152 * MINUTE)] == ["warning"]


def test_other_rules_leave_deadlines_alone(town: Town) -> None:
    put(town, Scope(), "[battery_low]\ninfo = 15", NOON + 14 * MINUTE)
    row = town.conn.execute("SELECT silence_due_at FROM wristband_state").fetchone()
    assert row == (NOON + 15 * MINUTE,)
