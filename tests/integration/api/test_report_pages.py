"""The managers' page and the diary's, without a script: what they show, to whom, how clean."""

import re
from collections.abc import Iterator

import httpx
import pytest

from tests.support.api import Town
from tests.support.pages import Browser, text_of

pytestmark = pytest.mark.db


@pytest.fixture
def manager(api: httpx.Client, town: Town) -> Iterator[Browser]:
    town.person("street_manager", town.street, "刘")
    town.person("grid_worker", town.community, "王")
    browser = Browser(str(api.base_url).rstrip("/"))
    browser.log_in("刘")
    yield browser
    browser.client.close()


@pytest.fixture
def worker(api: httpx.Client, manager: Browser) -> Iterator[Browser]:
    assert manager.client.cookies  # who made the worker
    browser = Browser(str(api.base_url).rstrip("/"), "en")
    browser.log_in("王")
    browser.get("/language/en")
    yield browser
    browser.client.close()


def assert_clean(page: httpx.Response) -> None:
    """Nothing that the content security policy forbids."""
    assert "default-src 'self'" in page.headers["content-security-policy"]
    assert not re.search(r"\sstyle=|\son\w+=|<style|<script(?![^>]*\ssrc=)", page.text)


def test_the_report_says_how_it_went(manager: Browser, town: Town):
    worker = town.login("王")
    alert_id = worker.ok("POST", "/v1/alerts", {"senior_id": town.mother})["id"]
    worker.ok("POST", f"/v1/alerts/{alert_id}/arrive")
    worker.ok("POST", f"/v1/alerts/{alert_id}/resolve", {"outcome": "helped"})
    town.login("刘").ok("POST", f"/v1/seniors/{town.mother}/drill")
    page = manager.get("/reports")
    assert page.status_code == 200
    assert_clean(page)
    text = text_of(page)
    for words in (
        "响应报表 · 一街道", "60 秒内接警 % 100.0", "办结率 % 100.0", "1. 甲社区", "网格员",
        "紧急呼救", "标准：60 秒内 97.5%", "探访率", "本月还没有探访的老人 (1)", "王秀英",
        "80 岁以上", "演练记录", "无人接警",
    ):  # fmt: skip
        assert words in text, words
    assert f'href="/grid/visits/{town.mother}"' in page.text
    for link in re.findall(r'href="(/v1/reports/[^"]+)"', page.text):
        answer = manager.client.get(link.replace("&amp;", "&"))
        assert answer.status_code == 200, link
        assert "attachment" in answer.headers["content-disposition"]
    below = manager.get(f"/reports?place_id={town.community}&from=2026-01-01")
    assert "响应报表 · 甲社区" in text_of(below)
    assert manager.get(f"/reports?place_id={town.other_street}").status_code == 404
    manager.get("/language/en")
    english = text_of(manager.get("/reports"))
    assert "Response report" in english
    assert not re.search(
        r"[\u4e00-\u9fff]",
        english.replace("中文", "").translate(
            {ord(sign): None for sign in "银铃一街道甲社区王秀英和平小区号楼新城区"}
        ),
    )


def test_only_managers_see_it(worker: Browser, api: httpx.Client):
    answer = worker.client.get("/reports", follow_redirects=False)
    assert answer.headers["location"] == "/grid"
    stranger = httpx.get(f"{api.base_url}/reports", follow_redirects=False)
    assert stranger.headers["location"].startswith("/login")


def test_a_visit_is_written_on_the_phone(worker: Browser, manager: Browser, town: Town):
    path = f"/grid/visits/{town.mother}"
    page = worker.get(path)
    assert_clean(page)
    assert "No visit is on record yet." in text_of(page)
    answer = worker.post(path, note="煤气关好了", kind="visit", found_well="yes")
    assert answer.headers["location"] == path
    text = text_of(worker.get(path))
    assert "Visit · 王 · Found well" in text
    assert "煤气关好了" in text
    assert worker.post(path, note="").status_code == 409
    assert worker.get(f"/grid/visits/{town.stranger}").status_code == 404
    assert worker.post(f"/grid/visits/{town.stranger}", note="x").status_code in {
        404,
        409,
    }
    assert "本月都已探访" in text_of(manager.get("/reports"))


def test_managers_begin_a_drill_from_the_senior_s_page(
    worker: Browser, manager: Browser, town: Town
):
    path = f"/grid/visits/{town.mother}"
    assert "drill" not in worker.get(path).text
    assert worker.post(f"{path}/drill").status_code == 403
    assert "开始 SOS 演练" in text_of(manager.get(path))
    assert manager.post(f"{path}/drill").headers["location"] == "/grid"
    (alert,) = town.admin.ok("GET", "/v1/alerts")["items"]
    assert alert["drill"] is True
    assert manager.post(f"{path}/drill").status_code == 409
