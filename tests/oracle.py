"""The detectors once more, slow and obvious: what the numpy code must equal.

Written from docs/detection.md alone: one wristband, one report at a time, every
question answered by walking through all readings judged so far. ``tests.oracles``
holds the parts.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from tests.oracles.limits import KINDS, first_pressures, outlook
from tests.oracles.personal import Baseline, PressureDays
from tests.oracles.places import Fence, Places
from tests.oracles.readings import Event, Profile, Reading, Report, Story
from tests.oracles.wear import Wear

# Parts of the story that a look back reads anew, and what shows how new each is.
PARTS = {
    "worn": lambda one: one.has("worn"),
    "steps": lambda one: one.has("steps"),
    "stepped": lambda one: one.gained,
    "motion": lambda one: one.has("motion"),
    "moved": lambda one: one.moved,
    "pulse": lambda one: one.possible("heart_rate"),
    "heart_rate": lambda one: one.valid["heart_rate"],
    "systolic": lambda one: one.valid["systolic"],
    "spo2": lambda one: one.valid["spo2"],
}
DAILY_MEANS = "blood_pressure_high, daily means"
SISTERS = {"blood_pressure_high": DAILY_MEANS, DAILY_MEANS: "blood_pressure_high"}
VITALS = ("heart_rate", "systolic", "diastolic", "spo2")


@dataclass
class Episode:
    """What people were told of one kind."""

    level: int = 0
    met: float | None = None
    told: float | None = None
    told_level: int = 0


@dataclass
class Path:
    """What a look back found of one kind along its window."""

    level: int = 0
    reached: float | None = None
    met: float | None = None
    cleared: float | None = None

    def step(self, reading: Reading, level: int, over: bool) -> None:
        if over:
            self.level, self.cleared = 0, reading.time
        if level and reading.is_relevant():
            self.met = reading.time
            if level > self.level:
                self.level, self.reached = level, reading.time


class Oracle:
    """One wristband's detectors.

    Set ``profile`` anew at any time: it is in force for what comes from then on.
    """

    def __init__(
        self,
        profile: Profile,
        fences: Iterable[Fence] = (),
        zone: ZoneInfo | None = None,
    ) -> None:
        self.profile = profile
        self.zone = zone or ZoneInfo("Asia/Shanghai")
        self.known: list[Report] = []  # all that ever arrived
        self.story = Story(self.zone)
        self.places = Places(list(fences))
        self.usuals = {
            kind: Baseline(kind, self.zone)
            for kind in ("vitals_change", "temperature_high")
        }
        self.pressures, self.wear = PressureDays(), Wear()
        self.lowest: float = math.inf  # charge in the running episode
        self.episodes: dict[str, Episode] = {}
        self.newest = -math.inf

    def feed(self, *together: Report) -> list[Event]:
        """Take reports that arrive together; what is to be told, cleared, asked."""
        events: list[Event] = []
        late: list[Report] = []
        for report in together:
            if report["time"] >= self.newest:
                events += self._look_again(late)
                late = []
                events += self._in_order(report)
            else:
                self._remember_late(report)
                if self._matters(report):
                    late.append(report)
            self.known.append(report)
        return events + self._look_again(late)

    def gates(self) -> set[str]:
        """Gates that the newest report leaves closed."""
        newest = self.story.readings[-1]
        closed = {
            "not_worn": not newest.worn,
            "frozen": newest.frozen,
            "moving": not newest.resting,
        }
        return {name for name, shut in closed.items() if shut}

    def _in_order(self, report: Report) -> list[Event]:
        self.newest = report["time"]
        reading = self.story.judge(report, self.profile)
        self.wear.take(reading)
        found = {kind: outlook(self.story, kind) for kind in KINDS}
        found |= {kind: usual.outlook(reading) for kind, usual in self.usuals.items()}
        found[DAILY_MEANS] = self.pressures.outlook(reading)
        found["inactivity"] = self.wear.inactivity()
        found["not_worn"] = self.wear.not_worn()
        found["battery_low"] = self._battery(reading)
        if "latitude" in report and "longitude" in report:
            found |= self.places.levels(reading)
        events = [
            event
            for kind, one in found.items()
            if one is not None
            for event in self._step(kind, reading, *one)
        ]
        return [*self._outward(events), *self._ask(reading)]

    # -- episodes ---------------------------------------------------------------

    def episode(self, kind: str) -> Episode:
        return self.episodes.setdefault(kind, Episode())

    def _step(self, kind: str, reading: Reading, level: int, over: bool) -> list[Event]:
        """Tell once a severity, clear once, and tell anew after long silence."""
        episode, time = self.episode(kind), reading.time
        rearms = kind in KINDS or kind in self.usuals
        rearm = reading.rule("late.rearm_s") if rearms else math.inf
        if level and reading.is_relevant():
            anew = episode.met is not None and time - episode.met > rearm
            told = 0 if anew else episode.level
            episode.met, episode.level = time, max(told, level)
            if level > told:
                episode.told, episode.told_level = time, level
                return [("fire", kind, level, time)]
        elif over and not level and episode.level:
            episode.level = 0
            return [("clear", kind, 0, time)]
        return []

    def _outward(self, events: list[Event]) -> list[Event]:
        """A kind of two episodes is cleared once, when neither holds any more."""
        told: list[Event] = []
        for what, kind, level, time in events:
            sister = SISTERS.get(kind)
            shared = "blood_pressure_high" if sister else kind
            if what == "clear" and sister and self.episode(sister).level:
                continue
            event = (what, shared, level, time)
            if what != "clear" or event not in told:
                told.append(event)
        return told

    def _battery(self, reading: Reading) -> tuple[int, bool] | None:
        if not reading.possible("battery"):
            return None
        charge, kind = reading.value("battery"), "battery_low"
        if not self.episode(kind).level:
            self.lowest = math.inf
        charged = charge >= self.lowest + reading.rule(f"{kind}.charging")
        self.lowest = min(self.lowest, charge)
        level = 1 if charge <= reading.rule(f"{kind}.info") else 0
        level = 2 if charge <= reading.rule(f"{kind}.warning") else level
        if not reading.rule(f"{kind}.enabled"):
            return 0, True
        over = charge >= reading.rule(f"{kind}.clear") or charged
        return level, over and not level

    def _ask(self, reading: Reading) -> list[Event]:
        """Ask for a second blood pressure where a first one began to be bad."""
        if not reading.valid["systolic"] or not reading.is_relevant():
            return []
        for kind, level, found in first_pressures(self.story):
            if len(found) == 1 and level > self.episode(kind).level:
                return [("measure", "", 0, reading.time)]
        return []

    # -- late reports -------------------------------------------------------------

    def _matters(self, report: Report) -> bool:
        reading = Story(self.zone).judge(report, self.profile)
        return reading.is_relevant() and any(map(reading.possible, VITALS))

    def _remember_late(self, report: Report) -> None:
        """A late report joins the cells of what is usual, if nothing speaks against it."""
        alone = Story(self.zone).judge(report, self.profile)
        now = self.story.readings[-1]
        worn = bool(report["worn"]) if alone.has("worn") else now.worn
        for kind, usual in self.usuals.items():
            rest = now.resting or kind == "temperature_high"
            if alone.possible(usual.field) and worn and rest and not now.frozen:
                usual.add_late(report)

    def _look_again(self, late: list[Report]) -> list[Event]:
        """Read the window anew with late reports in it; tell what holds at its end."""
        if not late:
            return []
        since = self.newest - self.profile.values["late.window_s"]
        self._forget(since)
        window = [one for one in self.known if one["time"] > since]
        paths = {kind: Path() for kind in KINDS}
        asked: list[tuple[str, int, float]] = []
        for report in sorted(window, key=lambda one: (one["time"], one["seq"])):
            reading = self.story.judge(report, self.profile)
            for kind, path in paths.items():
                found = outlook(self.story, kind)
                if found is not None:
                    path.step(reading, *found)
            if reading.valid["systolic"]:
                waiting = first_pressures(self.story)
                asked = [(k, n, found[-1].time) for k, n, found in waiting]
        arrived = late[0]["received"]
        events = [
            event
            for kind, path in paths.items()
            for event in self._settle(kind, path, arrived, since)
        ]
        begun = {one["time"] for one in late}
        for kind, level, begins in asked:
            if begins in begun and level > self.episode(kind).level:
                return [*self._outward(events), ("measure", "", 0, begins)]
        return self._outward(events)

    def _forget(self, since: float) -> None:
        """What the window tells anew counts from there only; the rest stays."""
        for part, counts in PARTS.items():
            newest = self.story.newest(part, counts)
            if newest is not None and newest.time > since:
                self.story.begins[part] = since
        kept = [one for one in self.story.readings if one.time <= since]
        self.story.readings = kept

    def _settle(
        self, kind: str, path: Path, arrived: float, since: float
    ) -> list[Event]:
        episode = self.episode(kind)
        told = -math.inf if episode.told is None else episode.told
        events: list[Event] = []
        over_since = path.cleared is not None and path.cleared > told
        if over_since and episode.level and path.cleared is not None:
            episode.level = 0
            events.append(("clear", kind, 0, path.cleared))
        known = told > since and episode.told_level >= path.level and not over_since
        relevant = self.profile.values["late.relevant_s"]
        fresh = path.reached is not None and arrived - path.reached <= relevant
        if path.level > episode.level and not known and fresh and path.reached:
            episode.level = episode.told_level = path.level
            episode.told, episode.met = path.reached, path.met
            events.append(("fire", kind, path.level, path.reached))
        return events
