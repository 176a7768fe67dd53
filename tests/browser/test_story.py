"""The story of the product in two browsers: a grid worker's phone and a daughter's."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import psycopg
import pytest
from playwright.sync_api import Page, expect

from tests.support.api import HOME, Town
from tests.support.wearing import reading, state, wear

pytestmark = [pytest.mark.db, pytest.mark.slow, pytest.mark.timeout(90)]
WITHIN_2_S = 2000
Open = Callable[..., Page]


@pytest.fixture
def at_home(town: Town, conn: psycopg.Connection) -> None:
    """Mother wears her wristband and is well."""
    worn = wear(conn, town.mother, "w1", datetime(2026, 11, 1, tzinfo=UTC))
    now = datetime.now(UTC)
    reading(conn, worn, now, 1, heart_rate=72)
    state(conn, worn, now, heart_rate=72, worn=True, battery=80, **HOME)


def alarm(town: Town, kind: str = "sos") -> str:
    body = {"senior_id": town.mother, "kind": kind}
    return town.admin.ok("POST", "/v1/alerts", body)["id"]


@pytest.mark.usefixtures("at_home")
def test_from_green_to_red_to_green(town: Town, log_in: Open) -> None:
    daughter, worker = log_in("daughter"), log_in("wang")
    hero = daughter.locator(".hero")
    expect(hero).to_have_attribute("data-level", "ok")
    expect(daughter.locator(".chart-canvas canvas")).to_be_visible()
    expect(worker.locator(".empty")).to_contain_text("现在没有需要处理的警报")

    alert_id = alarm(town)
    expect(hero).to_have_attribute("data-level", "urgent", timeout=5000)
    card = worker.locator(f"#alert-{alert_id}")
    expect(card).to_contain_text("王秀英", timeout=5000)
    expect(worker).to_have_title(re.compile(r"^\(1\)"))

    card.get_by_role("button", name="我来处理").click()
    coming = daughter.locator(".coming")
    expect(coming).to_contain_text("wang", timeout=WITHIN_2_S)
    expect(coming).to_contain_text("已接警")
    daughter.get_by_role("button", name="我在她（他）身边").click()
    expect(daughter.locator(".known")).to_contain_text("您已说在身边")
    expect(card).to_contain_text("家属在身边: daughter", timeout=WITHIN_2_S)

    card.get_by_role("button", name="我出发了").click()
    expect(coming).to_contain_text("正在赶来", timeout=WITHIN_2_S)
    card.get_by_role("button", name="我到了").click()
    expect(coming).to_contain_text("已到现场", timeout=WITHIN_2_S)
    card.locator("summary", has_text="结束").click()
    card.get_by_label("备注").fill("扶起来了")
    card.get_by_role("button", name="已帮助").click()
    expect(card).to_have_count(0, timeout=WITHIN_2_S)
    expect(hero).to_have_attribute("data-level", "ok", timeout=WITHIN_2_S)
    alert = town.admin.ok("GET", f"/v1/alerts/{alert_id}")
    assert (alert["outcome"], alert["status"]) == ("helped", "resolved")
    assert alert["timeline"][-1]["detail"]["note"] == "扶起来了"


@pytest.mark.usefixtures("at_home")
def test_what_is_being_typed_survives_news(town: Town, log_in: Open) -> None:
    first = alarm(town)
    worker = log_in("wang")
    card = worker.locator(f"#alert-{first}")
    card.locator("summary", has_text="结束").click()
    note = card.get_by_label("备注")
    note.fill("正在写")
    second = alarm(town, "fall")
    expect(worker.locator(f"#alert-{second}")).to_be_visible(timeout=5000)
    expect(note).to_be_visible()
    expect(note).to_have_value("正在写")
    expect(note).to_be_focused()


@pytest.mark.usefixtures("at_home")
def test_a_lost_line_is_said_and_found_again(town: Town, log_in: Open) -> None:
    worker = log_in("wang")
    banner = worker.locator("#lost")
    expect(banner).to_be_hidden()
    worker.context.route("**/v1/stream*", lambda route: route.abort())
    worker.reload()
    expect(banner).to_be_visible(timeout=5000)
    worker.context.unroute("**/v1/stream*")
    expect(banner).to_be_hidden(timeout=8000)
    alert_id = alarm(town)
    expect(worker.locator(f"#alert-{alert_id}")).to_be_visible(timeout=5000)


@pytest.mark.usefixtures("at_home")
def test_english_and_wide_screens(town: Town, log_in: Open) -> None:
    alarm(town)
    daughter = log_in("daughter", "en-US")
    daughter.get_by_role("link", name="English").click()
    expect(daughter.locator(".hero")).to_contain_text("Needs help now")
    expect(daughter.get_by_role("button", name="I am with them")).to_be_visible()
    daughter.set_viewport_size({"width": 1280, "height": 900})
    width = daughter.evaluate("document.documentElement.scrollWidth")
    assert width <= 1280


@pytest.mark.usefixtures("at_home")
def test_nothing_is_cut_off_or_too_small_on_a_phone(town: Town, log_in: Open) -> None:
    alarm(town)
    for username in ("daughter", "wang"):
        page = log_in(username)
        page.locator("[data-alert]").first.wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        sizes = page.evaluate(
            "[...document.querySelectorAll('button, .button, .quiet, .member')]"
            ".filter((each) => each.checkVisibility())"
            ".map((each) => [each.textContent.trim(), each.getBoundingClientRect().height])"
        )
        assert sizes
        assert not [name for name, height in sizes if height < 44]
