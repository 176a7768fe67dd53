"""What is usual for one person: heart rate by the hour, temperature, days of pressure."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from statistics import median
from zoneinfo import ZoneInfo

from tests.oracles.readings import Reading, Report, run, single, span_s


@dataclass
class Usual:
    """Median and one deviation of a part of the day, fixed at its first report."""

    day: int
    part: int
    median: float | None = None
    deviation: float = 0.0


class Baseline:
    """Readings against the person's own usual for the part of the day."""

    def __init__(self, kind: str, zone: ZoneInfo) -> None:
        self.kind, self.zone = kind, zone
        hourly = kind == "vitals_change"
        self.field = "heart_rate" if hourly else "temperature"
        self.hours, self.most, self.scale = (1, 255, 1) if hourly else (6, 65535, 100)
        self.least = f"{kind}.least_bpm" if hourly else f"{kind}.least_c"
        self.cells: dict[tuple[int, int], list[int]] = defaultdict(list)
        self.usual: Usual | None = None
        self.found: list[tuple[Reading, float | None, float]] = []  # off by, deviation

    def outlook(self, newest: Reading) -> tuple[int, bool] | None:
        """Take a report judged in order; what it reaches, None where not valid."""
        part = newest.local.hour // self.hours
        if (self.usual is None) or (self.usual.day, self.usual.part) != (
            newest.day,
            part,
        ):
            self.usual = self._fixed(newest, part)
        if not newest.valid[self.field]:
            return None
        value = newest.value(self.field)
        self._add(newest.day, part, value)
        middle = self.usual.median
        self.found.append(
            (newest, None if middle is None else value - middle, self.usual.deviation)
        )
        if not newest.rule(f"{self.kind}.enabled"):
            return 0, True
        return self._reached(newest)

    def add_late(self, report: Report) -> None:
        """A late report joins the cell of its own time."""
        local = datetime.fromtimestamp(report["time"], self.zone)
        self._add(
            local.toordinal(), local.hour // self.hours, single(report[self.field])
        )

    def _add(self, day: int, part: int, value: float) -> None:
        cell = self.cells[day, part]
        if len(cell) < self.most:
            cell.append(round(value * self.scale))

    def _fixed(self, newest: Reading, part: int) -> Usual:
        days = range(newest.day - 30, newest.day)
        means = [
            sum(self.cells[day, part]) / len(self.cells[day, part]) / self.scale
            for day in days
            if self.cells.get((day, part))
        ]
        if len(means) < newest.rule(f"{self.kind}.min_days"):
            return Usual(newest.day, part)
        middle = median(means)
        spread = 1.4826 * median(abs(mean - middle) for mean in means)
        return Usual(newest.day, part, middle, max(newest.rule(self.least), spread))

    def _reached(self, newest: Reading) -> tuple[int, bool]:
        kind = self.kind
        off = {id(one): (by, deviation) for one, by, deviation in self.found}

        def measured(test: Callable[[float, float, Reading], bool]) -> list[Reading]:
            def bad(one: Reading) -> bool:
                by, deviation = off[id(one)]
                return by is not None and test(by, deviation, one)

            readings = (one for one, _, _ in reversed(self.found))
            return run(readings, bad, f"{kind}.gap_s")

        def far(one: Reading, deviation: float) -> float:
            return one.rule(f"{kind}.deviations") * deviation

        runs = [measured(lambda by, deviation, one: by >= far(one, deviation))]
        if kind == "vitals_change":
            runs.append(measured(lambda by, deviation, one: -by >= far(one, deviation)))
        reached = any(
            len(found) >= newest.rule(f"{kind}.readings")
            and span_s(found) >= newest.rule(f"{kind}.sustained_s")
            for found in runs
        )
        calm = measured(
            lambda by, deviation, one: (
                abs(by) <= one.rule(f"{kind}.clear_deviations") * deviation
            )
        )
        over = span_s(calm) >= newest.rule(f"{kind}.clear_s")
        return 2 * reached, over and not reached


class PressureDays:
    """Daily means of blood pressure over the last seven local days."""

    def __init__(self) -> None:
        self.days: dict[int, list[tuple[Fraction, Fraction]]] = defaultdict(list)

    def outlook(self, newest: Reading) -> tuple[int, bool] | None:
        """Take a report judged in order; what it reaches, None where not valid."""
        if not newest.valid["both"]:
            return None
        kind = "blood_pressure_high"
        mine = (hundredths(newest, "systolic"), hundredths(newest, "diastolic"))
        self.days[newest.day].append(mine)
        if not newest.rule(f"{kind}.enabled"):
            return 0, True
        enough = newest.rule(f"{kind}.readings_per_day")
        last = [self.days.get(newest.day - ago, []) for ago in range(7)]
        counted = [readings for readings in last if len(readings) >= max(enough, 1)]
        if len(counted) < newest.rule(f"{kind}.days"):
            return 0, False
        upper = _mean([_mean([one for one, _ in day]) for day in counted])
        lower = _mean([_mean([one for _, one in day]) for day in counted])
        limits = [
            newest.rule(f"{kind}.warning.{one}") for one in ("systolic", "diastolic")
        ]
        if upper >= limits[0] or lower >= limits[1]:
            return 1, False
        margin = newest.rule(f"{kind}.margin")
        return 0, upper < limits[0] - margin and lower < limits[1] - margin


def hundredths(reading: Reading, name: str) -> Fraction:
    """A value as it is added up: exactly, in whole hundredths."""
    return Fraction(round(reading.value(name) * 100), 100)


def _mean(values: list[Fraction]) -> Fraction:
    return sum(values, Fraction()) / len(values)
