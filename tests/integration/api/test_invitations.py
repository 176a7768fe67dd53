"""Invitations: who may invite whom, and the page that sets a login once."""

import threading
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.support.api import PASSWORD, Login, Town
from tests.support.pages import Browser, text_of

pytestmark = pytest.mark.db
NEW = "a-boat-on-the-wide-river"
Open = Callable[[], Browser]


@pytest.fixture
def opened(town: Town) -> Iterator[Open]:
    """Browsers at the town's address, closed afterwards."""
    base_url = str(town.admin.client.base_url)
    browsers: list[Browser] = []

    def another() -> Browser:
        browsers.append(Browser(base_url))
        return browsers[-1]

    yield another
    for browser in browsers:
        browser.client.close()


def newcomer(town: Town, role: str = "grid_worker", place: str | None = None) -> str:
    """A person without a login."""
    body = {"name": "王芳", "role": role}
    if role != "family":
        body["place_id"] = place or town.community
    return town.admin.ok("POST", "/v1/people", body)["id"]


def invite(login: Login, person_id: str) -> str:
    """The path of a new link."""
    made = login.ok("POST", f"/v1/people/{person_id}/invitation")
    return urlsplit(made["url"]).path


def form(username: str = "wang", password: str = NEW, again: str | None = None):
    return {"username": username, "password": password, "again": again or password}


def logs_in(town: Town, username: str, password: str = NEW) -> bool:
    answer = town.admin.client.post(
        "/v1/auth/token", data={"username": username, "password": password}
    )
    return answer.status_code == 200


def test_a_link_sets_user_name_and_password_once(town: Town, opened: Open):
    browser = opened()
    worker = newcomer(town)
    path = invite(town.admin, worker)
    for _ in range(2):
        page = browser.get(path)
        assert (page.status_code, "王芳，您好" in text_of(page)) == (200, True)
        assert page.headers["referrer-policy"] == "no-referrer"
    for wrong, told in (
        (form(username="wang fang"), "不含空格"),
        (form(again=NEW + "!"), "不一致"),
        (form(password="short"), "10 到 128"),
        (form(password="password1234"), "常见"),
        (form(username="ADMIN"), "已被使用"),
    ):
        page = browser.post(path, **wrong)
        assert (page.status_code, told in text_of(page)) == (422, True), told
    done = browser.post(path, **form())
    assert (done.status_code, "wang" in text_of(done)) == (200, True)
    assert logs_in(town, "wang")
    for again in (browser.get(path), browser.post(path, **form("other"))):
        assert (again.status_code, "只能使用一次" in text_of(again)) == (404, True)
    actions = [one["action"] for one in town.admin.ok("GET", "/v1/audit")["items"]]
    assert {"person.invite", "person.accept"} <= set(actions)


def test_a_lost_password_is_renewed_by_an_administrator(town: Town, opened: Open):
    worker = town.person("grid_worker", town.community, "worker")
    town.person("street_manager", town.street, "manager")
    path = f"/v1/people/{worker}/invitation"
    assert town.login("manager").call("POST", path).status_code == 403
    old = town.login("worker")
    town.admin.ok("PATCH", f"/v1/people/{worker}", {"locale": "en"})
    link = invite(town.admin, worker)
    browser = opened()
    assert "Choose a new password" in browser.get(link).text
    browser.post(link, **form("somebody-else"))
    assert not logs_in(town, "worker", PASSWORD)
    assert logs_in(town, "worker")
    assert old.call("GET", "/v1/me").status_code == 401


def test_whom_a_manager_invites_and_what_they_are_shown(town: Town):
    town.person("street_manager", town.street, "manager")
    manager = town.login("manager")
    made = manager.ok("POST", f"/v1/people/{newcomer(town)}/invitation")
    assert (made["url"] is not None, made["sent_to"]) == (True, [])
    elsewhere = newcomer(town, place=town.other_street)
    above = newcomer(town, "district_manager", town.street)
    for person_id, status in ((elsewhere, 404), (above, 403)):
        answer = manager.call("POST", f"/v1/people/{person_id}/invitation")
        assert answer.status_code == status
    daughter = newcomer(town, "family")
    body = {"person_id": daughter, "relation": "女儿", "scopes": ["location"]}
    town.admin.ok("POST", f"/v1/seniors/{town.mother}/family", body)
    path = f"/v1/people/{daughter}/invitation"
    answer = manager.call("POST", path)
    assert (answer.status_code, "verified contact" in answer.text) == (409, True)
    contact = {"kind": "push", "url": "json://127.0.0.1:9/x", "verified": True}
    town.admin.ok("POST", f"/v1/people/{daughter}/contacts", contact)
    made = manager.ok("POST", path)
    assert (made["url"], made["sent_to"]) == (None, ["push"])
    assert town.login("manager").call("DELETE", path).status_code == 204


def test_what_voids_a_link(town: Town, opened: Open, conn: psycopg.Connection):
    browser = opened()
    worker = newcomer(town)
    path = f"/v1/people/{worker}"
    first = invite(town.admin, worker)
    second = invite(town.admin, worker)
    assert browser.get(first).status_code == 404
    assert browser.get(second).status_code == 200
    town.admin.ok("DELETE", f"{path}/invitation")
    assert browser.post(second, **form()).status_code == 404
    third = invite(town.admin, worker)
    town.admin.ok("PATCH", path, {"role": "community_manager"})
    assert browser.get(third).status_code == 404
    fourth = invite(town.admin, worker)
    conn.execute("UPDATE invitation SET expires_at = created_at")
    conn.commit()
    assert browser.get(fourth).status_code == 404
    fifth = invite(town.admin, worker)
    assert browser.get(fifth[:-3] + "abc").status_code == 404
    town.admin.ok("DELETE", path)
    assert browser.get(fifth).status_code == 404


def test_of_two_at_once_one_sets_the_login(town: Town, opened: Open):
    link = invite(town.admin, newcomer(town))
    answers: list[int] = []

    def accept(browser: Browser, username: str) -> None:
        answers.append(browser.post(link, **form(username)).status_code)

    threads = [
        threading.Thread(target=accept, args=(opened(), name)) for name in ("a", "b")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200, 404]
    assert logs_in(town, "a") != logs_in(town, "b")


def test_whoever_was_imported_with_a_user_name_alone_is_invited(
    town: Town, opened: Open, conn: psycopg.Connection
):
    town.person("street_manager", town.street, "manager")
    worker = newcomer(town)
    conn.execute("UPDATE person SET username = 'wang' WHERE id = %s", (worker,))
    conn.commit()
    link = invite(town.login("manager"), worker)
    page = opened().get(link)
    assert 'value="wang"' in page.text
    assert opened().post(link, **form("another")).status_code == 200
    assert logs_in(town, "wang")
