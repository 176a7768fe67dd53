"""One persistent MQTT session: connects, subscribes, hands on messages, confirms them."""

import secrets
from collections.abc import Callable, Sequence
from typing import Final

import paho.mqtt.client as mqtt
from paho.mqtt.reasoncodes import ReasonCode

from core import logs
from ingest import metrics
from ingest.address import Address
from ingest.link import Client
from ingest.message import Message, origin

FIRST_PAUSE_S: Final = 0.2
LONGEST_PAUSE_S: Final = 5.0
_READS_PER_TURN: Final = 500
_BYTES_PER_TURN: Final = 1 << 20
log = logs.get("mqtt")


class Session:
    """A session of the broker's; all but `generation` and `subscribed` is the loop's.

    While `paused` nothing is read: what the broker sends waits in the network.

    Parameters
    ----------
    client_id : holds a ``:``, which no device id may.
    topic_filter : what it subscribes with QoS 1.
    arrived : given the messages of one turn, in order; must not block.
    partition : which of the broker's partitions it is about.
    """

    def __init__(
        self,
        client_id: str,
        topic_filter: str,
        address: Address,
        arrived: Callable[[list[Message]], None],
        partition: int = 0,
    ) -> None:
        self.client_id = client_id
        self.partition = partition
        self.generation = 0
        self.subscribed = False
        self.retry_at_s = 0.0
        self.paused = False
        self._filter = topic_filter
        self._arrived = arrived
        self._pause_s = FIRST_PAUSE_S
        self._away = False
        self._in_hand: set[int] = set()
        self._turn: list[Message] = []
        self._turn_us = 0
        self._turn_bytes = 0
        self.client = Client(client_id, address)
        self.client.on_connect = self._on_connect
        self.client.on_subscribe = self._on_subscribe
        self.client.on_disconnect = self._on_disconnect
        self.client.on_message = self._on_message

    @property
    def connected(self) -> bool:
        """Whether there is a socket."""
        return self.client.socket() is not None

    def connect(self, now_s: float) -> None:
        """Try to connect, and set when to try again should it fail."""
        self._postpone(now_s)
        try:
            self.client.reconnect()
        except OSError as error:
            if not self._away:
                self._away = True
                name = type(error).__name__
                log.warning("broker away", session=self.client_id, error=name)

    def _postpone(self, now_s: float) -> None:
        """Set when to connect again: later each time, and not all at once."""
        self.retry_at_s = now_s + self._pause_s * (0.5 + secrets.randbelow(1000) / 1000)
        self._pause_s = min(self._pause_s * 2, LONGEST_PAUSE_S)

    def read(self, now_us: int) -> bool:
        """Read what has come; whether more may be waiting in the buffer."""
        self._turn_us = now_us
        more = self._read_turn()
        if self._turn:
            turn, self._turn, self._turn_bytes = self._turn, [], 0
            self._arrived(turn)
        return more

    def _read_turn(self) -> bool:
        buffered = self.client.buffered
        for _ in range(_READS_PER_TURN):
            if buffered is None or not self.connected:
                return False
            buffered.drained = False
            self.client.loop_read()
            if buffered.drained:
                return False
            if self._turn_bytes > _BYTES_PER_TURN:
                break
        return True

    def write(self) -> None:
        """Send what waits: subscriptions, pings, confirmations."""
        if self.client.want_write():
            self.client.loop_write()
        buffered = self.client.buffered
        if buffered is not None and self.connected:
            try:
                buffered.flush()
            except OSError:
                self.client.loop_read()  # paho notices the loss itself

    @property
    def unsent(self) -> bool:
        """Whether the network should be watched for room."""
        buffered = self.client.buffered
        return self.connected and buffered is not None and buffered.unsent

    def acknowledge(self, generation: int, packet_ids: Sequence[int]) -> None:
        """Confirm messages, in order, if their connection still stands."""
        if generation != self.generation or not self.connected:
            return
        for packet_id in packet_ids:
            self._in_hand.discard(packet_id)
            self.client.ack(packet_id, 1)

    def publish(self, topic: str, payload: bytes) -> None:
        """Publish with QoS 1; kept and sent again by paho until confirmed."""
        self.client.publish(topic, payload, qos=1)

    def drop(self) -> None:
        """Disconnect; what is not confirmed comes again on the next connection."""
        self.generation += 1
        self._turn.clear()
        self.client.disconnect()
        self.write()

    def _on_connect(
        self,
        _client: mqtt.Client,
        _userdata: object,
        flags: mqtt.ConnectFlags,
        reason: ReasonCode,
        _properties: object,
    ) -> None:
        if reason.is_failure:
            log.error("broker refused", session=self.client_id, reason=str(reason))
            return
        self.generation += 1
        self._away = False
        self._in_hand.clear()
        self._turn.clear()
        self.client.subscribe(self._filter, qos=1)
        log.info(
            "connected", session=self.client_id, resumed=bool(flags.session_present)
        )

    def _on_subscribe(
        self,
        _client: mqtt.Client,
        _userdata: object,
        _mid: int,
        reasons: list[ReasonCode],
        _properties: object,
    ) -> None:
        if any(reason.is_failure or int(reason.value) < 1 for reason in reasons):
            metrics.REFUSED.labels(self.client_id).inc()
            log.error("subscription refused", session=self.client_id)
            self.client.disconnect()
            return
        self.subscribed = True
        self._pause_s = FIRST_PAUSE_S

    def _on_disconnect(
        self,
        _client: mqtt.Client,
        _userdata: object,
        _flags: object,
        reason: ReasonCode,
        _properties: object,
    ) -> None:
        self.generation += 1
        self.subscribed = False
        metrics.DISCONNECTS.labels(self.client_id).inc()
        log.warning("disconnected", session=self.client_id, reason=str(reason))

    def _on_message(
        self, _client: mqtt.Client, _userdata: object, message: mqtt.MQTTMessage
    ) -> None:
        packet_id = message.mid if message.qos else 0
        if packet_id:
            if packet_id in self._in_hand:
                return
            self._in_hand.add(packet_id)
        self._turn_bytes += len(message.payload)
        self._turn.append(
            Message(
                self,
                self.generation,
                packet_id,
                origin(_topic(message)),
                bytes(message.payload),
                self._turn_us,
                message.retain,
            )
        )


def _topic(message: mqtt.MQTTMessage) -> str:
    """The topic; empty where a broker let one through that is not UTF-8."""
    try:
        return message.topic
    except UnicodeDecodeError:
        return ""
