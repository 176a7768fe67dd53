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
from bench.plain.episodes import Event, Person, Rules
from bench.plain.places import Circle
from bench.plain.report import objects
from bench.plain.wristband import Wristband
from core.errors import YinlingError

PER_HOUR: Final = 12
ZONE: Final = ZoneInfo("Asia/Shanghai")
METRICS: Final = tuple(
    name
    for name in REPORT.names or ()
    if name not in {"row", "seq", "time_s", "received_s", "worn"}
    and name not in {"latitude", "longitude", "accuracy", "location_source"}
)
OnProgress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Options:
    """What is measured.

    Attributes
    ----------
    fleets : numbers of wristbands.
    live : wristbands of a batch of live data, with one report each.
    history, bulk : wristbands of a batch of history, with an hour of reports each.
    least : reports to judge of each fleet at least, each way.
    beside : wristbands whose first two hours are judged by plain objects as well.
    """

    fleets: tuple[int, ...] = (1_000, 10_000, 100_000, 1_000_000)
    live: int = 1_000
    history: int = 1_000
    bulk: int = 20_000
    least: int = 600_000
    beside: int = 1_000
    seed: int = 7


@dataclass(frozen=True, slots=True)
class Rate:
    """What was judged, and the processor time it took."""

    wristbands: int
    reports: int
    readings: int
    seconds: float

    @property
    def reports_per_s(self) -> float:
        """Reports judged a second and core."""
        return self.reports / self.seconds

    @property
    def readings_per_s(self) -> float:
        """Single values of a metric judged, a second and core."""
        return self.readings / self.seconds


@dataclass(frozen=True, slots=True)
class Result:
    """Rates by fleet, and of plain objects beside the engine on the same reports."""

    live: list[Rate]
    history: list[Rate]
    bulk: list[Rate]
    engine: Rate
    plain: Rate
    told: int

    @staticmethod
    def flatness(rates: Sequence[Rate]) -> float:
        """Cost of a report in the largest fleet, by that in the smallest."""
        return rates[0].reports_per_s / rates[-1].reports_per_s


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
    found: list[tuple[Rate, ...]] = []
    ways = ((options.live, 1), (options.history, PER_HOUR), (options.bulk, PER_HOUR))
    for m in options.fleets:
        judged = _Judged(fleet(m, options.seed))
        all_told = m * PER_HOUR + len(ways) * options.least
        steps = _Steps(f"{m:,} wristbands", all_told, on_progress)
        judged.warm(options.bulk, steps)
        rates = [judged.rate(size, each, options.least, steps) for size, each in ways]
        found.append(tuple(rates))
    live, history, bulk = (list(rates) for rates in zip(*found, strict=True))
    return Result(live, history, bulk, *beside)


class _Steps:
    """Tells how far the reports of one fleet are."""

    def __init__(self, phase: str, least: int, on_progress: OnProgress) -> None:
        self._phase, self._least, self._tell = phase, least, on_progress
        self._done = 0

    def done(self, reports: int) -> None:
        """So many more."""
        self._done += reports
        self._tell(self._phase, self._done, max(self._least, self._done))


class _Judged:
    """A fleet with its states, judged batch by batch."""

    def __init__(self, wearers: Fleet) -> None:
        self._fleet, self._m = wearers, len(wearers.sent)
        self._state = fresh_state(self._m)
        self._memory = Memory.of(fresh_memory(self._m))
        self._chance = np.random.default_rng(0)

    def warm(self, size: int, steps: _Steps) -> None:
        """Judge everyone's first hour."""
        for start in range(0, self._m, size):
            rows = np.arange(start, min(start + size, self._m))
            reports = self._fleet.reports(rows, PER_HOUR)
            self.judge(reports)
            steps.done(len(reports))

    def rate(self, size: int, each: int, least: int, steps: _Steps) -> Rate:
        """Judge the next reports of wristbands drawn from the fleet.

        Parameters
        ----------
        size : wristbands of a batch, or all of a smaller fleet.
        each : reports of each in it.
        """
        size = min(size, self._m)
        parts: list[Rate] = []
        for _ in range(-(-least // (size * each))):
            rows = self._chance.choice(self._m, size, replace=False, shuffle=False)
            parts.append(self._take(self._fleet.reports(np.sort(rows), each)))
            steps.done(parts[-1].reports)
        return Rate(
            self._m,
            sum(one.reports for one in parts),
            sum(one.readings for one in parts),
            sum(one.seconds for one in parts),
        )

    def _take(self, reports: Rows) -> Rate:
        begin_s = time.process_time()
        self.judge(reports)
        seconds = time.process_time() - begin_s
        return Rate(self._m, len(reports), readings(reports), seconds)

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
    judged_twice = sum(len(reports) for reports in hours)
    several = sum(readings(reports) for reports in hours)
    engines, objects_ = (
        Rate(options.beside, judged_twice, several, sum(seconds)) for seconds in rates
    )
    return engines, objects_, told.total()


def wristbands(wearers: Fleet) -> list[Wristband]:
    """Plain objects that go by the same rules as a fleet's columns."""
    limits, starts = wearers.limits, wearers.fences.start
    offset_s = 8 * 3600.0  # of ZONE, all year round
    names = [name for name in limits.table.dtype.names or () if "." in name]
    rules: list[Rules] = [
        {name: float(limits.table[name][k]) for name in names}
        for k in range(len(limits.table))
    ]
    bands: list[Wristband] = []
    profiles: list[int] = limits.which.tolist()
    for row, which in enumerate(profiles):
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
    fired, cleared = verdict.firings, verdict.clearings
    over = np.zeros(len(cleared), np.int64)
    found: list[Event] = []
    for several, levels in ((fired, fired["level"]), (cleared, over)):
        slots: list[int] = several["kind"].tolist()
        columns = (several["row"], levels, several["observed_s"])
        rows, told, times = (column.tolist() for column in columns)
        kinds = [str(KINDS[slot]) for slot in slots]
        found += map(Event, rows, kinds, told, times)
    return found


def readings(reports: Rows) -> int:
    """Values of a metric that are present, as `GET /v1/seniors/{id}/readings` counts."""
    absent = sum(int(np.isnan(reports[name]).sum()) for name in METRICS)
    return len(METRICS) * len(reports) - absent


def _difference(found: Counter[Event], expected: Counter[Event]) -> str:
    missed, more = expected - found, found - expected
    first = next(iter([*missed, *more]))
    return (
        f"engine and plain objects differ: {missed.total()} told by the objects alone,"
        f" {more.total()} by the engine alone, such as {first}"
    )
