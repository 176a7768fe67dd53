"""A copy of one person's data, and its end, by REST on a real database."""

import csv
import io
import json
import re
import zipfile
from datetime import datetime, timedelta
from uuid import UUID

import psycopg
import pytest
from psycopg.types.json import Jsonb

from core.clock import SystemClock
from core.ids import new_id
from core.ledger import seal
from core.ledger.verifying import verify
from core.privacy import erasing
from tests.support.api import Login, Town
from tests.support.everything import ALL, LONG_AGO, tell_everything
from tests.support.traces import traces
from tests.support.wearing import wear

pytestmark = pytest.mark.db

WORD = "Mnemosyne"
"""Stands in everything that is personal of the one to be erased."""
WHERE = 34.987654321


@pytest.fixture
def known(town: Town, conn: psycopg.Connection) -> Town:
    """A senior about whom there is something in every table."""
    return tell_everything(town, conn, WORD, WHERE)


def _unzip(who: Login, path: str) -> dict[str, str]:
    answer = who.call("GET", path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name).decode() for name in archive.namelist()}


def _erase(who: Login, whom: str, **body: object) -> dict:
    return who.ok("POST", f"/v1/{whom}/erase", {"reason": "asked for"} | body)


def test_a_copy_holds_everything_and_nobody_elses_secrets(known: Town) -> None:
    files = _unzip(known.admin, f"/v1/seniors/{known.mother}/export")
    rows = {
        name.removesuffix(".json"): json.loads(text)
        for name, text in files.items()
        if name.endswith(".json")
    }
    (card,) = rows["senior"]
    assert (card["name"], card["conditions"]) == (f"王{WORD}", ["dementia"])
    assert [one["heart_rate"] for one in rows["reading"]] == [72]
    for table in ("alert", "alert_event", "consent", "visit", "rejected", "absence"):
        assert rows[table], table
    assert rows["rejected"][0]["payload"] == WORD
    text = next(text for name, text in files.items() if name.startswith("reading 手"))
    table = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert table[0][0] == "时间 (time)"
    assert table[1][table[0].index("心率 次/分 (heart_rate)")] == "72.0"
    assert table[1][0] == "2026-11-01 09:00:00"  # local time
    whole = "".join(files.values())
    assert "127.0.0.1:9" not in whole  # the worker's phone
    told = json.dumps(rows["alert_event"])
    assert not re.search(r"(?<!\d)1\.5\b", told)  # where they were
    assert "argon2" not in whole


def test_who_gets_a_copy(known: Town) -> None:
    daughter, worker = known.login("daughter"), known.login("worker")
    path = f"/v1/seniors/{known.mother}/export"
    assert daughter.call("GET", path).status_code == 403
    assert worker.call("GET", path).status_code == 403
    assert worker.call("GET", f"/v1/seniors/{known.stranger}/export").status_code == 404
    mine = worker.ok("GET", "/v1/me")["id"]
    files = _unzip(worker, f"/v1/people/{mine}/export")
    (contact,) = json.loads(files["contact.json"])
    assert contact["url"].endswith(WORD)  # one's own
    assert "argon2" not in "".join(files.values())
    assert f"王{WORD}" not in "".join(files.values())  # whom they helped is not theirs
    assert daughter.call("GET", f"/v1/people/{mine}/export").status_code == 404
    assert json.loads(_unzip(known.admin, f"/v1/people/{mine}/export")["person.json"])
    nobody = "/v1/people/018f0000-0000-7000-8000-000000000000/export"
    assert known.admin.call("GET", nobody).status_code == 404


def test_an_erased_senior_leaves_no_trace_and_the_ledger_holds(
    known: Town, conn: psycopg.Connection
) -> None:
    before = _counts(conn)
    told = {"alert", "alert_event", "senior", "visit", "message", "rejected"}
    assert told <= set(traces(conn, WORD))
    assert _sealed(conn)
    done = _erase(known.admin, f"seniors/{known.mother}", now=True)
    assert done["status"] == "done"
    assert done["counts"]["reading"] == 1
    assert set(traces(conn, WORD)) == {"contact"}  # the worker's own
    assert traces(conn, str(WHERE)) == {}
    assert _counts(conn) == before  # what reports count is as it was
    assert _sealed(conn)
    with pytest.raises(psycopg.errors.RaiseException, match="append-only"):
        conn.execute("DELETE FROM alert_event")
    conn.rollback()
    assert known.admin.call("GET", f"/v1/seniors/{known.mother}").status_code == 404
    again = known.admin.call(
        "POST", f"/v1/seniors/{known.mother}/erase", {"reason": "x"}
    )
    assert again.status_code == 404


def _sealed(conn: psycopg.Connection) -> bool:
    """Whether the ledger, sealed up to now, is whole."""
    while seal(conn, SystemClock().now()):
        pass
    conn.commit()
    found = verify(conn)
    conn.rollback()
    return found.damage is None and found.entries > 0


