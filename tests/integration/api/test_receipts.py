"""Receipts of gateways, links that acknowledge once, and what staff see of both."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import httpx
import psycopg
import pytest

from core import links
from core.ids import new_id
from core.secrets import signing_key
from core.settings import Settings
from tests.support.api import Login, Town

pytestmark = pytest.mark.db
Told = tuple[str, UUID, str]


@pytest.fixture
def key(tmp_path: Path, api: httpx.Client) -> bytes:
    assert api.get("/login").status_code == 200  # it has made its key by now
    return signing_key(Settings(data_dir=tmp_path))


@pytest.fixture
def told(town: Town, conn: psycopg.Connection) -> Callable[[str], Told]:
    """Raise an alert for the mother and tell somebody of it: alert, notification, user."""

    def tell(user: str) -> Told:
        me = town.login(user).ok("GET", "/v1/me")["id"]
        contact = {"kind": "sms", "url": "json://127.0.0.1:1/x", "verified": True}
        path = f"/v1/people/{me}/contacts"
        contact_id = town.admin.ok("POST", path, contact)["id"]
        alert = town.admin.ok("POST", "/v1/alerts", {"senior_id": town.mother})["id"]
        notification, now = new_id(), datetime.now(UTC)
        conn.execute(
            "INSERT INTO notification (id, alert_id, person_id, contact_id, step, urgent,"
            " created_at) VALUES (%s, %s, %s, %s, 'first#1', true, %s)",
            (notification, alert, me, contact_id, now - timedelta(seconds=5)),
        )
        conn.execute(
            "INSERT INTO notification_attempt (id, notification_id, at, status, answer)"
            " VALUES (%s, %s, %s, 'failed', 'error=500')",
            (new_id(), notification, now),
        )
        conn.commit()
        return alert, notification, me

    return tell


@pytest.fixture
def worker(town: Town) -> Login:
    town.person("grid_worker", town.compound, "wang")
    return town.login("wang")


def receipt(api: httpx.Client, key: bytes, notification: UUID, body: dict):
    return api.post(links.receipt_url("", key, notification), json=body)


def test_a_gateway_says_that_it_was_delivered_and_read(
    api: httpx.Client, key: bytes, worker: Login, told: Callable[[str], Told]
):
    alert, notification, _ = told("wang")
    delivered = receipt(api, key, notification, {"status": "delivered"})
    assert delivered.status_code == 200, delivered.text
    first = delivered.json()["delivered_at"]
    assert first
    assert delivered.json()["read_at"] is None
    ahead = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    read = receipt(api, key, notification, {"status": "read", "at": ahead}).json()
    assert read["delivered_at"] == first  # the first time counts
    assert datetime.fromisoformat(read["read_at"]) <= datetime.now(UTC)
    (shown,) = worker.ok("GET", f"/v1/alerts/{alert}/notifications")["items"]
    assert (shown["name"], shown["kind"], shown["step"]) == ("wang", "sms", "first#1")
    assert shown["read_at"] == read["read_at"]
    assert [one["answer"] for one in shown["tries"]] == ["error=500"]
    assert re.fullmatch(r"[0-9-]{10}T[0-9:.]+Z", shown["tries"][0]["at"])
    assert "json://" not in str(shown)


def test_only_the_right_token_is_believed(
    api: httpx.Client,
    key: bytes,
    worker: Login,
    told: Callable[[str], Told],
):
    alert, notification, _ = told("wang")
    path = f"/v1/notifications/{notification}/receipt"
    body = {"status": "read"}
    wrong = [
        links.sign(key, notification),  # acknowledges, and is no receipt's
        links.sign(key, new_id(), links.RECEIPT),
        links.sign(b"another key", notification, links.RECEIPT),
        "x",
    ]
    for token in wrong:
        answer = api.post(path, params={"token": token}, json=body)
        assert answer.status_code == 404
    assert api.post(path, json=body).status_code == 422
    right = links.sign(key, notification, links.RECEIPT)
    late = api.post(path, params={"token": right}, json={"status": "opened"})
    assert late.status_code == 422
    assert api.post(f"/a/{right}").status_code == 404  # nor does it acknowledge
    (shown,) = worker.ok("GET", f"/v1/alerts/{alert}/notifications")["items"]
    assert shown["read_at"] is None


def test_families_do_not_see_who_was_told_by_what(
    town: Town, worker: Login, told: Callable[[str], Told]
):
    town.relative("nv", town.mother, "status", "alerts")
    alert, *_ = told("wang")
    path = f"/v1/alerts/{alert}/notifications"
    assert town.login("nv").call("GET", path).status_code == 403
    town.person("grid_worker", town.other_street, "li")
    assert town.login("li").call("GET", path).status_code == 404
    assert worker.call("GET", path).status_code == 200


def test_a_link_acknowledges_once(
    api: httpx.Client, key: bytes, worker: Login, told: Callable[[str], Told]
):
    alert, notification, _ = told("wang")
    path = f"/a/{links.sign(key, notification)}"
    origin = {"origin": "null"}
    assert "<form" in api.get(path).text
    assert "已记录" in api.post(path, headers=origin).text
    events = timeline(worker, alert)
    assert events == ["opened", "acknowledged"]
    again = api.post(path, headers=origin)
    assert again.status_code == 200
    assert "已用这个链接" in again.text
    assert "wang" in again.text  # what was done, and by whom
    page = api.get(path).text
    assert "已用这个链接" in page
    assert "<form" not in page
    assert timeline(worker, alert) == events
    (shown,) = worker.ok("GET", f"/v1/alerts/{alert}/notifications")["items"]
    assert shown["read_at"]


def test_a_link_used_up_does_not_take_over_what_fell_back(
    api: httpx.Client,
    key: bytes,
    worker: Login,
    told: Callable[[str], Told],
    conn: psycopg.Connection,
):
    alert, notification, _ = told("wang")
    path = f"/a/{links.sign(key, notification)}"
    api.post(path, headers={"origin": "null"})
    conn.execute("UPDATE alert SET status = 'open', owner_id = NULL")  # it expired
    conn.commit()
    assert "已用这个链接" in api.post(path, headers={"origin": "null"}).text
    assert worker.ok("GET", f"/v1/alerts/{alert}")["status"] == "open"


def test_a_link_ends_with_the_alert(
    api: httpx.Client, key: bytes, worker: Login, told: Callable[[str], Told]
):
    alert, notification, _ = told("wang")
    worker.ok("POST", f"/v1/alerts/{alert}/resolve", {"outcome": "helped"})
    path = f"/a/{links.sign(key, notification)}"
    before = timeline(worker, alert)
    for answer in (api.get(path), api.post(path, headers={"origin": "null"})):
        assert "已经结束" in answer.text
        assert "<form" not in answer.text
    assert timeline(worker, alert) == before


@pytest.mark.usefixtures("worker")
def test_the_page_of_an_alert_shows_who_was_told(
    api: httpx.Client,
    told: Callable[[str], Told],
    conn: psycopg.Connection,
):
    alert, notification, _ = told("wang")
    conn.execute(
        "INSERT INTO alert_event (id, alert_id, at, event, detail)"
        ' VALUES (%s, %s, %s, \'called_back\', \'{"answer": "all_right", "attempt": 1}\')',
        (new_id(), alert, datetime.now(UTC)),
    )
    conn.execute(
        "UPDATE notification SET status = 'failed' WHERE id = %s", (notification,)
    )
    conn.commit()
    form = {"username": "wang", "password": "lantern-over-the-river"}
    api.post("/login", data=form, headers={"origin": str(api.base_url).rstrip("/")})
    page = api.get(f"/grid/alerts/{alert}").text
    assert "通知情况" in page
    assert "短信" in page
    assert "error=500" in page
    assert "老人按 1：没事" in page


def timeline(login: Login, alert: str) -> list[str]:
    found = login.ok("GET", f"/v1/alerts/{alert}")["timeline"]
    return [line["event"] for line in found]


def test_a_call_back_needs_a_number_that_may_be_dialled(town: Town, worker: Login):
    path = f"/v1/seniors/{town.mother}/call-back"
    assert town.admin.ok("GET", path) == {"phone": None, "wanted": False}
    assert town.admin.call("PUT", path, {"wanted": True}).status_code == 422
    for number in ("110", "029 120", "+86 119", "12", "x"):
        body = {"phone": number, "wanted": True}
        assert town.admin.call("PUT", path, body).status_code == 422
    kept = town.admin.ok("PUT", path, {"phone": "029-8765 4321", "wanted": True})
    assert kept == {"phone": "02987654321", "wanted": True}
    assert town.admin.ok("GET", path) == kept
    assert worker.call("GET", path).status_code == 403
