"""`yinling audit`: what operators see of a whole ledger and of a damaged one."""

import json
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner, Result

from alerts.incidents import store
from alerts.incidents.types import Opening
from core.ledger import anchors, seal
from core.ledger.chain import Head
from core.ledger.sealing import head
from core.model import Kind, Severity
from tests.support.town import NOON, Town
from yinling.cli.whole import cli

pytestmark = pytest.mark.db
Audit = Callable[..., Result]


@pytest.fixture
def town(conn: psycopg.Connection) -> Town:
    town = Town(conn).build()
    opening = Opening(Kind.SOS, Severity.CRITICAL, NOON, town.senior)
    store.open_alerts(conn, [opening], NOON)
    conn.commit()
    seal(conn, NOON)
    conn.commit()
    return town


@pytest.fixture
def audit(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Audit:
    monkeypatch.setenv("YINLING_DATABASE_URL", database_url)
    monkeypatch.setenv("YINLING_DATA_DIR", str(tmp_path))

    def run(*words: str) -> Result:
        return CliRunner().invoke(cli, ["audit", *words])

    return run


def test_a_whole_ledger_and_its_head(town: Town, audit: Audit, tmp_path: Path):
    whole = str(head(town.conn))
    assert audit("head").stdout.strip() == whole
    anchors.write(tmp_path, anchors.parse(whole), NOON)
    answer = audit("verify", "--json", "--head", whole)
    assert answer.exit_code == 0, answer.output
    said = json.loads(answer.stdout)
    assert said | {"seconds": 0} == {
        "ok": True, "from": 1, "entries": 2, "erased": 0, "waiting": 0, "head": whole,
        "anchors": 2, "seconds": 0, "damage": None,
    }  # fmt: skip
    assert "the ledger is whole" in audit("verify").stdout


@pytest.mark.usefixtures("town")
def test_damage_ends_with_one_and_is_named(audit: Audit):
    elsewhere = str(Head(9, bytes(32)))
    answer = audit("verify", "--json", "--head", elsewhere)
    assert answer.exit_code == 1
    damage = json.loads(answer.stdout)["damage"]
    assert (damage["kind"], damage["position"]) == ("truncated", 3)
    assert "truncated at entry 3: " in audit("verify", "--head", elsewhere).stdout
    assert audit("verify", "--head", "nonsense").exit_code == 1
    assert audit("verify", "--from", "77").exit_code == 1


def test_showing_entries_is_itself_recorded(town: Town, audit: Audit):
    lines = [json.loads(line) for line in audit("show").stdout.splitlines()]
    assert [line["source"] for line in lines] == ["alert", "alert_event"]
    assert lines[1]["row"]["event"] == "opened"
    alert_id = lines[0]["row_id"]
    assert len(audit("show", "--alert", alert_id).stdout.splitlines()) == 2
    town.conn.commit()
    rows = town.conn.execute("SELECT action, actor_name FROM audit_log").fetchall()
    assert rows == [("ledger.show", "command line")] * 2
