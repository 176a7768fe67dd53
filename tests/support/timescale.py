"""A real TimescaleDB from a Debian root, for tests; root may start it."""

import contextlib
import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg

from tests.support.servers import START_TIMEOUT_S
from tests.support.waiting import until
from yinling import process
from yinling.embedded.ports import free_port

VARIABLE = "YINLING_TIMESCALE_ROOT"
_BINARIES = "/usr/lib/postgresql/17/bin"
_OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "shared_preload_libraries": "timescaledb",
    "timescaledb.telemetry_level": "off",
    "fsync": "off",
}


def root() -> Path | None:
    """The Debian root that holds the server, if this machine has one for us."""
    path = Path(os.environ.get(VARIABLE, "/nonexistent"))
    present = (path / _BINARIES.lstrip("/") / "postgres").exists()
    return path if present and os.geteuid() == 0 else None


@contextlib.contextmanager
def running(where: Path) -> Iterator[str]:
    """Start a server with an empty cluster; the superuser's URL."""
    name = f"/var/lib/postgresql/test-{secrets.token_hex(4)}"
    word = where / f"{name.lstrip('/')}.word"
    password = secrets.token_urlsafe(12)
    word.write_text(password)
    word.chmod(0o644)
    inside = ["chroot", "--userspec=postgres:postgres", str(where)]
    subprocess.run(
        [
            *(*inside, f"{_BINARIES}/initdb", "-D", name, "-U", "postgres"),
            *("--no-sync", "--encoding=UTF8", "--locale=C.UTF-8"),
            *("--auth=scram-sha-256", f"--pwfile=/{word.relative_to(where)}"),
        ],
        check=True,
        capture_output=True,
    )
    port = free_port()
    arguments = [*inside, f"{_BINARIES}/postgres", "-D", name, "-p", str(port)]
    for key, value in _OPTIONS.items():
        arguments += ["-c", f"{key}={value}"]
    log = where / f"{name.lstrip('/')}.log"
    child = process.start(process.Program("timescale", arguments), log)
    url = f"postgresql://postgres:{password}@127.0.0.1:{port}/postgres"
    try:
        until(
            lambda: child.poll() is not None or _answers(url),
            START_TIMEOUT_S,
            "TimescaleDB",
        )
        assert child.poll() is None, log.read_text()[-2000:]
        yield url
    finally:
        process.stop(child, process.signal.SIGINT, 10)
        shutil.rmtree(where / name.lstrip("/"), ignore_errors=True)
        word.unlink(missing_ok=True)
        log.unlink(missing_ok=True)


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True
