"""A whole place is brought in: invited at once, printed, sent codes; who may see what."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from api.cards import fonts
from core import proofs, registry
from core.errors import UnavailableError
from core.registry import joining
from tests.support.api import PASSWORD, Town
from tests.support.pages import Browser, text_of
from tests.support.pdf import lines

pytestmark = pytest.mark.db
HOOK = "json://127.0.0.1:9/phone"
NEW = "a-boat-on-the-wide-river"
Conn = psycopg.Connection


def newcomer(town: Town, role: str, place: str | None, name: str) -> str:
    body = {"name": name, "role": role, "place_id": place}
    return town.admin.ok("POST", "/v1/people", body)["id"]


def daughter(town: Town, senior: str, name: str) -> str:
    person = newcomer(town, "family", None, name)
    body = {"person_id": person, "relation": "女儿", "scopes": ["status"]}
    town.admin.ok("POST", f"/v1/seniors/{senior}/family", body)
    return person


def contact(conn: Conn, person: str, *, verified: bool) -> str:
    found = registry.add_contact(
        conn, person_id=person, kind="push", url=f"{HOOK}/{person}", verified=verified,
        now=datetime.now(UTC),
    )  # fmt: skip
    conn.commit()
    return str(found)


def told(conn: Conn, kind: str) -> int:
    query = "SELECT count(*) FROM notification JOIN message ON message.id = message_id"
    row = conn.execute(f"{query} WHERE kind = %s", [kind]).fetchone()
    conn.rollback()
    assert row is not None
    return row[0]


@pytest.fixture
def manager(town: Town):
    town.person("community_manager", town.community, "manager")
    return town.login("manager")


def test_everybody_without_a_login_is_invited_once(town: Town, manager, conn: Conn):
    head = newcomer(town, "building_head", town.building, "李建国")
    newcomer(town, "grid_worker", town.compound, "王建华")
    newcomer(town, "street_manager", town.street, "上级")
    newcomer(town, "grid_worker", town.other_street, "别处")
    contact(conn, head, verified=True)
    first = manager.ok("POST", "/v1/invitations", {})
    assert (first["done"], first["sent"]) == (2, 1)
    assert (first["people"], first["with_login"], first["invited"]) == (3, 1, 2)
    assert told(conn, "invitation") == 1
    again = manager.ok("POST", "/v1/invitations", {"place_id": town.building})
    assert (again["done"], again["people"], again["to_invite"]) == (0, 1, 0)
    items = manager.ok("GET", "/v1/invitations")["items"]
    assert [one["name"] for one in items] == ["李建国", "王建华"]
    first = manager.ok("GET", "/v1/invitations?limit=1")
    rest = f"/v1/invitations?limit=1&cursor={first['next_cursor']}"
    assert first["items"] + manager.ok("GET", rest)["items"] == items
    for one in items:
        path = f"/invite/{one['url'].partition('/invite/')[2]}"
        page = town.admin.client.get(path)
        assert (page.status_code, one["name"] in page.text) == (200, True)
    same = manager.ok("GET", "/v1/invitations")["items"]
    assert same == items, "printing voids no link"


def test_a_manager_sees_no_links_of_relatives_and_invites_whom_they_reach(
    town: Town, manager, conn: Conn
):
    reached = daughter(town, town.mother, "王芳")
    daughter(town, town.mother, "王兰")
    daughter(town, town.stranger, "李芳")
    contact(conn, reached, verified=True)
    body = {"who": "relatives"}
    done = manager.ok("POST", "/v1/invitations", body)
    assert (done["done"], done["sent"], done["people"]) == (1, 1, 2)
    assert manager.ok("GET", "/v1/invitations?who=relatives")["items"] == []
    rest = town.admin.ok("POST", "/v1/invitations", body | {"place_id": town.street})
    assert (rest["done"], rest["invited"]) == (1, 2)
    url = f"/v1/invitations?who=relatives&place_id={town.community}"
    items = town.admin.ok("GET", url)["items"]
    assert {(one["name"], one["senior"], one["relation"]) for one in items} == {
        ("王芳", "王秀英", "女儿"),
        ("王兰", "王秀英", "女儿"),
    }


def test_nobody_else_invites_or_sees_links(town: Town, manager):
    town.person("grid_worker", town.compound, "wang")
    wang = town.login("wang")
    assert wang.call("POST", "/v1/invitations", {}).status_code == 403
    assert wang.call("POST", "/v1/contact-codes", {}).status_code == 403
    assert wang.call("GET", "/v1/invitations").status_code == 403
    other = {"place_id": town.other_street}
    assert manager.call("POST", "/v1/invitations", other).status_code == 404
    assert manager.call("POST", "/v1/contact-codes", other).status_code == 404


def test_an_expired_invitation_is_made_anew_and_a_used_one_is_not(
    town: Town, conn: Conn
):
    head = newcomer(town, "building_head", town.building, "李建国")
    town.admin.ok("POST", "/v1/invitations", {})
    conn.execute("UPDATE invitation SET expires_at = created_at")
    conn.commit()
    again = town.admin.ok("POST", "/v1/invitations", {})
    assert (again["done"], again["invited"]) == (1, 1)
    (held,) = town.admin.ok("GET", "/v1/invitations")["items"]
    assert held["person_id"] == head
    path = held["url"].partition("/invite/")[2]
    form = {"username": "li", "password": NEW, "again": NEW}
    assert town.admin.client.post(f"/invite/{path}", data=form).status_code == 200
    done = town.admin.ok("POST", "/v1/invitations", {})
    assert (done["done"], done["with_login"], done["invited"]) == (0, 1, 0)
    assert town.admin.ok("GET", "/v1/invitations")["items"] == []


def test_more_than_fit_into_one_transaction(town: Town, monkeypatch):
    monkeypatch.setattr(joining, "MOST_AT_ONCE", 2)
    for number in range(3):
        newcomer(town, "volunteer", town.community, f"志愿者{number}")
    counts = [town.admin.ok("POST", "/v1/invitations", {})["done"] for _ in range(3)]
    assert counts == [2, 1, 0]


def test_codes_go_to_who_can_type_them_once_a_day(town: Town, manager, conn: Conn):
    wang = town.person("grid_worker", town.compound, "wang")
    without = newcomer(town, "grid_worker", town.compound, "无登录")
    waiting = contact(conn, wang, verified=False)
    contact(conn, wang, verified=True)
    contact(conn, without, verified=False)
    sent = manager.ok("POST", "/v1/contact-codes", {})
    assert (sent["done"], sent["unproven"], sent["out_of_reach"]) == (1, 1, 1)
    assert told(conn, "contact_code") == 1
    assert manager.ok("POST", "/v1/contact-codes", {})["done"] == 0
    code = conn.execute("SELECT id, expires_at FROM contact_code").fetchone()
    conn.rollback()
    assert code is not None
    assert code[1] - datetime.now(UTC) > timedelta(hours=23)
    conn.execute("UPDATE contact_code SET created_at = created_at - interval '1 day'")
    conn.commit()
    assert manager.ok("POST", "/v1/contact-codes", {})["done"] == 1
    asked = f"/v1/people/{wang}/contacts/{waiting}/verify"
    assert town.login("wang").call("POST", asked, {"code": "000 00"}).status_code == 422


def test_who_sets_a_login_is_sent_the_codes_of_their_contacts(town: Town, conn: Conn):
    head = newcomer(town, "building_head", town.building, "李建国")
    waiting = contact(conn, head, verified=False)
    url = town.admin.ok("POST", f"/v1/people/{head}/invitation")["url"]
    path = f"/invite/{url.partition('/invite/')[2]}"
    form = {"username": "li", "password": NEW, "again": NEW}
    page = town.admin.client.post(path, data=form)
    assert "/login?next=/contacts" in page.text
    row = conn.execute("SELECT contact_id, expires_at FROM contact_code").fetchone()
    conn.rollback()
    assert row is not None
    assert str(row[0]) == waiting
    assert row[1] - datetime.now(UTC) < timedelta(minutes=16)


def test_the_page_invites_and_prints(town: Town, api):
    try:
        fonts.find(None)
    except UnavailableError as error:
        pytest.skip(str(error))
    newcomer(town, "building_head", town.building, "李建国")
    browser = Browser(str(api.base_url).rstrip("/"))
    browser.log_in("admin", PASSWORD)
    page = text_of(browser.get("/admin/import"))
    assert "登录与联系方式" in page
    assert "甲社区" in page
    sent = browser.post("/admin/import/invitations", who="staff", place_id="")
    assert sent.headers["location"] == "/admin/import?said=invited&count=1#joining"
    assert "已邀请 1 人" in text_of(browser.get(sent.headers["location"]))
    codes = browser.post("/admin/import/codes", who="relatives")
    assert "count=0" in codes.headers["location"]
    slips = browser.get(f"/admin/import/slips?who=staff&place_id={town.community}")
    printed = browser.get(slips.headers["location"])
    assert printed.headers["content-type"] == "application/pdf"
    texts = [line.text for line in lines(printed.content)]
    assert {"李建国", "楼栋长"} <= set(texts)
    assert any("/invite/" in text for text in texts)
    browser.client.headers["sec-fetch-site"] = "cross-site"
    assert browser.post("/admin/import/invitations", who="staff").status_code == 403
    browser.client.close()


def test_links_are_those_of_the_service(town: Town):
    newcomer(town, "building_head", town.building, "李建国")
    made = town.admin.ok("POST", "/v1/invitations", {"place_id": town.building})
    assert made["done"] == 1
    (held,) = town.admin.ok("GET", "/v1/invitations")["items"]
    token = held["url"].rpartition("/")[2]
    assert proofs.invitation_of(b"another key", token) is None
