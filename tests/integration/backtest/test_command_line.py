"""`yinling backtest` as people call it: JSON, tables, exit codes, one-line errors."""

import json
from pathlib import Path
from typing import Any

import pytest

from yinling import main

HEAD = "senior,time,heart_rate,steps\n"
HISTORY = ("--database", "--from", "2026-11-01", "--to", "2026-11-02")
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
        (
            ("--csv", "{csv}", "--rules", "{tmp}/bad.toml"),
            (1, "bad.toml:2: heart_rate_high.warning: 900 is outside 100 to 150"),
        ),
        (("--csv", "{csv}", "--rules", "{tmp}"), (1, "is a folder")),
        (("--csv", "-", "--labels", "-"), (2, "only one file can be -")),
        (("--csv", "{csv}", "--to", "2026-11-02"), (2, "--to does not apply to --csv")),
        (("--cohort", "{tmp}", "--from", "2026-11-02"), (2, "--from does not apply")),
        (("--csv", "{csv}", "--warm-up", "3"), (2, "--warm-up does not apply to")),
        (
            ("--cohort", "{tmp}", "--senior-risk", "high"),
            (2, "--senior-risk does not apply to --cohort, only to --csv"),
        ),
        (
            ("--csv", "{csv}", "--senior-home", "134.3,108.9"),
            (2, "--senior-home '134.3,108.9': latitude is outside -90 to 90"),
        ),
        (
            ("--csv", "{csv}", "--senior-home", "34.3,nan"),
            (2, "--senior-home '34.3,nan': longitude is outside -180 to 180"),
        ),
        (
            ("--csv", "{csv}", "--geofence-radius", "90"),
            (2, "--geofence-radius needs --senior-home"),
        ),
        (
            ("--csv", "{csv}", "--expected-interval", "inf"),
            (2, "--expected-interval must be a finite number"),
        ),
        (("--csv", "{csv}", "--resolved-after", "nan"), (2, "'--resolved-after'")),
        (("--csv", "{csv}", "--labels", "{csv}"), (1, "line 1: no column kind")),
        (("--cohort", "{tmp}"), (1, "is no cohort")),
        (HISTORY, (1, "no database in")),
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


def test_a_resent_sos_is_told_once_whenever_it_comes_again(
    terminal: Terminal, tmp_path: Path
) -> None:
    file = tmp_path / "sos.csv"
    ten = "2026-11-21T10:00:00"
    file.write_text(
        "senior,time,seq,received,trigger\n"
        f"a,{ten},7,{ten},button\na,{ten},7,2026-11-21T10:40:00,button\n"
    )
    assert terminal.run("--csv", file, "--json") == 0
    assert [one["kind"] for one in json.loads(terminal.out)["alerts"]] == ["sos"]
    assert "1 urgent events sent again left out" in terminal.err


def test_labels_of_a_senior_without_rows_are_missed_and_said(
    terminal: Terminal, csv: Path, labels: Path
) -> None:
    more = labels.read_text().replace("\na,spo2", "\nmother,spo2")
    labels.write_text(more)
    assert terminal.run("--csv", csv, "--labels", labels, "--json") == 0
    found = json.loads(terminal.out)["labels"]
    assert (found["events"], found["detected"]) == (2, 1)
    said = "yinling: labels of seniors without any row, counted as missed: mother"
    assert said in terminal.err.splitlines()


def test_a_condition_that_nothing_knows_is_said(
    terminal: Terminal, csv: Path, tmp_path: Path
) -> None:
    rules = tmp_path / "new.toml"
    rules.write_bytes(b"\xef\xbb\xbf[condition.frail]\nnot_worn.info_s = 1200\n")
    known = [("--senior-condition", one) for one in ("dementia", "copd", "frail")]
    words = ("--csv", csv, "--rules", rules, "--json", *sum(known, ()))
    assert terminal.run(*words) == 0
    assert "condition" not in terminal.err
    assert terminal.run(*words, "--senior-condition", "demetia") == 0
    said = (
        "knows the condition 'demetia', it changes nothing; known are copd, dementia,"
    )
    assert f"{said} frail" in terminal.err
