"""The detectors once more, slow and obvious: what the numpy code must equal.

Written from the table of detectors and its exact terms: one wristband, one report at
a time, every question answered by walking through all readings judged so far.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

Report = dict[str, Any]  # time, received, and any field of a report; absent: no key
Event = tuple[str, str, int, float]  # what, kind, level, observed

VITAL_RANGES = {
    "heart_rate": (20, 250),
    "systolic": (50, 260),
    "diastolic": (30, 160),
    "spo2": (50, 100),
}
DEFAULT_LIMITS: dict[str, Any] = {
    "hr_high": (111, 131),
    "hr_low": (50, 40),
    "bp_high": (180, 110),
    "bp_low": (100, 90),
    "ox": (94, 92),
    "battery": (20, 10),
    "dementia": False,
}
RELEVANT = 15 * 60
HOUR = 60 * 60
MINUTE = 60
VITAL_KINDS = (
    "heart_rate_high",
    "heart_rate_low",
    "blood_pressure_high",
    "blood_pressure_low",
    "spo2_low",
)


@dataclass
class Episode:
    """What people were told of one kind."""

    level: int = 0
    met: float | None = None
    told: float | None = None
    told_level: int = 0


@dataclass
class Fence:
    """A circle, plainly."""

    latitude: float
    longitude: float
    radius: float
    enter: bool = False
    visited: bool = False
    violated: bool = False


@dataclass
class Oracle:
    """One wristband's detectors."""

    limits: dict[str, Any] = field(default_factory=lambda: dict(DEFAULT_LIMITS))
    fences: list[Fence] = field(default_factory=list)
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))
    known: list[Report] = field(default_factory=list)  # all that ever arrived
    story: list[Report] = field(default_factory=list)  # as vital signs are judged
    fixes: list[Report] = field(default_factory=list)
    episodes: dict[str, Episode] = field(default_factory=dict)
    newest: float = -math.inf
    checked: dict[tuple[str, int], bool] = field(default_factory=dict)

    def feed(self, *together: Report) -> list[Event]:
        """Take reports that arrive together; what is to be told, cleared, asked."""
        events: list[Event] = []
        late: list[Report] = []
        for report in together:
            if report["time"] >= self.newest:
                events += self._look_again(late)
                late = []
                events += self._in_order(report)
            elif is_relevant(report) and has_vitals(report):
                late.append(report)
            self.known.append(report)
        return events + self._look_again(late)

    def _in_order(self, report: Report) -> list[Event]:
        self.newest = report["time"]
        self.story.append(report)
        return [*self._live_vitals(), *self._geofence(report), *self._battery(report)]

    # -- episodes ---------------------------------------------------------------

    def episode(self, kind: str) -> Episode:
        return self.episodes.setdefault(kind, Episode())

    def _step(
        self, kind: str, report: Report, level: int, over: bool, rearm: float
    ) -> list[Event]:
        """Tell once a severity, clear once, and tell anew after long silence."""
        episode = self.episode(kind)
        time = report["time"]
        if not is_relevant(report):
            level = 0
        if level:
            anew = episode.met is not None and time - episode.met > rearm
            told = 0 if anew else episode.level
            episode.met = time
            episode.level = max(told, level)
            if level > told:
                episode.told, episode.told_level = time, level
                return [("fire", kind, level, time)]
        elif over and episode.level:
            episode.level = 0
            return [("clear", kind, 0, time)]
        return []

    # -- gates ------------------------------------------------------------------

    def worn(self, i: int) -> bool:
        said = [r["worn"] for r in self.story[: i + 1] if "worn" in r]
        return said[-1] if said else True

    def gains(self, upto: int) -> list[float]:
        """Times at which steps were gained."""
        times: list[float] = []
        before: int | None = None
        for r in self.story[: upto + 1]:
            if "steps" in r:
                if before is not None and steps_gained(before, r["steps"]):
                    times.append(r["time"])
                before = r["steps"]
        return times

    def at_rest(self, i: int) -> bool:
        now = self.story[i]["time"]
        if any(now - time < 10 * MINUTE for time in self.gains(i)):
            return False
        motions = [r for r in self.story[: i + 1] if "motion" in r]
        if not motions or now - motions[-1]["time"] >= 10 * MINUTE:
            return True
        return motions[-1]["motion"] <= 0.1

    def frozen(self, i: int) -> bool:
        pulses = [r for r in self.story[: i + 1] if possible(r, "heart_rate")]
        if not pulses:
            return False
        moves = self.gains(i) + [
            r["time"] for r in self.story[: i + 1] if r.get("motion", 0) > 0.1
        ]
        count, start = 1, pulses[-1]["time"]
        for before, after in backwards(pulses):
            moved = any(before["time"] < move <= after["time"] for move in moves)
            if before["heart_rate"] != after["heart_rate"] or moved:
                break
            count, start = count + 1, before["time"]
        return count >= 10 and pulses[-1]["time"] - start >= 10 * MINUTE

    def valid(self, name: str, i: int) -> bool:
        """Whether reading i may be judged for a vital sign."""
        r = self.story[i]
        if not possible(r, name) or not self.worn(i) or self.frozen(i):
            return False
        if name == "systolic":
            return possible(r, "diastolic") and r["diastolic"] < r["systolic"]
        return self.at_rest(i)

    def valid_readings(self, name: str, i: int) -> list[Report]:
        for j in range(i + 1):
            if (name, j) not in self.checked:
                self.checked[name, j] = self.valid(name, j)
        return [self.story[j] for j in range(i + 1) if self.checked[name, j]]

    # -- vital signs --------------------------------------------------------------

    def outlook(self, kind: str, i: int) -> tuple[int, bool] | None:
        """Level that reading i reaches, and whether the condition is over by it."""
        name = {"h": "heart_rate", "b": "systolic", "s": "spo2"}[kind[0]]
        if not self.valid(name, i):
            return None
        readings = self.valid_readings(name, i)
        knows_rest = any("steps" in r or "motion" in r for r in self.story[: i + 1])
        return getattr(self, f"_{kind}")(readings, knows_rest)

    def _heart_rate_high(
        self, readings: list[Report], knows_rest: bool
    ) -> tuple[int, bool]:
        warning, critical = self.limits["hr_high"]
        level = 0
        if spans(
            readings, lambda r: r["heart_rate"] >= warning, 10 * MINUTE, 5 * MINUTE
        ):
            level = 2
        if spans(readings, lambda r: r["heart_rate"] >= critical, MINUTE, 15 * MINUTE):
            level = 3 if knows_rest else 2
        over = spans(
            readings, lambda r: r["heart_rate"] <= warning - 5, 10 * MINUTE, 5 * MINUTE
        )
        return level, over

    def _heart_rate_low(self, readings: list[Report], _: bool) -> tuple[int, bool]:
        warning, critical = self.limits["hr_low"]
        level = 0
        if spans(
            readings, lambda r: r["heart_rate"] <= warning, 10 * MINUTE, 5 * MINUTE
        ):
            level = 2
        if spans(readings, lambda r: r["heart_rate"] <= critical, MINUTE, 15 * MINUTE):
            level = 3
        over = spans(
            readings, lambda r: r["heart_rate"] >= warning + 5, 10 * MINUTE, 5 * MINUTE
        )
        return level, over

    def _blood_pressure_high(self, readings: list[Report], _: bool) -> tuple[int, bool]:
        upper, lower = self.limits["bp_high"]
        high = lambda r: r["systolic"] >= upper or r["diastolic"] >= lower  # noqa: E731
        fine = lambda r: r["systolic"] <= upper - 5 and r["diastolic"] <= lower - 5  # noqa: E731
        confirmed = spans(readings, high, 3 * MINUTE, 30 * MINUTE)
        return 3 * confirmed, spans(readings, fine, 3 * MINUTE, 4 * HOUR)

    def _blood_pressure_low(self, readings: list[Report], _: bool) -> tuple[int, bool]:
        warning, critical = self.limits["bp_low"]
        level = 0
        if spans(readings, lambda r: r["systolic"] <= warning, 3 * MINUTE, 30 * MINUTE):
            level = 2
        if spans(
            readings, lambda r: r["systolic"] <= critical, 3 * MINUTE, 30 * MINUTE
        ):
            level = 3
        return level, spans(
            readings, lambda r: r["systolic"] >= warning + 5, 3 * MINUTE, 4 * HOUR
        )

    def _spo2_low(self, readings: list[Report], _: bool) -> tuple[int, bool]:
        level = 0
        for limit, name in zip(self.limits["ox"], (2, 3), strict=True):
            last = readings[-3:]
            three = len(last) == 3 and all(r["spo2"] <= limit for r in last)
            three = three and last[2]["time"] - last[0]["time"] <= 15 * MINUTE
            low = lambda r, limit=limit: r["spo2"] <= limit  # noqa: E731
            if three or spans(readings, low, 5 * MINUTE, 5 * MINUTE):
                level = name
        fine = self.limits["ox"][0] + 1
        return level, spans(
            readings, lambda r: r["spo2"] >= fine, 10 * MINUTE, 5 * MINUTE
        )

    def _live_vitals(self) -> list[Event]:
        i = len(self.story) - 1
        events: list[Event] = []
        for kind in VITAL_KINDS:
            found = self.outlook(kind, i)
            if found is not None:
                events += self._step(kind, self.story[i], *found, HOUR)
        return events + self._ask(i)

    def _ask(self, i: int) -> list[Event]:
        """Ask for a second blood pressure where a first one began to be bad."""
        if not self.valid("systolic", i) or not is_relevant(self.story[i]):
            return []
        readings = self.valid_readings("systolic", i)
        time = self.story[i]["time"]
        for kind, level, bad in self._bad_pressures():
            first = run(readings, bad, 30 * MINUTE)
            if len(first) == 1 and level > self.episode(kind).level:
                return [("measure", "", 0, time)]
        return []

    def _bad_pressures(self) -> Iterator[tuple[str, int, Callable[[Report], bool]]]:
        upper, lower = self.limits["bp_high"]
        warning, critical = self.limits["bp_low"]
        yield (
            "blood_pressure_high",
            3,
            lambda r: r["systolic"] >= upper or r["diastolic"] >= lower,
        )
        yield "blood_pressure_low", 3, lambda r: r["systolic"] <= critical
        yield "blood_pressure_low", 2, lambda r: r["systolic"] <= warning

    # -- late reports -------------------------------------------------------------

    def _look_again(self, late: list[Report]) -> list[Event]:
        """Read the story anew with late reports in it; tell what holds at its end."""
        if not late:
            return []
        self.checked.clear()
        self.story = sorted(self.known, key=lambda r: (r["time"], r["seq"]))
        events: list[Event] = []
        for kind in VITAL_KINDS:
            events += self._settle(kind, late[0]["received"])
        return events + self._ask_again({one["time"] for one in late})

    def _settle(self, kind: str, arrived: float) -> list[Event]:
        level, reached_at, met, cleared_at = 0, None, None, None
        for i, r in enumerate(self.story):
            found = self.outlook(kind, i)
            if found is None:
                continue
            reached, over = found
            if over:
                level, cleared_at = 0, r["time"]
            if is_relevant(r) and reached:
                met = r["time"]
                if reached > level:
                    level, reached_at = reached, r["time"]
        episode = self.episode(kind)
        events: list[Event] = []
        told = -math.inf if episode.told is None else episode.told
        over_since = cleared_at is not None and cleared_at > told
        if over_since and episode.level:
            episode.level = 0
            events.append(("clear", kind, 0, cleared_at))
        told_already = (
            episode.told is not None and episode.told_level >= level and not over_since
        )
        fresh = reached_at is not None and arrived - reached_at <= RELEVANT
        if level > episode.level and not told_already and fresh:
            episode.level = episode.told_level = level
            episode.told, episode.met = reached_at, met
            events.append(("fire", kind, level, reached_at))
        return events

    def _ask_again(self, late: set[float]) -> list[Event]:
        """Ask where the late report is a first bad reading still unconfirmed."""
        last = max(
            (i for i in range(len(self.story)) if self.valid("systolic", i)),
            default=None,
        )
        if last is None:
            return []
        readings = self.valid_readings("systolic", last)
        gravest: dict[str, tuple[int, list[Report]]] = {}
        for kind, level, bad in self._bad_pressures():
            under_way = run(readings, bad, 30 * MINUTE)
            if under_way and kind not in gravest:
                gravest[kind] = (level, under_way)
        for kind, (level, under_way) in gravest.items():
            begins = under_way[0]["time"] in late
            if begins and level > self.episode(kind).level:
                return [("measure", "", 0, under_way[0]["time"])]
        return []

    # -- fences and battery ---------------------------------------------------------

    def _geofence(self, report: Report) -> list[Event]:
        if "latitude" not in report:
            return []
        before = self.fixes[-1] if self.fixes else None
        self.fixes.append(report)
        inside = [f for f in self.fences if not f.enter and is_inside(f, report)]
        for fence in inside:
            fence.visited = True
        some_visited = any(f.visited for f in self.fences if not f.enter)
        levels = {False: 0, True: 0}
        for fence in self.fences:
            hit, fine = (is_outside, is_inside)
            if fence.enter:
                hit, fine = fine, hit
            twice = before is not None and hit(fence, report) and hit(fence, before)
            counts = fence.enter or fence.visited or not some_visited
            if twice and counts and is_relevant(report):
                fence.violated = True
                grave = self.limits["dementia"] or self._night(report["time"])
                if not fence.enter and before is not None:
                    away = outside_by(fence, report)
                    grave = grave or (away > 1000 and away > outside_by(fence, before))
                levels[fence.enter] = max(levels[fence.enter], 3 if grave else 2)
            elif fine(fence, report):
                fence.violated = False
        events: list[Event] = []
        for enter, kind in ((False, "geofence_exit"), (True, "geofence_enter")):
            over = not any(f.violated for f in self.fences if f.enter == enter)
            events += self._step(kind, report, levels[enter], over, math.inf)
        return events

    def _night(self, time: float) -> bool:
        hour = datetime.fromtimestamp(time, UTC).astimezone(self.zone).hour
        return not 7 <= hour < 22

    def _battery(self, report: Report) -> list[Event]:
        if "battery" not in report:
            return []
        shown, told = self.limits["battery"]
        charge = report["battery"]
        level = 2 if charge <= told else 1 if charge <= shown else 0
        return self._step("battery_low", report, level, charge >= 25, math.inf)


