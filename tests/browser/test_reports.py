"""The managers' page in a real browser: bars that can be seen, nothing cut off, no fault."""

import random
from uuid import UUID

import psycopg
import pytest

from core.model import Role
from tests.browser.conftest import Open
from tests.support import histories
from tests.support.api import Town
from tests.support.histories import Histories

pytestmark = pytest.mark.db
OVERFLOW = "document.documentElement.scrollWidth - window.innerWidth"


def test_a_manager_reads_the_report_and_knocks_on_a_door(
    town: Town, conn: psycopg.Connection, log_in: Open
) -> None:
    seniors = [UUID(town.mother), UUID(town.stranger)]
    people = [histories.person(conn, Role.GRID_WORKER)]
    Histories(conn, seniors, people, random.Random(3)).write(60)
    town.person("district_manager", town.district, "liu")
    page = log_in("liu")
    page.click("text=报表")
    page.wait_for_url("**/reports")
    page.fill("[name=from]", "2026-09-01")
    page.click("text=查看")
    page.wait_for_url("**/reports?**")
    assert page.locator("h1").inner_text() == "响应报表 · 新城区"
    bars = page.locator(".figures .bar-part").evaluate_all(
        "parts => parts.map(part => part.getBoundingClientRect().width)"
    )
    assert max(bars) > 5
    assert page.evaluate(OVERFLOW) <= 0
    page.click("text=一街道")
    page.wait_for_url("**place_id=**")
    assert page.locator("h1").inner_text() == "响应报表 · 一街道"
    page.click(".doors a")
    page.check("[name=found_well][value=yes]")
    page.fill("textarea", "一切都好")
    page.click("form.visit-form button")
    page.wait_for_selector("text=一切都好")
    assert page.evaluate(OVERFLOW) <= 0
