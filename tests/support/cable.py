"""A cable between a client and a server that a test can pull and plug in again."""

import contextlib
import socket
import threading
from collections.abc import Iterator


class Cable:
    """Forwards TCP from a port of its own to `host`:`port` while it is plugged in."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._plugged = True
        self._ends: list[socket.socket] = []
        threading.Thread(target=self._accept, name="cable", daemon=True).start()

    def pull(self) -> None:
        """Cut every connection and accept no more."""
        self._plugged = False
        for end in self._ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        self._ends.clear()

    def plug(self) -> None:
        """Accept connections again."""
        self._plugged = True

    def close(self) -> None:
        """Pull it for good."""
        self.pull()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                if not self._plugged:
                    near.close()
                    continue
                far = socket.create_connection(self._target)
                self._ends += [near, far]
                for source, sink in ((near, far), (far, near)):
                    threading.Thread(
                        target=_copy, args=(source, sink), name="cable", daemon=True
                    ).start()


def _copy(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while octets := source.recv(65536):
            sink.sendall(octets)
    for end in (source, sink):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
    source.close()


@contextlib.contextmanager
def plugged_in(host: str, port: int) -> Iterator[Cable]:
    """A cable to `host`:`port`, pulled at the end."""
    cable = Cable(host, port)
    try:
        yield cable
    finally:
        cable.close()
