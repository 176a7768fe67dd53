"""Whereabouts: every sort of reader, with and without consent, under every sort of alert."""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

import httpx
import psycopg
import pytest
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from alerts.incidents import store
from alerts.incidents.types import Opening
from alerts.notify.letter import Letter
from alerts.notify.message import Message, Stationery
from alerts.notify.outbox import QUERIES
from core import links
from core.ids import new_id
from tests.support.api import Login, Town
from tests.support.pages import Browser
from tests.support.wearing import reading, state, wear

pytestmark = pytest.mark.db

WHERE = {"latitude": 34.7654321, "longitude": 108.1234567, "accuracy": 9.0}
TOLD = re.compile(r"34\.765|108\.123")
RESUME = {"Last-Event-ID": "1:1:@0"}
ALERTS = {
    "none": None,
    "warning": ("heart_rate_high", "warning", False),
    "geofence": ("geofence_exit", "warning", False),
    "critical": ("sos", "critical", False),
    "drill": ("sos", "critical", True),
}
UNLOCKS = {"geofence", "critical"}
STAFF = ("worker", "manager", "volunteer", "admin")
STREAMED = ("worker", "daughter", "son")


@pytest.fixture
def people(town: Town, conn: psycopg.Connection) -> dict[str, str]:
    """One of every sort, by user name; mother's wristband has told where she is."""
    now = datetime.now(UTC)
    worn = wear(conn, town.mother, "w1", now - timedelta(days=9))
    reading(conn, worn, now - timedelta(minutes=1), 1, **WHERE)
    state(conn, worn, now, heart_rate=72, worn=True, battery=80, **WHERE)
    return {
        "worker": town.person("grid_worker", town.building, "worker"),
        "manager": town.person("street_manager", town.street, "manager"),
        "volunteer": town.person("volunteer", town.compound, "volunteer"),
        "elsewhere": town.person("street_manager", town.other_street, "elsewhere"),
        "daughter": town.relative("daughter", town.mother, "location", "alerts"),
        "son": town.relative("son", town.mother, "status", "vitals", "alerts"),
        "neighbour": town.relative("neighbour", town.stranger, "location", "alerts"),
    }


@pytest.fixture
def browsers(town: Town) -> Iterator[Callable[[str], Browser]]:
    opened: list[Browser] = []

    def log_in(name: str) -> Browser:
        opened.append(Browser(str(town.admin.client.base_url).rstrip("/")))
        opened[-1].log_in(name)
        return opened[-1]

    yield log_in
    for browser in opened:
        browser.client.close()


def _alert(town: Town, conn: psycopg.Connection, sort: str) -> str:
    """An alert of that sort with a position in its evidence; past, where there is none."""
    kind, severity, drill = ALERTS[sort] or ("sos", "critical", False)
    now = datetime.now(UTC)
    mother = UUID(town.mother)
    opening = Opening(kind, severity, now, mother, evidence=dict(WHERE), drill=drill)
    alert = store.open_alerts(conn, [opening], now)[0]
    conn.execute(
        "INSERT INTO alert_event (id, alert_id, at, event, detail)"
        " VALUES (%s, %s, %s, 'pressed', %s)",
        (new_id(), alert, now, Jsonb(WHERE)),
    )
    conn.commit()
    if ALERTS[sort] is None:
        _resolve(town, str(alert))
    return str(alert)


def _resolve(town: Town, alert: str) -> None:
    town.admin.ok("POST", f"/v1/alerts/{alert}/resolve", {"outcome": "helped"})


def _tellings(who: Login, browser: Browser, senior: str, alert: str) -> dict[str, bool]:
    """Whether each way of looking tells the position."""
    calls = {
        "status": f"/v1/seniors/{senior}/status",
        "readings": f"/v1/seniors/{senior}/readings?metric=latitude",
        "alert": f"/v1/alerts/{alert}",
        "alerts": f"/v1/alerts?senior_id={senior}",
    }
    pages = {
        "alert page": f"/grid/alerts/{alert}",
        "family": f"/family?senior={senior}",
    }
    told = {name: who.call("GET", path).text for name, path in calls.items()}
    told |= {name: browser.get(path).text for name, path in pages.items()}
    return {name: bool(TOLD.search(text)) for name, text in told.items()}


def _stream(who: Login) -> str:
    """What a stream tells at once, from the beginning."""
    text = ""
    patience = httpx.Timeout(10, read=0.25)
    options = {"headers": who.headers | RESUME, "timeout": patience}
    with (
        suppress(httpx.ReadTimeout),
        who.client.stream("GET", "/v1/stream", **options) as lines,
    ):
        for chunk in lines.iter_text():
            text += chunk
    return text


