"""Hand-over, calls for help and follow-ups on the pages, and the links that answer."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import psycopg
import pytest

from alerts.response import worker as due
from alerts.response.waking import WakingHours
from core import links
from tests.support.api import Login, Town
from tests.support.pages import Browser, text_of

pytestmark = pytest.mark.db
HOOK = "json://127.0.0.1:9/x"
Open = Callable[[str], Browser]


@pytest.fixture
def worker(town: Town) -> Login:
    reachable(town, town.person("grid_worker", town.compound, "wang"))
    return town.login("wang")


@pytest.fixture
def daughter(town: Town) -> Login:
    person_id = town.relative("daughter", town.mother, "status", "alerts")
    reachable(town, person_id)
    return town.login("daughter")


@pytest.fixture
def open_as(api: httpx.Client) -> Iterator[Open]:
    browsers: list[Browser] = []

    def log_in(username: str = "") -> Browser:
        browser = Browser(str(api.base_url).rstrip("/"))
        browsers.append(browser)
        if username:
            browser.log_in(username)
        return browser

    yield log_in
    for browser in browsers:
        browser.client.close()


def reachable(town: Town, person_id: str, kind: str = "chat") -> None:
    contact = {"kind": kind, "url": HOOK, "verified": True}
    town.admin.ok("POST", f"/v1/people/{person_id}/contacts", contact)


@pytest.fixture
def answer_link(conn: psycopg.Connection, tmp_path: Path) -> Callable[[str, str], str]:
    """The path of the link in a person's newest message of a kind."""

    def make(kind: str, name: str) -> str:
        conn.rollback()
        row = conn.execute(
            "SELECT notification.id FROM notification"
            " JOIN message ON message.id = message_id AND message.kind = %s"
            " JOIN person ON person.id = person_id AND person.name = %s"
            " ORDER BY message.created_at DESC LIMIT 1",
            (kind, name),
        ).fetchone()
        assert row is not None, (kind, name)
        key = (tmp_path / "secrets" / "signing.key").read_bytes()
        return links.answer_url("", links.sign(key, row[0]))

    return make


def raised(who: Login, town: Town) -> str:
    return who.ok("POST", "/v1/alerts", {"senior_id": town.mother})["id"]


def test_hand_over_and_whistle_from_the_alerts_page(
    town: Town, worker: Login, open_as: Open
):
    zhao = town.person("grid_worker", town.compound, "zhao")
    alert_id = raised(worker, town)
    for place, name in ((town.district, "区物业"), (town.compound, "和平物业")):
        body = {"place_id": place, "kind": "property", "name": name}
        town.admin.ok("POST", "/v1/departments", body)
    browser = open_as("wang")
    path = f"/grid/alerts/{alert_id}"
    assert "上一级 和平物业 医院 120" in text_of(browser.get(path))
    assert "区物业" not in text_of(browser.get(path))
    assert "交接" not in text_of(browser.get(path))
    worker.ok("POST", f"/v1/alerts/{alert_id}/acknowledge")
    page = browser.get(path)
    assert f'<option value="{zhao}">' in page.text
    assert f"{path}#whistle" in browser.get("/grid").text
    done = browser.post(f"{path}/help/hand_over", person_id=zhao)
    assert done.headers["location"] == path
    assert "已请 zhao 接手" in text_of(browser.get(path))
    wrong = browser.post(f"{path}/help/hand_over", person_id="")
    assert wrong.status_code == 409
    other = open_as("zhao")
    assert "请您接手这条警报" in text_of(other.get("/grid"))
    other.post(f"{path}/help/accept")
    assert "wang → zhao" in text_of(other.get(path))
    other.post(f"{path}/help/whistle", to="hospital", note="胸痛")
    page = other.get(path)
    assert 'href="tel:120"' in page.text
    [request] = worker.ok("GET", "/v1/requests")["items"]
    other.post(f"/grid/requests/{request['id']}", called="true")
    other.post(f"/grid/requests/{request['id']}", status="on_the_way", note="车来了")
    text = text_of(other.get(path))
    assert "已拨打" in text
    assert "车来了" in text
    assert "医院 120: 已出发" in text_of(other.get("/grid"))


