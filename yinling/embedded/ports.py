"""Ports for the embedded servers: free ones, and the same ones again next time."""

import json
import random
import socket
from pathlib import Path
from threading import Event

from core.errors import UnavailableError

# Below the range the kernel takes for outgoing connections, so that none of those
# sits on the port while its server restarts.
_LOWEST, _HIGHEST = 15000, 32000
_LOOPBACK = "127.0.0.1"
_PREDECESSOR_ENDS_WITHIN_S = 6.0


def is_free(port: int, host: str = _LOOPBACK) -> bool:
    """Whether a server could listen on `port` now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """A port nobody listens on, chosen at random.

    Raises
    ------
    UnavailableError
        If a hundred tries find none.
    """
    dice = random.SystemRandom()
    for _ in range(100):
        port = dice.randint(_LOWEST, _HIGHEST)
        if is_free(port):
            return port
    raise UnavailableError("no free port on 127.0.0.1; close some servers")


class Ports:
    """The ports of one data directory, remembered in its ``ports.json``."""

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / "ports.json"
        self._known: dict[str, int] = {}
        if self._path.exists():
            self._known = json.loads(self._path.read_text())

    def known(self, name: str) -> int | None:
        """The port of last time, if there was one."""
        return self._known.get(name)

    def choose(self, name: str, wanted: int) -> int:
        """`wanted`, or for 0 the port of last time if it is free, else any free one.

        Raises
        ------
        UnavailableError
            If `wanted` is taken.
        """
        last = self._known.get(name, 0)
        if last and wanted in {0, last}:
            _await_predecessor(last)
        if wanted and not is_free(wanted):
            raise UnavailableError(
                f"port {wanted} on 127.0.0.1 is taken; give another"
                f" with --{name}-port, or 0 for any free one"
            )
        again = last if last and is_free(last) else 0
        port = wanted or again or self._fresh()
        self._known[name] = port
        self._path.write_text(json.dumps(self._known, indent=1) + "\n")
        return port

    def _fresh(self) -> int:
        while (port := free_port()) in self._known.values():
            pass
        return port


def _await_predecessor(port: int) -> None:
    """Give servers of an `up` that was killed the time to end."""
    pause = Event()
    for _ in range(int(_PREDECESSOR_ENDS_WITHIN_S / 0.1)):
        if is_free(port):
            return
        pause.wait(0.1)
