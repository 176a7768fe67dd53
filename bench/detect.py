"""`yinling bench detect`: readings a second that the detectors judge, by fleet size."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from alerts.detection import engine
from alerts.detection.columns import KINDS, REPORT, Rows, fresh_state
from alerts.detection.memory import Memory, fresh_memory
from alerts.detection.verdict import Verdict
from bench.detect_fleet import HOME, RADIUS_M, Fleet, fleet
from bench.plain.episodes import Event, Person
from bench.plain.places import Circle
from bench.plain.report import objects
from bench.plain.wristband import Wristband
from core.errors import YinlingError

PER_HOUR: Final = 12
ZONE: Final = ZoneInfo("Asia/Shanghai")
VALUES: Final = tuple(
    name
    for name in REPORT.names or ()
    if name not in {"row", "seq", "time_s", "received_s", "location_source"}
)
OnProgress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Options:
    """What is measured.

    Attributes
    ----------
    fleets : numbers of wristbands.
    history : reports of a batch of history: an hour of a twelfth as many wristbands.
    live : reports of a batch of live data, of as many wristbands.
    least : readings to judge of each fleet at least, each way.
    beside : wristbands whose first two hours are judged by plain objects as well.
    """

    fleets: tuple[int, ...] = (1_000, 10_000, 100_000, 1_000_000)
    history: int = 12_000
    live: int = 1_000
    least: int = 600_000
    beside: int = 1_000
    seed: int = 7


@dataclass(frozen=True, slots=True)
class Rate:
    """What was judged, and the processor time it took."""

    wristbands: int
    readings: int
    values: int
    seconds: float

    @property
    def readings_per_s(self) -> float:
        """Reports judged a second and core."""
        return self.readings / self.seconds

    @property
    def values_per_s(self) -> float:
        """Values of fields, a second and core."""
        return self.values / self.seconds


@dataclass(frozen=True, slots=True)
class Result:
    """Rates by fleet, and of plain objects beside the engine on the same reports."""

    history: list[Rate]
    live: list[Rate]
    engine: Rate
    plain: Rate
    told: int

    @staticmethod
    def flatness(rates: Sequence[Rate]) -> float:
        """Cost of a reading in the largest fleet, by that in the smallest."""
        return rates[0].readings_per_s / rates[-1].readings_per_s


class OutcomeError(YinlingError):
    """Engine and plain objects told different things of the same reports."""


def run(options: Options, on_progress: OnProgress) -> Result:
    """Judge simulated fleets and take the time.

    Raises
    ------
    OutcomeError
        If the engine and the plain objects do not tell the same.
    """
    beside = _beside(options, on_progress)
    history: list[Rate] = []
    live: list[Rate] = []
    for m in options.fleets:
        judged = _Judged(fleet(m, options.seed))
        steps = _Steps(f"{m:,} wristbands", on_progress)
        judged.pass_history(options.history, m * PER_HOUR, steps)
        least = max(options.least, m * PER_HOUR)
        history.append(judged.pass_history(options.history, least, steps))
        live.append(judged.pass_live(options.live, options.least, steps))
    return Result(history, live, *beside)


class _Steps:
    """Tells how far a phase is, whose length shows as it goes."""

    def __init__(self, phase: str, on_progress: OnProgress) -> None:
        self._phase, self._tell = phase, on_progress
        self._done = 0

    def done(self, readings: int, least: int) -> None:
        """So many more, of at least so many."""
        self._done += readings
        self._tell(self._phase, self._done, max(least, self._done))


class _Judged:
    """A fleet with its states, judged batch by batch."""

    def __init__(self, wearers: Fleet) -> None:
        self._fleet, self._m = wearers, len(wearers.sent)
        self._state = fresh_state(self._m)
        self._memory = Memory.of(fresh_memory(self._m))
        self._chance = np.random.default_rng(0)

    def pass_history(self, size: int, least: int, steps: _Steps) -> Rate:
        """Judge hour after hour of everyone, an hour of some wristbands a batch."""
        at_once = min(max(size // PER_HOUR, 1), self._m)
        parts: list[Rate] = []
        while sum(one.readings for one in parts) < least:
            order = self._chance.permutation(self._m)
            for start in range(0, self._m, at_once):
                rows = np.sort(order[start : start + at_once])
                parts.append(self._take(self._fleet.reports(rows, PER_HOUR)))
                steps.done(parts[-1].readings, least)
        return self._sum(parts)

    def pass_live(self, size: int, least: int, steps: _Steps) -> Rate:
        """Judge one report each of some wristbands a batch, in any order."""
        size = min(size, self._m)
        parts: list[Rate] = []
        for _ in range(-(-least // size)):
            rows = self._chance.choice(self._m, size, replace=False, shuffle=False)
            parts.append(self._take(self._fleet.reports(rows, 1)))
            steps.done(size, least)
        return self._sum(parts)

    def _take(self, reports: Rows) -> Rate:
        begin_s = time.process_time()
        self.judge(reports)
        seconds = time.process_time() - begin_s
        return Rate(self._m, len(reports), values(reports), seconds)

    def judge(self, reports: Rows) -> Verdict:
        """Judge reports in order."""
        verdict = engine.judge(
            self._state,
            reports,
            self._fleet.limits,
            self._fleet.fences,
            ZONE,
            self._memory,
        )
        if verdict.pending.size:
            raise OutcomeError("reports of the bench are late")
        return verdict

    def _sum(self, parts: Sequence[Rate]) -> Rate:
        return Rate(
            self._m,
            sum(one.readings for one in parts),
            sum(one.values for one in parts),
            sum(one.seconds for one in parts),
        )


def _beside(options: Options, on_progress: OnProgress) -> tuple[Rate, Rate, int]:
    """The same hours judged by engine and by plain objects, and how much both told."""
    wearers, rows = fleet(options.beside, options.seed), np.arange(options.beside)
    hours = [wearers.reports(rows, PER_HOUR) for _ in range(2)]
    judged, bands = _Judged(wearers), wristbands(wearers)
    rates: list[list[float]] = [[], []]
    told: Counter[Event] = Counter()
    for done, reports in enumerate(hours):
        begin_s = time.process_time()
        found = events(judged.judge(reports))
        rates[0].append(time.process_time() - begin_s)
        plain = objects(reports)
        expected: list[Event] = []
        begin_s = time.process_time()
        for report in plain:
            bands[report.row].take(report, expected)
        rates[1].append(time.process_time() - begin_s)
        if Counter(found) != Counter(expected):
            raise OutcomeError(_difference(Counter(found), Counter(expected)))
        told.update(found)
        on_progress("beside plain objects", done + 1, len(hours))
    readings = sum(len(reports) for reports in hours)
    several = sum(values(reports) for reports in hours)
    engines, objects_ = (
        Rate(options.beside, readings, several, sum(seconds)) for seconds in rates
    )
    return engines, objects_, told.total()


def wristbands(wearers: Fleet) -> list[Wristband]:
    """Plain objects that go by the same rules as a fleet's columns."""
    limits, starts = wearers.limits, wearers.fences.start
    offset_s = 8 * 3600.0  # of ZONE, all year round
    names = [name for name in limits.table.dtype.names or () if "." in name]
    rules = [{name: float(one[name]) for name in names} for one in limits.table]
    bands: list[Wristband] = []
    for row, which in enumerate(limits.which.tolist()):
        own = limits.table[which]
        spans = tuple((float(a), float(b)) for a, b in own["waking"] if a < b)
        flags = bool(own["dementia"]), bool(own["high_risk"])
        person = Person(row, rules[which], *flags, waking=spans)
        fenced = starts[row + 1] > starts[row]
        circles = [Circle(*HOME, RADIUS_M)] if fenced else []
        bands.append(Wristband(person, circles, offset_s))
    return bands


def events(verdict: Verdict) -> list[Event]:
    """What the engine tells, as plain objects do."""
    found = [
        Event(
            int(one["row"]),
            str(KINDS[one["kind"]]),
            int(one["level"]),
            float(one["observed_s"]),
        )
        for one in verdict.firings
    ]
    found += [
        Event(int(one["row"]), str(KINDS[one["kind"]]), 0, float(one["observed_s"]))
        for one in verdict.clearings
    ]
    return found


def values(reports: Rows) -> int:
    """Fields that are present, the time and the number left out."""
    absent = sum(
        int(np.isnan(reports[name]).sum()) for name in VALUES if name != "worn"
    )
    return len(VALUES) * len(reports) - absent - int((reports["worn"] < 0).sum())


def _difference(found: Counter[Event], expected: Counter[Event]) -> str:
    missed, more = expected - found, found - expected
    first = next(iter([*missed, *more]))
    return (
        f"engine and plain objects differ: {missed.total()} told by the objects alone,"
        f" {more.total()} by the engine alone, such as {first}"
    )
