"""`yinling policies` tries, sets, shows, runs forward and takes back policies."""

import json
from functools import partial
from pathlib import Path

import psycopg
import pytest

from core.model import PlaceLevel, Role
from tests.support.town import NOON, Town

pytestmark = pytest.mark.db


@pytest.fixture
def yinling(command):
    """`yinling policies …`."""
    return partial(command, "policies")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    where = tmp_path / "night.toml"
    where.write_text("[critical]\nrepeat_s = 120\n", "utf-8")
    return where


@pytest.mark.usefixtures("town")
def test_a_file_is_tried_set_shown_and_taken_back(
    yinling, file: Path, conn: psycopg.Connection
) -> None:
    tried = yinling("check", str(file))
    assert tried.startswith(f"{file} is valid, changes ")
    assert tried.endswith(", for 1 senior\n")
    assert "# nothing is set for this service\n" in yinling("show")
    assert yinling("set", str(file), "--note", "night").startswith("revision 1 changes")
    shown = yinling("show")
    assert shown.startswith(file.read_text("utf-8"))
    assert "# in force: critical 1-" in shown
    assert "# in force: warning 0-" in shown
    found = json.loads(yinling("show", "--json"))
    assert found["policies"]["critical"]["repeat_s"] == 120
    assert "community" in str(found["policies"]["critical"]["steps"])  # it stands whole
    file.write_text("[critical]\nrepeat_s = 90\n", "utf-8")
    yinling("set", str(file))
    yinling("revert", "1")
    items = json.loads(yinling("history", "--json"))["items"]
    assert [one["in_force"] for one in items] == [True, False, False]
    assert items[0]["note"] == "back to revision 1"
    assert items[0]["changes"] == [
        {"name": "critical.repeat_s", "before": 90, "after": 120}
    ]
    assert "3 *" in yinling("history")
    yinling("withdraw")
    yinling("withdraw", code=1)
    actions = conn.execute("SELECT action FROM audit_log ORDER BY position").fetchall()
    assert [action for (action,) in actions] == [
        "policies.set", "policies.set", "policies.revert", "policies.withdraw",
    ]  # fmt: skip


@pytest.mark.usefixtures("town")
def test_each_fault_is_named_by_its_line(yinling, file: Path) -> None:
    file.write_text('[critical]\nrepeat_s = 5\nhold = {from="22:00", to="07:00"}\n')
    said = yinling("check", str(file), code=1)
    assert f"{file}:2: critical.repeat_s: 5 is outside 30 to 600 s\n" in said
    assert f"{file}:3: critical.hold: a critical alert does not wait" in said
    assert "critical.repeat_s" in yinling("set", str(file), code=1)


def test_the_shipped_policies_are_a_file_to_begin_from(yinling, file: Path) -> None:
    file.write_text(yinling("show", "--shipped"), "utf-8")
    assert "is valid" in yinling("check", str(file))


def test_a_preview_says_who_when_and_by_what(yinling, file: Path, town: Town) -> None:
    wang = town.person(Role.BUILDING_HEAD, PlaceLevel.BUILDING, "王五", url=None)
    town.contact(wang, "json://127.0.0.1:1/sms", kind="sms")
    town.contact(wang, "json://127.0.0.1:1/voice", kind="voice")
    town.person(Role.GRID_WORKER, PlaceLevel.COMPOUND, "赵六", url=None)
    town.person(Role.STREET_MANAGER, PlaceLevel.STREET, "孙七")
    senior = ("--senior", str(town.senior), "--at", "2026-11-21T12:00:00")
    said = yinling("preview", *senior)
    assert "12:00:00 王五 (楼栋长) by sms, voice\n" in said
    assert "12:01:00 孙七 (街道管理员) by push\n" in said
    assert "the last again every 300 s, without end\n" in said
    assert "not told: 赵六 (网格员), no verified contact\n" in said
    file.write_text(
        "[[critical.steps]]\nname = 'all_at_once'\nafter_s = 0\n"
        "targets = [{ who = 'family' }, { who = 'responders' }]\n"
        "channels = ['voice', 'sms']\n",
        "utf-8",
    )
    yinling("set", str(file))
    assert "12:00:00 王五 (楼栋长) by voice then sms\n" in yinling("preview", *senior)
    found = json.loads(yinling("preview", *senior, "--json", "--severity", "warning"))
    assert found["at"] == NOON.isoformat().replace("+00:00", "Z")
    assert [one["level"] for one in found["steps"]] == ["first"]
    assert found["ending"] == "quiet"
    yinling("preview", "--senior", str(town.senior), "--at", "noon", code=2)
    yinling("preview", "--senior", str(town.places[PlaceLevel.STREET]), code=1)
