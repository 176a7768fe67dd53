"""The pages without a script: who gets where, what forms do, what the links show."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import psycopg
import pytest

from alerts.incidents.store import open_alerts
from alerts.incidents.types import Opening
from core import links
from core.ids import new_id
from tests.support.api import HOME, Login, Town
from tests.support.pages import Browser, text_of
from tests.support.wearing import state, wear

pytestmark = pytest.mark.db
ALL = ("status", "vitals", "location", "alerts")


@pytest.fixture
def worker(town: Town) -> Login:
    town.person("grid_worker", town.compound, "wang")
    return town.login("wang")


@pytest.fixture
def browser(api: httpx.Client) -> Iterator[Browser]:
    browser = Browser(str(api.base_url).rstrip("/"))
    yield browser
    browser.client.close()


@pytest.fixture
def daughter_id(town: Town, conn: psycopg.Connection) -> str:
    worn = wear(conn, town.mother, "w1", datetime(2026, 11, 1, tzinfo=UTC))
    state(conn, worn, datetime.now(UTC), heart_rate=72, worn=True, battery=80, **HOME)
    return town.relative("daughter", town.mother, *ALL)


@pytest.fixture
def link(conn: psycopg.Connection, tmp_path: Path) -> Callable[[str, str], str]:
    """Make a person's link token for an alert, as the outbox would."""

    def make(alert_id: str, person_id: str) -> str:
        contact_id, notification_id, now = new_id(), new_id(), datetime.now(UTC)
        conn.execute(
            "INSERT INTO contact (id, person_id, kind, url, verified_at, created_at)"
            " VALUES (%s, %s, 'chat', 'json://127.0.0.1:1', %s, %s)",
            (contact_id, person_id, now, now),
        )
        conn.execute(
            "INSERT INTO notification (id, alert_id, person_id, contact_id, step, urgent,"
            " created_at) VALUES (%s, %s, %s, %s, 'family#1', true, %s)",
            (notification_id, alert_id, person_id, contact_id, now),
        )
        conn.commit()
        key = (tmp_path / "secrets" / "signing.key").read_bytes()
        return links.sign(key, notification_id)

    return make


def raised(who: Login, senior_id: str, kind: str = "sos") -> str:
    body = {"senior_id": senior_id, "kind": kind}
    return who.ok("POST", "/v1/alerts", body)["id"]


def events(who: Login, alert_id: str) -> list[str]:
    timeline = who.ok("GET", f"/v1/alerts/{alert_id}")["timeline"]
    return [line["event"] for line in timeline]


def assert_clean(page: httpx.Response) -> None:
    """Nothing that the content security policy forbids, nothing from elsewhere."""
    policy = page.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert page.headers["cache-control"] == "no-store"
    assert not re.search(r"\sstyle=|\son[a-z]+=|<style|<script>", page.text)
    assert not re.search(r"""(src|href|action)=["'](https?:)?//""", page.text)


def test_without_a_session_one_is_asked_to_log_in(browser: Browser) -> None:
    for path in ("/", "/family", "/grid"):
        page = browser.get(path)
        assert page.status_code == 303
        assert page.headers["location"].startswith("/login?next=/")
    page = browser.get("/login?next=/grid")
    assert 'name="next" value="/grid"' in page.text
    assert_clean(page)
    assert 'value="/"' in browser.get("/login?next=//evil.example").text


def test_roles_lead_to_their_pages(
    town: Town, browser: Browser, daughter_id: str, worker: Login
) -> None:
    assert daughter_id
    assert worker
    wrong = browser.log_in("wang", "not-the-password")
    assert wrong.status_code == 401
    assert "用户名或密码不对" in text_of(wrong)
    assert browser.log_in("daughter").headers["location"] == "/"
    assert browser.get("/").headers["location"] == "/family"
    assert browser.get("/grid").headers["location"] == "/family"
    assert browser.post("/logout").headers["location"] == "/login"
    assert browser.get("/family").status_code == 303
    browser.log_in("wang")
    assert browser.get("/").headers["location"] == "/grid"
    stranger = browser.get(f"/family?senior={town.stranger}")
    assert stranger.status_code == 404
    assert "没有找到" in text_of(stranger)


