"""Runs and episodes of one wristband, kept from report to report."""

from dataclasses import dataclass, field
from typing import NamedTuple

Rules = dict[str, float]


class Event(NamedTuple):
    """What people would be told: a kind at a level, or 0 where it is over."""

    row: int
    kind: str
    level: int
    observed_s: float


@dataclass(slots=True)
class Run:
    """Readings in a row of which something holds, with no long gap."""

    start_s: float = 0.0
    count: int = 0

    def step(self, holds: bool, time_s: float, last_s: float, gap_s: float) -> float:
        """Take the next reading; how long the run lasts, -1 outside of one [s]."""
        if not holds:
            self.count = 0
            return -1.0
        if self.count == 0 or time_s - last_s > gap_s:
            self.start_s, self.count = time_s, 0
        self.count += 1
        return time_s - self.start_s


@dataclass(slots=True)
class Episode:
    """What people were told of one kind."""

    level: int = 0
    met_s: float | None = None

    def step(self, level: int, over: bool, time_s: float, rearm_s: float) -> int | None:
        """Take what a reading reaches; the level to tell, 0 for over, None for nothing."""
        if level:
            anew = self.met_s is not None and time_s - self.met_s > rearm_s
            told = 0 if anew else self.level
            self.met_s, self.level = time_s, max(told, level)
            return level if level > told else None
        if over and self.level:
            self.level = 0
            return 0
        return None


@dataclass(slots=True)
class Person:
    """Who wears a wristband: their rules, and what they were told of."""

    row: int
    rules: Rules
    dementia: bool = False
    high_risk: bool = False
    waking: tuple[tuple[float, float], ...] = ()
    episodes: dict[str, Episode] = field(default_factory=dict[str, Episode])

    def tell(  # noqa: PLR0917  a call for each report: positional is quicker
        self,
        slot: str,
        level: int,
        over: bool,
        time_s: float,
        rearm_s: float,
        events: list[Event],
    ) -> None:
        """Tell once a severity and clear once; `slot` is a kind, or one of its two."""
        episode = self.episodes.get(slot)
        if episode is None:
            if not level:
                return
            episode = self.episodes[slot] = Episode()
        told = episode.step(level, over, time_s, rearm_s)
        if told is None:
            return
        kind, _, _ = slot.partition("/")
        other = self.episodes.get(_OTHER.get(slot, ""))
        if told == 0 and other is not None and other.level:
            return
        events.append(Event(self.row, kind, told, time_s))


_OTHER = {
    "blood_pressure_high": "blood_pressure_high/days",
    "blood_pressure_high/days": "blood_pressure_high",
}
