"""`yinling bench ingest`: reports a second, end to end, beside one that only counts."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Final

from bench import plain_broker, population, service
from bench.child import Child
from bench.service import Service
from core import database
from core.clock import Clock, SystemClock
from core.errors import UnavailableError

POLL_S: Final = 0.2
STALLED_S: Final = 30.0
OnProgress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Options:
    """What is measured."""

    reports: int = 150_000
    warm_up: int = 10_000
    wristbands: int = 1_000
    rounds: int = 1


@dataclass(frozen=True, slots=True)
class Rate:
    """One round: from the first PUBLISH to the last one done."""

    reports: int
    seconds: float

    @property
    def per_s(self) -> float:
        """Reports a second."""
        return self.reports / self.seconds


@dataclass(frozen=True, slots=True)
class Result:
    """End to end (published, judged, committed, acknowledged) beside counting."""

    end_to_end: list[Rate]
    counting: list[Rate]

    @property
    def ratio(self) -> float:
        """Median end-to-end rate as a share of the median counting rate."""
        whole = median(one.per_s for one in self.end_to_end)
        return whole / median(one.per_s for one in self.counting)


def run(
    options: Options, on_progress: OnProgress, clock: Clock | None = None
) -> Result:
    """Measure both, one after the other on the same machine, round by round.

    Parameters
    ----------
    options : how many reports of how many wristbands.
    on_progress : told (phase, done, all).
    clock : real time.

    Raises
    ------
    UnavailableError
        If a process does not come up, or reports stop arriving, or what was stored is
        not exactly what was published.
    """
    clock = clock or SystemClock()
    counting: list[Rate] = []
    end_to_end: list[Rate] = []
    with service.running({}) as running:
        bench = _EndToEnd(options, running, on_progress, clock)
        bench.warm_up()
        for _ in range(options.rounds):
            counting.append(count(options, on_progress, clock))
            end_to_end.append(bench.measure())
        bench.check()
    return Result(end_to_end, counting)


def count(options: Options, on_progress: OnProgress, clock: Clock) -> Rate:
    """The baseline: the same load, a bare broker, a paho subscriber that counts."""
    wristbands = [(f"count-{number}", "-") for number in range(options.wristbands)]
    on_progress("counting", 0, options.reports)
    with plain_broker.running(clock=clock) as url:
        order: dict[str, object] = {"mqtt": url, "reports": options.reports}
        with Child("bench.counting", order) as counter:
            counter.answer()
            with Child("bench.load", order | {"wristbands": wristbands}) as load:
                load.answer()
                start_s = clock.monotonic_s()
                load.answer()
                counted = counter.answer()
    if counted["counted"] < options.reports:
        raise UnavailableError("the baseline lost messages")
    on_progress("counting", options.reports, options.reports)
    return Rate(options.reports, counted["ended_s"] - start_s)


class _EndToEnd:
    def __init__(
        self, options: Options, running: Service, on_progress: OnProgress, clock: Clock
    ) -> None:
        self._options, self._service = options, running
        self._on_progress, self._clock = on_progress, clock
        self._published = 0
        crowd = population.add(
            running.database_url,
            clock,
            prefix="crowd",
            count=options.wristbands,
            hook=None,
        )
        self._wristbands = [(one.device_id, one.password) for one in crowd]
        self._pause = threading.Event()

    def warm_up(self) -> None:
        """Let caches fill and plans settle."""
        self._round("warming up", self._options.warm_up)

    def measure(self) -> Rate:
        """One round."""
        return self._round("end to end", self._options.reports)

    def check(self) -> None:
        """Whether every published report is a reading, once."""
        end_s = self._clock.monotonic_s() + STALLED_S
        while (stored := self._stored()) != self._published:
            if self._clock.monotonic_s() > end_s:
                break
            self._pause.wait(1)
        if stored != self._published:
            raise UnavailableError(
                f"{self._published} reports were published, {stored} are stored"
            )

    def _stored(self) -> int:
        with database.connect(self._service.database_url, "bench", 120) as conn:
            row = conn.execute("SELECT count(*) FROM reading").fetchone()
        return int(row[0]) if row else 0

    def _round(self, phase: str, reports: int) -> Rate:
        order: dict[str, object] = {
            "mqtt": self._service.mqtt,
            "wristbands": self._wristbands,
            "reports": reports,
        }
        before = self._service.taken()
        with Child("bench.load", order) as load:
            load.answer()
            start_s = self._clock.monotonic_s()
            self._await(phase, before, reports)
            seconds = self._clock.monotonic_s() - start_s
            load.answer()
        self._published += reports
        return Rate(reports, seconds)

    def _await(self, phase: str, before: int, reports: int) -> None:
        """Until ingest has judged, committed and confirmed them all."""
        last, since_s = 0, self._clock.monotonic_s()
        while True:
            done = self._service.taken() - before
            self._on_progress(phase, min(done, reports), reports)
            if done >= reports:
                return
            now_s = self._clock.monotonic_s()
            if done > last:
                last, since_s = done, now_s
            elif now_s - since_s > STALLED_S:
                raise UnavailableError(f"ingest stalled at {done} of {reports}")
            self._pause.wait(POLL_S)
