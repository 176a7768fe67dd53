"""`yinling person` and `yinling wristband` write the registry and the audit log."""

import hashlib
import json
from uuid import UUID

import psycopg
import pytest

from alerts.incidents import store
from alerts.incidents.types import Opening
from core import passwords, proofs
from core.clock import SystemClock
from core.model import Kind, Severity
from yinling import main

pytestmark = pytest.mark.db


@pytest.fixture
def yinling(
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    monkeypatch.setenv("YINLING_DATABASE_URL", database_url)

    def run(*words: str, code: int = 0) -> dict[str, str]:
        monkeypatch.setattr("sys.argv", ["yinling", *words])
        assert main.run() == code, capsys.readouterr().err
        shown = capsys.readouterr()
        return json.loads(shown.out) if code == 0 else {"error": shown.err}

    return run


def audited(conn: psycopg.Connection) -> list[tuple[str, str]]:
    return conn.execute(
        "SELECT action, actor_name FROM audit_log ORDER BY position"
    ).fetchall()


def test_a_person_with_a_login_gets_a_random_password(
    yinling, conn: psycopg.Connection
) -> None:
    made = yinling("person", "add", "王芳", "--role", "admin", "--username", "wang")
    row = conn.execute(
        "SELECT name, role, password_hash FROM person WHERE id = %s", (made["id"],)
    ).fetchone()
    assert row is not None
    assert row[:2] == ("王芳", "admin")
    assert passwords.matches(row[2], made["password"])
    assert audited(conn) == [("person.create", "command line")]


def test_a_responder_without_a_place_is_refused(yinling) -> None:
    told = yinling("person", "add", "王芳", "--role", "grid_worker", code=1)
    assert "place" in told["error"]


def test_a_wristband_is_added_once_and_revoked(
    yinling, conn: psycopg.Connection
) -> None:
    made = yinling("wristband", "add", "860000000000001")
    row = conn.execute(
        "SELECT password_sha256 FROM wristband WHERE device_id = '860000000000001'"
    ).fetchone()
    assert row == (hashlib.sha256(made["password"].encode()).digest(),)
    assert "already" in yinling("wristband", "add", "860000000000001", code=1)["error"]
    yinling("wristband", "revoke", "860000000000001")
    assert [action for action, _ in audited(conn)] == [
        "wristband.create",
        "wristband.revoke",
    ]


def test_a_wristband_is_bound_to_a_senior(yinling, conn: psycopg.Connection) -> None:
    yinling("wristband", "add", "w1")
    senior_id = _senior(conn)
    yinling("wristband", "bind", "w1", senior_id, "--from", "2026-01-02T03:04:05")
    row = conn.execute(
        "SELECT starts_at AT TIME ZONE 'UTC' FROM binding WHERE senior_id = %s",
        (senior_id,),
    ).fetchone()
    assert row is not None
    assert row[0].isoformat() == "2026-01-01T19:04:05"  # Shanghai's time was given


def test_binding_another_clears_the_alerts_of_the_one_before(
    yinling, conn: psycopg.Connection
) -> None:
    senior_id = _senior(conn)
    for device_id in ("w1", "w2"):
        yinling("wristband", "add", device_id)
    yinling("wristband", "bind", "w1", senior_id)
    at = SystemClock().now()
    kinds = (Kind.OFFLINE, Kind.NOT_WORN, Kind.BATTERY_LOW, Kind.HEART_RATE_HIGH)
    openings = [
        Opening(
            kind=kind,
            severity=Severity.WARNING,
            observed_at=at,
            senior_id=UUID(senior_id),
            place_id=None,
            device_id="w1",
            binding_id=None,
            evidence={},
            rule_version=None,
        )
        for kind in kinds
    ]
    store.open_alerts(conn, openings, at)
    conn.commit()
    yinling("wristband", "bind", "w2", senior_id)
    unresolved = conn.execute("SELECT kind FROM alert WHERE status <> 'resolved'")
    assert unresolved.fetchall() == [("heart_rate_high",)]


def test_a_wristband_is_replaced_and_returned(
    yinling, conn: psycopg.Connection
) -> None:
    senior_id = _senior(conn)
    yinling("wristband", "add", "w1")
    yinling("wristband", "bind", "w1", senior_id)
    why = ("--reason", "屏幕碎了")
    done = yinling("wristband", "replace", "w1", "w2", *why)
    assert (done["device_id"], done["senior_id"]) == ("w2", senior_id)
    row = conn.execute(
        "SELECT password_sha256 FROM wristband WHERE device_id = 'w2'"
    ).fetchone()
    assert row == (hashlib.sha256(done["password"].encode()).digest(),)
    again = yinling("wristband", "replace", "w1", "w2", *why)
    assert again == done | {"password": None}
    [worn] = yinling("wristband", "history", "w1")["bindings"]
    assert (worn["senior"], worn["ended_as"], worn["reason"]) == (
        "李",
        "replaced",
        "屏幕碎了",
    )
    yinling("wristband", "return", "w2", "--reason", "x")
    yinling("wristband", "add", "w2")
    assert "no wristband" in yinling("wristband", "history", "w9", code=1)["error"]
    assert [action for action, _ in audited(conn)][2:] == [
        "wristband.replace",
        "wristband.return",
        "wristband.create",
    ]


def test_an_administrator_who_lost_the_password_is_invited(
    yinling, conn: psycopg.Connection, monkeypatch: pytest.MonkeyPatch, tmp_path
) -> None:
    monkeypatch.setenv("YINLING_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("YINLING_PUBLIC_URL", "https://yinling.example")
    made = yinling("person", "add", "王芳", "--role", "admin", "--username", "wang")
    url = yinling("person", "invite", made["id"])["url"]
    key = (tmp_path / "secrets" / "signing.key").read_bytes()
    start, _, token = url.rpartition("/")
    assert start == "https://yinling.example/invite"
    row = conn.execute("SELECT id, invited_by FROM invitation").fetchone()
    assert row == (proofs.invitation_of(key, token), None)


def test_a_database_without_tables_is_said(
    empty_database_url: str, monkeypatch: pytest.MonkeyPatch, yinling
) -> None:
    monkeypatch.setenv("YINLING_DATABASE_URL", empty_database_url)
    assert "yinling migrate" in yinling("wristband", "add", "w1", code=1)["error"]


def test_migrate_adds_the_first_administrator_once(
    empty_database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path
) -> None:
    monkeypatch.setenv("YINLING_DATABASE_URL", empty_database_url)
    monkeypatch.setenv("YINLING_DATA_DIR", str(tmp_path))
    monkeypatch.setattr("sys.argv", ["yinling", "migrate"])
    assert main.run() == 0
    assert main.run() == 0
    word = (tmp_path / "secrets" / "admin.password").read_text()
    with psycopg.connect(empty_database_url) as connection:
        rows = connection.execute(
            "SELECT username, password_hash FROM person"
        ).fetchall()
    assert len(rows) == 1
    assert rows[0][0] == "admin"
    assert passwords.matches(rows[0][1], word)


def _senior(conn: psycopg.Connection) -> str:
    conn.execute(
        "INSERT INTO place (id, level, name, path, created_at) VALUES"
        " ('00000000-0000-7000-8000-000000000001', 'district', '区',"
        " ARRAY['00000000-0000-7000-8000-000000000001'::uuid], '2026-01-01Z')"
    )
    senior_id = "00000000-0000-7000-8000-000000000002"
    conn.execute(
        "INSERT INTO senior (id, name, birth_date, sex, place_id, home_latitude,"
        " home_longitude, created_at) VALUES (%s, '李', '1940-01-01', 'female',"
        " '00000000-0000-7000-8000-000000000001', 34, 108, '2026-01-01Z')",
        (senior_id,),
    )
    conn.commit()
    return senior_id