def is_relevant(report: Report) -> bool:
    return report["received"] - report["time"] <= RELEVANT


def has_vitals(report: Report) -> bool:
    return any(possible(report, name) for name in ("heart_rate", "systolic", "spo2"))


def possible(report: Report, name: str) -> bool:
    low, high = VITAL_RANGES[name]
    return name in report and low <= report[name] <= high


def steps_gained(before: int, after: int) -> bool:
    """A counter that fell was reset: what it shows has been gained since."""
    return after > before if after >= before else after > 0


def backwards(readings: list[Report]) -> Iterator[tuple[Report, Report]]:
    """Neighbours, from the newest pair to the oldest."""
    for i in range(len(readings) - 1, 0, -1):
        yield readings[i - 1], readings[i]


def run(
    readings: list[Report], bad: Callable[[Report], bool], gap: float
) -> list[Report]:
    """The unbroken run of bad readings that the last reading ends, oldest first."""
    if not readings or not bad(readings[-1]):
        return []
    found = [readings[-1]]
    for before, after in backwards(readings):
        if not bad(before) or after["time"] - before["time"] > gap:
            break
        found.insert(0, before)
    return found


def spans(
    readings: list[Report], bad: Callable[[Report], bool], span: float, gap: float
) -> bool:
    """Whether the run that the last reading ends lasts for `span`."""
    found = run(readings, bad, gap)
    return bool(found) and found[-1]["time"] - found[0]["time"] >= span


def outside_by(fence: Fence, fix: Report) -> float:
    """Metres outside of the fence's edge, on a plane through its middle."""
    degree = 6_371_008.8 * math.pi / 180
    x = (
        (fix["longitude"] - fence.longitude)
        * math.cos(math.radians(fence.latitude))
        * degree
    )
    y = (fix["latitude"] - fence.latitude) * degree
    return math.hypot(x, y) - fence.radius


def is_outside(fence: Fence, fix: Report) -> bool:
    return outside_by(fence, fix) > fix["accuracy"]


def is_inside(fence: Fence, fix: Report) -> bool:
    return -outside_by(fence, fix) >= fix["accuracy"]
