"""The rota in a real browser: a swap proposed and agreed to, and a week on paper."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.support.api import Town

pytestmark = pytest.mark.db
OVERFLOW = "document.documentElement.scrollWidth - window.innerWidth"
A4_ACROSS = {"width": 1030, "height": 700}
SMALL = (
    "[...document.querySelectorAll('main button, main select, main nav a')]"
    ".filter((each) => each.checkVisibility())"
    ".filter((each) => each.getBoundingClientRect().height < 44)"
    ".map((each) => each.textContent.trim().slice(0, 40))"
)


def next_monday() -> datetime:
    """08:00 local time."""
    now = datetime.now(UTC)
    day = (now + timedelta(hours=8)).date()
    monday = day + timedelta(days=7 - day.weekday())
    return datetime(monday.year, monday.month, monday.day, tzinfo=UTC)


def test_a_swap_is_proposed_and_agreed_to_and_the_week_is_printed(
    town: Town, log_in: Open
) -> None:
    people = town.admin.ok("GET", "/v1/people?role=grid_worker")["items"]
    wang = people[0]["id"]
    li = town.person("grid_worker", town.compound, "li")
    for number, person in enumerate((wang, li)):
        starts = next_monday() + timedelta(days=number)
        body = {"person_id": person, "place_id": town.compound}
        body |= {"starts_at": starts.isoformat()}
        body |= {"ends_at": (starts + timedelta(hours=8)).isoformat()}
        town.admin.ok("POST", "/v1/shifts", body)
    page = log_in("wang")
    page.click("text=值班")
    monday = starts - timedelta(days=1)
    page.goto(f"{page.url}?from={(monday - timedelta(days=7)).date()}")
    page.click("text=下一周")
    week = page.url
    assert page.evaluate(OVERFLOW) <= 0
    page.click("summary:has-text('提议换班')")
    assert page.evaluate(SMALL) == []
    page.click("form[action='/duty/swaps'] button")
    expect(page.locator(".duty-swap")).to_contain_text("待确认")
    other = log_in("li")
    other.goto(page.url)
    other.click("text=同意")
    expect(other.locator(".duty-swap")).to_contain_text("已生效")
    other.goto(week)
    monday = other.locator(".duty-week tbody td").first
    expect(monday).to_contain_text("08:00–16:00 li")
    other.set_viewport_size(A4_ACROSS)
    other.emulate_media(media="print")
    expect(other.locator(".duty-week").first).to_be_visible()
    for hidden in (".top", ".duty-weeks", ".duty-around", "#print"):
        expect(other.locator(hidden).first).to_be_hidden()
    assert other.evaluate(OVERFLOW) <= 0


def test_a_manager_plans_a_week_by_forms(town: Town, log_in: Open) -> None:
    """A shift by keyboard, an override that is refused, the shift ended."""
    town.person("community_manager", town.community, "manager")
    town.person("grid_worker", town.compound, "li")
    page = log_in("manager")
    page.goto(
        page.url.partition("/grid")[0].rstrip("/") + f"/duty?place_id={town.compound}"
    )
    page.click("text=下一周")
    page.click("summary:has-text('添加班次')")
    assert page.evaluate(OVERFLOW) <= 0
    assert page.evaluate(SMALL) == []
    adding = page.locator("form[action='/duty/shifts']")
    adding.locator("[name=person_id]").select_option(label="li · 网格员 · 和平小区")
    adding.locator("[name=day]").fill(f"{next_monday():%Y-%m-%d}")
    adding.get_by_label("周一").press("Space")
    adding.locator("button").press("Enter")
    expect(page.locator(".duty-week").first).to_contain_text("08:00–20:00 li")
    page.click("summary:has-text('临时顶班')")
    taking = page.locator("form[action='/duty/overrides']")
    taking.locator("[name=add_person_id]").select_option(index=1)
    taking.locator("[name=starts_at]").fill(f"{next_monday():%Y-%m-%d}T10:00")
    taking.locator("[name=ends_at]").fill(f"{next_monday():%Y-%m-%d}T09:00")
    taking.locator("button").click()
    expect(page.locator("#plan [role=alert]")).to_contain_text("没有保存")
    page.click("summary:has-text('班次（1）')")
    page.locator("[data-shift] button").click()
    expect(page.locator("#plan summary").nth(1)).to_contain_text("班次（0）")
    assert page.evaluate(OVERFLOW) <= 0
