"""A printed contact card, scanned back: its code opens the senior's page after a login."""

import os
import shutil
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import sync_playwright

from api.cards import fonts
from core.errors import UnavailableError
from tests.support.api import PASSWORD

pytestmark = pytest.mark.slow


@pytest.fixture
def picture(require, tmp_path):
    """Renders a PDF as chromium shows it, which is the only renderer that is there."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    require(path is not None, "chromium is not installed")
    try:
        fonts.find(None)
    except UnavailableError as error:
        require(False, str(error))
    # The shell that tests drive has no PDF viewer; the whole browser has.
    arguments = ["--headless=new"] + (["--no-sandbox"] if os.geteuid() == 0 else [])
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, headless=False, args=arguments
        )
        page = browser.new_page(viewport={"width": 900, "height": 1300})

        def render(pdf: bytes, wanted: int) -> list[str]:
            file = tmp_path / "card.pdf"
            file.write_bytes(pdf)
            page.goto(f"{file.as_uri()}#toolbar=0&zoom=150")
            found: list[str] = []
            for _ in range(40):
                shot = Path(tmp_path / "card.png")
                page.screenshot(path=shot)
                with Image.open(shot) as image:
                    found = [one.text for one in zxingcpp.read_barcodes(image)]
                if len(found) >= wanted:
                    break
                page.wait_for_timeout(250)
            return found

        yield render
        browser.close()


def test_a_card_is_scanned_back(picture, site, town):
    url = f"/v1/seniors/{town.mother}/card.pdf"
    (code,) = picture(town.admin.call("GET", url).content, 1)
    assert code == f"{str(site.base_url).rstrip('/')}/card/{town.mother}"
    path = code.removeprefix(str(site.base_url).rstrip("/"))
    sent = site.get(path)
    assert (sent.status_code, sent.headers["location"]) == (303, f"/login?next={path}")
    form = {"username": "wang", "password": PASSWORD, "next": path}
    origin = {"origin": str(site.base_url).rstrip("/")}
    let_in = site.post("/login", data=form, headers=origin)
    assert let_in.headers["location"] == path
    page = site.get(path)
    assert page.status_code == 200
    assert "王秀英" in page.text
    assert site.get(f"/card/{town.stranger}").status_code == 404
