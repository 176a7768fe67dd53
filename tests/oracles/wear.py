"""Stillness and absence of wear, counted over waking time."""

from dataclasses import dataclass
from datetime import datetime

from tests.oracles.readings import DAY_S, Reading

RECORDED = 30
LEAST_S = 8 * 3600


@dataclass
class Today:
    """The reports of one local day that were judged for stillness."""

    day: int
    first: float | None = None
    last: float = 0.0
    longest: float = 0.0


class Wear:
    """Whether the wristband is on, for how long it was still, or off."""

    def __init__(self) -> None:
        self.ordered: list[Reading] = []
        self.days: list[int] = []  # longest stillness of each recorded day [min]
        self.today: Today | None = None

    def take(self, newest: Reading) -> None:
        """A report judged in order."""
        if self.today is None or newest.day > self.today.day:
            self._record()
            self.today = Today(newest.day)
        self.ordered.append(newest)

    def _record(self) -> None:
        day = self.today
        if (
            day is not None
            and day.first is not None
            and day.last - day.first >= LEAST_S
        ):
            self.days.append(int(day.longest // 60))

    def off_since(self) -> float | None:
        """When the wristband came off; None while it is on."""
        since = None
        for one in reversed(self.ordered):
            if one.has("worn"):
                if one.report["worn"]:
                    break
                since = one.time
        return self.ordered[-1].gone_since if since is None else since

    def still_since(self) -> float:
        """The newest sign of a person: a move, putting it on, the first report.

        Neither steps nor motion for longer than a silence is borne: counted anew.
        """
        since, said_off, sensed = self.ordered[0].time, False, None
        for one in self.ordered:
            if one.moved:
                since = one.time
            if one.has("steps") or one.has("motion"):
                borne = one.rule("offline.warning_s")
                if sensed is not None and one.time - sensed > borne:
                    since = one.time
                sensed = one.time
            if one.has("worn"):
                if said_off and one.report["worn"]:
                    since = one.time
                said_off = not one.report["worn"]
        return since

    def inactivity(self) -> tuple[int, bool]:
        """Level that the newest report reaches, and whether stillness is over."""
        newest, today = self.ordered[-1], self.today
        off = self.off_since() is not None
        over = off or newest.moved
        level = 0
        if not off and newest.senses and today is not None:
            still = waking_s(newest, self.still_since())
            today.first = newest.time if today.first is None else today.first
            today.last, today.longest = newest.time, max(today.longest, still)
            level = self._level(newest, still)
        if not newest.rule("inactivity.enabled"):
            return 0, True
        return level, over and not level

    def _level(self, newest: Reading, still: float) -> int:
        if still >= newest.rule("inactivity.critical_s"):
            return 3
        if still < newest.rule("inactivity.warning_s"):
            return 0
        known = len(self.days[-RECORDED:]) >= newest.rule("inactivity.min_days")
        if known and still > 60 * self._percentile(
            newest.rule("inactivity.percentile")
        ):
            return 3
        return 2

    def _percentile(self, percent: float) -> float:
        """Linear between the neighbours in rank."""
        ranked = sorted(self.days[-RECORDED:])
        rank = percent / 100 * (len(ranked) - 1)
        below = min(int(rank), len(ranked) - 1)
        above = min(below + 1, len(ranked) - 1)
        return ranked[below] + (rank - below) * (ranked[above] - ranked[below])

    def not_worn(self) -> tuple[int, bool]:
        """Level that the newest report reaches, and whether it is worn again."""
        newest, since = self.ordered[-1], self.off_since()
        if not newest.rule("not_worn.enabled"):
            return 0, True
        if since is None:
            return 0, True
        off = waking_s(newest, since)
        risk = "_high_risk" if newest.profile.high_risk else ""
        warning = newest.rule(f"not_worn.warning{risk}_s")
        if off >= warning:
            return 2, False
        return int(off >= newest.rule("not_worn.info_s")), False


def waking_s(newest: Reading, since: float) -> float:
    """Waking time between an instant and a report [s]."""
    zone = newest.local.tzinfo
    begins = datetime.fromtimestamp(since, zone)
    total = 0.0
    for day in range(begins.toordinal(), newest.day + 1):
        start = _of_day(begins) if day == begins.toordinal() else 0.0
        end = _of_day(newest.local) if day == newest.day else DAY_S
        for opens, closes in newest.profile.waking():
            total += max(0.0, min(end, closes) - max(start, opens))
    return total


def _of_day(local: datetime) -> float:
    """Seconds of the local day."""
    whole = local.hour * 3600 + local.minute * 60 + local.second
    return whole + local.microsecond / 1e6
