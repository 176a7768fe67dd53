"""The page that imports: a trial, then the same file to confirm it."""

import pytest

from core.exchange import writing
from tests.integration.api.test_import import SENIOR
from tests.support.api import PASSWORD
from tests.support.exchange import ZONE
from tests.support.pages import Browser, text_of

pytestmark = pytest.mark.db


@pytest.fixture
def browser(api):
    browser = Browser(str(api.base_url).rstrip("/"))
    yield browser
    browser.client.close()


def send(browser, content, **form):
    files = {"file": ("street.xlsx", content)}
    return browser.client.post("/admin/import", data=form, files=files)


@pytest.mark.usefixtures("town")
def test_a_manager_tries_a_file_and_confirms_it(browser, conn):
    sent = browser.get("/admin/import")
    assert sent.headers["location"] == "/login?next=/admin/import"
    browser.log_in("admin", PASSWORD)
    assert "先试导入" in text_of(browser.get("/admin/import"))
    content = writing.workbook({"seniors": [SENIOR]}, ZONE)
    tried = send(browser, content)
    assert "1 处改动" in text_of(tried)
    assert "赵玉兰" in tried.text
    assert conn.execute("SELECT count(*) FROM senior").fetchone() == (2,)
    conn.rollback()
    digest = tried.text.split('name="digest" value="')[1].split('"')[0]
    assert "已导入" in text_of(send(browser, content, digest=digest))
    assert conn.execute("SELECT count(*) FROM senior").fetchone() == (3,)
    assert "文件已损坏或加了密码" in text_of(send(browser, b"PK no book"))
    assert "旧的 .xls 工作簿" in text_of(send(browser, b"\xd0\xcf\x11\xe0 old"))
    stale = text_of(send(browser, content, digest="0" * 32))
    assert "什么都没有改。请重新试导入" in stale
    other = {"sec-fetch-site": "cross-site"}
    refused = browser.client.post(
        "/admin/import", files={"file": ("a.xlsx", content)}, headers=other
    )
    assert refused.status_code == 403


def test_grid_workers_have_no_such_page(town, browser):
    town.person("grid_worker", town.compound, "wang")
    browser.log_in("wang")
    assert browser.get("/admin/import").headers["location"] == "/"
    assert send(browser, b"x").status_code == 403
