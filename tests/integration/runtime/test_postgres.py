"""The embedded database survives crashes and keeps to its place and its user."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from tests.support import servers
from tests.support.waiting import until
from yinling import process
from yinling.embedded import orphans
from yinling.embedded.ports import free_port
from yinling.embedded.postgres import Postgres

pytestmark = [pytest.mark.db, pytest.mark.timeout(60)]
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root changes users")


@pytest.fixture
def place() -> Iterator[Path]:
    with servers.folder("postgres") as where:
        yield where


def ask(url: str, question: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(question).fetchone()  # type: ignore[arg-type]
    assert row is not None
    return row[0]


def test_committed_rows_survive_a_kill_of_the_server(place: Path) -> None:
    server = Postgres(place, free_port())
    with servers.running(server, place) as child:
        server.provide_database()
        with psycopg.connect(server.url) as connection:
            connection.execute("CREATE TABLE kept (n int)")
            connection.execute("INSERT INTO kept SELECT generate_series(1, 1000)")
        child.send_signal(signal.SIGKILL)
        child.wait()
    with servers.running(server, place):
        assert ask(server.url, "SELECT count(*) FROM kept") == 1000


def test_a_killed_server_with_busy_sessions_starts_again_at_once(place: Path) -> None:
    server = Postgres(place, free_port(), durable=False)
    with servers.running(server, place) as child:
        server.provide_database()
        with closing(psycopg.connect(server.url)) as busy:
            busy.execute("SELECT pg_advisory_lock(1)")
            child.send_signal(signal.SIGKILL)
            child.wait()
            with servers.running(server, place):
                assert ask(server.url, "SELECT pg_try_advisory_lock(1)") is True


def test_a_session_that_notices_nothing_is_ended(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("yinling.embedded.orphans._PATIENCE_S", 0.2)
    server = Postgres(place, free_port(), durable=False)
    with servers.running(server, place) as child:
        server.provide_database()
        with closing(psycopg.connect(server.url)) as stuck:
            os.kill(stuck.info.backend_pid, signal.SIGSTOP)
            child.send_signal(signal.SIGKILL)
            child.wait()
            with servers.running(server, place):
                assert ask(server.url, "SELECT 1") == 1


def test_a_server_that_runs_is_left_alone(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("yinling.embedded.orphans._PATIENCE_S", 0.1)
    server = Postgres(place, free_port(), durable=False)
    with servers.running(server, place) as child:
        server.prepare()
        assert server.healthy()
        assert child.poll() is None


def test_somebody_who_looks_around_there_is_left_alone(tmp_path: Path) -> None:
    with subprocess.Popen(["sleep", "60"], cwd=tmp_path) as visitor:
        orphans.clear_way(tmp_path)
        assert visitor.poll() is None
        visitor.kill()


def test_the_lock_of_a_dead_server_is_left_to_postgresql(place: Path) -> None:
    lock = place / "postmaster.pid"
    lock.write_text("4194303\n")  # beyond what the kernel gives out
    orphans.clear_way(place)
    assert lock.exists()
    lock.write_text(f"{os.getpid()}\n")
    orphans.clear_way(place)
    assert not lock.exists()


def test_a_lock_file_that_names_a_stranger_is_no_obstacle(place: Path) -> None:
    server = Postgres(place, free_port(), durable=False)
    with servers.running(server, place):
        pass
    cluster = (place / "postgres").resolve() / "cluster"
    lock = cluster / "postmaster.pid"
    lock.write_text(f"{os.getppid()}\n{cluster}\n0\n{free_port()}\n\n127.0.0.1\n")
    shutil.copystat(cluster / "PG_VERSION", lock)
    with servers.running(server, place):
        assert server.healthy()


def test_it_listens_on_loopback_only_and_trusts_nobody(place: Path) -> None:
    server = Postgres(place, free_port(), durable=False)
    with servers.running(server, place):
        server.provide_database()
        assert ask(server.admin_url, "SHOW listen_addresses") == "127.0.0.1"
        assert ask(server.admin_url, "SHOW unix_socket_directories") == ""
        assert (
            ask(
                server.admin_url,
                "SELECT bool_and(auth_method = 'scram-sha-256') FROM pg_hba_file_rules",
            )
            is True
        )
        assert (
            ask(
                server.url, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
            )
            is False
        )
    secrets = place / "secrets"
    assert secrets.stat().st_mode & 0o777 == 0o700
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in secrets.iterdir())


def test_its_command_line_holds_no_secret(place: Path) -> None:
    server = Postgres(place, free_port(), durable=False)
    program = server.prepare()
    words = " ".join(program.arguments)
    assert Path(program.arguments[0]).name == "postgres"
    assert "://" not in words
    assert not any(path.read_text() in words for path in (place / "secrets").iterdir())


@as_root
def test_as_root_it_runs_as_somebody_else(place: Path) -> None:
    server = Postgres(place, free_port(), durable=False)
    with servers.running(server, place) as child:
        status = Path(f"/proc/{child.pid}/status").read_text()
    uids = next(line for line in status.splitlines() if line.startswith("Uid:"))
    assert "0" not in uids.split()[1:]


@as_root
def test_below_a_closed_directory_it_is_kept_elsewhere(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = place / "closed"
    data_dir = closed / "data"
    data_dir.mkdir(parents=True)
    closed.chmod(0o700)
    elsewhere = place / "elsewhere"
    monkeypatch.setattr("yinling.embedded.postgres._RELOCATED", elsewhere)
    server = Postgres(data_dir, free_port(), durable=False)
    with servers.running(server, data_dir):
        server.provide_database()
        assert ask(server.url, "SELECT 1") == 1
    assert closed.stat().st_mode & 0o777 == 0o700
    assert (data_dir / "postgres").resolve().is_relative_to(elsewhere)
    again = Postgres(data_dir, free_port(), durable=False)
    with servers.running(again, data_dir):
        assert ask(again.url, "SELECT 1") == 1


def test_it_ends_when_its_starter_asks_and_leaves_no_child(place: Path) -> None:
    server = Postgres(place, free_port(), durable=False)
    program = server.prepare()
    child = process.start(program, place / "postgres.log")
    until(server.healthy, 30, "PostgreSQL")
    assert process.stop(child, program.stop_signal, 5)
    assert not server.healthy()