def test_a_department_answers_by_its_link(
    town: Town,
    worker: Login,
    open_as: Open,
    answer_link: Callable[[str, str], str],
):
    body = {"place_id": town.compound, "kind": "property", "name": "和平物业"}
    made = town.admin.ok("POST", "/v1/departments", body)
    reachable(town, made["person_id"])
    alert_id = raised(worker, town)
    worker.ok("POST", f"/v1/alerts/{alert_id}/whistle", {"to": "property"})
    anyone, path = open_as(""), answer_link("whistle", "和平物业")
    for _ in range(2):
        page = anyone.get(path)
        assert "王秀英" in text_of(page)
        assert "wang 请求协助" in text_of(page)
    assert page.headers["referrer-policy"] == "no-referrer"
    [request] = worker.ok("GET", "/v1/requests")["items"]
    assert request["status"] == "asked"
    assert "已记录" in text_of(anyone.post(path, status="accepted"))
    again = anyone.post(path, status="accepted")
    assert again.status_code == 200
    assert "没有成功" in text_of(anyone.post(path, status="withdrawn"))
    assert "没有成功" in text_of(anyone.post(path, status="done", note="\x07"))
    anyone.post(path, status="on_the_way", note="两个人")
    [request] = worker.ok("GET", "/v1/requests")["items"]
    assert (request["status"], request["answer"]) == ("on_the_way", "两个人")
    said = [
        line["actor"]["role"]
        for line in worker.ok("GET", f"/v1/alerts/{alert_id}")["timeline"]
        if line["event"] == "request_answered"
    ]
    assert said == ["department", "department"]
    worker.ok("POST", f"/v1/alerts/{alert_id}/resolve", {"outcome": "helped"})
    over = text_of(anyone.get(path))
    assert "这次求助已经结束" in over
    assert "王秀英" not in over  # nobody's name once nobody need come
    assert "状态已经变化" in text_of(anyone.post(path, status="accepted"))
    acknowledge = path.replace("/r/", "/a/")
    assert anyone.get(acknowledge).status_code == 404
    assert anyone.get(f"{path[:-3]}abc").status_code == 404
    town.admin.ok("DELETE", f"/v1/departments/{made['id']}")
    assert anyone.get(path).status_code == 404


def test_a_hand_over_is_accepted_by_its_link(
    town: Town,
    worker: Login,
    open_as: Open,
    answer_link: Callable[[str, str], str],
):
    zhao = town.person("grid_worker", town.compound, "zhao")
    reachable(town, zhao)
    alert_id = raised(worker, town)
    worker.ok("POST", f"/v1/alerts/{alert_id}/acknowledge")
    body = {"person_id": zhao}
    worker.ok("POST", f"/v1/alerts/{alert_id}/hand_over", body)
    anyone, path = open_as(""), answer_link("hand_over", "zhao")
    assert "我接手" in text_of(anyone.get(path))
    anyone.post(path, answer="accept")
    assert worker.ok("GET", f"/v1/alerts/{alert_id}")["owner"]["name"] == "zhao"
    assert "已由 zhao 处理" in text_of(anyone.get(path))
    worker.ok("POST", f"/v1/alerts/{alert_id}/resolve", {"outcome": "helped"})
    for over in (anyone.get(path), anyone.post(path, answer="accept")):
        assert over.status_code == 404
        assert "王秀英" not in over.text


