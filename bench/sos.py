"""`yinling bench sos`: from the press to the phone that rings, idle and under load."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from bench import phone, population, service
from bench.child import Child
from bench.phone import Phone
from bench.population import Worn
from bench.service import Service
from bench.wire import Wire
from core.clock import Clock, SystemClock
from core.errors import UnavailableError
from simulators import broker, messages

RING_TIMEOUT_S: Final = 30.0
GAP_S: Final = (0.03, 0.15)
"""Presses come at random intervals, so that they meet every phase of any polling."""
LOAD_SETTLES_S: Final = 3.0
OnProgress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Options:
    """What is measured."""

    presses: int = 200
    rate: float = 5_000
    wristbands: int = 1_000
    seed: int = 7


@dataclass(frozen=True, slots=True)
class Latency:
    """Seconds from PUBLISH to the hook's receipt, over the presses that were told."""

    presses: int
    told: int
    median_s: float
    p99_s: float
    max_s: float
    published_per_s: float
    committed_per_s: float


@dataclass(frozen=True, slots=True)
class Result:
    """The same presses without and with a load beside them."""

    idle: Latency
    loaded: Latency


def run(
    options: Options, on_progress: OnProgress, clock: Clock | None = None
) -> Result:
    """Start the service, press, and measure.

    Parameters
    ----------
    options : how many presses, how much load.
    on_progress : told (phase, done, all).
    clock : real time.

    Raises
    ------
    UnavailableError
        If the service does not come up.
    """
    clock = clock or SystemClock()
    with phone.running(clock) as ringing:
        hosts = {"YINLING_NOTIFY_HOSTS": ringing.host}
        with service.running(hosts) as running:
            bench = _Bench(options, running, ringing, on_progress, clock)
            return bench.measure()


class _Bench:
    def __init__(
        self,
        options: Options,
        running: Service,
        ringing: Phone,
        on_progress: OnProgress,
        clock: Clock,
    ) -> None:
        self._options, self._service, self._phone = options, running, ringing
        self._on_progress, self._clock = on_progress, clock
        self._rng = np.random.default_rng(options.seed)
        self._pause = threading.Event()

    def measure(self) -> Result:
        idle_wearers = self._populate("idle", self._options.presses, self._phone.url)
        load_wearers = self._populate("load", self._options.presses, self._phone.url)
        crowd = self._populate("crowd", self._options.wristbands, None)
        idle = self._press_all("idle", idle_wearers)
        return Result(idle, self._press_under_load(load_wearers, crowd))

    def _populate(self, prefix: str, count: int, hook: str | None) -> list[Worn]:
        return population.add(
            self._service.database_url,
            self._clock,
            prefix=prefix,
            count=count,
            hook=hook,
        )

    def _press_under_load(
        self, wearers: Sequence[Worn], crowd: Sequence[Worn]
    ) -> Latency:
        order: dict[str, object] = {
            "mqtt": self._service.mqtt,
            "wristbands": [(one.device_id, one.password) for one in crowd],
            "rate": self._options.rate,
        }
        with Child("bench.load", order) as load:
            load.answer()
            self._pause.wait(LOAD_SETTLES_S)
            found = self._press_all("under load", wearers)
            load.let_end()
            done = load.answer()
        return replace(found, published_per_s=done["published"] / done["publishing_s"])

    def _press_all(self, phase: str, wearers: Sequence[Worn]) -> Latency:
        wires = self._connect(wearers)
        before = self._service.taken()
        start_s = self._clock.monotonic_s()
        pressed: list[tuple[Worn, float]] = []
        for number, (wearer, wire) in enumerate(zip(wearers, wires, strict=True), 1):
            self._pause.wait(float(self._rng.uniform(*GAP_S)))
            pressed.append((wearer, self._press(wearer, wire, number)))
            self._on_progress(phase, number, len(wearers))
        seconds = self._clock.monotonic_s() - start_s
        committed = self._service.taken() - before
        waits = [self._told_after(wearer, at_s) for wearer, at_s in pressed]
        for wire in wires:
            wire.close()
        return latency(waits, committed / seconds)

    def _connect(self, wearers: Sequence[Worn]) -> list[Wire]:
        address = broker.address(self._service.mqtt)
        return [
            Wire.patiently(one.device_id, one.password, address, self._clock)
            for one in wearers
        ]

    def _press(self, wearer: Worn, wire: Wire, number: int) -> float:
        fields = {"latitude": 34.3416, "longitude": 108.9398, "battery": 83}
        now_s = self._clock.now().timestamp()
        event = messages.urgent(wearer.device_id, now_s, number, "button", fields)
        at_s = self._phone.now_s()
        wire.publish(event.topic, event.payload)
        return at_s

    def _told_after(self, wearer: Worn, at_s: float) -> float | None:
        rang_s = self._phone.wait(wearer.senior, RING_TIMEOUT_S)
        return None if rang_s is None else rang_s - at_s


def latency(waits: Sequence[float | None], committed_per_s: float) -> Latency:
    """Sum up waits [s]; None is a press that nobody was told of.

    Raises
    ------
    UnavailableError
        If nobody was told of any.
    """
    told = np.array([wait for wait in waits if wait is not None])
    if not len(told):
        raise UnavailableError("nobody was told of any press")
    return Latency(
        presses=len(waits),
        told=len(told),
        median_s=float(np.median(told)),
        p99_s=float(np.percentile(told, 99)),
        max_s=float(told.max()),
        published_per_s=0.0,
        committed_per_s=committed_per_s,
    )