def test_the_family_page_turns_red_and_green(
    town: Town, browser: Browser, daughter_id: str, worker: Login
) -> None:
    assert daughter_id
    browser.log_in("daughter")
    page = browser.get("/family")
    assert_clean(page)
    assert 'data-level="ok"' in page.text
    assert "一切安好" in text_of(page)
    alert_id = raised(worker, town.mother)
    page = browser.get("/family")
    assert 'data-level="urgent"' in page.text
    back = browser.post(f"/family/alerts/{alert_id}/acknowledge?senior={town.mother}")
    assert back.headers["location"] == f"/family?senior={town.mother}"
    assert "您已说在身边" in text_of(browser.get("/family"))
    assert events(worker, alert_id) == ["opened", "family_acknowledged"]
    body = {"outcome": "helped"}
    worker.ok("POST", f"/v1/alerts/{alert_id}/resolve", body)
    assert 'data-level="ok"' in browser.get("/family").text


def test_the_grid_takes_steps_by_forms(
    town: Town, browser: Browser, worker: Login
) -> None:
    browser.log_in("wang")
    assert "现在没有需要处理的警报" in text_of(browser.get("/grid"))
    warning = raised(worker, town.mother, "offline")
    alert_id = raised(worker, town.mother)
    page = browser.get("/grid")
    assert_clean(page)
    assert page.text.index(alert_id) < page.text.index(warning)
    path = f"/grid/alerts/{alert_id}"
    for step in ("acknowledge", "depart", "arrive"):
        assert browser.post(f"{path}/{step}").headers["location"] == "/grid"
    assert browser.post(f"{path}/resolve").status_code == 409
    browser.post(f"{path}/note", note="带上血压计", detail="true")
    page = browser.get(path)
    assert_clean(page)
    assert "带上血压计" in text_of(page)
    browser.post(f"{path}/resolve", outcome="helped", note="没事了")
    assert events(worker, alert_id)[-1] == "resolved"
    again = browser.post(f"{path}/depart")
    assert again.status_code == 409
    assert browser.get(f"/grid/alerts/{new_id()}").status_code == 404


def test_a_script_gets_the_changing_part_and_plain_answers(
    town: Town, browser: Browser, worker: Login
) -> None:
    alert_id = raised(worker, town.mother)
    browser.log_in("wang")
    part = browser.client.get("/grid", headers={"x-fragment": "live"})
    assert "<html" not in part.text
    assert alert_id in part.text
    headers = {"accept": "application/json"}
    path = f"/grid/alerts/{alert_id}"
    arrived = browser.client.post(f"{path}/arrive", headers=headers)
    assert arrived.status_code == 204
    assert browser.client.post(f"{path}/depart", headers=headers).status_code == 409


def test_forms_of_other_sites_are_refused(
    town: Town, browser: Browser, worker: Login
) -> None:
    alert_id = raised(worker, town.mother)
    browser.log_in("wang")
    path = f"/grid/alerts/{alert_id}/acknowledge"
    for headers in (
        {"origin": "https://evil.example"},
        {"sec-fetch-site": "cross-site"},
    ):
        assert browser.client.post(path, headers=headers).status_code == 403
    assert events(worker, alert_id) == ["opened"]


def test_the_language_can_be_changed(browser: Browser, daughter_id: str) -> None:
    assert daughter_id
    english = Browser(str(browser.client.base_url).rstrip("/"), "en-US,en;q=0.9")
    assert "Log in" in text_of(english.get("/login"))
    english.client.close()
    browser.log_in("daughter")
    assert browser.get("/language/en?next=/family").headers["location"] == "/family"
    assert "All is well" in text_of(browser.get("/family"))
    assert browser.get("/language/xx?next=https://evil").headers["location"] == "/"


