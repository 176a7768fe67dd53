"""The report of a backtest opens from a file, in both languages, without a network."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from yinling import main

HEAD = "senior,time,heart_rate,steps,place\n"


@pytest.fixture
def report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("YINLING_DATA_DIR", str(tmp_path / "state"))
    rows = [
        f"<b>a</b>,2026-11-21T{8 + m // 60:02d}:{m % 60:02d}:00,"
        f"{140 + m % 2 if 60 <= m < 90 else 70 + m % 3},5,North;Elm St\n"
        for m in range(180)
    ]
    csv, page = tmp_path / "reports.csv", tmp_path / "report.html"
    csv.write_text(HEAD + "".join(rows), encoding="utf-8")
    labels = tmp_path / "labels.csv"
    labels.write_text(
        "senior,kind,start,known_by\n"
        "<b>a</b>,heart_rate_high,2026-11-21T09:00:00,2026-11-21T09:05:00\n",
        encoding="utf-8",
    )
    words = ["backtest", "--csv", csv, "--labels", labels, "--html", page, "--json"]
    monkeypatch.setattr("sys.argv", ["yinling", *map(str, words)])
    assert main.run() == 0
    return page


@pytest.mark.parametrize(
    ("locale", "title", "switch"),
    [("zh-CN", "规则回放", "English"), ("en-GB", "Backtest", "中文")],
)
def test_the_page_shows_tables_and_plots(
    chromium: Browser, report: Path, locale: str, title: str, switch: str
) -> None:
    page = chromium.new_context(locale=locale).new_page()
    faults: list[str] = []
    asked: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda one: one.type == "error" and faults.append(one.text))
    page.on("request", lambda one: asked.append(one.url))
    page.goto(report.as_uri())
    assert page.locator("h1").inner_text() == title
    assert page.locator(".uplot").count() >= 3
    assert page.locator("section table").count() >= 4
    assert page.get_by_text("<b>a</b>").count() >= 1
    page.get_by_role("button", name=switch).click()
    assert page.locator("h1").inner_text() != title
    assert page.locator(".uplot").count() >= 3
    assert not faults
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    page.context.close()
