"""`yinling backtest` as people call it: JSON, tables, exit codes, one-line errors."""

import json
from pathlib import Path
from typing import Any

import pytest

from yinling import main

HEAD = "senior,time,heart_rate,steps\n"
RACING = [f"a,2026-11-21T12:{m:02d}:00,{140 + m % 2},5\n" for m in range(10)]


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    file = tmp_path / "reports.csv"
    file.write_text(HEAD + "".join(RACING) + "a,soon,70,5\n", encoding="utf-8")
    return file


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    file = tmp_path / "labels.csv"
    file.write_text(
        "senior,kind,start,known_by\n"
        "a,heart_rate_high,2026-11-21T12:00:00,2026-11-21T12:05:00\n"
        "a,spo2_low,2026-11-21T12:00:00,2026-11-21T12:05:00\n",
        encoding="utf-8",
    )
    return file


class Terminal:
    """Runs the command line in this process."""

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self._monkeypatch, self._capsys = monkeypatch, capsys
        self.out = self.err = ""

    def run(self, *words: object) -> int:
        argv = ["yinling", "backtest", *map(str, words)]
        self._monkeypatch.setattr("sys.argv", argv)
        code = main.run()
        self.out, self.err = self._capsys.readouterr()
        return code


@pytest.fixture
def terminal(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> Terminal:
    monkeypatch.setenv("YINLING_DATA_DIR", str(tmp_path / "state"))
    return Terminal(monkeypatch, capsys)


def test_json_is_the_contract_s_object(
    terminal: Terminal, csv: Path, labels: Path
) -> None:
    assert terminal.run("--csv", csv, "--labels", labels, "--json") == 0
    found: dict[str, Any] = json.loads(terminal.out)
    assert found["rule_version"].startswith("0-")
    assert found["person_days"] == pytest.approx(9 / 1440, abs=1e-6)
    assert found["readings"] == 10
    (alert,) = found["alerts"]
    assert (
        alert.items()
        >= {
            "senior": "a",
            "kind": "heart_rate_high",
            "severity": "critical",
            "observed_at": "2026-11-21T04:01:00.000Z",
            "opened_at": "2026-11-21T04:01:00.000Z",
        }.items()
    )
    assert found["per_person_day"] == {"critical": 160.0, "warning": 0.0, "info": 0.0}
    assert (
        found["labels"].items()
        >= {
            "events": 2,
            "detected": 1,
            "in_time": 1,
            "median_delay_s": 60.0,
        }.items()
    )
    assert "time: neither RFC 3339 nor a local time (1 times, first on line 12)" in (
        terminal.err
    )


def test_a_change_of_rules_against_the_present_ones(
    terminal: Terminal, csv: Path, tmp_path: Path
) -> None:
    rules = tmp_path / "new.toml"
    rules.write_text("[heart_rate_high]\ncritical = 150\nsustained_s = 300\n")
    words = ("--csv", csv, "--rules", rules, "--against", "current", "--json")
    assert terminal.run(*words) == 0
    found = json.loads(terminal.out)
    (changed,) = found["against"]["changed"]
    assert (changed["was"], changed["becomes"]) == ("critical", "warning")
    assert changed["readings"].startswith("/v1/seniors/a/readings?metric=heart_rate")
    assert found["rule_version"] != found["against"]["rule_version"]


def test_without_json_a_table(terminal: Terminal, csv: Path, labels: Path) -> None:
    assert terminal.run("--csv", csv, "--labels", labels) == 0
    assert "heart_rate_high" in terminal.out
    assert "Against labels" in terminal.out


def test_options_say_what_no_column_does(terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "fixes.csv"
    rows = [f"a,2026-11-21T12:0{m}:00,34.40,108.94,10\n" for m in range(3)]
    file.write_text("senior,time,latitude,longitude,accuracy\n" + "".join(rows))
    home = ("--senior-home", "34.34,108.94", "--senior-condition", "dementia")
    assert terminal.run("--csv", file, *home, "--json") == 0
    (alert,) = json.loads(terminal.out)["alerts"]
    assert (alert["kind"], alert["severity"]) == ("geofence_exit", "critical")
    assert terminal.run("--csv", file, "--json") == 0
    assert json.loads(terminal.out)["alerts"] == []


def test_offline_is_judged_where_the_interval_is_known(
    terminal: Terminal, tmp_path: Path
) -> None:
    file = tmp_path / "gap.csv"
    file.write_text(HEAD + "a,2026-11-21T12:00:00,70,\na,2026-11-21T15:00:00,70,\n")
    assert terminal.run("--csv", file, "--expected-interval", 300, "--json") == 0
    kinds = [one["kind"] for one in json.loads(terminal.out)["alerts"]]
    assert kinds == ["offline"]


@pytest.mark.parametrize(
    ("words", "fails"),
    [
        ((), (2, "give one of --csv FILE, --cohort PATH and --database")),
        (("--csv", "{csv}", "--cohort", "{csv}"), (2, "give one of")),
        (("--database",), (2, "--database needs --from and --to")),
        (("--csv", "{csv}", "--senior-risk", "odd"), (2, "normal or high")),
        (("--csv", "{csv}", "--senior-home", "north"), (2, "LATITUDE,LONGITUDE")),
        (("--csv", "{tmp}/none.csv"), (1, "there is no")),
        (("--csv", "{csv}", "--rules", "{tmp}/bad.toml"), (1, "line 2")),
        (("--csv", "{csv}", "--labels", "{csv}"), (1, "line 1: no column kind")),
        (("--cohort", "{tmp}"), (1, "is no cohort")),
        (
            ("--database", "--from", "2026-11-01", "--to", "2026-11-02"),
            (1, "no database in"),
        ),
    ],
)
def test_errors_are_one_line_with_an_exit_code(
    terminal: Terminal,
    csv: Path,
    tmp_path: Path,
    words: tuple[str, ...],
    fails: tuple[int, str],
) -> None:
    code, says = fails
    (tmp_path / "bad.toml").write_text("[heart_rate_high]\nwarning = 900\n")
    filled = [word.format(csv=csv, tmp=tmp_path) for word in words]
    assert terminal.run(*filled) == code
    lines = [
        one for one in terminal.err.splitlines() if not one.startswith("yinling: off")
    ]
    assert len(lines) <= 2
    assert says in lines[-1]
    assert terminal.out == ""