def test_a_link_only_acknowledges_by_its_button(
    town: Town,
    browser: Browser,
    worker: Login,
    daughter_id: str,
    link: Callable[[str, str], str],
) -> None:
    alert_id = raised(worker, town.mother)
    path = f"/a/{link(alert_id, daughter_id)}"
    for _ in range(2):
        page = browser.get(path)
        assert "王秀英" in text_of(page)
    assert_clean(page)
    assert page.headers["referrer-policy"] == "no-referrer"
    assert events(worker, alert_id) == ["opened"]
    assert "我在她（他）身边" in text_of(page)
    done = browser.client.post(path, headers={"origin": "null"})
    assert done.status_code == 200
    assert "已记录" in text_of(done)
    assert events(worker, alert_id) == ["opened", "family_acknowledged"]
    worker.ok("POST", f"/v1/alerts/{alert_id}/resolve", {"outcome": "helped"})
    for over in (browser.get(path), browser.post(path)):
        assert_over(over)


def assert_over(page: httpx.Response) -> None:
    """It says so, and nothing of whom it was about or where they live."""
    assert page.status_code == 410
    assert "已经结束" in text_of(page)
    for personal in ("王秀英", "1号楼", "和平小区", "geo:"):
        assert personal not in page.text
    assert_clean(page)


def test_a_responders_link_acknowledges_for_them(
    town: Town,
    browser: Browser,
    worker: Login,
    link: Callable[[str, str], str],
) -> None:
    alert_id = raised(town.admin, town.mother)
    me = worker.ok("GET", "/v1/me")["id"]
    path = f"/a/{link(alert_id, me)}"
    assert "我来处理" in text_of(browser.get(path))
    assert browser.post(path).status_code == 200
    alert = worker.ok("GET", f"/v1/alerts/{alert_id}")
    assert alert["status"] == "acknowledged"
    assert alert["timeline"][-1]["actor"]["name"] == "wang"
    worker.ok("POST", f"/v1/alerts/{alert_id}/arrive", {})
    assert browser.post(path).status_code == 200


def test_a_location_link_works_while_unresolved(
    town: Town,
    browser: Browser,
    worker: Login,
    daughter_id: str,
    link: Callable[[str, str], str],
) -> None:
    alert_id = raised(worker, town.mother)
    path = f"/l/{link(alert_id, daughter_id)}"
    page = browser.get(path)
    assert "在家" in text_of(page)
    assert 'href="geo:34.3416,108.9398"' in page.text
    assert_clean(page)
    worker.ok("POST", f"/v1/alerts/{alert_id}/resolve", {"outcome": "helped"})
    assert_over(browser.get(path))


def test_a_forged_link_shows_nothing(
    town: Town,
    browser: Browser,
    worker: Login,
    daughter_id: str,
    link: Callable[[str, str], str],
) -> None:
    token = link(raised(worker, town.mother), daughter_id)
    forged = token[:-4] + ("AAAA" if token[-4:] != "AAAA" else "BAAA")
    for wrong in (forged, "x", links.sign(b"other key", new_id())):
        for method in ("GET", "POST"):
            page = browser.client.request(method, f"/a/{wrong}")
            assert page.status_code == 404
            assert "王秀英" not in page.text
        assert browser.get(f"/l/{wrong}").status_code == 404


def test_a_link_ends_with_the_right_to_see(
    town: Town,
    browser: Browser,
    daughter_id: str,
    link: Callable[[str, str], str],
    conn: psycopg.Connection,
) -> None:
    token = link(raised(town.admin, town.mother), daughter_id)
    assert browser.get(f"/a/{token}").status_code == 200
    conn.execute(
        "UPDATE family_link SET archived_at = now() WHERE person_id = %s",
        (daughter_id,),
    )
    conn.commit()
    assert browser.get(f"/a/{token}").status_code == 404


def test_a_link_ends_where_a_responder_is_moved_or_gone(
    town: Town,
    browser: Browser,
    link: Callable[[str, str], str],
    conn: psycopg.Connection,
) -> None:
    away = town.person("grid_worker", town.compound, "away")
    gone = town.person("volunteer", town.building, "gone")
    stays = town.person("building_head", town.building, "stays")
    later = datetime.now(UTC) + timedelta(days=3)
    shift = {"person_id": away, "place_id": town.building}
    shift |= {"starts_at": later.isoformat()}
    shift |= {"ends_at": (later + timedelta(hours=8)).isoformat()}
    town.admin.ok("POST", "/v1/shifts", shift)
    alert_id = raised(town.admin, town.mother)
    paths = {who: f"/a/{link(alert_id, who)}" for who in (away, gone, stays)}
    town.admin.ok("PATCH", f"/v1/people/{away}", {"place_id": town.other_street})
    town.admin.ok("DELETE", f"/v1/people/{gone}")
    conn.execute("UPDATE contact SET verified_at = NULL")
    conn.commit()
    assert browser.post(paths[away]).status_code == 200, "nobody else can be reached"
    contact = {"kind": "push", "url": "json://127.0.0.1:1/x", "verified": True}
    town.admin.ok("POST", f"/v1/people/{stays}/contacts", contact)
    for who in (away, gone):
        for page in (browser.get(paths[who]), browser.post(paths[who])):
            assert page.status_code == 404
            assert "王秀英" not in page.text
    assert browser.get(paths[stays]).status_code == 200


