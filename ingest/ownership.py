"""Which partitions this worker may write: locks on its connection, epochs in rows."""

import os
import socket
from collections.abc import Mapping
from typing import Final

from psycopg import Connection

from core import logs
from core.clock import Clock
from core.queries import load

SQL: Final = load("ingest")
LOCK_CLASS: Final = 0x59_4C
SOS_LANE: Final = 1000
log = logs.get("ownership")


def try_lock(conn: Connection, number: int) -> bool:
    """Take the advisory lock of a partition or lane, for as long as `conn` lives."""
    values = {"class": LOCK_CLASS, "number": number}
    row = conn.execute(SQL["try_lock"], values).fetchone()
    return bool(row and row[0])


class Ownership:
    """The partitions that a connection holds, each with its epoch."""

    def __init__(self, clock: Clock, partitions: int) -> None:
        self._clock = clock
        self._all = range(partitions)
        self._epochs: dict[int, int] = {}
        self._name = f"{socket.gethostname()}:{os.getpid()}"

    @property
    def epochs(self) -> Mapping[int, int]:
        """Epoch of each partition that is ours."""
        return self._epochs

    @property
    def complete(self) -> bool:
        """Whether no partition is left to take."""
        return len(self._epochs) == len(self._all)

    def lose(self) -> None:
        """Own nothing: the connection with the locks is gone."""
        self._epochs = {}

    def extend(self, conn: Connection) -> bool:
        """Take every partition that nobody holds; whether there was one."""
        taken = [
            partition
            for partition in self._all
            if partition not in self._epochs and try_lock(conn, partition)
        ]
        with conn.transaction():
            for partition in taken:
                values = {
                    "partition": partition,
                    "owner": self._name,
                    "now": self._clock.now(),
                }
                row = conn.execute(SQL["own"], values).fetchone()
                assert row is not None  # noqa: S101  an upsert always answers
                self._epochs[partition] = row[0]
        if taken:
            log.info("own partitions", partitions=taken)
        return bool(taken)
