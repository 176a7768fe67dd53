"""`yinling rules` tries, sets, shows and takes back rules in the database."""

import json
from functools import partial
from pathlib import Path

import psycopg
import pytest

from tests.support.town import Town

pytestmark = pytest.mark.db


@pytest.fixture
def yinling(command):
    """`yinling rules …`."""
    return partial(command, "rules")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    where = tmp_path / "winter.toml"
    where.write_text("# winter\n[heart_rate_high]\nwarning = 120\n", "utf-8")
    return where


@pytest.mark.usefixtures("town")
def test_a_file_is_tried_set_shown_and_taken_back(
    yinling, file: Path, conn: psycopg.Connection
) -> None:
    tried = yinling("check", str(file))
    assert tried == f"{file} is valid, changes 1 figure, for 1 senior\n"
    assert yinling("show") == "# nothing is set for this service\n"
    assert yinling("set", str(file), "--note", "flu") == (
        "revision 1 changes 1 figure, for 1 senior; in force within 5 s\n"
    )
    assert yinling("show") == file.read_text("utf-8") + "\n"
    assert json.loads(yinling("show", "--json")) == {
        "revision": 1,
        "rules": {"heart_rate_high": {"warning": 120}},
    }
    file.write_text("[heart_rate_high]\nwarning = 125\n", "utf-8")
    again = json.loads(yinling("set", str(file), "--json"))
    change = {"name": "heart_rate_high.warning", "before": 120, "after": 125}
    assert again == {"revision": 2, "seniors": 1, "changes": [change]}
    assert yinling("revert", "1").startswith("revision 3 ")
    assert yinling("withdraw").startswith("revision 4 changes 1 figure")
    assert "no rules are set here" in yinling("withdraw", code=1)
    assert "no revision 9" in yinling("revert", "9", code=1)
    actions = conn.execute("SELECT action FROM audit_log ORDER BY position").fetchall()
    assert [one[0] for one in actions] == [
        "rules.set",
        "rules.set",
        "rules.revert",
        "rules.withdraw",
    ]


@pytest.mark.usefixtures("town")
def test_every_line_of_a_bad_file_is_named(yinling, file: Path) -> None:
    file.write_text("[heart_rate_high]\nwarning = 9\n[spo2]\n", "utf-8")
    told = yinling("check", str(file), code=1).splitlines()
    assert told == [
        f"{file}:2: heart_rate_high.warning: 9 is outside 100 to 150 1/min",
        f"{file}:3: spo2: unknown section, did you mean spo2_low?",
        f"yinling: {file} cannot be used: 2 faults",
    ]
    refused = yinling("set", str(file), code=1)
    assert refused.startswith(f"yinling: {file}:2: heart_rate_high.warning: ")
    assert json.loads(yinling("show", "--json")) == {"revision": None, "rules": {}}
    file.write_bytes(b"\xff")
    assert "UTF-8" in yinling("check", str(file), code=1)
    file.write_bytes(b"\xef\xbb\xbf[heart_rate_high]\r\nwarning = 120\r\n")
    assert "changes 1 figure" in yinling("check", str(file))


def test_places_and_seniors_have_rules_of_their_own(
    yinling, town: Town, file: Path
) -> None:
    building = str(list(town.places.values())[-1])
    yinling("set", str(file), "--place", building)
    file.write_text("[heart_rate_high]\nmargin = 3\n", "utf-8")
    yinling("set", str(file), "--senior", str(town.senior))
    found = json.loads(yinling("effective", str(town.senior), "--json"))
    assert found["rule_version"].startswith("2-")
    assert found["figures"]["heart_rate_high.warning"] == {
        "value": 120,
        "origin": "place building 1 (revision 1)",
    }
    assert found["figures"]["heart_rate_high.margin"]["origin"] == "senior (revision 2)"
    table = yinling("effective", str(town.senior))
    assert "heart_rate_high.critical" in table
    assert "place building 1 (revision 1)" in table
    listed = json.loads(yinling("history", "--place", building, "--json"))["items"]
    assert [(one["revision"], one["in_force"]) for one in listed] == [(1, True)]
    history = yinling("history")
    assert "heart_rate_high.margin – → 3" in history
    assert f"senior {town.senior}" in history
    both = ("--place", building, "--senior", str(town.senior))
    assert "not both" in yinling("show", *both, code=2)
    assert "no such senior" in yinling("effective", building, code=1)


def test_quiet_hours_are_shown(yinling, town: Town, file: Path) -> None:
    file.write_text('[day]\nquiet = [{from = "12:30", to = "14:00"}]\n', "utf-8")
    yinling("set", str(file))
    assert "quiet from 12:30 to 14:00" in yinling("effective", str(town.senior))


@pytest.mark.usefixtures("town")
def test_the_shipped_rules_are_a_file_to_begin_from(yinling, file: Path) -> None:
    file.write_text(yinling("show", "--shipped"), "utf-8")
    assert yinling("check", str(file)).endswith("for 0 seniors\n")


def test_without_a_database_a_file_is_held_against_the_shipped_rules(
    yinling, monkeypatch: pytest.MonkeyPatch, file: Path, tmp_path: Path
) -> None:
    monkeypatch.delenv("YINLING_DATABASE_URL")
    nowhere = ("--data-dir", str(tmp_path))
    assert "against the shipped rules only" in yinling("check", str(file), *nowhere)
    file.write_text("[sos]\nenabled = false\n", "utf-8")
    assert "always told" in yinling("check", str(file), *nowhere, code=1)
    assert "yinling up" in yinling("set", str(file), *nowhere, code=1)
