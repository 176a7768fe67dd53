"""`yinling up`: ready, watched, restarted, stopped cleanly, and never left behind."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import psycopg
import pytest

from tests.support import servers
from tests.support.servers import Yinling
from tests.support.waiting import until
from yinling.embedded.ports import free_port

pytestmark = [pytest.mark.db, pytest.mark.broker, pytest.mark.timeout(120)]

NAMES = ("postgres", "nats-server", "gatekeeper", "ingest", "alerts", "api")


@pytest.fixture(scope="module")
def up() -> Iterator[Yinling]:
    with servers.running_yinling() as running:
        yield running


def children(pid: int) -> dict[str, int]:
    """Process ids of the direct children of `pid` by their names."""
    found = {}
    for path in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((path / "stat").read_text().rpartition(")")[2].split()[1])
            words = (path / "cmdline").read_text().split("\0")[:-1]
        except (OSError, ValueError):
            continue
        if parent == pid and words:
            found[name_of(words)] = int(path.name)
    return found


def name_of(words: list[str]) -> str:
    first = Path(words[0]).name
    return first if first in NAMES else words[-1]


def runs(pid: int) -> bool:
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return text.rpartition(")")[2].split()[0] != "Z"


def serves(up: Yinling) -> bool:
    try:
        answer = httpx.get(up.internal + "/readyz", timeout=3, trust_env=False)
    except httpx.HTTPError:
        return False
    return answer.status_code == 200


def test_the_ready_line_says_where_everything_is(up: Yinling) -> None:
    assert set(up.ready) == {"ready", "api", "internal", "mqtt", "database", "admin"}
    assert up.ready["ready"] is True
    assert up.api.startswith("http://127.0.0.1:")
    assert str(up.ready["mqtt"]).startswith("mqtt://127.0.0.1:")
    assert serves(up)
    with psycopg.connect(up.database_url) as connection:
        connection.execute("SELECT 1 FROM senior")
    assert up.client.get("/v1/me").json()["role"] == "admin"


def test_every_service_is_a_named_child_without_secrets(up: Yinling) -> None:
    found = children(up.child.pid)
    assert set(found) == set(NAMES)
    secrets = [p.read_bytes() for p in (up.data_dir / "secrets").iterdir()]
    for pid in found.values():
        words = Path(f"/proc/{pid}/cmdline").read_bytes()
        assert b"://" not in words
        assert not any(secret in words for secret in secrets)


def test_one_page_has_every_services_metrics(up: Yinling) -> None:
    names = ("gatekeeper_wristbands", "ingest_lag_seconds", "http_requests_total")

    def complete() -> bool:
        text = httpx.get(up.internal + "/metrics", trust_env=False).text
        return all(f"yinling_{name}" in text for name in names)

    until(complete, 20, "every service's metrics")


@pytest.mark.parametrize("name", NAMES)
def test_what_is_killed_is_started_again_on_its_ports(up: Yinling, name: str) -> None:
    until(lambda: serves(up), 30, "readiness")
    first = children(up.child.pid)[name]
    os.kill(first, signal.SIGKILL)
    until(lambda: children(up.child.pid).get(name) not in {None, first}, 10, name)
    until(lambda: serves(up), 45, f"readiness after {name} was killed")
    assert up.client.get("/v1/me").status_code == 200


def test_a_second_one_on_the_same_directory_is_refused(up: Yinling) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "yinling", "up", "--data-dir", str(up.data_dir)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "another yinling runs on" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_taken_port_is_named(up: Yinling) -> None:
    port = up.api.rsplit(":", 1)[1]
    done = subprocess.run(
        [
            *(sys.executable, "-m", "yinling", "up", "--ephemeral"),
            *("--mqtt-port", "0", "--internal-port", "0", "--api-port", port),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert f"port {port} on 127.0.0.1 is taken" in done.stderr


@pytest.mark.parametrize("asked", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_cleanly_within_10_s(asked: signal.Signals) -> None:
    with servers.running_yinling() as running:
        found = children(running.child.pid)
        running.child.send_signal(asked)
        assert running.child.wait(10) == 0
        assert not [name for name, pid in found.items() if runs(pid)]


def test_killed_it_takes_its_children_along_and_begins_where_it_was() -> None:
    with servers.folder("again") as where:
        with servers.running_yinling(data_dir=where) as running:
            place = {"name": "青河区", "level": "district", "parent_id": None}
            made = running.client.post("/v1/places", json=place)
            assert made.status_code == 201, made.text
            found = children(running.child.pid)
            running.child.kill()
            running.child.wait()
            until(
                lambda: not [name for name, pid in found.items() if runs(pid)],
                5,
                "the end of all children",
            )
            ready = running.ready
        with servers.running_yinling(data_dir=where) as again:
            assert again.ready == ready
            kept = again.client.get(f"/v1/places/{made.json()['id']}")
            assert kept.json()["name"] == "青河区"


def test_a_given_database_is_used(database_url: str) -> None:
    with servers.running_yinling({"YINLING_DATABASE_URL": database_url}) as running:
        assert "postgres" not in children(running.child.pid)
        assert running.ready["database"] == database_url
        with psycopg.connect(database_url) as connection:
            row = connection.execute("SELECT username FROM person").fetchone()
    assert row == ("admin",)


def test_a_given_database_that_is_away_is_said_on_one_line(tmp_path: Path) -> None:
    away = f"postgresql://somebody:hunter2@127.0.0.1:{free_port()}/x"
    ended = subprocess.run(
        [sys.executable, "-m", "yinling", "up", "--data-dir", str(tmp_path)],
        env={**os.environ, "YINLING_DATABASE_URL": away},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 1
    assert "✓" not in ended.stderr
    *_, told = ended.stderr.splitlines()
    assert told == (
        "yinling: YINLING_DATABASE_URL: the database does not answer:"
        " Connection refused; start it, or correct the setting"
    )
    assert "hunter2" not in ended.stderr
