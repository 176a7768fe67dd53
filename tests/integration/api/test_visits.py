"""The visit diary: within one's places, never changed; and who was not visited this month."""

from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from tests.support.api import Login, Town

pytestmark = pytest.mark.db


@pytest.fixture
def worker(town: Town) -> Login:
    town.person("grid_worker", town.community, "王")
    return town.login("王")


@pytest.fixture
def manager(town: Town) -> Login:
    town.person("street_manager", town.street, "刘")
    return town.login("刘")


def visit(town: Town, **more: Any) -> dict[str, Any]:
    return {"senior_id": town.mother, "note": "一切都好，血压药够两周", **more}


def test_an_entry_is_kept_and_listed(town: Town, worker: Login):
    made = worker.ok("POST", "/v1/visits", visit(town, found_well=True))
    assert made["kind"] == "visit"
    assert made["senior"] == {"id": town.mother, "name": "王秀英"}
    assert made["person"]["name"] == "王"
    assert made["place"]["name"] == "1号楼"
    assert (made["corrects_id"], made["corrected_by_id"]) == (None, None)
    for query in (
        "", f"?senior_id={town.mother}", f"?place_id={town.compound}",
        "?from=2020-01-01T00:00:00Z&to=2100-01-01T00:00:00Z",
    ):  # fmt: skip
        assert worker.ok("GET", f"/v1/visits{query}")["items"] == [made]
    for query in (
        f"?senior_id={town.stranger}", f"?place_id={town.other_building}",
        "?to=2020-01-01T00:00:00Z",
    ):  # fmt: skip
        assert worker.ok("GET", f"/v1/visits{query}")["items"] == []


def test_about_a_place(town: Town, worker: Login):
    body = {"place_id": town.compound, "note": "电梯停运", "kind": "visit"}
    made = worker.ok("POST", "/v1/visits", body)
    assert made["senior"] is None
    assert made["place"]["id"] == town.compound


def test_what_cannot_be(town: Town, worker: Login):
    unknown = "01a20302-ad09-716d-986a-81251b4ec853"
    for wrong, status in (
        ({"note": ""}, 422),
        ({"kind": "drive-by"}, 422),
        ({"place_id": unknown}, 422),
        ({"senior_id": None}, 422),
        ({"at": "2100-01-01T00:00:00Z"}, 422),
        ({"alert_id": unknown}, 422),
        ({"corrects_id": unknown}, 404),
        ({"mood": "good"}, 422),
    ):
        answer = worker.call("POST", "/v1/visits", visit(town, **wrong))
        assert answer.status_code == status, (wrong, answer.text)


def test_only_responders_within_their_places(town: Town, worker: Login):
    other = {"senior_id": town.stranger, "note": "x"}
    assert worker.call("POST", "/v1/visits", other).status_code == 404
    made = town.admin.ok("POST", "/v1/visits", other)
    assert worker.ok("GET", "/v1/visits")["items"] == []
    assert (
        worker.call(
            "POST", "/v1/visits", visit(town, corrects_id=made["id"])
        ).status_code
        == 404
    )
    town.relative("女儿", town.mother, "status", "alerts")
    daughter = town.login("女儿")
    assert daughter.call("GET", "/v1/visits").status_code == 403
    assert daughter.call("POST", "/v1/visits", visit(town)).status_code == 403


def test_a_correction_is_an_entry_of_its_own(town: Town, worker: Login, manager: Login):
    first = worker.ok("POST", "/v1/visits", visit(town, note="去了 2 号楼"))
    body = visit(town, note="去了 1 号楼", corrects_id=first["id"])
    town.person("grid_worker", town.community, "赵")
    assert town.login("赵").call("POST", "/v1/visits", body).status_code == 403
    second = manager.ok("POST", "/v1/visits", body)
    found = worker.ok("GET", "/v1/visits")["items"]
    assert [entry["id"] for entry in found] == [second["id"], first["id"]]
    assert found[1]["corrected_by_id"] == second["id"]
    assert found[1]["note"] == "去了 2 号楼"
    assert worker.call("POST", "/v1/visits", body).status_code == 409


