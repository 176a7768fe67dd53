"""One wristband's readings as the oracle walks through them, and the gates over each."""

import struct
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

Report = Mapping[str, Any]  # time, received, seq and any field; absent: no key
Event = tuple[str, str, int, float]  # what, kind, level, observed

RANGES = {
    "heart_rate": (20, 250),
    "systolic": (50, 260),
    "diastolic": (30, 160),
    "spo2": (50, 100),
    "temperature": (20, 43),
    "battery": (0, 100),
}
DAY_S = 86400


def single(value: float) -> float:
    """A number as 32 bits hold it: rules and readings are kept so."""
    return float(struct.unpack("<f", struct.pack("<f", value))[0])


@dataclass(frozen=True)
class Profile:
    """The rules in force for one senior, and what of the senior they depend on."""

    values: Mapping[str, float]
    dementia: bool = False
    high_risk: bool = False
    quiet: tuple[tuple[float, float], ...] = ()  # [s] of the local day, from < to

    def waking(self) -> list[tuple[float, float]]:
        """Parts of the local day that are daytime and not quiet [s]."""
        parts = [(self.values["day.from_h"] * 3600, self.values["day.to_h"] * 3600)]
        for begins, ends in self.quiet:
            cut = [
                piece
                for start, end in parts
                for piece in ((start, min(end, begins)), (max(start, ends), end))
            ]
            parts = [(start, end) for start, end in cut if start < end]
        return parts


@dataclass(eq=False)
class Reading:
    """A report in the place where it was judged, with all that was found of it."""

    report: Report
    profile: Profile
    local: datetime
    gained: bool = False
    moved: bool = False
    worn: bool = True
    resting: bool = True
    senses: bool = False  # steps or motion were sent lately
    repeats: bool = False  # the pulse of the reading before it, nothing moved between
    frozen: bool = False
    gone_since: float | None = None  # absence inferred from the pulse: since when
    silent: bool = False  # … because no pulse came any more
    valid: dict[str, bool] = field(default_factory=dict[str, bool])

    @property
    def time(self) -> float:
        return float(self.report["time"])

    @property
    def day(self) -> int:
        return self.local.toordinal()

    def rule(self, name: str) -> float:
        return self.profile.values[name]

    def has(self, name: str) -> bool:
        return name in self.report

    def value(self, name: str) -> float:
        return single(self.report[name])

    def possible(self, name: str) -> bool:
        low, high = RANGES[name]
        return name in self.report and low <= self.value(name) <= high

    def is_relevant(self) -> bool:
        late = self.report["received"] - self.report["time"]
        return bool(late <= self.rule("late.relevant_s"))


