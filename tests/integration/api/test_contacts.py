"""Proving contacts by codes, through the REST calls."""

import contextlib
from pathlib import Path
from typing import Any

import psycopg
import pytest

from core import proofs
from core.secrets import signing_key
from core.settings import Settings
from tests.support.api import Login, Town
from tests.support.pages import Browser, text_of

pytestmark = pytest.mark.db
HOOK = {"kind": "push", "url": "json://127.0.0.1:9/phone"}


@pytest.fixture
def worker(town: Town) -> str:
    return town.person("grid_worker", town.community, "worker")


class Codes:
    """The codes that were sent, as their readers see them."""

    def __init__(self, conn: psycopg.Connection, key: bytes) -> None:
        self.conn = conn
        self.key = key

    def newest(self, contact_id: str) -> str:
        self.conn.rollback()
        row = self.conn.execute(
            "SELECT id FROM contact_code WHERE contact_id = %s"
            " ORDER BY created_at DESC LIMIT 1",
            (contact_id,),
        ).fetchone()
        assert row is not None
        return proofs.contact_code(self.key, row[0])

    def wrong(self, contact_id: str) -> str:
        return f"{(int(self.newest(contact_id).replace(' ', '')) + 1) % 10**6:06}"

    def age(self, contact_id: str, seconds: int) -> None:
        """Let time pass for what was sent to a contact."""
        self.conn.execute(
            "UPDATE contact_code SET created_at = created_at - %(s)s * interval '1 s',"
            " expires_at = expires_at - %(s)s * interval '1 s'"
            " WHERE contact_id = %(id)s",
            {"s": seconds, "id": contact_id},
        )
        self.conn.commit()

    def count(self) -> int:
        self.conn.rollback()
        row = self.conn.execute(
            "SELECT count(*) FROM message WHERE kind = 'contact_code'"
        ).fetchone()
        assert row is not None
        return row[0]


@pytest.fixture
def codes(conn: psycopg.Connection, tmp_path: Path) -> Codes:
    return Codes(conn, signing_key(Settings(data_dir=tmp_path)))


def add(login: Login, person_id: str, **more: Any) -> dict[str, Any]:
    return login.ok("POST", f"/v1/people/{person_id}/contacts", HOOK | more)


def test_the_code_that_was_sent_verifies_the_contact(town: Town, worker, codes: Codes):
    me = town.login("worker")
    made = add(me, worker)
    assert made["verified"] is False
    assert made["code_expires_at"] > made["created_at"]
    path = f"/v1/people/{worker}/contacts/{made['id']}/verify"
    shown = me.ok("POST", path, {"code": f" {codes.newest(made['id'])}"})
    assert (shown["verified"], shown["url"]) == (True, HOOK["url"])
    assert me.ok("POST", path, {"code": "000000"})["verified"] is True
    assert me.ok("POST", path)["verified"] is True
    assert codes.count() == 1
    actions = town.admin.ok("GET", "/v1/audit")["items"]
    assert {"contact.send_code", "contact.verify"} <= {one["action"] for one in actions}
    assert codes.newest(made["id"]) not in str(actions)


def test_the_digits_are_in_no_table(town: Town, worker, codes: Codes):
    made = add(town.login("worker"), worker)
    digits = codes.newest(made["id"])
    for table in ("message", "contact_code", "notification", "audit_log", "contact"):
        rows = codes.conn.execute(
            psycopg.sql.SQL("SELECT to_jsonb(t)::text FROM {} AS t").format(
                psycopg.sql.Identifier(table)
            )
        ).fetchall()
        text = str(rows)
        assert digits not in text, table


def test_five_wrong_codes_are_the_end_of_a_code(town: Town, worker, codes: Codes):
    me = town.login("worker")
    contact = add(me, worker)["id"]
    path = f"/v1/people/{worker}/contacts/{contact}/verify"
    wrong, right = codes.wrong(contact), codes.newest(contact)
    for left in (4, 3, 2, 1):
        answer = me.call("POST", path, {"code": wrong})
        assert answer.status_code == 422
        assert f"{left} tries" in answer.json()["errors"][0]["reason"]
    assert "new one" in me.call("POST", path, {"code": wrong}).text
    refused = me.call("POST", path, {"code": right})
    assert refused.status_code == 409
    assert "new one" in refused.json()["detail"]
    assert me.ok("POST", path, {})["code_expires_at"]
    assert me.call("POST", path, {"code": right}).status_code == 422
    assert me.ok("POST", path, {"code": codes.newest(contact)})["verified"]


def test_a_code_holds_for_a_quarter_of_an_hour(town: Town, worker, codes: Codes):
    me = town.login("worker")
    contact = add(me, worker)["id"]
    path = f"/v1/people/{worker}/contacts/{contact}/verify"
    codes.age(contact, 15 * 60)
    answer = me.call("POST", path, {"code": codes.newest(contact)})
    assert (answer.status_code, "expired" in answer.text) == (409, True)


