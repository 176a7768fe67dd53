"""Whoever goes is shown where the press came from, and what was said with the alert."""

import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import httpx
import psycopg
import pytest
from psycopg.rows import class_row

from alerts.incidents import store
from alerts.incidents.types import Press
from alerts.notify.letter import Letter
from alerts.notify.message import Message, Stationery
from alerts.notify.outbox import QUERIES
from core.ids import new_id
from tests.support.api import Town
from tests.support.pages import Browser
from tests.support.wearing import Worn, state, wear

pytestmark = pytest.mark.db
HOME = {"latitude": 34.3416, "longitude": 108.9398, "accuracy": 12.0}
AWAY = {"latitude": 34.3416, "longitude": 108.9693, "accuracy": 8.0}
SAID = AWAY | {"heart_rate": 141, "battery": 31}


@pytest.fixture
def worn(town: Town, conn: psycopg.Connection) -> Worn:
    """Mother's wristband reported from home a minute ago."""
    now = datetime.now(UTC)
    worn = wear(conn, town.mother, "w1", now - timedelta(days=9))
    at = now - timedelta(minutes=1)
    state(conn, worn, at, heart_rate=72, worn=True, battery=80, **HOME)
    return worn


def press(conn: psycopg.Connection, senior: str | None, worn: Worn | None) -> str:
    """Press now, away from home; the alert's id."""
    now = datetime.now(UTC)
    one = Press(
        device_id="w1" if worn else "lost", place_id=None, claimed_ms=None, seq=None,
        senior_id=UUID(senior) if senior else None, received_at=now, observed_at=now,
        trigger="button", evidence=SAID, binding_id=worn.binding_id if worn else None,
    )  # fmt: skip
    (answer,) = store.press(conn, [one], now)
    conn.commit()
    return str(answer.alert_id)


def telling(
    conn: psycopg.Connection, alert: str, person: str, key: bytes = b"k" * 32
) -> Message:
    """What a person's phone is sent about an alert."""
    contact, now = new_id(), datetime.now(UTC)
    conn.execute(
        "INSERT INTO contact (id, person_id, kind, url, verified_at, created_at)"
        " VALUES (%s, %s, 'push', 'json://127.0.0.1:9/x', %s, %s)",
        (contact, person, now, now),
    )
    conn.execute("UPDATE notification SET due_at = NULL")
    conn.execute(
        "INSERT INTO notification (id, alert_id, person_id, contact_id, step, urgent,"
        " due_at, created_at) VALUES (%s, %s, %s, %s, 'first#1', true, %s, %s)",
        (new_id(), alert, person, contact, now, now),
    )
    values = {"urgent": True, "again": False, "spoken": False, "now": now, "limit": 1}
    values |= {"lease": now + timedelta(minutes=9)}
    with conn.cursor(row_factory=class_row(Letter)) as cursor:
        letter = cursor.execute(QUERIES["claim_notifications"], values).fetchone()
    conn.commit()
    assert letter is not None
    return Stationery("https://y.example", key, ZoneInfo("Asia/Shanghai")).write(letter)


@pytest.fixture
def key(tmp_path: Path, api: httpx.Client) -> bytes:  # noqa: ARG001 - made by the api
    return (tmp_path / "secrets" / "signing.key").read_bytes()


def token(message: Message, name: str) -> str:
    return message.fields[name].rsplit("/", 1)[1]


def test_all_who_may_are_shown_where_the_press_came_from(
    town: Town, conn: psycopg.Connection, worn: Worn, key: bytes
):
    worker = town.person("grid_worker", town.building, "worker")
    town.relative("daughter", town.mother, "status", "vitals", "location", "alerts")
    alert = press(conn, town.mother, worn)
    for name in ("admin", "worker", "daughter"):
        status = town.login(name).ok("GET", f"/v1/seniors/{town.mother}/status")
        where = status["location"]
        assert {name: where[name] for name in AWAY} == AWAY
        assert "2.7" in where["place"]
        assert status["heart_rate"]["value"] == 141
        assert status["battery"] == 31
        assert where["time"] == status["heart_rate"]["time"] == status["last_seen"]
    message = telling(conn, alert, worker, key)
    assert "心率 141 次/分" in message.body
    browser = Browser(str(town.admin.client.base_url).rstrip("/"))
    assert "108.9693" in browser.get(f"/l/{token(message, 'location_url')}").text
    browser.log_in("worker")
    assert "108.9693" in browser.get(f"/grid/alerts/{alert}").text
    browser.log_in("daughter")
    page = browser.get("/family").text
    assert "108.9693" in page
    assert "141" in page
    browser.client.close()


