"""Where a senior is shows on no path but for its purpose, and each look says which."""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import psycopg
import pytest
from psycopg.types.json import Jsonb

from api.app import PACKAGES_WITH_ROUTES, _routers
from core import links
from core.ids import new_id
from tests.support.api import Login, Town
from tests.support.pages import Browser
from tests.support.wearing import Worn, reading, state, wear

pytestmark = pytest.mark.db

WHERE = {"latitude": 34.7654321, "longitude": 108.1234567}
TOLD = re.compile(r"34\.765|108\.123|3\d\.\d+,10\d\.\d+")
"""The position, rounded or not, or any pair of coordinates in a link."""
APART = {
    "/v1/rejected": "messages as they came, for administrators, audited",
    "/v1/seniors/{senior_id}/export": "the senior's own copy, for administrators",
    "/v1/people/{person_id}/export": "one's own copy",
    "/v1/stream": "walked by itself below",
}
"""Paths that are not held to the rule, and why."""
RESUME = {"Last-Event-ID": "1:1:@0"}
"""From the beginning: everything that is there comes at once."""


@pytest.fixture
def worn(town: Town, conn: psycopg.Connection) -> Worn:
    """Mother's wristband has told where she is, today and two days ago."""
    now = datetime.now(UTC)
    worn = wear(conn, town.mother, "w1", now - timedelta(days=9))
    for ago in (timedelta(minutes=1), timedelta(days=2)):
        reading(conn, worn, now - ago, 1, **WHERE)
    state(conn, worn, now, heart_rate=72, worn=True, battery=80, **WHERE)
    return worn


@pytest.fixture
def past(town: Town, conn: psycopg.Connection, worn: Worn) -> str:  # noqa: ARG001
    """An alert that is over, with a position in whatever can hold one."""
    alert, now = new_id(), datetime.now(UTC)
    conn.execute(
        "INSERT INTO alert (id, senior_id, place_id, kind, severity, status,"
        " observed_at, opened_at, resolved_at, evidence, outcome, updated_at) VALUES"
        " (%s, %s, %s, 'geofence_exit', 'warning', 'resolved', %s, %s, %s, %s,"
        " 'helped', %s)",
        (alert, town.mother, town.building, now, now, now, Jsonb(WHERE), now),
    )
    conn.execute(
        "INSERT INTO alert_event (id, alert_id, at, event, detail)"
        " VALUES (%s, %s, %s, 'pressed', %s)",
        (new_id(), alert, now, Jsonb(WHERE | {"location": WHERE})),
    )
    conn.commit()
    return str(alert)


@pytest.fixture
def people(town: Town) -> dict[str, str]:
    """Somebody of every sort, by user name; the son sees all but where."""
    return {
        "worker": town.person("grid_worker", town.building, "worker"),
        "manager": town.person("street_manager", town.street, "manager"),
        "son": town.relative("son", town.mother, "status", "vitals", "alerts"),
        "daughter": town.relative("daughter", town.mother, "status", "location"),
    }


def _paths() -> Iterator[str]:
    """Every path that answers a GET."""
    assert PACKAGES_WITH_ROUTES
    for router in _routers("router"):
        for route in router.routes:
            if "GET" in getattr(route, "methods", ()):
                yield route.path


def _asked(town: Town, alert: str, person: str) -> list[str]:
    """Those paths with what is there filled in."""
    known = {"senior_id": town.mother, "alert_id": alert, "person_id": person}
    known |= {"place_id": town.building, "device_id": "w1", "locale": "en"}
    paths = [path for path in _paths() if path not in APART]
    filled = [
        re.sub(r"\{(\w+)\}", lambda one: known.get(one[1], str(new_id())), path)
        for path in paths
    ]
    readings = f"/v1/seniors/{town.mother}/readings?metric="
    more = [f"{readings}{name}" for name in ("latitude", "longitude", "accuracy")]
    bucket = [f"{readings}latitude&bucket=1h", f"/family?senior={town.mother}"]
    return [*filled, *more, *bucket, f"/v1/alerts?senior_id={town.mother}"]


def _leaks(who: Login, browser: Browser, paths: list[str]) -> tuple[list[str], int]:
    """Paths whose answer tells the position, and how many answered at all."""
    told, answered = [], 0
    for path in paths:
        page = not path.startswith("/v1/")
        answer = browser.get(path) if page else who.call("GET", path)
        answered += answer.status_code == 200
        if TOLD.search(answer.text):
            told.append(path)
    return told, answered


@pytest.fixture
def browse(api: httpx.Client) -> Iterator[Callable[[str], Browser]]:
    browsers: list[Browser] = []

    def log_in(name: str) -> Browser:
        browsers.append(Browser(str(api.base_url).rstrip("/")))
        browsers[-1].log_in(name)
        return browsers[-1]

    yield log_in
    for browser in browsers:
        browser.client.close()


@pytest.mark.timeout(120)
def test_no_path_tells_where_without_a_purpose(
    town: Town, past: str, people: dict[str, str], browse: Callable[[str], Browser]
) -> None:
    paths = _asked(town, past, people["worker"])
    for name in ("admin", "son"):
        told, answered = _leaks(town.login(name), browse(name), paths)
        assert told == [], name
        assert answered > 15, name  # the walk did see something
    worker = town.login("worker")
    worker.ok("POST", "/v1/alerts", {"senior_id": town.mother})
    told, _ = _leaks(worker, browse("worker"), paths)
    status, alert = f"/v1/seniors/{town.mother}/status", f"/grid/alerts/{past}"
    assert {status, alert, f"/v1/alerts/{past}"} <= set(told)  # and would tell