class Story:
    """Readings in the order in which vital signs are judged, oldest first.

    After a look back, what was renewed within its window is read from there on only:
    ``begins`` holds for each such part the time before which nothing counts.
    """

    def __init__(self, zone: ZoneInfo) -> None:
        self.zone = zone
        self.readings: list[Reading] = []
        self.begins: dict[str, float] = defaultdict(lambda: float("-inf"))

    def back(self, part: str) -> Iterator[Reading]:
        """Readings that count for a part, newest first."""
        begins = self.begins[part]
        for reading in reversed(self.readings):
            if reading.time <= begins:
                return
            yield reading

    def newest(
        self, part: str, wanted: Callable[[Reading], bool], *, skip: int = 0
    ) -> Reading | None:
        for i, reading in enumerate(self.back(part)):
            if i >= skip and wanted(reading):
                return reading
        return None

    def judge(self, report: Report, profile: Profile) -> Reading:
        """Put a report at the end, and find what the gates say of it."""
        local = datetime.fromtimestamp(report["time"], self.zone)
        reading = Reading(report, profile, local)
        self.readings.append(reading)
        self._find_moves(reading)
        self._find_frozen(reading)
        self._find_wear(reading)
        pulse = reading.possible("heart_rate") and reading.worn and not reading.frozen
        steady = reading.worn and not reading.frozen
        upper, lower = reading.possible("systolic"), reading.possible("diastolic")
        crossed = (
            upper and lower and reading.value("diastolic") >= reading.value("systolic")
        )
        reading.valid = {
            "heart_rate": pulse and reading.resting,
            "systolic": (upper or lower) and not crossed and steady,
            "both": upper and lower and not crossed and steady,
            "spo2": reading.possible("spo2") and steady and reading.resting,
            "temperature": reading.possible("temperature") and steady,
        }
        return reading

    def _find_moves(self, reading: Reading) -> None:
        limit, rest = (
            reading.rule("quality.rest_motion_g"),
            reading.rule("quality.rest_s"),
        )
        if reading.has("steps"):
            before = self.newest("steps", lambda one: one.has("steps"), skip=1)
            reading.gained = before is not None and steps_gained(
                before.value("steps"), reading.value("steps")
            )
        own = reading.has("motion") and reading.value("motion") > limit
        reading.moved = reading.gained or own
        stepped = self.newest("stepped", lambda one: one.gained)
        felt = self.newest("motion", lambda one: one.has("motion"))
        walks = stepped is not None and reading.time - stepped.time < rest
        stirs = felt is not None and felt.value("motion") > limit
        stirs = felt is not None and stirs and reading.time - felt.time < rest
        reading.resting = not walks and not stirs
        counted = self.newest("steps", lambda one: one.has("steps"))
        lately = [one for one in (counted, felt) if one is not None]
        reading.senses = any(reading.time - one.time < rest for one in lately)

    def _find_frozen(self, reading: Reading) -> None:
        if not reading.possible("heart_rate"):
            last = self.newest("pulse", is_pulse)
            reading.frozen = last is not None and last.frozen
            return
        before = self.newest("pulse", is_pulse, skip=1)
        moved = self.newest("moved", lambda one: one.moved)
        if before is not None:
            same = before.value("heart_rate") == reading.value("heart_rate")
            still = moved is None or moved.time <= before.time
            reading.repeats = same and still
        alike = self._alike()
        enough = len(alike) >= reading.rule("quality.frozen_readings")
        spans = reading.time - alike[-1].time >= reading.rule("quality.frozen_s")
        reading.frozen = enough and spans

    def _alike(self) -> list[Reading]:
        """The identical pulses at the end of the story, newest first."""
        found: list[Reading] = []
        for one in self.back("pulse"):
            if is_pulse(one):
                found.append(one)
                if not one.repeats:
                    break
        return found

    def _find_wear(self, reading: Reading) -> None:
        said = self.newest("worn", lambda one: one.has("worn"))
        pulse = self.newest("pulse", is_pulse)
        moved = self.newest("moved", lambda one: one.moved)
        if reading.frozen:
            reading.gone_since = self._alike()[-1].time
        elif pulse is not None and (moved is None or moved.time <= pulse.time):
            silence = reading.time - pulse.time
            reading.silent = silence >= reading.rule("not_worn.no_signal_s")
            reading.gone_since = pulse.time if reading.silent else None
        says_on = said is None or bool(said.report["worn"])
        reading.worn = says_on and not reading.silent


def is_pulse(reading: Reading) -> bool:
    return reading.possible("heart_rate")


def steps_gained(before: float, after: float) -> bool:
    """A counter that fell was reset: what it shows has been gained since."""
    return after > before if after >= before else after > 0


def run(
    newest_first: Iterable[Reading], bad: Callable[[Reading], bool], gap: str | None
) -> list[Reading]:
    """The unbroken run of bad readings that the newest one ends, newest first.

    Each was held against the gap in force when it was judged; None bears any gap.
    """
    found: list[Reading] = []
    for one in newest_first:
        after = found[-1] if found else None
        apart = after is not None and gap is not None
        if (
            apart
            and after is not None
            and after.time - one.time > after.rule(gap or "")
        ):
            break
        if not bad(one):
            break
        found.append(one)
    return found


def span_s(found: list[Reading]) -> float:
    """How long a run lasts, -inf where there is none."""
    return found[0].time - found[-1].time if found else float("-inf")