def test_what_is_no_code_costs_no_try(town: Town, worker, codes: Codes):
    me = town.login("worker")
    contact = add(me, worker)["id"]
    path = f"/v1/people/{worker}/contacts/{contact}/verify"
    for code in ("", " ", "12345", "1234567", "abcdef", "12 34 5x", "½2345 6"):
        assert me.call("POST", path, {"code": code}).status_code == 422, code
    assert me.ok("POST", path, {"code": codes.newest(contact)})["verified"]


def test_codes_are_not_sent_without_end(town: Town, worker, codes: Codes):
    me = town.login("worker")
    contact = add(me, worker)["id"]
    path = f"/v1/people/{worker}/contacts/{contact}/verify"
    me.ok("POST", path)
    soon = me.call("POST", path)
    assert soon.status_code == 429
    assert 50 <= int(soon.headers["retry-after"]) <= 60
    for _ in range(3):
        codes.age(contact, 61)
        me.ok("POST", path, {})
    codes.age(contact, 61)
    answer = me.call("POST", path)
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 3000
    codes.age(contact, 3600)
    me.ok("POST", path)


def test_the_same_address_again_is_the_same_contact(town: Town, worker, codes: Codes):
    me = town.login("worker")
    first = add(me, worker)
    again = add(me, worker)
    assert again["id"] == first["id"]
    assert again["code_expires_at"] == first["code_expires_at"]
    assert codes.count() == 1
    vouched = add(town.admin, worker, verified=True)
    assert (vouched["id"], vouched["verified"]) == (first["id"], True)
    assert add(town.admin, worker, verified=True)["id"] == first["id"]
    assert len(me.ok("GET", f"/v1/people/{worker}/contacts")["items"]) == 1


def test_only_self_and_administrators_prove_a_contact(town: Town, worker, codes: Codes):
    contact = add(town.admin, worker)["id"]
    path = f"/v1/people/{worker}/contacts/{contact}/verify"
    body = {"code": codes.newest(contact)}
    town.person("street_manager", town.street, "manager")
    other = town.person("grid_worker", town.other_street, "other")
    assert town.login("manager").call("POST", path, body).status_code == 403
    assert town.login("other").call("POST", path, body).status_code == 404
    elsewhere = f"/v1/people/{other}/contacts/{contact}/verify"
    assert town.admin.call("POST", elsewhere, body).status_code == 404
    shown = town.admin.ok("POST", path, body)
    assert (shown["verified"], shown["url"]) == (True, "json://…")


def test_a_person_has_twenty_contacts_at_most(town: Town, worker):
    for number in range(20):
        add(town.admin, worker, url=f"json://127.0.0.1:9/{number}", verified=True)
    body = HOOK | {"verified": True}
    answer = town.admin.call("POST", f"/v1/people/{worker}/contacts", body)
    assert answer.status_code == 409


def test_people_prove_their_contacts_on_a_page(town: Town, worker, codes: Codes):
    contact = add(town.admin, worker)["id"]
    browser = Browser(str(town.admin.client.base_url))
    with contextlib.closing(browser.client):
        assert browser.get("/contacts").headers["location"].startswith("/login")
        browser.log_in("worker")
        page = browser.get("/contacts")
        assert "待验证" in text_of(page)
        assert HOOK["url"] in page.text
        path = f"/contacts/{contact}"
        steps = (
            (f"{path}/verify", {"code": "12"}, "六位数字"),
            (f"{path}/verify", {"code": codes.wrong(contact)}, "还可以试 4 次"),
        )
        for where, form, told in steps:
            assert told in text_of(browser.post(where, **form)), told
        assert browser.post(f"{path}/code").headers["location"].endswith("=sent")
        assert "发送太频繁" in text_of(browser.post(f"{path}/code"))
        sent = browser.post(f"{path}/verify", code=codes.newest(contact))
        assert sent.headers["location"] == "/contacts?said=verified"
        assert "验证成功" in text_of(browser.get(sent.headers["location"]))
        other = HOOK["url"] + "-2"
        browser.post("/contacts", kind="push", url=other)
        page = browser.get("/contacts")
        assert (page.text.count("待验证"), other in page.text) == (1, True)
        for wrong in ("http://10.0.0.1/x", "json://10.0.0.1/x", ""):
            gone = browser.post("/contacts", kind="push", url=wrong)
            assert "不能用" in text_of(browser.get(gone.headers["location"])), wrong
        browser.post(f"{path}/remove")
        assert browser.get("/contacts").text.count("/remove") == 1
        assert browser.post(f"{path}/remove").status_code == 303
        elsewhere = {"origin": "https://elsewhere.example"}
        form = {"kind": "push", "url": other}
        for where in ("/contacts", f"{path}/remove"):
            answer = browser.client.post(where, data=form, headers=elsewhere)
            assert answer.status_code == 403, where
