"""docker-compose.yml is valid, consistent in itself, and holds no secret."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.main import get_command

from core.settings import Settings
from yinling.cli.whole import cli

ROOT = Path(__file__).parents[3]
FILE = ROOT / "docker-compose.yml"
DURATION = re.compile(r"(\d+(us|ms|s|m|h))+")
CONDITIONS = {
    "service_started",
    "service_healthy",
    "service_completed_successfully",
}
SECRET = re.compile(r"(PASSWORD|SECRET|KEY)$")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.safe_load(FILE.read_text())


def services(compose: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    yield from compose["services"].items()


@pytest.mark.timeout(60)
def test_it_follows_the_compose_schema() -> None:
    command = [sys.executable, "-m", "check_jsonschema"]
    command += ["--builtin-schema", "vendor.compose-spec", str(FILE)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_what_a_service_waits_for_exists_and_can_come_true(
    compose: dict[str, Any],
) -> None:
    for name, service in services(compose):
        for other, how in service.get("depends_on", {}).items():
            assert other in compose["services"], (name, other)
            assert how["condition"] in CONDITIONS
            if how["condition"] == "service_healthy":
                assert "healthcheck" in compose["services"][other], (name, other)
            if how["condition"] == "service_completed_successfully":
                assert compose["services"][other]["restart"] in {"no", "on-failure"}


def test_nobody_waits_in_a_circle(compose: dict[str, Any]) -> None:
    waits = {name: set(s.get("depends_on", {})) for name, s in services(compose)}
    while waits:
        free = {name for name, others in waits.items() if not others}
        assert free, f"these wait for each other: {sorted(waits)}"
        waits = {n: others - free for n, others in waits.items() if n not in free}


def test_every_volume_is_declared_and_used(compose: dict[str, Any]) -> None:
    used = {
        volume.split(":")[0]
        for _, service in services(compose)
        for volume in service.get("volumes", [])
    }
    assert used == set(compose["volumes"])


def test_durations_can_be_read(compose: dict[str, Any]) -> None:
    for _, service in services(compose):
        times = [service.get("stop_grace_period", "1s")]
        check = service.get("healthcheck", {})
        times += [check[key] for key in check if key not in {"test", "retries"}]
        assert all(DURATION.fullmatch(time) for time in times), times


def test_every_lasting_service_is_checked_and_restarted(
    compose: dict[str, Any],
) -> None:
    lasting = {
        name for name, s in services(compose) if s["restart"] == "unless-stopped"
    }
    assert {"database", "broker", "gatekeeper", "ingest", "alerts", "api"} == lasting
    for name in lasting:
        assert "healthcheck" in compose["services"][name], name


def test_secrets_come_from_the_environment_only(compose: dict[str, Any]) -> None:
    for name, service in services(compose):
        for key, value in service.get("environment", {}).items():
            if SECRET.search(key) or "@" in str(value):
                assert "${" in value, (name, key)
            if SECRET.search(key):
                # demanded, or of something that is off without it
                assert re.fullmatch(r"\$\{[A-Z_]+:(\?.+|-)\}", value), (name, key)


def test_settings_and_commands_exist(compose: dict[str, Any]) -> None:
    known = {f"YINLING_{field.upper()}" for field in Settings.model_fields}
    commands = _commands()
    for name, service in services(compose):
        given = {k for k in service.get("environment", {}) if k.startswith("YINLING_")}
        assert given <= known, name
        if str(service["image"]).startswith("yinling:"):
            assert service["command"][0] in commands, name


def test_fresh_secrets_fill_every_gap(tmp_path: Path) -> None:
    script = ROOT / "deploy" / "make-env.sh"
    path = tmp_path / ".env"
    subprocess.run(["/bin/sh", str(script), str(path)], check=True)
    assert path.stat().st_mode & 0o777 == 0o600
    lines = dict(line.split("=", 1) for line in path.read_text().splitlines())
    wanted = set(re.findall(r"\$\{([A-Z_]+):\?", FILE.read_text()))
    assert set(lines) == wanted
    assert len(set(lines.values())) == len(lines)
    assert all(len(value) == 48 for value in lines.values())
    again = subprocess.run(["/bin/sh", str(script), str(path)], check=False)
    assert again.returncode == 1


def _commands() -> set[str]:
    return set(get_command(cli).commands)