def _counts(conn: psycopg.Connection) -> list[tuple[object, ...]]:
    found = conn.execute(
        "SELECT kind, severity, status, outcome, opened_at, resolved_at, answered_at,"
        " answered_role, place_id FROM alert ORDER BY id"
    ).fetchall()
    found += conn.execute("SELECT event, at FROM alert_event ORDER BY position")
    found += conn.execute("SELECT kind, at, place_id FROM visit ORDER BY id")
    conn.rollback()
    return found


def test_an_erasure_waits_and_can_be_taken_back(
    known: Town, conn: psycopg.Connection
) -> None:
    path = f"/v1/seniors/{known.mother}"
    waits = _erase(known.admin, f"seniors/{known.mother}")
    assert waits["status"] == "pending"
    due = datetime.fromisoformat(waits["due_at"])
    asked = datetime.fromisoformat(waits["requested_at"])
    assert due - asked == timedelta(days=7)
    assert (
        known.admin.call("GET", path).status_code == 404
    )  # nobody sees them meanwhile
    again = known.admin.call("POST", f"{path}/erase", {"reason": "x"})
    assert again.status_code == 409
    assert erasing.due(conn, due - timedelta(seconds=1)) == []
    assert erasing.due(conn, due) == [UUID(waits["id"])]
    conn.rollback()
    assert known.admin.ok("DELETE", f"{path}/erase")["status"] == "undone"
    assert known.admin.ok("GET", path)["name"] == f"王{WORD}"
    assert known.admin.call("DELETE", f"{path}/erase").status_code == 404
    listed = known.admin.ok("GET", "/v1/erasures")["items"]
    assert [one["status"] for one in listed] == ["undone"]


def test_who_is_needed_is_not_erased(town: Town, conn: psycopg.Connection) -> None:
    wear(conn, town.mother, "w1", LONG_AGO)
    worker_id = town.person("grid_worker", town.building, "worker")
    worker = town.login("worker")
    path, body = f"/v1/seniors/{town.mother}/erase", {"reason": "x", "now": True}
    assert worker.call("POST", path, body).status_code == 403
    assert "wristband" in town.admin.call("POST", path, body).json()["detail"]
    town.admin.ok("DELETE", "/v1/wristbands/w1/binding")
    alert = worker.ok("POST", "/v1/alerts", {"senior_id": town.mother})["id"]
    worker.ok("POST", f"/v1/alerts/{alert}/acknowledge")
    assert "unresolved" in town.admin.call("POST", path, body).json()["detail"]
    mine = f"/v1/people/{worker_id}/erase"
    assert town.admin.call("POST", mine, body).status_code == 409
    me = town.admin.ok("GET", "/v1/me")["id"]
    last = town.admin.call("POST", f"/v1/people/{me}/erase", body)
    assert "last administrator" in last.json()["detail"]
    worker.ok("POST", f"/v1/alerts/{alert}/resolve", {"outcome": "helped"})
    assert town.admin.call("POST", path, body).status_code == 201


def test_of_an_erased_responder_the_role_is_left(
    town: Town, conn: psycopg.Connection
) -> None:
    name = "Mnemosyne"
    worker_id = town.person("grid_worker", town.building, name)
    worker = town.login(name)
    phone = {"kind": "push", "url": f"json://127.0.0.1:9/{name}", "verified": True}
    town.admin.ok("POST", f"/v1/people/{worker_id}/contacts", phone)
    town.admin.ok("PATCH", f"/v1/people/{worker_id}", {"locale": "en"})
    alert = worker.ok("POST", "/v1/alerts", {"senior_id": town.mother})["id"]
    told = {"people": [{"id": worker_id, "name": name, "role": "grid_worker"}]}
    conn.execute(
        "INSERT INTO alert_event (id, alert_id, at, event, detail)"
        " VALUES (%s, %s, %s, 'told', %s)",
        (new_id(), alert, SystemClock().now(), Jsonb(told)),
    )
    conn.commit()
    kin = town.relative("Calliope", town.mother, *ALL)
    town.login("Calliope").ok("POST", f"/v1/alerts/{alert}/acknowledge")
    worker.ok("POST", f"/v1/alerts/{alert}/resolve", {"outcome": "helped"})
    _erase(town.admin, f"people/{worker_id}", now=True)
    assert traces(conn, name) == {}
    _erase(town.admin, f"people/{kin}", now=True)
    assert traces(conn, "Calliope") == {}
    assert town.admin.ok("GET", f"/v1/seniors/{town.mother}")["contacts"] == []
    timeline = town.admin.ok("GET", f"/v1/alerts/{alert}")["timeline"]
    told = next(one for one in timeline if one["event"] == "told")["detail"]["people"]
    assert told == [
        {"id": worker_id, "name": "网格员（已删除）", "role": "grid_worker"}
    ]
    assert {one["actor"]["name"] for one in timeline if one["actor"]} == {
        "网格员（已删除）",
        "家属（已删除）",
    }
    assert _sealed(conn)
    assert worker.call("GET", "/v1/me").status_code == 401
