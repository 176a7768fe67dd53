"""Who would be told, when and by what: on a senior's page, and next on an open alert's."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import httpx
import psycopg
import pytest

from alerts.escalation import worker
from alerts.escalation.terms import Timing
from tests.support.api import Town
from tests.support.pages import Browser, text_of

pytestmark = pytest.mark.db
ZONE = ZoneInfo("Asia/Shanghai")
Open = Callable[..., Browser]


@pytest.fixture
def people(town: Town) -> Town:
    """A building head with two contacts, a grid worker with none, a street manager."""
    head = town.person("building_head", town.building, "head")
    manager = town.person("street_manager", town.street, "manager")
    for person, kind in ((head, "push"), (head, "voice"), (manager, "sms")):
        body = {"kind": kind, "url": "json://127.0.0.1:1/x", "verified": True}
        town.admin.ok("POST", f"/v1/people/{person}/contacts", body)
    town.person("grid_worker", town.compound, "silent")
    return town


@pytest.fixture
def open_as(api: httpx.Client) -> Iterator[Open]:
    browsers: list[Browser] = []

    def log_in(username: str, language: str = "zh-CN") -> Browser:
        browsers.append(Browser(str(api.base_url).rstrip("/"), language))
        browsers[-1].log_in(username)
        return browsers[-1]

    yield log_in
    for browser in browsers:
        browser.client.close()


def local(at: datetime) -> str:
    return f"{at.astimezone(ZONE):%H:%M:%S}"


def alarm(town: Town, conn: psycopg.Connection) -> tuple[str, datetime]:
    """An SOS, told; its id and when it was opened."""
    made = town.admin.ok("POST", "/v1/alerts", {"senior_id": town.mother})
    worker.run_due(conn, Timing(), ZONE, datetime.now(UTC))
    conn.commit()
    return made["id"], datetime.fromisoformat(made["opened_at"])


def test_whoever_keeps_the_card_reads_who_would_be_told(
    people: Town, open_as: Open
) -> None:
    page = f"/grid/ladder/{people.mother}"
    faster = {"critical": {"repeat_s": 90}}
    people.admin.ok("PUT", f"/v1/places/{people.street}/policy", faster)
    manager = open_as("manager")
    assert page in manager.get(f"/grid/visits/{people.mother}").text
    said = text_of(manager.get(page))
    assert "head（楼栋长）：推送、电话" in said or "head（楼栋长）：电话、推送" in said
    assert "manager（街道管理员）：短信" in said
    assert "之后每 90 秒再通知最后一级" in said
    assert "silent · 网格员 · 没有已验证的联系方式" in said
    assert manager.get(f"/grid/ladder/{people.stranger}").status_code == 404
    assert open_as("head").get(page).status_code == 404  # as by the API
    manager.client.cookies.set("yinling_locale", "en")
    english = text_of(manager.get(page))
    assert "manager (Street manager) by text message" in english
    assert "The last again every 90 s" in english


def test_an_open_alert_says_who_is_told_next_and_when(
    people: Town, open_as: Open, conn: psycopg.Connection
) -> None:
    alert_id, opened = alarm(people, conn)
    next_of = f"/v1/alerts/{alert_id}/next"
    after = people.admin.ok("GET", next_of)
    assert datetime.fromisoformat(after["at"]) == opened + timedelta(seconds=60)
    assert [one["level"] for one in after["steps"]] == ["street"]
    assert (after["expired"], after["alarm"]) == (False, False)
    head = open_as("head")
    page = text_of(head.get(f"/grid/alerts/{alert_id}"))
    due = local(opened + timedelta(seconds=60))
    assert f"接下来 {due} manager（街道管理员）：短信" in page
    step = people.login("head").ok("POST", f"/v1/alerts/{alert_id}/acknowledge", {})
    taken = datetime.fromisoformat(step["timeline"][-1]["at"])
    lapses = people.admin.ok("GET", next_of)
    assert lapses["expired"]
    assert datetime.fromisoformat(lapses["at"]) == taken + timedelta(seconds=600)
    assert [one["level"] for one in lapses["steps"]] == ["first", "street"]
    page = text_of(head.get(f"/grid/alerts/{alert_id}"))
    assert f"并通知： {local(taken + timedelta(seconds=600))} head（楼栋长）" in page
    ended = {"outcome": "helped"}
    people.admin.ok("POST", f"/v1/alerts/{alert_id}/resolve", ended)
    assert people.admin.ok("GET", next_of)["at"] is None
    assert "接下来" not in text_of(head.get(f"/grid/alerts/{alert_id}"))


def test_the_top_is_told_again_next(people: Town, conn: psycopg.Connection) -> None:
    alert_id, opened = alarm(people, conn)
    worker.run_due(conn, Timing(), ZONE, opened + timedelta(seconds=60))
    conn.commit()
    found = people.admin.ok("GET", f"/v1/alerts/{alert_id}/next")
    assert datetime.fromisoformat(found["at"]) == opened + timedelta(seconds=360)
    assert [one["reason"] for one in found["steps"]] == ["repeated"]


def test_who_may_ask_what_comes_next(people: Town, conn: psycopg.Connection) -> None:
    people.relative("daughter", people.mother, "status", "alerts")
    people.person("grid_worker", people.other_building, "far")
    alert_id, _ = alarm(people, conn)
    next_of = f"/v1/alerts/{alert_id}/next"
    assert people.login("head").call("GET", next_of).is_success
    assert people.login("daughter").call("GET", next_of).status_code == 403
    assert people.login("far").call("GET", next_of).status_code == 404
