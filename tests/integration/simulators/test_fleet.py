"""The fleet on a real broker."""

import json
import threading
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from bench import plain_broker
from core.clock import SystemClock
from simulators import broker, cohort, scenarios
from simulators.cohort import Wearer
from simulators.fleet import Fleet
from simulators.messages import Message
from tests.support.waiting import until

pytestmark = pytest.mark.broker
ZONE = ZoneInfo("Asia/Shanghai")
SCRIPT = """
name: test
interval_s: 0.5
events:
  - {kind: sos, wristbands: [1], at_s: 0.3}
  - {kind: silence, wristbands: [2], at_s: 2, duration_s: 2}
"""


@pytest.fixture
def url() -> Iterator[str]:
    with plain_broker.running() as address:
        yield address


class Service:
    """What a service would be: hears everything, answers every SOS."""

    def __init__(self, url: str) -> None:
        address = broker.address(url)
        self.heard: list[tuple[str, bytes]] = []
        self.answer = True
        self._client = mqtt.Client(
            CallbackAPIVersion.VERSION2, client_id="service", clean_session=True
        )
        self._client.on_message = self._on_message
        ready = threading.Event()
        self._client.on_subscribe = lambda *_: ready.set()
        self._client.connect(address.host, address.port)
        self._client.loop_start()
        # One subscription: a second would pass what a session may leave unanswered.
        self._client.subscribe("wb/+/+", qos=1)
        assert ready.wait(5)

    def tell(self, device_id: str, **command: object) -> None:
        payload = json.dumps(command)
        self._client.publish(f"wb/{device_id}/command", payload, qos=1)

    def of(self, topic: str) -> list[bytes]:
        return [payload for heard, payload in list(self.heard) if heard == topic]

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def _on_message(self, _c: object, _u: object, message: mqtt.MQTTMessage) -> None:
        self.heard.append((message.topic, bytes(message.payload)))
        _, device_id, channel = message.topic.split("/")
        if channel == "sos" and self.answer:
            event = json.loads(message.payload)
            self.tell(device_id, command="sos_received", seq=event["seq"])


@pytest.fixture
def service(url: str) -> Iterator[Service]:
    made = Service(url)
    yield made
    made.close()


class Running:
    def __init__(self, url: str, wristbands: int, script: str = SCRIPT) -> None:
        clock = SystemClock()
        start_s = round(clock.now().timestamp(), 3)
        wearers = [Wearer(f"band-{index}") for index in range(wristbands)]
        made = cohort.make(
            wearers, scenarios.parse(script, "test"), seed=3, start_s=start_s, zone=ZONE
        )
        self.sent: list[Message] = []
        self.wristbands = made.wristbands
        self.fleet = Fleet(
            made.wristbands,
            {wearer.device_id: "any" for wearer in wearers},
            broker.address(url),
            clock,
            on_sent=lambda _, message: self.sent.append(message),
        )
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self.fleet.run, args=(self._stop,))
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(10)
        assert not self._thread.is_alive()


@pytest.fixture
def run() -> Iterator[list[Running]]:
    started: list[Running] = []
    yield started
    for one in started:
        one.stop()


def test_hundreds_connect_and_report(
    url: str, service: Service, run: list[Running]
) -> None:
    run.append(Running(url, 300))
    counts = run[0].fleet.counts
    until(lambda: counts.connected == 300, 15, "all connected")
    until(lambda: counts.acknowledged >= 900, 15, "three reports each")
    run[0].stop()
    assert counts.unacknowledged == 0
    assert counts.connected == 0
    heard = {topic for topic, _ in service.heard}
    assert {f"wb/band-{index}/telemetry" for index in range(300)} <= heard


@pytest.mark.slow
def test_an_sos_is_repeated_until_it_is_received(
    url: str, service: Service, run: list[Running]
) -> None:
    service.answer = False
    run.append(Running(url, 2))
    presses = until(lambda: service.of("wb/band-1/sos"), 5, "the press")
    until(lambda: len(service.of("wb/band-1/sos")) == 2, 5, "the resend at 2 s")
    service.answer = True
    until(lambda: run[0].wristbands[1].tally.answered == 1, 8, "the answer")
    assert run[0].wristbands[1].tally.resent == 2
    assert set(service.of("wb/band-1/sos")) == set(presses)


@pytest.mark.slow
def test_a_silent_wristband_sends_what_it_kept(
    url: str, service: Service, run: list[Running]
) -> None:
    run.append(Running(url, 3))
    counts = run[0].fleet.counts
    until(lambda: counts.connected == 3, 5, "connected")
    until(lambda: counts.connected == 2, 6, "the silence")
    topic = "wb/band-2/telemetry"
    arrays = until(
        lambda: [one for one in service.of(topic) if one.startswith(b"[")],
        12,
        "what it kept",
    )
    assert len(json.loads(arrays[0])) >= 3
    assert counts.reconnects == 1


@pytest.mark.slow
def test_it_measures_when_it_is_asked(
    url: str, service: Service, run: list[Running], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simulators.wristband.MEASURE_TAKES_S", 5.5)
    run.append(Running(url, 1))
    topic = "wb/band-0/telemetry"
    until(lambda: service.of(topic), 5, "a report")
    before = sum(b"systolic" in one for one in service.of(topic))
    service.tell("band-0", command="measure")
    until(
        lambda: sum(b"systolic" in one for one in service.of(topic)) > before,
        40,
        "a second blood pressure",
    )


def test_it_outlives_an_absent_broker(run: list[Running]) -> None:
    with plain_broker.running() as url:
        run.append(Running(url, 5))
        counts = run[0].fleet.counts
        until(lambda: counts.connected == 5, 5, "connected")
    until(lambda: counts.connected == 0, 5, "gone")
    run[0].stop()
    assert sum(one.tally.lost for one in run[0].wristbands) == 0
