"""A process that publishes reports of many wristbands as fast as it is told to.

``python -m bench.load`` reads one JSON object on stdin (so that no password stands on
a command line) and prints one when it is done, or when stdin ends.
"""

import itertools
import json
import resource
import selectors
import socket
import sys
import threading
from collections import deque
from dataclasses import asdict, dataclass
from typing import Final

from bench import mqtt
from bench.wire import Wire
from core import topics
from core.clock import Clock, SystemClock
from core.errors import YinlingError
from simulators import broker, messages
from simulators.broker import BrokerAddress

TICK_S: Final = 0.005
BURST: Final = 2_000
IN_FLIGHT: Final = 400
DRAIN_S: Final = 60.0
_RECEIVE_BYTES: Final = 65_536


@dataclass(frozen=True, slots=True)
class Order:
    """What the load shall do.

    ``reports`` is how many in all (None: until stdin ends), ``rate`` how many a second
    (None: as fast as the broker acknowledges).
    """

    mqtt: str
    wristbands: list[tuple[str, str]]
    reports: int | None = None
    rate: float | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """What it did.

    ``publishing_s`` is the time it published for, ``seconds`` until the last PUBACK.
    """

    published: int
    acknowledged: int
    reconnects: int
    publishing_s: float
    seconds: float


class _Connection:
    """One wristband's socket, with what waits to be written and acknowledged."""

    def __init__(
        self, device_id: str, password: str, address: BrokerAddress, clock: Clock
    ) -> None:
        self._login = (device_id, password, address, clock)
        self._topic = mqtt.topic_field(topics.telemetry(device_id))
        self._packet_ids = itertools.cycle(range(1, 65_536))
        self._received = bytearray()
        self._unsent = bytearray()
        self._unacknowledged: deque[bytes] = deque()
        self.socket = self._connected()

    @property
    def in_flight(self) -> int:
        """Reports that are not acknowledged yet."""
        return len(self._unacknowledged)

    def queue(self, payload: bytes) -> None:
        """Add one report to what is written next."""
        packet = mqtt.publish(self._topic, next(self._packet_ids), payload)
        self._unacknowledged.append(packet)
        self._unsent += packet

    def flush(self) -> bool:
        """Write what the socket takes; whether that was all."""
        try:
            sent = self.socket.send(self._unsent)
        except BlockingIOError:
            return False
        except OSError:
            return True  # it is gone; the next read says so
        del self._unsent[:sent]
        return not self._unsent

    def read(self) -> int | None:
        """Read PUBACKs; how many, or None if the connection is gone."""
        try:
            found = self.socket.recv(_RECEIVE_BYTES)
        except BlockingIOError:
            return 0
        except OSError:
            return None
        if not found:
            return None
        self._received += found
        count = mqtt.count_pubacks(self._received)
        for _ in range(count):
            self._unacknowledged.popleft()
        return count

    def reconnect(self) -> None:
        """Connect anew and repeat all that is not acknowledged, as MQTT wants."""
        self.socket.close()
        self._received.clear()
        self._unsent = bytearray(b"".join(self._unacknowledged))
        self.socket = self._connected()

    def _connected(self) -> socket.socket:
        link = Wire.patiently(*self._login).socket
        link.setblocking(False)
        return link


class Load:
    """All connections of the load, in one loop.

    Parameters
    ----------
    order : what to publish, how fast.
    clock : real time.
    """

    def __init__(self, order: Order, clock: Clock) -> None:
        address = broker.address(order.mqtt)
        self._order, self._clock = order, clock
        self._connections = [
            _Connection(device_id, password, address, clock)
            for device_id, password in order.wristbands
        ]
        self._selector = selectors.DefaultSelector()
        for connection in self._connections:
            self._listen(connection)
        self._turns = itertools.cycle(self._connections)
        self._unsent: set[_Connection] = set()
        self._seq = itertools.count(1)
        self._published = self._acknowledged = self._reconnects = 0

    def run(self, stop: threading.Event) -> Done:
        """Publish until the order is done or `stop` is set, then drain."""
        start_s = self._clock.monotonic_s()
        while not stop.is_set() and not self._complete():
            self._publish(self._due(self._clock.monotonic_s() - start_s))
            self._serve(TICK_S)
        publishing_s = self._clock.monotonic_s() - start_s
        end_s = self._clock.monotonic_s() + DRAIN_S
        while self._acknowledged < self._published:
            if self._clock.monotonic_s() > end_s:
                break
            self._serve(TICK_S)
        seconds = self._clock.monotonic_s() - start_s
        for connection in self._connections:
            connection.socket.close()
        return Done(
            self._published, self._acknowledged, self._reconnects, publishing_s, seconds
        )

    def _complete(self) -> bool:
        wanted = self._order.reports
        return wanted is not None and self._published >= wanted

    def _due(self, seconds: float) -> int:
        """How many reports may be published now."""
        due = BURST
        if self._order.rate is not None:
            due = min(due, int(seconds * self._order.rate) - self._published)
        if self._order.reports is not None:
            due = min(due, self._order.reports - self._published)
        return due

    def _publish(self, due: int) -> None:
        time = messages.instant(self._clock.now().timestamp())
        for connection in itertools.islice(self._turns, due):
            if connection.in_flight < IN_FLIGHT:
                connection.queue(report(time, next(self._seq)))
                self._unsent.add(connection)
                self._published += 1

    def _serve(self, timeout_s: float) -> None:
        self._unsent = {each for each in self._unsent if not each.flush()}
        for key, _ in self._selector.select(timeout_s):
            connection = key.data
            if isinstance(connection, _Connection):
                self._read(connection)

    def _read(self, connection: _Connection) -> None:
        count = connection.read()
        if count is not None:
            self._acknowledged += count
            return
        self._selector.unregister(connection.socket)
        connection.reconnect()
        self._reconnects += 1
        self._listen(connection)
        self._unsent.add(connection)

    def _listen(self, connection: _Connection) -> None:
        self._selector.register(connection.socket, selectors.EVENT_READ, connection)


def report(time: str, seq: int) -> bytes:
    """A whole report of a healthy person, different from the one before."""
    return (
        f'{{"time":"{time}","seq":{seq},"heart_rate":{66 + seq % 9},"spo2":97,'
        f'"temperature":33.{seq % 10},"latitude":34.34{seq % 100:02},'
        f'"longitude":108.9398,"accuracy":12,"location_source":"gnss","steps":2410,'
        f'"motion":0.0{seq % 7 + 1},"worn":true,"battery":83}}'
    ).encode()


def main() -> None:
    """Do what stdin's first line orders; stop early where stdin ends."""
    _allow_many_sockets()
    order = Order(**json.loads(sys.stdin.readline()))
    stop = threading.Event()
    load = Load(order, SystemClock())
    sys.stdout.write('{"connected": true}\n')
    sys.stdout.flush()
    threading.Thread(target=_watch_stdin, args=(stop,), daemon=True).start()
    sys.stdout.write(json.dumps(asdict(load.run(stop))) + "\n")


def _watch_stdin(stop: threading.Event) -> None:
    sys.stdin.read()
    stop.set()


def _allow_many_sockets() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


if __name__ == "__main__":
    try:
        main()
    except YinlingError as error:
        sys.exit(f"{__spec__.name}: {error}")
