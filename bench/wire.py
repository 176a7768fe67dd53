"""One MQTT connection of a bench: a socket and packets, no client in between."""

import itertools
import socket
import threading
from typing import Final, Self

from bench import mqtt
from core.clock import Clock
from core.errors import UnavailableError
from simulators.broker import BrokerAddress

CONNECT_TIMEOUT_S: Final = 10.0
ADMITTED_WITHIN_S: Final = 15.0
_CONNACK_BYTES: Final = 4


class Wire:
    """A connected wristband.

    Parameters
    ----------
    device_id, password : credentials; the id is client id and user name at once.
    address : the broker.

    Raises
    ------
    UnavailableError
        If the broker refuses.
    """

    def __init__(self, device_id: str, password: str, address: BrokerAddress) -> None:
        self._packet_ids = itertools.cycle(range(1, 65_536))
        self.socket = socket.create_connection(
            (address.host, address.port), CONNECT_TIMEOUT_S
        )
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.sendall(mqtt.connect(device_id, password))
        answer = b""
        while len(answer) < _CONNACK_BYTES:
            part = self.socket.recv(_CONNACK_BYTES - len(answer))
            if not part:
                break
            answer += part
        if not mqtt.is_accepted(answer):
            self.socket.close()
            raise UnavailableError("the broker refused a wristband of the bench")

    @classmethod
    def patiently(
        cls, device_id: str, password: str, address: BrokerAddress, clock: Clock
    ) -> Self:
        """Connect a wristband that may have been provisioned a moment ago.

        Raises
        ------
        UnavailableError
            If it is still refused after fifteen seconds.
        """
        end_s = clock.monotonic_s() + ADMITTED_WITHIN_S
        pause = threading.Event()
        while True:
            try:
                return cls(device_id, password, address)
            except UnavailableError:
                if clock.monotonic_s() > end_s:
                    raise
                pause.wait(0.2)

    def publish(self, topic: str, payload: bytes) -> None:
        """Publish with QoS 1; its PUBACK is left in the socket."""
        field = mqtt.topic_field(topic)
        self.socket.sendall(mqtt.publish(field, next(self._packet_ids), payload))

    def close(self) -> None:
        """Hang up."""
        self.socket.close()
