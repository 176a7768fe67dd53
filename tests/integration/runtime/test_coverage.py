"""`yinling coverage`: the same as the api's, as a table and as JSON."""

import json
from pathlib import Path

import psycopg
import pytest

from core.ids import new_id
from core.model import PlaceLevel, Role
from tests.support.town import Town
from yinling import main

pytestmark = pytest.mark.db


@pytest.fixture
def town(
    conn: psycopg.Connection,
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Town:
    monkeypatch.setenv("YINLING_DATABASE_URL", database_url)
    monkeypatch.setenv("YINLING_DATA_DIR", str(tmp_path))
    return Town(conn).build()


def run(*words: str, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr("sys.argv", ["yinling", "coverage", *words])
    return main.run()


def test_json_and_table_say_who_is_without_help(
    town: Town, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    assert run("--json", monkeypatch=monkeypatch) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["seniors"], said["uncovered"]) == (1, 1)
    assert said["items"][0]["senior_id"] == str(town.senior)
    assert said["items"][0]["cause"] == "no_one_assigned"
    assert said["gaps"][0]["seniors"] == 1
    assert said["as_of"].endswith("Z")
    assert run(monkeypatch=monkeypatch) == 0
    table = capsys.readouterr().out
    assert "1 of 1 seniors have no reachable responder" in table
    assert "李秀英" in table
    town.person(Role.STREET_MANAGER, PlaceLevel.STREET)
    assert run("--json", monkeypatch=monkeypatch) == 0
    assert json.loads(capsys.readouterr().out)["items"] == []
    place = str(town.places[PlaceLevel.BUILDING])
    assert run("--json", "--near", "--place", place, monkeypatch=monkeypatch) == 0
    assert json.loads(capsys.readouterr().out)["items"][0]["reach"] == "above"


@pytest.mark.usefixtures("town")
def test_what_is_wrong_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    assert run("--place", str(new_id()), monkeypatch=monkeypatch) == 1
    assert capsys.readouterr().err.startswith("yinling: no such place")
    assert run("--days", "99", monkeypatch=monkeypatch) == 2
