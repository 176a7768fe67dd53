"""A child's log is read for its last words and its warnings, and kept in bounds."""

import json
from pathlib import Path

import pytest

from yinling import logfile
from yinling.logfile import LogFile


def entry(level: str, event: str, **more: str) -> str:
    return json.dumps({"level": level, "event": event, **more}) + "\n"


def append(path: Path, text: str) -> None:
    with path.open("a") as file:
        file.write(text)


def test_warnings_are_passed_on_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = LogFile(tmp_path / "ingest.log")
    append(log.path, entry("info", "ready") + entry("warning", "slow"))
    append(log.path, "plain words\n" + entry("error", "gone", exception="Traceback"))
    log.pass_on_warnings()
    log.pass_on_warnings()
    lines = capsys.readouterr().err.splitlines()
    assert [line.partition(": ")[0] for line in lines] == ["ingest", "ingest"]
    assert "slow" in lines[0]
    assert "gone" in lines[1]
    assert "Traceback" not in lines[1]


def test_a_line_is_passed_on_when_it_is_whole(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = LogFile(tmp_path / "api.log")
    line = entry("error", "half and half")
    append(log.path, line[:10])
    log.pass_on_warnings()
    assert capsys.readouterr().err == ""
    append(log.path, line[10:])
    log.pass_on_warnings()
    assert "half and half" in capsys.readouterr().err


def test_what_an_earlier_run_wrote_is_not_passed_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    append(tmp_path / "api.log", entry("error", "yesterday"))
    LogFile(tmp_path / "api.log").pass_on_warnings()
    assert capsys.readouterr().err == ""


def test_last_words(tmp_path: Path) -> None:
    log = LogFile(tmp_path / "alerts.log")
    assert log.last_line() == "it said nothing"
    append(log.path, entry("error", "ended", reason="no database"))
    assert log.last_line() == "no database"
    append(log.path, "Segmentation fault\n")
    assert log.last_line() == "Segmentation fault"


def test_a_large_log_is_set_aside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logfile, "LARGEST_BYTES", 100)
    log = LogFile(tmp_path / "api.log")
    with log.path.open("ab") as child:
        child.write(b"x" * 200 + b"\n")
        child.flush()
        log.pass_on_warnings()
        assert log.path.stat().st_size == 0
        child.write(b"afterwards\n")
    assert log.path.read_text() == "afterwards\n"
    assert (tmp_path / "api.log.1").stat().st_size == 201