def resolved_and_due(worker: Login, town: Town, conn: psycopg.Connection) -> str:
    """An alert whose follow-up is being asked."""
    alert_id = raised(worker, town)
    worker.ok("POST", f"/v1/alerts/{alert_id}/resolve", {"outcome": "helped"})
    whole_day = WakingHours(0, 24, ZoneInfo("Asia/Shanghai"))
    terms = due.Terms(60, 3600, whole_day)
    for seconds in (0, 61):
        at = datetime.now(UTC) + timedelta(seconds=seconds)
        due.run_due(conn, terms, at)
        conn.commit()
    return alert_id


@pytest.mark.usefixtures("daughter")
def test_the_family_is_asked_and_answers_by_link(
    town: Town,
    worker: Login,
    conn: psycopg.Connection,
    open_as: Open,
    answer_link: Callable[[str, str], str],
):
    alert_id = resolved_and_due(worker, town, conn)
    anyone, path = open_as(""), answer_link("followup", "daughter")
    page = text_of(anyone.get(path))
    assert "她（他）现在好吗？" in page
    assert "没有成功" in text_of(anyone.post(path, answer="no"))
    assert "已请工作人员来电" in text_of(anyone.post(path, answer="call"))
    [item] = worker.ok("GET", "/v1/followups?status=open")["items"]
    assert item["family_answer"] == "call"
    assert "家属请求回电" in text_of(open_as("wang").get("/grid"))
    assert "已记录" in text_of(anyone.post(path, answer="fine"))
    done = worker.ok("GET", f"/v1/followups/{item['id']}")
    assert (done["status"], done["result"]) == ("done", "well")
    assert done["answered_by"]["name"] == "daughter"
    last = worker.ok("GET", f"/v1/alerts/{alert_id}")["timeline"][-1]
    assert (last["event"], last["actor"]["name"]) == ("verified", "daughter")
    assert "已经有结果了" in text_of(anyone.get(path))


@pytest.mark.usefixtures("daughter")
def test_followups_on_the_pages(
    town: Town, worker: Login, conn: psycopg.Connection, open_as: Open
):
    alert_id = resolved_and_due(worker, town, conn)
    family, grid = open_as("daughter"), open_as("wang")
    [item] = worker.ok("GET", "/v1/followups")["items"]
    assert (item["status"], item["assignee"]["name"]) == ("open", "wang")
    page = family.get("/family")
    assert f"/family/followups/{item['id']}" in page.text
    family.post(f"/family/followups/{item['id']}", answer="call")
    assert "已请工作人员来电" in text_of(family.get("/family"))
    text = text_of(grid.get("/grid"))
    assert "待回访（1）" in text
    assert "由您回访" in text
    path = f"/grid/followups/{item['id']}"
    assert grid.post(path, result="fine").status_code == 409
    assert grid.post(path, result="not_well:reopen", note="又疼").status_code == 303
    assert worker.ok("GET", f"/v1/alerts/{alert_id}")["status"] == "open"
    assert "待回访" not in text_of(grid.get("/grid"))


def test_everybody_sees_who_is_with_her(
    town: Town, worker: Login, daughter: Login, open_as: Open
):
    alert_id = raised(worker, town)
    body = {"to": "hospital"}
    worker.ok("POST", f"/v1/alerts/{alert_id}/whistle", body)
    page = open_as("daughter")
    page.post(f"/family/alerts/{alert_id}/acknowledge")
    seen = worker.ok("GET", f"/v1/seniors/{town.mother}/status")
    assert [one["name"] for one in seen["family_with"]] == ["daughter"]
    assert [
        one["name"]
        for one in daughter.ok("GET", f"/v1/alerts/{alert_id}")["family_with"]
    ] == ["daughter"]
    family = text_of(page.get("/family"))
    assert "daughter 在身边" in family
    assert "医院 120: 已请求" in family
    assert "家属在身边: daughter" in text_of(open_as("wang").get("/grid"))
    worker.ok("POST", f"/v1/alerts/{alert_id}/resolve", {"outcome": "helped"})
    seen = worker.ok("GET", f"/v1/seniors/{town.mother}/status")
    assert seen["family_with"] == []
