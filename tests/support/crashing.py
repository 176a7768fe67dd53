"""A PostgreSQL server of one's own, to be killed and started again."""

import contextlib
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.support.servers import START_TIMEOUT_S, TestDatabases, folder
from tests.support.waiting import until
from yinling import process
from yinling.embedded.ports import free_port
from yinling.embedded.postgres import Postgres


class Crashing:
    """A durable server with one fresh database, at `url`."""

    def __init__(self, where: Path) -> None:
        self._where = where
        self._server = Postgres(where, free_port())
        self._child = self._start()
        databases = TestDatabases(self._server)
        self.url = databases.url(databases.create())

    def kill(self) -> None:
        """End it as a crash would."""
        self._child.kill()
        self._child.wait()

    def restart(self) -> None:
        """Start it again on the same files; it recovers by itself."""
        self._child = self._start()

    def close(self) -> None:
        """Stop it."""
        process.stop(self._child, signal.SIGINT, 5)

    def _start(self) -> subprocess.Popen[bytes]:
        child = process.start(self._server.prepare(), self._where / "postgres.log")
        until(self._server.healthy, START_TIMEOUT_S, "postgres")
        return child


@contextlib.contextmanager
def crashing() -> Iterator[Crashing]:
    """A server to be killed; gone at the end."""
    with folder("crash") as where:
        server = Crashing(where)
        try:
            yield server
        finally:
            server.close()