def opened(conn: psycopg.Connection, kind: str, severity: str, **about: Any) -> str:
    """An alert as detection opens it."""
    now = datetime.now(UTC)
    opening = Opening(kind, severity, now, about.pop("senior_id", None), **about)
    alert_id = open_alerts(conn, [opening], now)[0]
    conn.commit()
    return str(alert_id)


PRESSURES = {
    "values": {"systolic": 141.5, "diastolic": 88},
    "usual": {"systolic": 128},
    "readings": [
        {"time": "2026-11-21T08:10:00.000Z", "systolic": 141, "diastolic": 88}
    ],
    "text": {"zh-CN": "近 7 天家庭血压平均 141/88", "en": "mean of 7 days 141/88"},
}


def test_daily_means_are_a_task_and_not_an_alarm(
    town: Town, browser: Browser, worker: Login, conn: psycopg.Connection
) -> None:
    assert worker
    kind, mother = "blood_pressure_high", UUID(town.mother)
    task = opened(conn, kind, "info", senior_id=mother, evidence=PRESSURES)
    opened(conn, "battery_low", "info", senior_id=mother)
    browser.log_in("wang")
    page = browser.get("/grid")
    assert_clean(page)
    text = text_of(page)
    assert "待办（1）" in text
    assert "提示（1）" in text
    assert "上臂式血压计连测 7 天" in text
    alert = text_of(browser.get(f"/grid/alerts/{task}"))
    assert "16:10 血压 141/88 mmHg" in alert
    assert "平时这个时候：高压 128 mmHg" in alert
    browser.post(f"/grid/alerts/{task}/resolve", outcome="no_action")
    assert "待办" not in text_of(browser.get("/grid"))


def test_a_relative_reads_grounds_only_with_the_scope_vitals(
    town: Town, browser: Browser, daughter_id: str, conn: psycopg.Connection
) -> None:
    assert daughter_id
    town.relative("nephew", town.mother, "status", "alerts")
    kind, mother = "blood_pressure_high", UUID(town.mother)
    opened(conn, kind, "critical", senior_id=mother, evidence=PRESSURES)
    browser.log_in("daughter")
    family = text_of(browser.get("/family"))
    assert "血压 141/88 mmHg" in family
    assert "用上臂式血压计复测" in family
    browser.log_in("nephew")
    family = text_of(browser.get("/family"))
    assert "用上臂式血压计复测" in family
    assert "血压 141/88 mmHg" not in family
    assert "128" not in family


def test_an_outage_is_about_a_place(
    town: Town, browser: Browser, worker: Login, conn: psycopg.Connection
) -> None:
    text = {"zh-CN": "40 个手环中有 38 个失去联系", "en": "38 of 40 fell silent"}
    place = UUID(town.compound)
    alert = opened(
        conn, "area_outage", "warning", place_id=place, evidence={"text": text}
    )
    opened(conn, "area_outage", "warning", evidence={"service": "ingest"})
    seen = worker.ok("GET", "/v1/alerts?kind=area_outage")["items"]
    assert [one["id"] for one in seen] == [alert]
    assert seen[0]["senior"] is None
    browser.log_in("wang")
    page = text_of(browser.get(f"/grid/alerts/{alert}"))
    assert seen[0]["place"][-1] in page
    assert "网络和供电" in page
    assert "40 个手环中有 38 个失去联系" in page
    browser.log_in("admin")
    assert "银铃系统" in text_of(browser.get("/grid"))