def _purposes(conn: psycopg.Connection) -> list[dict[str, str]]:
    """What the looks at whereabouts were for, oldest first."""
    found = conn.execute(
        "SELECT detail -> 'purpose' FROM audit_log WHERE detail ? 'purpose'"
        " ORDER BY position"
    ).fetchall()
    conn.rollback()
    return [purpose for (purpose,) in found]


def _sees(who: Login, senior_id: str) -> bool:
    return who.ok("GET", f"/v1/seniors/{senior_id}/status")["location"] is not None


@pytest.mark.usefixtures("worn", "people")
def test_an_alert_opens_it_for_its_time_and_says_so(
    town: Town, conn: psycopg.Connection
) -> None:
    worker = town.login("worker")
    latitudes = f"/v1/seniors/{town.mother}/readings?metric=latitude&from="
    latitudes += f"{datetime.now(UTC) - timedelta(days=5):%Y-%m-%dT%H:%M:%SZ}"
    assert not _sees(worker, town.mother)
    body = {"senior_id": town.mother}
    alert = worker.ok("POST", "/v1/alerts", body)["id"]
    assert _sees(worker, town.mother)
    assert len(worker.ok("GET", latitudes)["points"]) == 1  # not two days back
    assert {"alert_id": alert} in _purposes(conn)
    worker.ok("POST", f"/v1/alerts/{alert}/resolve", {"outcome": "helped"})
    assert not _sees(worker, town.mother)
    assert worker.call("GET", latitudes).status_code == 404


@pytest.mark.usefixtures("worn", "people")
def test_a_standing_consent_opens_it_until_it_is_withdrawn(
    town: Town, conn: psycopg.Connection
) -> None:
    worker, path = town.login("worker"), f"/v1/seniors/{town.mother}"
    body = {"purpose": "location", "given": True}
    consent = town.admin.ok("POST", f"{path}/consents", body)["id"]
    assert _sees(worker, town.mother)
    latitudes = worker.ok("GET", f"{path}/readings?metric=latitude")
    assert latitudes["points"]
    assert _purposes(conn)[-2:] == [{"consent_id": consent}] * 2
    worker.ok("POST", f"{path}/consents", body | {"given": False})
    assert not _sees(worker, town.mother)


@pytest.mark.usefixtures("worn", "people")
def test_a_relative_sees_it_by_their_link(town: Town, conn: psycopg.Connection) -> None:
    daughter = town.login("daughter")
    assert _sees(daughter, town.mother)
    assert set(_purposes(conn)[-1]) == {"link_id"}


def test_a_look_at_refused_messages_is_audited(town: Town) -> None:
    town.admin.ok("GET", "/v1/rejected")
    found = town.admin.ok("GET", "/v1/audit?action=rejected.read")["items"]
    assert [one["detail"] for one in found] == [{"items": 0}]


@pytest.mark.usefixtures("worn", "people")
def test_a_drill_opens_nothing(town: Town, conn: psycopg.Connection) -> None:
    now = datetime.now(UTC)
    conn.execute(
        "INSERT INTO alert (id, senior_id, kind, severity, drill, observed_at,"
        " opened_at, updated_at) VALUES (%s, %s, 'sos', 'critical', true, %s, %s, %s)",
        (new_id(), town.mother, now, now, now),
    )
    conn.commit()
    assert not _sees(town.login("worker"), town.mother)
    readings = f"/v1/seniors/{town.mother}/readings?metric=latitude"
    assert town.login("worker").call("GET", readings).status_code == 404


@pytest.mark.usefixtures("past")
def test_the_stream_tells_it_to_nobody_without_a_purpose(
    town: Town, people: dict[str, str]
) -> None:
    assert people
    for name, sees in (("worker", False), ("son", False), ("daughter", True)):
        text = _stream(town.login(name))
        assert "event: status" in text, name
        assert bool(TOLD.search(text)) == sees, name


def _stream(who: Login) -> str:
    """What a stream tells in its first second."""
    text = ""
    patience = httpx.Timeout(10, read=1.5)
    headers = who.headers | RESUME
    with (
        suppress(httpx.ReadTimeout),
        who.client.stream(
            "GET", "/v1/stream", headers=headers, timeout=patience
        ) as lines,
    ):
        for chunk in lines.iter_text():
            text += chunk
            if "event: status" in text:
                break
    return text


@pytest.mark.usefixtures("worn")
def test_a_link_tells_staff_only_while_the_alert_lasts(
    town: Town,
    people: dict[str, str],
    api: httpx.Client,
    conn: psycopg.Connection,
    tmp_path: Path,
) -> None:
    worker = town.login("worker")
    alert = worker.ok("POST", "/v1/alerts", {"senior_id": town.mother})["id"]
    token = _link(conn, tmp_path, alert, people["worker"])
    assert TOLD.search(api.get(f"/l/{token}").text)
    assert _purposes(conn)[-1] == {"alert_id": alert}
    worker.ok("POST", f"/v1/alerts/{alert}/resolve", {"outcome": "helped"})
    for path in (f"/l/{token}", f"/a/{token}"):
        assert not TOLD.search(api.get(path).text), path


def _link(conn: psycopg.Connection, where: Path, alert: str, person: str) -> str:
    """The token of a notification to a person about an alert."""
    contact, notification, now = new_id(), new_id(), datetime.now(UTC)
    conn.execute(
        "INSERT INTO contact (id, person_id, kind, url, created_at)"
        " VALUES (%s, %s, 'chat', 'json://127.0.0.1:1', %s)",
        (contact, person, now),
    )
    conn.execute(
        "INSERT INTO notification (id, alert_id, person_id, contact_id, step, urgent,"
        " created_at) VALUES (%s, %s, %s, %s, 'first#1', true, %s)",
        (notification, alert, person, contact, now),
    )
    conn.commit()
    key = (where / "secrets" / "signing.key").read_bytes()
    return links.sign(key, notification)