def _declare(town: Town, *, given: bool) -> None:
    body = {"purpose": "location", "given": given}
    town.admin.ok("POST", f"/v1/seniors/{town.mother}/consents", body)


@pytest.mark.slow
@pytest.mark.timeout(150)
def test_each_sees_where_the_senior_is_only_as_they_may(
    town: Town,
    conn: psycopg.Connection,
    people: dict[str, str],
    browsers: Callable[[str], Browser],
):
    names = ("admin", *people)
    readers = {name: (town.login(name), browsers(name)) for name in names}
    wrong: list[str] = []
    for consent, sort in product((False, True), ALERTS):
        _declare(town, given=consent)
        alert = _alert(town, conn, sort)
        staff = consent or sort in UNLOCKS
        seen: set[str] = set()
        for name, (who, browser) in readers.items():
            may = staff if name in STAFF else name == "daughter"
            ways = _tellings(who, browser, town.mother, alert)
            if name in STREAMED:
                ways["stream"] = bool(TOLD.search(_stream(who)))
            seen |= {way for way, told in ways.items() if told}
            leaks = [way for way, told in ways.items() if told and not may]
            if leaks or (may and not ways["status"]):
                wrong.append(f"consent {consent}, {sort}, {name}: {ways}")
        # it shows where it may, so that the walk could have found something
        assert {"status", "readings", "stream", "alert", "alerts"} <= seen
        assert "alert page" in seen or not staff
        if ALERTS[sort] is not None:
            _resolve(town, alert)
    assert wrong == []


def _written(conn: psycopg.Connection, key: bytes, alert: str, person: str) -> Message:
    """What a person's phone is sent about an alert."""
    contact, now = new_id(), datetime.now(UTC)
    conn.execute(
        "INSERT INTO contact (id, person_id, kind, url, verified_at, created_at)"
        " VALUES (%s, %s, 'push', 'json://127.0.0.1:9/x', %s, %s)",
        (contact, person, now, now),
    )
    conn.execute("UPDATE notification SET due_at = NULL")  # what came of alerts before
    conn.execute(
        "INSERT INTO notification (id, alert_id, person_id, contact_id, step, urgent,"
        " due_at, created_at) VALUES (%s, %s, %s, %s, 'first#1', true, %s, %s)",
        (new_id(), alert, person, contact, now, now),
    )
    values = {"urgent": True, "again": False, "spoken": False, "now": now, "limit": 1}
    with conn.cursor(row_factory=class_row(Letter)) as cursor:
        claim = QUERIES["claim_notifications"]
        lease = values | {"lease": now + timedelta(minutes=9)}
        letter = cursor.execute(claim, lease).fetchone()
    conn.commit()
    assert letter is not None
    return Stationery("https://y.example", key, ZoneInfo("Asia/Shanghai")).write(letter)


@pytest.mark.timeout(150)
def test_a_telling_holds_a_link_for_whom_it_may_and_never_a_position(
    town: Town,
    conn: psycopg.Connection,
    people: dict[str, str],
    api: httpx.Client,
    tmp_path: Path,
):
    key = (tmp_path / "secrets" / "signing.key").read_bytes()
    sorts = [sort for sort, alert in ALERTS.items() if alert]
    for consent, sort in product((False, True), sorts):
        _declare(town, given=consent)
        said = {"purpose": "health", "given": consent}
        town.admin.ok("POST", f"/v1/seniors/{town.mother}/consents", said)
        alert = _alert(town, conn, sort)
        now = datetime.now(UTC)
        conn.execute(
            "UPDATE wristband_state SET heart_rate = 72, heart_rate_at = %s", (now,)
        )
        for name in ("worker", "volunteer", "daughter", "son"):
            case = f"consent {consent}, {sort}, {name}"
            message = _written(conn, key, alert, people[name])
            may = consent or sort in UNLOCKS if name in STAFF else name == "daughter"
            assert not TOLD.search(f"{message.title} {message.body} {message.fields}")
            assert bool(message.fields["location_url"]) == may, case
            page = api.get(urlsplit(message.fields["acknowledge_url"]).path).text
            assert not TOLD.search(page), case
            way = links.location_url("", links.sign(key, UUID(message.fields["id"])))
            assert bool(TOLD.search(api.get(way).text)) == may, case
            vitals = (consent or sort == "critical") and name != "daughter"
            assert ("心率 72" in message.body) == vitals, case
        _resolve(town, alert)
