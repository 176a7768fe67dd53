"""A paho client that reads and writes its socket in large pieces.

paho asks the socket for a byte at a time and sends each PUBACK by itself; every such
call lets another thread take the interpreter. Buffering both ways halves the cost of a
message.
"""

import socket
import ssl
from typing import Final

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from ingest.address import Address

_CHUNK: Final = 1 << 16
CONNECT_TIMEOUT_S: Final = 3.0
KEEPALIVE_S: Final = 30


class BufferedSocket:
    """What paho needs of a socket, with a buffer each way."""

    def __init__(self, real: socket.socket) -> None:
        self._real = real
        self._unread: bytes = b""
        self._at = 0
        self._unsent = bytearray()
        self.drained = False

    def recv(self, buffer_size: int) -> bytes:
        """At most `buffer_size` bytes; asks the network when the buffer is empty."""
        if self._at == len(self._unread):
            try:
                self._unread = self._real.recv(_CHUNK)
            except (BlockingIOError, ssl.SSLWantReadError):
                self.drained = True
                raise
            self._at = 0
        start, self._at = self._at, min(self._at + buffer_size, len(self._unread))
        return self._unread[start : self._at]

    def send(self, buffer: bytes | bytearray) -> int:
        """Take all of `buffer`; :meth:`flush` sends it."""
        self._unsent += buffer
        return len(buffer)

    def flush(self) -> None:
        """Send what the network takes now.

        Raises
        ------
        OSError
            If the connection is gone.
        """
        while self._unsent:
            try:
                sent = self._real.send(self._unsent)
            except (BlockingIOError, ssl.SSLWantWriteError, ssl.SSLWantReadError):
                return
            del self._unsent[:sent]

    @property
    def unsent(self) -> bool:
        """Whether something waits for the network."""
        return bool(self._unsent)

    def fileno(self) -> int:
        """Descriptor of the real socket."""
        return self._real.fileno()

    def setblocking(self, flag: bool) -> None:
        """Pass on to the real socket."""
        self._real.setblocking(flag)

    def close(self) -> None:
        """Send what can be sent, then close."""
        try:
            self.flush()
        except OSError:
            pass
        finally:
            self._real.close()


class Client(mqtt.Client):
    """paho's client over a :class:`BufferedSocket`; driven by :mod:`ingest.loop`."""

    def __init__(self, client_id: str, address: Address) -> None:
        super().__init__(
            CallbackAPIVersion.VERSION2,
            client_id=client_id,
            clean_session=False,
            manual_ack=True,
        )
        self.buffered: BufferedSocket | None = None
        self.connect_timeout = CONNECT_TIMEOUT_S
        self.max_inflight_messages_set(1000)
        if address.username is not None:
            self.username_pw_set(address.username, address.password)
        if address.tls:
            self.tls_set()  # pyright: ignore[reportUnknownMemberType]
        self.connect_async(address.host, address.port, KEEPALIVE_S)

    def _create_socket(self) -> BufferedSocket:
        real = super()._create_socket()
        assert isinstance(real, socket.socket)  # noqa: S101  no web sockets here
        self.buffered = BufferedSocket(real)
        return self.buffered
