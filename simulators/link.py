"""One wristband's own MQTT connection, driven by the fleet's loop without a thread."""

import selectors
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

if TYPE_CHECKING:
    from paho.mqtt.client import SocketLike

from core import topics
from simulators.broker import BrokerAddress
from simulators.messages import Message

KEEPALIVE_S: Final = 60
IN_FLIGHT: Final = 100


@dataclass(slots=True)
class Counts:
    """What a fleet's connections did so far; `connected` is right now."""

    connected: int = 0
    refused: int = 0
    reconnects: int = 0
    published: int = 0
    acknowledged: int = 0
    received: int = 0

    @property
    def unacknowledged(self) -> int:
        """Messages the broker has not answered yet."""
        return self.published - self.acknowledged


class Link:
    """A paho client with its socket in a selector.

    Parameters
    ----------
    device_id, password : credentials; the id is client id and user name at once.
    address : the broker.
    selector : the loop's; registrations carry this link as their data.
    counts : the fleet's, counted on here.
    on_ready : called once the command subscription is confirmed.
    on_gone : called when the connection ended or was refused.
    on_command : called with each command's payload.
    """

    def __init__(
        self,
        *,
        device_id: str,
        password: str,
        address: BrokerAddress,
        selector: selectors.BaseSelector,
        counts: Counts,
        on_ready: Callable[[], None],
        on_gone: Callable[[], None],
        on_command: Callable[[bytes], None],
    ) -> None:
        self.device_id = device_id
        self.ready = False
        self.open = False
        self._address = address
        self._selector = selector
        self._counts = counts
        self._on_ready, self._on_gone = on_ready, on_gone
        self._on_command = on_command
        self._connected_before = False
        self._client = self._make(device_id, password)
        if address.tls:
            context = ssl.create_default_context()
            self._client.tls_set_context(context)  # pyright: ignore[reportUnknownMemberType]

    def _make(self, device_id: str, password: str) -> mqtt.Client:
        client = mqtt.Client(
            CallbackAPIVersion.VERSION2,
            client_id=device_id,
            clean_session=False,
            protocol=mqtt.MQTTv311,
            reconnect_on_failure=False,
        )
        client.username_pw_set(device_id, password)
        client.max_inflight_messages = IN_FLIGHT
        client.on_connect = self._connected
        client.on_subscribe = self._subscribed
        client.on_publish = self._acknowledged
        client.on_message = self._received
        client.on_disconnect = self._disconnected
        client.on_socket_open = self._socket_open
        client.on_socket_close = self._socket_close
        client.on_socket_register_write = self._want_write
        client.on_socket_unregister_write = self._want_no_write
        return client

    def connect(self) -> bool:
        """Open the connection; False if the broker is not there at all."""
        try:
            self._client.connect(
                self._address.host, self._address.port, keepalive=KEEPALIVE_S
            )
        except OSError:
            return False
        self.open = True
        return True

    def publish(self, message: Message) -> None:
        """Publish with QoS 1; paho repeats it on the next connection if need be."""
        info = self._client.publish(message.topic, message.payload, qos=1)
        if info.rc is not MQTTErrorCode.MQTT_ERR_QUEUE_SIZE:
            self._counts.published += 1

    def work(self, events: int) -> None:
        """Read and write what the selector says is possible."""
        if events & selectors.EVENT_READ:
            self._read()
        if events & selectors.EVENT_WRITE:
            self._client.loop_write()

    def keep_alive(self) -> None:
        """Send a ping where one is due; notice a broker that went silent."""
        self._client.loop_misc()

    def drop(self) -> None:
        """Go out of range: the broker is told nothing."""
        found = self._client.socket()
        if isinstance(found, socket.socket):
            try:
                found.shutdown(socket.SHUT_RDWR)
            except OSError:
                return  # already gone; the selector will say so

    def close(self) -> None:
        """Say goodbye; the session with its subscription stays at the broker."""
        if self.open:
            self._client.disconnect()
            self._client.loop_write()
            self._ended()

    def _read(self) -> None:
        self._client.loop_read()
        found = self._client.socket()
        # TLS may hold decrypted bytes that the selector cannot see.
        while hasattr(found, "pending") and found.pending():  # type: ignore[union-attr]
            self._client.loop_read()
            found = self._client.socket()

    def _connected(
        self,
        client: mqtt.Client,
        _userdata: object,
        _flags: mqtt.ConnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        if reason.is_failure:
            self._counts.refused += 1
            return
        if self._connected_before:
            self._counts.reconnects += 1
        self._connected_before = True
        client.subscribe(topics.command(self.device_id), qos=1)

    def _subscribed(
        self,
        client: mqtt.Client,
        _userdata: object,
        _mid: int,
        reasons: list[ReasonCode],
        _properties: Properties | None,
    ) -> None:
        if any(reason.is_failure for reason in reasons):
            self._counts.refused += 1
            client.disconnect()
            return
        self.ready = True
        self._counts.connected += 1
        self._on_ready()

    def _acknowledged(
        self,
        _client: mqtt.Client,
        _userdata: object,
        _mid: int,
        _reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        self._counts.acknowledged += 1

    def _received(
        self, _client: mqtt.Client, _userdata: object, message: mqtt.MQTTMessage
    ) -> None:
        self._counts.received += 1
        self._on_command(bytes(message.payload))

    def _disconnected(self, *_: object) -> None:
        self._ended()

    def _ended(self) -> None:
        if not self.open:
            return
        self.open = False
        if self.ready:
            self.ready = False
            self._counts.connected -= 1
        self._on_gone()

    def _socket_open(
        self, _client: mqtt.Client, _userdata: object, sock: "SocketLike"
    ) -> None:
        self._selector.register(sock, selectors.EVENT_READ, self)

    def _socket_close(
        self, _client: mqtt.Client, _userdata: object, sock: "SocketLike"
    ) -> None:
        self._selector.unregister(sock)

    def _want_write(
        self, _client: mqtt.Client, _userdata: object, sock: "SocketLike"
    ) -> None:
        both = selectors.EVENT_READ | selectors.EVENT_WRITE
        self._selector.modify(sock, both, self)

    def _want_no_write(
        self, _client: mqtt.Client, _userdata: object, sock: "SocketLike"
    ) -> None:
        self._selector.modify(sock, selectors.EVENT_READ, self)
