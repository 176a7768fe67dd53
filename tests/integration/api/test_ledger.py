"""Rejected messages and the audit log, as administrators page through them."""

import hashlib
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from psycopg.types.json import Jsonb

from core.ids import new_id
from core.ledger import seal
from tests.support.api import Login, Town

pytestmark = pytest.mark.db
START = datetime(2026, 11, 21, 8, tzinfo=UTC)


def reject(conn: psycopg.Connection, index: int, payload: bytes, minutes: int) -> None:
    conn.execute(
        "INSERT INTO rejected (id, topic, sha256, idx, reasons, payload, first_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s)",
        (
            new_id(),
            "wb/861/telemetry",
            hashlib.sha256(payload).digest(),
            index,
            Jsonb([{"field": "spo2", "reason": "out of range"}]),
            payload,
            START + timedelta(minutes=minutes),
        ),
    )


def test_rejected_items_are_listed_newest_first(
    login, conn: psycopg.Connection
) -> None:
    reject(conn, 3, b'{"spo2": 900}', minutes=0)
    reject(conn, -1, b"\xff\x00", minutes=2)
    reject(conn, -1, b"{", minutes=1)
    conn.commit()
    admin: Login = login("admin")
    items = admin.ok("GET", "/v1/rejected")["items"]
    assert [item["first_at"] for item in items] == [
        "2026-11-21T08:02:00Z",
        "2026-11-21T08:01:00Z",
        "2026-11-21T08:00:00Z",
    ]
    assert [item["index"] for item in items] == [None, None, 3]
    assert [item["payload"] for item in items] == [
        "data:application/octet-stream;base64,/wA=",
        "{",
        '{"spo2": 900}',
    ]
    names = ["id", "topic", "index", "reasons", "payload", "first_at", "count"]
    assert all(list(item) == names for item in items)
    assert items[0]["reasons"] == [{"field": "spo2", "reason": "out of range"}]
    first = admin.ok("GET", "/v1/rejected?limit=2")
    rest = admin.ok("GET", f"/v1/rejected?limit=2&cursor={first['next_cursor']}")
    assert first["items"] + rest["items"] == items
    assert rest["next_cursor"] is None


def test_the_audit_log_is_filtered_by_time(login) -> None:
    admin: Login = login("admin")
    admin.ok("POST", "/v1/places", {"name": "区", "level": "district"})
    later = (datetime.now(UTC) + timedelta(hours=1)).isoformat().replace("+", "%2B")
    assert admin.ok("GET", f"/v1/audit?from={later}")["items"] == []
    actions = [i["action"] for i in admin.ok("GET", f"/v1/audit?to={later}")["items"]]
    assert actions == ["place.create", "auth.login"]


def test_the_head_is_for_administrators(
    login, town: Town, conn: psycopg.Connection
) -> None:
    admin: Login = login("admin")
    before = admin.ok("GET", "/v1/audit/head")
    assert before["position"] == 0
    assert before["waiting"] > 0
    while seal(conn, START):
        pass
    conn.commit()
    after = admin.ok("GET", "/v1/audit/head")
    assert after["position"] == before["waiting"]
    assert after["head"].startswith(f"{after['position']}:")
    town.person("street_manager", town.street, "liu")
    assert login("liu").call("GET", "/v1/audit/head").status_code == 403


def test_an_absence_taken_back_before_it_began_leaves_who_was_told(
    town: Town, conn: psycopg.Connection
) -> None:
    worker = town.person("grid_worker", town.community, "wang")
    contact = {"kind": "push", "url": "json://127.0.0.1:1/x", "verified": True}
    town.admin.ok("POST", f"/v1/people/{worker}/contacts", contact)
    path = f"/v1/seniors/{town.mother}/absence"
    start = datetime.now(UTC) + timedelta(days=2)
    body = {"from": start.isoformat(), "to": (start + timedelta(days=3)).isoformat()}
    made = town.admin.ok("POST", path, body | {"reason": "探亲"})
    told = "SELECT count(*) FROM notification WHERE absence_id = %s"
    assert conn.execute(told, (made["id"],)).fetchone() == (1,)
    conn.commit()
    town.admin.ok("DELETE", f"{path}/{made['id']}")
    assert town.admin.ok("GET", path)["items"] == []
    assert conn.execute(told, (made["id"],)).fetchone() == (1,)
    row = conn.execute("SELECT ends_at < clock_timestamp() FROM absence").fetchone()
    assert row == (True,)


def test_every_look_at_a_card_is_audited_whoever_looks(town: Town):
    town.person("grid_worker", town.building, "worker")
    town.relative("daughter", town.mother, "status")
    town.admin.ok("POST", "/v1/wristbands", {"device_id": "w7"})
    binding = {"senior_id": town.mother}
    town.admin.ok("PUT", "/v1/wristbands/w7/binding", binding)
    card = f"/v1/seniors/{town.mother}"
    looks = {"/v1/seniors": "senior.read", card: "senior.read"}
    looks |= {f"{card}/wristbands": "senior.read_worn"}
    staff = {"/v1/wristbands/w7/bindings": "senior.read_worn"}
    for name, paths in (("worker", looks | staff), ("daughter", looks)):
        who = town.login(name)
        for path, action in paths.items():
            who.ok("GET", path)
            seen = town.admin.ok("GET", f"/v1/audit?senior_id={town.mother}")["items"]
            last = seen[0]
            assert (last["actor"]["name"], last["action"]) == (name, action), path
