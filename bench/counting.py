"""The baseline: a process with a paho subscriber that counts messages, no more.

``python -m bench.counting`` reads one JSON object on stdin, prints a line once it is
subscribed and another once it has counted what was asked for.
"""

import json
import sys
import threading
from dataclasses import dataclass
from typing import Final

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.reasoncodes import ReasonCode

from core.clock import Clock, SystemClock
from core.errors import UnavailableError, YinlingError
from simulators import broker

TIMEOUT_S: Final = 600.0
TOPICS: Final = "wb/+/telemetry"


@dataclass(frozen=True, slots=True)
class Order:
    """Where to listen, and how many messages to count."""

    mqtt: str
    reports: int


class Counter:
    """Counts what arrives with QoS 1 on a persistent session, as ingest's does."""

    def __init__(self, order: Order, clock: Clock) -> None:
        self._order, self._clock = order, clock
        self._count = 0
        self._subscribed = threading.Event()
        self._complete = threading.Event()
        self.ended_s = 0.0
        self._client = mqtt.Client(
            CallbackAPIVersion.VERSION2, client_id="counting", clean_session=False
        )
        self._client.on_message = self._received
        self._client.on_subscribe = self._confirmed

    def subscribe(self) -> None:
        """Connect and subscribe.

        Raises
        ------
        UnavailableError
            If the broker does not confirm.
        """
        address = broker.address(self._order.mqtt)
        self._client.connect(address.host, address.port, keepalive=60)
        self._client.loop_start()
        self._client.subscribe(TOPICS, qos=1)
        if not self._subscribed.wait(10):
            raise UnavailableError("the baseline's subscription was not confirmed")

    def wait(self) -> int:
        """Wait until all are counted (or ten minutes); how many there were."""
        self._complete.wait(TIMEOUT_S)
        self._client.disconnect()
        self._client.loop_stop()
        return self._count

    def _confirmed(
        self,
        _client: mqtt.Client,
        _userdata: object,
        _packet_id: int,
        reasons: list[ReasonCode],
        _properties: object,
    ) -> None:
        if not any(reason.is_failure for reason in reasons):
            self._subscribed.set()

    def _received(
        self, _client: mqtt.Client, _userdata: object, _message: mqtt.MQTTMessage
    ) -> None:
        self._count += 1
        if self._count == self._order.reports:
            self.ended_s = self._clock.monotonic_s()
            self._complete.set()


def main() -> None:
    """Count what stdin's first line orders."""
    order = Order(**json.loads(sys.stdin.readline()))
    counter = Counter(order, SystemClock())
    counter.subscribe()
    _say({"subscribed": True})
    count = counter.wait()
    _say({"counted": count, "ended_s": counter.ended_s})


def _say(what: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        main()
    except YinlingError as error:
        sys.exit(f"{__spec__.name}: {error}")
