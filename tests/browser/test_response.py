"""Hand-over, a call for help and asking afterwards, as people's phones show them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import psycopg
import pytest
from playwright.sync_api import Page, expect

from alerts.response import worker as due
from alerts.response.waking import WakingHours
from tests.support.api import Town

pytestmark = [pytest.mark.db, pytest.mark.slow, pytest.mark.timeout(90)]
Open = Callable[..., Page]


def test_who_helps_is_seen_on_every_phone(
    town: Town, log_in: Open, conn: psycopg.Connection
) -> None:
    town.person("grid_worker", town.compound, "zhao")
    daughter, wang, zhao = log_in("daughter"), log_in("wang"), log_in("zhao")
    alarm = {"senior_id": town.mother}
    alert_id = town.admin.ok("POST", "/v1/alerts", alarm)["id"]
    daughter.get_by_role("button", name="我在她（他）身边").click(timeout=15_000)
    expect(daughter.locator(".beside")).to_contain_text("daughter 在身边")
    card = wang.locator(f"#alert-{alert_id}")
    expect(card).to_contain_text("家属在身边: daughter", timeout=15_000)
    card.get_by_role("button", name="我来处理").click()
    card.get_by_role("link", name="吹哨").click()
    wang.get_by_role("button", name="医院 120").click()
    ring = wang.get_by_role("link", name="拨打 120")
    expect(ring).to_have_attribute("href", "tel:120")
    wang.get_by_role("button", name="已拨打").click()
    expect(wang.locator(".requests")).to_contain_text("已拨打", timeout=15_000)
    expect(daughter.locator(".request")).to_contain_text(
        "医院 120: 已请求", timeout=15_000
    )
    wang.locator("#hand-over summary").click()
    wang.get_by_label("请谁接手？").select_option(label="zhao · 网格员 · 在岗")
    with wang.expect_response(lambda answer: "/grid/alerts/" in answer.url):
        wang.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    wang.locator("#hand-over").get_by_role("button", name="交接").click()
    expect(wang.locator("body")).to_contain_text("已请 zhao 接手", timeout=15_000)
    zhao.get_by_role("button", name="我接手").click()
    expect(daughter.locator(".coming")).to_contain_text("zhao", timeout=15_000)
    assert_fits(wang, zhao, daughter)
    body = {"outcome": "helped"}
    town.admin.ok("POST", f"/v1/alerts/{alert_id}/resolve", body)
    terms = due.Terms(60, 3600, WakingHours(0, 24, ZoneInfo("Asia/Shanghai")))
    for seconds in (0, 61):
        due.run_due(conn, terms, datetime.now(UTC) + timedelta(seconds=seconds))
        conn.commit()
    daughter.get_by_role("button", name="请给我们打电话").click(timeout=15_000)
    zhao.goto(zhao.url.split("/grid")[0] + "/grid")
    task = zhao.locator(".task")
    expect(task).to_contain_text("家属请求回电", timeout=15_000)
    assert_fits(zhao, daughter)
    task.get_by_role("button", name="情况良好").click()
    expect(task).to_have_count(0, timeout=15_000)
    expect(daughter.locator(".followup")).to_have_count(0, timeout=15_000)


def assert_fits(*pages: Page) -> None:
    """Nothing is cut off, and everything to press is large enough for a thumb."""
    for page in pages:
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        small = page.evaluate(
            "[...document.querySelectorAll('button, .button, .quiet, select')]"
            ".filter((each) => each.checkVisibility())"
            ".filter((each) => each.getBoundingClientRect().height < 44)"
            ".map((each) => each.textContent.trim())"
        )
        assert not small
