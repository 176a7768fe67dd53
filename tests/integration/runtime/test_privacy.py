"""`yinling privacy` and `yinling retention` on a real database."""

import json
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from tests.support.town import Town
from yinling import main

pytestmark = pytest.mark.db


@pytest.fixture
def yinling(
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    monkeypatch.setenv("YINLING_DATABASE_URL", database_url)

    def run(*words: object, code: int = 0) -> str:
        monkeypatch.setattr("sys.argv", ["yinling", *map(str, words)])
        assert main.run() == code, capsys.readouterr().err
        shown = capsys.readouterr()
        return shown.out if code == 0 else shown.err

    return run


@pytest.fixture
def town(conn: psycopg.Connection) -> Town:
    return Town(conn).build()


def test_consents_from_the_command_line(yinling, town: Town) -> None:
    told = yinling("privacy", "consent", town.senior, "health", "--withdrawn")
    assert json.loads(told)["given"] is False
    guardian = ("--by", "guardian", "--guardian", "王芳")
    words = ("privacy", "consent", town.senior, "location", *guardian)
    assert "why" in yinling(*words, code=1)
    yinling(*words, "--reason", "失智")
    items = json.loads(yinling("privacy", "consents", town.senior))["items"]
    assert [(one["purpose"], one["given"]) for one in items] == [
        ("location", True),
        ("health", False),
    ]
    row = town.conn.execute("SELECT health_consent, location_consent FROM senior")
    assert row.fetchone() == (False, True)


def test_a_copy_and_an_end_from_the_command_line(
    yinling, town: Town, tmp_path: Path
) -> None:
    file = tmp_path / "copy.zip"
    whom = ("--senior", town.senior)
    assert "rows" in yinling("privacy", "export", *whom, file)
    assert file.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(file) as archive:
        assert json.loads(archive.read("senior.json"))[0]["name"] == "李秀英"
    assert "there already" in yinling("privacy", "export", *whom, file, code=1)
    assert "--senior" in yinling("privacy", "export", tmp_path / "x", code=2)
    erase = ("privacy", "erase", *whom, "--reason", "asked for")
    assert "wears a wristband" in yinling(*erase, code=1).replace("wear a", "wears a")
    town.conn.execute("UPDATE binding SET ends_at = now()")
    town.conn.commit()
    assert json.loads(yinling(*erase))["status"] == "pending"
    yinling("privacy", "undo", *whom)
    assert json.loads(yinling(*erase, "--now"))["status"] == "done"
    listed = json.loads(yinling("privacy", "erasures"))["items"]
    assert [one["status"] for one in listed] == ["done", "undone"]
    assert town.conn.execute("SELECT name FROM senior").fetchone() == ("已删除",)
    audited = town.conn.execute("SELECT action FROM audit_log ORDER BY position")
    assert [action for (action,) in audited] == [
        "senior.export",
        "senior.erase",
        "senior.keep",
        "senior.erase",
    ]


def test_keeping_from_the_command_line(yinling, town: Town) -> None:
    conn = town.conn
    old = datetime.now(UTC) - timedelta(days=400)
    conn.execute(
        "INSERT INTO reading (wristband_key, time, seq, received_at)"
        " SELECT key, %s, 1, %s FROM wristband",
        (old, old),
    )
    conn.commit()
    assert "183 to 3650" in yinling("retention", "set", "audit", 30, code=1)
    yinling("retention", "set", "readings", 500)
    assert json.loads(yinling("retention", "show", "--json"))["readings"] == 500
    assert json.loads(yinling("retention", "run", "--dry-run"))["readings"] == {}
    yinling("retention", "set", "readings")
    assert "365" in yinling("retention", "show")
    due = json.loads(yinling("retention", "run", "--dry-run"))
    assert due["readings"] == {"reading": 1}
    assert json.loads(yinling("retention", "run")) == {"readings": 1}
    assert conn.execute("SELECT count(*) FROM reading").fetchone() == (0,)
