"""One person against their own usual, and their days: report by report."""

from collections import deque
from statistics import fmean, median

from bench.plain.episodes import Event, Person, Run
from bench.plain.gates import Gates
from bench.plain.report import Report

DAY_S = 86400.0
NEVER_S = float("-inf")
Cell = tuple[int, int, int]  # day, sum, count


class Usual:
    """Readings against the person's own usual for the part of the day."""

    def __init__(self, kind: str) -> None:
        hourly = kind == "vitals_change"
        self.kind = kind
        self.part_s = 3600.0 if hourly else 6 * 3600.0
        self.most, self.scale = (255, 1) if hourly else (65535, 100)
        self.least = f"{kind}.least_bpm" if hourly else f"{kind}.least_c"
        self.signs = (1, -1) if hourly else (1,)
        self.part = -1
        self.sum = self.count = 0
        self.cells: dict[int, deque[Cell]] = {}
        self.middle: float | None = None
        self.deviation = 0.0
        self.runs = [Run(), Run(), Run()]
        self.last_s = NEVER_S

    def turn(self, clock_s: float, person: Person) -> None:
        """Move on to the part of the day of a report."""
        part = int(clock_s // self.part_s)
        if part <= self.part:
            return
        parts = int(DAY_S / self.part_s)
        if self.count:
            ring = self.cells.setdefault(self.part % parts, deque(maxlen=30))
            ring.append((self.part // parts, self.sum, self.count))
        self.part, self.sum, self.count = part, 0, 0
        day = part // parts
        means = [
            total / count / self.scale
            for of, total, count in self.cells.get(part % parts, ())
            if of >= day - 30
        ]
        self.middle = None
        if len(means) >= person.rules[f"{self.kind}.min_days"]:
            self.middle = median(means)
            spread = 1.4826 * median(abs(mean - self.middle) for mean in means)
            self.deviation = max(person.rules[self.least], spread)

    def take(
        self, value: float, report: Report, person: Person, events: list[Event]
    ) -> None:
        """Judge a valid reading."""
        rules, time_s, kind = person.rules, report.time_s, self.kind
        if self.count < self.most:
            self.sum += round(value * self.scale)
            self.count += 1
        off = None if self.middle is None else value - self.middle
        gap_s, level = rules[f"{kind}.gap_s"], 0
        far = rules[f"{kind}.deviations"] * self.deviation
        for run, sign in zip(self.runs, self.signs, strict=False):
            holds = off is not None and sign * off >= far
            lasts_s = run.step(holds, time_s, self.last_s, gap_s)
            enough = run.count >= rules[f"{kind}.readings"]
            if enough and lasts_s >= rules[f"{kind}.sustained_s"]:
                level = 2
        near = rules[f"{kind}.clear_deviations"] * self.deviation
        calm = off is not None and abs(off) <= near
        calm_s = self.runs[2].step(calm, time_s, self.last_s, gap_s)
        over = calm_s >= rules[f"{kind}.clear_s"]
        self.last_s = time_s
        level, over = judged(kind, level, over, report, person)
        person.tell(kind, level, over, time_s, rules["late.rearm_s"], events)


class DailyMeans:
    """Daily means of blood pressure over the last seven local days."""

    def __init__(self) -> None:
        self.days: deque[tuple[int, list[tuple[float, float]]]] = deque(maxlen=7)

    def take(
        self, report: Report, clock_s: float, person: Person, events: list[Event]
    ) -> None:
        """Judge a valid blood pressure."""
        kind, rules, day = "blood_pressure_high", person.rules, int(clock_s // DAY_S)
        if not self.days or self.days[-1][0] < day:
            self.days.append((day, []))
        assert report.systolic is not None  # noqa: S101  only valid ones are given
        assert report.diastolic is not None  # noqa: S101
        self.days[-1][1].append((report.systolic, report.diastolic))
        counted = [
            readings
            for of, readings in self.days
            if of > day - 7 and len(readings) >= rules[f"{kind}.readings_per_day"]
        ]
        level, over = 0, False
        if len(counted) >= rules[f"{kind}.days"]:
            upper = fmean(fmean(one for one, _ in each) for each in counted)
            lower = fmean(fmean(one for _, one in each) for each in counted)
            limits = [
                rules[f"{kind}.warning.{one}"] for one in ("systolic", "diastolic")
            ]
            margin = rules[f"{kind}.margin"]
            level = int(upper >= limits[0] or lower >= limits[1])
            over = upper < limits[0] - margin and lower < limits[1] - margin
        level, over = judged(kind, level, over, report, person)
        slot, never_s = "blood_pressure_high/days", float("inf")
        person.tell(slot, level, over, report.time_s, never_s, events)


class Stillness:
    """Stillness while worn, and absence of wear, over waking time."""

    def __init__(self) -> None:
        self.since: float | None = None  # by local clocks
        self.day = -1
        self.first: float | None = None
        self.last = self.longest = 0.0
        self.recorded: deque[int] = deque(maxlen=30)

    def take(
        self,
        report: Report,
        clock_s: float,
        gates: Gates,
        person: Person,
        events: list[Event],
    ) -> None:
        """Judge a report."""
        day = int(clock_s // DAY_S)
        if day > self.day:
            if self.first is not None and self.last - self.first >= 8 * 3600:
                self.recorded.append(int(self.longest // 60))
            self.day, self.first, self.longest = day, None, 0.0
        if self.since is None or gates.moved or gates.put_on or gates.resumes:
            self.since = clock_s
        off_s = gates.off_s if gates.off_s is not None else gates.gone_s
        self._still(report, clock_s, off_s is None, gates, person, events)
        self._absent(report, clock_s, off_s, person, events)

    def _still(  # noqa: PLR0917
        self,
        report: Report,
        clock_s: float,
        on: bool,
        gates: Gates,
        person: Person,
        events: list[Event],
    ) -> None:
        rules, level = person.rules, 0
        if on and gates.knows_rest and self.since is not None:
            still_s = waking_s(self.since, clock_s, person.waking)
            self.first = report.time_s if self.first is None else self.first
            self.last, self.longest = report.time_s, max(self.longest, still_s)
            if still_s >= rules["inactivity.warning_s"]:
                known = len(self.recorded) >= rules["inactivity.min_days"]
                level = 2
                if still_s >= rules["inactivity.critical_s"] or (
                    known and still_s > 60 * self._percentile(rules)
                ):
                    level = 3
        over = not on or gates.moved
        level, over = judged("inactivity", level, over, report, person)
        person.tell("inactivity", level, over, report.time_s, float("inf"), events)

    def _percentile(self, rules: dict[str, float]) -> float:
        ranked = sorted(self.recorded)
        rank = rules["inactivity.percentile"] / 100 * (len(ranked) - 1)
        below = int(rank)
        above = min(below + 1, len(ranked) - 1)
        return ranked[below] + (rank - below) * (ranked[above] - ranked[below])

    def _absent(
        self,
        report: Report,
        clock_s: float,
        off_s: float | None,
        person: Person,
        events: list[Event],
    ) -> None:
        level, rules = 0, person.rules
        if off_s is not None:
            since_s = clock_s - (report.time_s - off_s)
            absent_s = waking_s(since_s, clock_s, person.waking)
            risk = "warning_high_risk_s" if person.high_risk else "warning_s"
            if absent_s >= rules[f"not_worn.{risk}"]:
                level = 2
            elif absent_s >= rules["not_worn.info_s"]:
                level = 1
        level, over = judged("not_worn", level, off_s is None, report, person)
        person.tell("not_worn", level, over, report.time_s, float("inf"), events)


def judged(
    kind: str, level: int, over: bool, report: Report, person: Person
) -> tuple[int, bool]:
    """What is left of it by the rules: switched off, or arrived too late."""
    if not person.rules[f"{kind}.enabled"]:
        return 0, True
    if report.received_s - report.time_s > person.rules["late.relevant_s"]:
        return 0, over
    return level, over


def waking_s(
    since: float, until: float, spans: tuple[tuple[float, float], ...]
) -> float:
    """Waking time between two instants of local clocks [s]."""
    total, day = 0.0, since - since % DAY_S
    while day < until:
        for opens, closes in spans:
            begins, ends = max(since, day + opens), min(until, day + closes)
            total += max(0.0, ends - begins)
        day += DAY_S
    return total
