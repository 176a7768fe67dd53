"""The served application and a real browser, chromium, which is skipped where absent."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import psycopg
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from api.app import create_app
from api.serving import Serving, Site, address, listen
from core import database
from core.clock import SystemClock
from core.registry import ensure_admin
from core.settings import Settings
from tests.support.api import PASSWORD, Login, Town

PHONE = {"width": 390, "height": 844}
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def chromium(require: Callable[[bool, str], None]) -> Iterator[Browser]:
    """Debian's chromium, once a module: its event loop must not outlive these tests."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    require(path is not None, "chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path)
        yield browser
        browser.close()


@pytest.fixture
def site(database_url: str, tmp_path: Path) -> Iterator[httpx.Client]:
    """A client of the served public application; nobody is logged in."""
    settings = Settings(data_dir=tmp_path)
    pool = database.pool(database_url, "test", most=8)
    with pool.connection() as connection:
        ensure_admin(connection, PASSWORD, SystemClock().now())
    listener = listen("127.0.0.1", 0)
    serving = Serving([Site(create_app(settings, pool), listener)])
    serving.start()
    try:
        with httpx.Client(base_url=address(listener), timeout=10) as client:
            yield client
    finally:
        serving.stop()
        pool.close()


@pytest.fixture
def town(site: httpx.Client, conn: psycopg.Connection) -> Town:
    """Places, two seniors, a grid worker and a daughter with every scope."""
    assert conn
    town = Town(Login(site, "admin"))
    town.person("grid_worker", town.compound, "wang")
    town.relative("daughter", town.mother, "status", "vitals", "location", "alerts")
    return town


@pytest.fixture
def log_in(chromium: Browser, site: httpx.Client) -> Iterator[Open]:
    """Log somebody in on a phone of their own; a page with errors fails the test."""
    contexts = []
    faults: list[str] = []

    def open_page(username: str, locale: str = "zh-CN") -> Page:
        context = chromium.new_context(viewport=PHONE, locale=locale)
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on(
            "console",
            lambda message: message.type == "error" and faults.append(message.text),
        )
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(str(site.base_url.join("/login")))
        page.fill("[name=username]", username)
        page.fill("[name=password]", PASSWORD)
        page.click("form button.primary")
        page.wait_for_url(lambda url: "/login" not in url)
        return page

    yield open_page
    for context in contexts:
        context.close()
    # A line that a test cut is not the page's fault.
    assert not [fault for fault in faults if "net::ERR_" not in fault]
