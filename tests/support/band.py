"""A wristband in a test's hand: publishes, and keeps the commands it is sent."""

import contextlib
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from core import topics
from tests.support.waiting import until
from tests.support.world import Wearer


def ago(seconds: float = 0) -> str:
    """The instant `seconds` ago as RFC 3339, to the millisecond."""
    at = datetime.now(UTC) - timedelta(seconds=seconds)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Band:
    """One connected wristband."""

    def __init__(self, client: mqtt.Client, device_id: str) -> None:
        self._client = client
        self._one_at_a_time = threading.Lock()
        self.device_id = device_id
        self.commands: list[dict[str, Any]] = []
        self._confirmed: set[int] = set()  # not is_published: it raises once offline
        self._change = threading.Condition()

    @property
    def connected(self) -> bool:
        """Whether the broker has it at present."""
        return self._client.is_connected()

    def report(self, *reports: dict[str, Any]) -> None:
        """Publish one report or an array of them, and wait for the PUBACK."""
        body: object = reports[0] if len(reports) == 1 else list(reports)
        self.raw(topics.telemetry(self.device_id), json.dumps(body).encode())

    def sos(self, **event: Any) -> None:
        """Publish an urgent event, and wait for the PUBACK."""
        self.raw(topics.sos(self.device_id), json.dumps(event).encode())

    def raw(self, topic: str, payload: bytes, timeout_s: float = 10) -> None:
        """Publish bytes, and wait for the PUBACK, over a reconnection if need be."""
        with self._one_at_a_time:
            self._send(topic, payload, timeout_s)

    def _send(self, topic: str, payload: bytes, timeout_s: float) -> None:
        self._confirmed.clear()  # packet ids come round again
        sent = self._client.publish(topic, payload, qos=1)
        with self._change:
            there = self._change.wait_for(
                lambda: sent.mid in self._confirmed, timeout_s
            )
        assert there, "the broker gave no PUBACK"

    def confirm(self, mid: int) -> None:
        """Note a PUBACK."""
        with self._change:
            self._confirmed.add(mid)
            self._change.notify_all()

    def wait_command(self, name: str, timeout_s: float = 10) -> dict[str, Any]:
        """First command of that name, waited for."""
        return until(
            lambda: [c for c in list(self.commands) if c["command"] == name],
            timeout_s,
            f"command {name}",
        )[0]


@contextlib.contextmanager
def worn(wearer: Wearer, host: str, port: int) -> Iterator[Band]:
    """Connect the wearer's wristband and subscribe to its commands."""
    client = mqtt.Client(
        CallbackAPIVersion.VERSION2, client_id=wearer.device_id, clean_session=False
    )
    client.username_pw_set(wearer.device_id, wearer.password)
    band = Band(client, wearer.device_id)
    subscribed: list[int] = []

    def on_connect(c: mqtt.Client, *_: object) -> None:
        c.subscribe(topics.command(wearer.device_id), qos=1)

    def on_message(_c: object, _u: object, message: mqtt.MQTTMessage) -> None:
        band.commands.append(json.loads(message.payload))

    client.on_connect = on_connect
    client.on_message = on_message
    client.on_publish = lambda _c, _u, mid, *_: band.confirm(mid)
    client.on_subscribe = lambda *_: subscribed.append(1)
    client.connect(host, port, keepalive=30)
    client.loop_start()
    try:
        until(lambda: subscribed, 10, "the wristband's subscription")
        yield band
    finally:
        client.disconnect()
        client.loop_stop()