def test_a_stream_that_goes_on_tells_it_though_nothing_was_reported(
    town: Town, conn: psycopg.Connection
):
    town.person("grid_worker", town.building, "worker")
    since = datetime.now(UTC) - timedelta(minutes=1)
    worn = wear(conn, town.mother, "w1", since - timedelta(days=9))
    press(conn, town.mother, worn)
    who, told = town.login("worker"), ""
    headers = who.headers | {"Last-Event-ID": "1:1:@0"}
    patience = httpx.Timeout(10, read=0.5)
    with (
        suppress(httpx.ReadTimeout),
        who.client.stream(
            "GET", "/v1/stream", headers=headers, timeout=patience
        ) as lines,
    ):
        for chunk in lines.iter_text():
            told += chunk
    statuses = [part for part in told.split("\n\n") if "event: status" in part]
    assert statuses
    assert all("108.9693" in part for part in statuses)


def test_what_the_press_said_stays_hidden_from_whom_it_was_before(
    town: Town, conn: psycopg.Connection, worn: Worn
):
    town.person("grid_worker", town.building, "worker")
    town.relative("son", town.mother, "status", "alerts")
    alert = press(conn, town.mother, worn)
    son = town.login("son")
    path = f"/v1/seniors/{town.mother}/status"
    assert son.ok("GET", path)["location"] is None
    assert son.ok("GET", path)["heart_rate"] is None
    town.admin.ok("POST", f"/v1/alerts/{alert}/resolve", {"outcome": "helped"})
    assert town.login("worker").ok("GET", path)["location"] is None
    body = {"purpose": "health", "given": False}
    town.admin.ok("POST", f"/v1/seniors/{town.mother}/consents", body)
    gone = conn.execute("SELECT heart_rate, latitude FROM urgent_state").fetchall()
    assert gone == [(None, AWAY["latitude"])]


def test_administrators_see_where_a_wristband_nobody_wears_calls_from(
    town: Town, conn: psycopg.Connection, key: bytes
):
    now = datetime.now(UTC)
    day = timedelta(days=1)
    wear(conn, town.mother, "lost", now - 9 * day, now - 2 * day)
    boss = town.person("admin", None, "boss")
    town.person("grid_worker", town.building, "worker")
    alert = press(conn, None, None)
    shown = town.login("boss").ok("GET", f"/v1/alerts/{alert}")
    assert {name: shown["evidence"][name] for name in AWAY} == AWAY
    assert "lost" in shown["summary"]
    assert town.login("worker").call("GET", f"/v1/alerts/{alert}").status_code == 404
    message = telling(conn, alert, boss, key)
    assert "lost" in message.title
    assert "最后由 王秀英 佩戴" in message.body
    browser = Browser(str(town.admin.client.base_url).rstrip("/"))
    link = f"/l/{token(message, 'location_url')}"
    assert "geo:34.3416,108.9693" in browser.get(link).text
    browser.log_in("boss")
    assert "geo:34.3416,108.9693" in browser.get(f"/grid/alerts/{alert}").text
    town.admin.ok("POST", f"/v1/alerts/{alert}/resolve", {"outcome": "helped"})
    assert "108.9693" not in browser.get(link).text
    browser.client.close()


def test_what_was_said_with_an_alert_by_hand_is_told_and_shown(
    town: Town, conn: psycopg.Connection, key: bytes
):
    worker = town.person("grid_worker", town.building, "worker")
    daughter = town.relative("daughter", town.mother, "status", "alerts")
    body = {"senior_id": town.mother, "note": "厨房着火了 <b>&"}
    alert = town.admin.ok("POST", "/v1/alerts", body)["id"]
    town.admin.ok("POST", "/v1/alerts", body | {"note": "她在阳台"})
    browser = Browser(str(town.admin.client.base_url).rstrip("/"))
    for person in (worker, daughter):
        message = telling(conn, alert, person, key)
        assert "备注：她在阳台 / 厨房着火了 <b>&" in message.body.splitlines()
        page = browser.get(f"/a/{token(message, 'acknowledge_url')}").text
        assert re.findall(r"<q>(.*?)</q>", page) == [
            "厨房着火了 &lt;b&gt;&amp;",
            "她在阳台",
        ]
    for name, path in (("worker", "/grid"), ("daughter", "/family")):
        browser.log_in(name)
        assert "厨房着火了 &lt;b&gt;&amp;" in browser.get(path).text
    browser.client.close()
