"""Every command has help with an example; every error is one line and an exit code."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from yinling import main
from yinling.cli.whole import cli

Command = tuple[str, ...]


def commands(group: Any, words: Command = ()) -> Iterator[tuple[Command, Any]]:
    yield words, group
    for name, command in group.commands.items():
        here = (*words, name)
        if hasattr(command, "commands"):
            yield from commands(command, here)
        else:
            yield here, command


COMMANDS = list(commands(get_command(cli)))


def run(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr("sys.argv", ["yinling", *words])
    return main.run()


@pytest.mark.parametrize("words", [c[0] for c in COMMANDS], ids=" ".join)
def test_help_has_an_example(
    words: Command, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, *words, "--help") == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert " ".join(("yinling", *words)) in shown.partition("Example:")[2]


@pytest.mark.parametrize(
    "words",
    [
        ("no-such-command",),
        ("up", "--no-such-option"),
        ("up", "--api-port", "65536"),
        ("up", "--ephemeral", "--data-dir", "here"),
        ("wristband", "bind", "x", "not-a-uuid"),
        ("wristband", "add", "bad id"),
        ("wristband", "add", "yinling-ingest"),
        ("wristband", "revoke", "x" * 65),
        ("person", "add", "王芳", "--role", "king"),
        ("healthcheck", "nothing"),
    ],
)
def test_wrong_usage_is_one_line_and_2(
    words: Command, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, *words) == 2
    errors = capsys.readouterr().err
    assert errors.startswith("yinling: ")
    assert errors.count("\n") == 1


def test_a_failure_is_one_line_and_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "migrate", "--data-dir", str(tmp_path)) == 1
    errors = capsys.readouterr().err
    assert "no database in" in errors
    assert errors.count("\n") == 1


@pytest.mark.parametrize(
    ("service", "missing"),
    [
        ("api", ["DATABASE_URL"]),
        ("ingest", ["DATABASE_URL", "MQTT_URL"]),
        ("alerts", ["DATABASE_URL", "MQTT_URL"]),
        ("gatekeeper", ["DATABASE_URL", "NATS_URL"]),
    ],
)
def test_a_service_names_what_it_lacks(
    service: str,
    missing: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("YINLING_DATA_DIR", str(tmp_path / "none"))
    assert run(monkeypatch, service) == 1
    errors = capsys.readouterr().err
    assert errors.startswith(f"yinling: {service} needs ")
    assert errors.count("\n") == 1
    assert all(f"YINLING_{name}" in errors for name in missing)
    assert not (tmp_path / "none").exists()


def test_a_wrong_setting_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("YINLING_API_PORT", "many")
    monkeypatch.setenv("YINLING_SECRET_KEY", "changeme")
    assert run(monkeypatch, "api") == 1
    errors = capsys.readouterr().err
    assert "YINLING_API_PORT" in errors
    assert "YINLING_SECRET_KEY" in errors
    assert "changeme" not in errors


def test_a_bug_is_one_line_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> None:
        raise RuntimeError("first line\nsecond line")

    monkeypatch.setattr("yinling.cli.running.load", broken)
    assert run(monkeypatch, "ingest") == 1
    assert capsys.readouterr().err == "yinling: RuntimeError: first line second line\n"


def test_services_start_without_the_code_of_other_commands():
    """Whoever is killed is back the sooner; an SOS may wait for it."""
    code = (
        "import sys; sys.argv = ['yinling', 'alerts', '--help'];"
        "from yinling import main; main.run();"
        "print(sorted({'numpy', 'openpyxl', 'fpdf', 'bench', 'simulators', 'fastapi'}"
        " & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"