def test_pages_of_the_diary(town: Town, worker: Login):
    for day in range(1, 6):
        worker.ok("POST", "/v1/visits", visit(town, at=f"2026-03-0{day}T01:00:00Z"))
    notes: list[str] = []
    path = "/v1/visits?limit=2"
    while True:
        page = worker.ok("GET", path)
        notes += [entry["at"] for entry in page["items"]]
        if page["next_cursor"] is None:
            break
        path = f"/v1/visits?limit=2&cursor={page['next_cursor']}"
    assert notes == [f"2026-03-0{day}T01:00:00Z" for day in range(5, 0, -1)]


def test_a_visit_is_in_the_ledger(town: Town, worker: Login, conn: psycopg.Connection):
    made = worker.ok("POST", "/v1/visits", visit(town))
    row = conn.execute(
        "SELECT count(*) FROM ledger_pending WHERE source = 'visit' AND row_id = %s",
        (made["id"],),
    ).fetchone()
    assert row == (1,)
    with pytest.raises(psycopg.errors.RaiseException, match="append-only"):
        conn.execute("UPDATE visit SET note = 'x'")


def test_who_was_visited_this_month(
    town: Town, worker: Login, manager: Login, conn: psycopg.Connection
):
    alone = town.senior("独居奶奶", town.building, lives_alone=True)
    town.senior("健朗大爷", town.building, birth_date="1965-01-01")
    conn.execute("UPDATE senior SET created_at = '2025-01-01T00:00:00Z'")
    conn.commit()
    now = datetime.now(UTC)
    last_month = (now.replace(day=1) - timedelta(days=3)).isoformat()
    worker.ok("POST", "/v1/visits", visit(town))
    worker.ok(
        "POST", "/v1/visits", {"senior_id": alone, "note": "上月", "at": last_month}
    )
    worker.ok(
        "POST", "/v1/visits", {"senior_id": alone, "note": "电话", "kind": "call"}
    )
    report = manager.ok("GET", "/v1/reports/visits")
    assert (report["seniors"], report["visited"], report["only_called"]) == (2, 1, 1)
    assert report["visited_percent"] == 50
    (place,) = report["by_place"]
    assert (place["place"]["name"], place["seniors"]) == ("甲社区", 2)
    (door,) = report["not_visited"]
    assert door["senior"] == {"id": alone, "name": "独居奶奶"}
    assert set(door["reasons"]) == {"living_alone", "over_80"}
    assert door["called"] is True
    assert door["last_visit_at"][:10] == last_month[:10]
    assert door["place"][-1] == "1号楼"
    before = manager.ok("GET", f"/v1/reports/visits?month={last_month[:7]}")
    assert before["visited"] == 1
    assert before["not_visited"][0]["senior"]["name"] == "王秀英"
    assert manager.call("GET", "/v1/reports/visits?month=2026-13").status_code == 422
    assert manager.call("GET", "/v1/reports/visits?month=2026").status_code == 422
    text = manager.call("GET", "/v1/reports/visits?format=csv").content.decode(
        "utf-8-sig"
    )
    assert "独居奶奶" in text
    assert "独居、80 岁以上" in text


def test_a_visit_put_right_counts_for_whom_it_was(
    town: Town, worker: Login, manager: Login
):
    alone = town.senior("独居奶奶", town.building, lives_alone=True)
    wrong = worker.ok("POST", "/v1/visits", visit(town))
    body = {"senior_id": alone, "note": "记错了人", "corrects_id": wrong["id"]}
    worker.ok("POST", "/v1/visits", body)
    (door,) = manager.ok("GET", "/v1/reports/visits")["not_visited"]
    assert door["senior"]["name"] == "王秀英"
