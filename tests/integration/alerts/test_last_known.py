"""What a press said counts among the last that is known, each by its own time."""

from datetime import timedelta
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from alerts.incidents import store
from alerts.incidents.types import Press
from tests.support.town import NOON, Town

pytestmark = pytest.mark.db
MIN = timedelta(minutes=1)
AWAY = {"latitude": 34.3416, "longitude": 108.9693, "accuracy": 8.0}
NAMES = "heart_rate, heart_rate_at, battery, latitude, longitude, accuracy, location_at"


@pytest.fixture
def reported(town: Town) -> Town:
    """A town whose senior's wristband reported at noon, from home."""
    town.conn.execute(
        "INSERT INTO wristband_state (binding_id, wristband_key, last_time,"
        " last_received_at, heart_rate, heart_rate_at, battery, latitude, longitude,"
        " accuracy, location_at, updated_at) SELECT id, wristband_key, %(at)s, %(at)s,"
        " 70, %(at)s, 90, 34.34, 108.93, 30, %(at)s, %(at)s FROM binding",
        {"at": NOON},
    )
    town.conn.commit()
    return town


def press(
    town: Town, minutes: float, said: dict[str, float], *, worn: bool = True
) -> None:
    """Press so many minutes after noon; it arrives a minute later."""
    at = NOON + minutes * MIN
    one = Press(
        device_id=town.device_id, senior_id=town.senior if worn else None,
        place_id=None, claimed_ms=int(at.timestamp() * 1000), seq=None,
        received_at=at + MIN, observed_at=at, trigger="button", evidence=said,
        binding_id=town.binding if worn else None,
    )  # fmt: skip
    store.press(town.conn, [one], at + MIN)
    town.conn.commit()


def known(town: Town) -> dict[str, Any]:
    with town.conn.cursor(row_factory=dict_row) as cursor:
        row = cursor.execute("SELECT * FROM last_known").fetchone()
    assert row is not None
    return row


def values(town: Town) -> list[Any]:
    row = known(town)
    return [row[name] for name in NAMES.split(", ")]


def test_a_first_press_is_all_that_is_known(town: Town):
    press(town, 5, AWAY | {"heart_rate": 141, "battery": 31})
    at = NOON + 5 * MIN
    assert values(town) == [141, at, 31, *AWAY.values(), at]
    assert known(town)["last_received_at"] == NOON + 6 * MIN
    assert known(town)["reported_at"] is None


def test_the_newer_of_report_and_press_is_told(reported: Town):
    press(reported, -5, AWAY | {"heart_rate": 141, "battery": 31})
    assert values(reported) == [70, NOON, 90, 34.34, 108.93, 30, NOON]
    press(reported, 5, AWAY | {"heart_rate": 141, "battery": 31})
    at = NOON + 5 * MIN
    assert values(reported) == [141, at, 31, *AWAY.values(), at]
    assert known(reported)["last_received_at"] == NOON + 6 * MIN


def test_a_fix_is_told_whole(reported: Town):
    """No accuracy is none, not that of the report or the press before."""
    press(reported, 5, AWAY)
    press(reported, 7, {"latitude": 34.35, "longitude": 108.95})
    row = known(reported)
    assert (row["latitude"], row["accuracy"]) == (34.35, None)
    (evidence,) = reported.conn.execute("SELECT evidence FROM alert").fetchone() or (
        {},
    )
    assert evidence == {"latitude": 34.35, "longitude": 108.95}
    assert (row["heart_rate"], row["battery"]) == (70, 90)


def test_a_press_from_before_changes_nothing(reported: Town):
    press(reported, 5, AWAY | {"heart_rate": 141, "battery": 31})
    before = values(reported)
    press(
        reported,
        3,
        {"heart_rate": 60, "battery": 99, "latitude": 1.0, "longitude": 2.0},
    )
    press(reported, 6, {})
    assert values(reported) == before
    assert known(reported)["last_received_at"] == NOON + 7 * MIN


def test_what_was_measured_on_another_wrist_is_not_theirs(reported: Town):
    press(reported, -60 * 24 * 31, AWAY | {"heart_rate": 141, "battery": 31})
    stored = "SELECT heart_rate, battery, latitude, location_at FROM urgent_state"
    assert reported.conn.execute(stored).fetchall() == [(None, None, None, None)]
    assert values(reported)[0] == 70


def test_a_wristband_nobody_wears_keeps_its_fix_with_its_time(town: Town):
    press(town, 5, AWAY, worn=False)
    (evidence,) = town.conn.execute("SELECT evidence FROM alert").fetchone() or ({},)
    assert evidence == AWAY | {"located_at": (NOON + 5 * MIN).isoformat()}
    assert town.conn.execute("SELECT FROM urgent_state").fetchall() == []


def test_no_press_waits_for_telemetry(reported: Town, database_url: str):
    with psycopg.connect(database_url) as writing:
        writing.execute("SELECT FROM wristband_state FOR UPDATE")
        writing.execute("LOCK TABLE wristband_state IN SHARE ROW EXCLUSIVE MODE")
        reported.conn.execute("SET statement_timeout = '2s'")
        press(reported, 5, AWAY)
