"""A street's file and its people's logins on a phone: by keyboard, with a sign of life."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from simulators import street
from tests.browser.conftest import Open
from tests.support.api import Town

pytestmark = pytest.mark.db
OVERFLOW = "document.documentElement.scrollWidth - window.innerWidth"
SMALL = street.Size(
    communities=1, compounds=1, buildings=2, seniors=4, staff=6, relatives=4
)


def test_a_file_is_tried_applied_and_its_people_are_invited(
    town: Town, log_in: Open, tmp_path: Path
) -> None:
    assert town
    file = tmp_path / "street.xlsx"
    drawn = street.draw(SMALL)
    drawn.tables.pop("wristbands")
    file.write_bytes(street.write(drawn))
    page = log_in("admin")
    page.click("text=导入")
    assert page.evaluate(OVERFLOW) <= 0
    page.set_input_files("[name=file]", file)
    stay = "e => e.preventDefault()"
    page.evaluate(
        f"document.querySelector('form[enctype]').addEventListener('submit', {stay})"
    )
    page.focus("form[enctype] button")
    page.keyboard.press("Enter")
    expect(page.locator("[data-going-on]")).to_contain_text("请不要离开")
    expect(page.locator("form[enctype] button")).to_be_disabled()
    page.goto(page.url)
    page.set_input_files("[name=file]", file)
    page.focus("form[enctype] button")
    page.keyboard.press("Enter")
    expect(page.locator("#outcome")).to_contain_text("处改动")
    assert page.evaluate(OVERFLOW) <= 0
    page.set_input_files("[name=file]", file)
    page.click("text=确认导入")
    expect(page.locator("#outcome")).to_contain_text("已导入")
    page.click("text=邀请尚无登录的人")
    expect(page.locator("#joining [role=status]")).to_contain_text("已邀请 6 人")
    row = page.locator("#joining tr", has_text="已邀请")
    expect(row.locator("td").first).to_have_text("6")
    assert page.evaluate(OVERFLOW) <= 0
