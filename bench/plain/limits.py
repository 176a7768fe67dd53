"""Vital signs of one wristband against their limits, report by report."""

from bench.plain.episodes import Event, Person, Run
from bench.plain.gates import Gates
from bench.plain.report import Report

NEVER_S = float("-inf")


class HeartRate:
    """Heart rate at rest."""

    def __init__(self) -> None:
        self.runs = [Run() for _ in range(6)]
        self.last_s = NEVER_S

    def take(
        self, report: Report, gates: Gates, person: Person, events: list[Event]
    ) -> None:
        """Judge a valid heart rate."""
        rules, rate, time_s = person.rules, report.heart_rate, report.time_s
        assert rate is not None  # noqa: S101  only valid ones are given
        relevant = report.received_s - time_s <= rules["late.relevant_s"]
        for i, (kind, sign) in enumerate(
            (("heart_rate_high", 1), ("heart_rate_low", -1))
        ):
            warns = sign * rate >= sign * rules[f"{kind}.warning"]
            grave = sign * rate >= sign * rules[f"{kind}.critical"]
            bound = rules[f"{kind}.warning"] - sign * rules[f"{kind}.margin"]
            fine = not warns and sign * rate <= sign * bound
            gap_s, (warned, critical, calm) = (
                rules[f"{kind}.gap_s"],
                self.runs[3 * i : 3 * i + 3],
            )
            level = 0
            long_s = warned.step(warns, time_s, self.last_s, gap_s)
            apart_s = critical.step(
                grave, time_s, self.last_s, rules[f"{kind}.within_s"]
            )
            calm_s = calm.step(fine, time_s, self.last_s, gap_s)
            if long_s >= rules[f"{kind}.sustained_s"]:
                level = 2
            if apart_s >= rules[f"{kind}.apart_s"]:
                level = 3 if sign < 0 or gates.knows_rest else 2
            if not (relevant and rules[f"{kind}.enabled"]):
                level = 0
            over = not rules[f"{kind}.enabled"] or calm_s >= rules[f"{kind}.clear_s"]
            person.tell(kind, level, over, time_s, rules["late.rearm_s"], events)
        self.last_s = time_s


class Pressure:
    """Blood pressure, confirmed by a second reading."""

    def __init__(self) -> None:
        self.runs = [Run() for _ in range(5)]
        self.last_s = NEVER_S

    def take(self, report: Report, person: Person, events: list[Event]) -> None:
        """Judge a valid blood pressure."""
        rules, time_s = person.rules, report.time_s
        upper, lower = report.systolic, report.diastolic
        assert upper is not None  # noqa: S101  only valid ones are given
        assert lower is not None  # noqa: S101
        kind = "blood_pressure_high"
        most = rules[f"{kind}.critical.systolic"], rules[f"{kind}.critical.diastolic"]
        bad = upper >= most[0] or lower >= most[1]
        margin = rules[f"{kind}.margin"]
        fine = not bad and upper <= most[0] - margin and lower <= most[1] - margin
        level = 3 * self._confirmed(0, bad, time_s, rules, kind)
        self._tell(
            kind,
            level,
            self._calm(3, fine, time_s, rules, kind),
            report,
            person,
            events,
        )
        kind = "blood_pressure_low"
        warns = upper <= rules[f"{kind}.warning.systolic"]
        grave = upper <= rules[f"{kind}.critical.systolic"]
        bound = rules[f"{kind}.warning.systolic"] + rules[f"{kind}.margin"]
        level = 2 * self._confirmed(1, warns, time_s, rules, kind)
        if self._confirmed(2, grave, time_s, rules, kind):
            level = 3
        over = self._calm(4, not warns and upper >= bound, time_s, rules, kind)
        self._tell(kind, level, over, report, person, events)
        self.last_s = time_s

    def _confirmed(
        self, i: int, holds: bool, time_s: float, rules: dict[str, float], kind: str
    ) -> bool:
        gap_s = rules[f"{kind}.confirm_max_s"]
        lasts_s = self.runs[i].step(holds, time_s, self.last_s, gap_s)
        return lasts_s >= rules[f"{kind}.confirm_min_s"]

    def _calm(
        self, i: int, holds: bool, time_s: float, rules: dict[str, float], kind: str
    ) -> bool:
        gap_s = rules[f"{kind}.clear_gap_s"]
        lasts_s = self.runs[i].step(holds, time_s, self.last_s, gap_s)
        return lasts_s >= rules[f"{kind}.confirm_min_s"]

    def _tell(  # noqa: PLR0917
        self,
        kind: str,
        level: int,
        over: bool,
        report: Report,
        person: Person,
        events: list[Event],
    ) -> None:
        rules, time_s = person.rules, report.time_s
        late = report.received_s - time_s > rules["late.relevant_s"]
        if late or not rules[f"{kind}.enabled"]:
            level = 0
        over = over or not rules[f"{kind}.enabled"]
        person.tell(kind, level, over, time_s, rules["late.rearm_s"], events)


class Oxygen:
    """Oxygen saturation at rest."""

    def __init__(self) -> None:
        self.runs = [Run() for _ in range(5)]
        self.low_s: list[float] = []  # times of the run at the warning limit
        self.last_s = NEVER_S

    def take(self, report: Report, person: Person, events: list[Event]) -> None:
        """Judge a valid oxygen saturation."""
        rules, spo2, time_s = person.rules, report.spo2, report.time_s
        assert spo2 is not None  # noqa: S101  only valid ones are given
        warning, critical = rules["spo2_low.warning"], rules["spo2_low.critical"]
        warns, grave = spo2 <= warning, spo2 <= critical
        self.low_s = [*self.low_s[-9:], time_s] if warns else []
        wanted, level = int(rules["spo2_low.readings"]), 0
        near = (
            len(self.low_s) >= wanted
            and time_s - self.low_s[-wanted] <= rules["spo2_low.within_s"]
        )
        gap_s, enough_s = rules["spo2_low.gap_s"], rules["spo2_low.sustained_s"]
        for i, (name, holds) in enumerate(((2, warns), (3, grave))):
            any_gap, short = self.runs[2 * i], self.runs[2 * i + 1]
            any_gap.step(holds, time_s, self.last_s, float("inf"))
            lasts_s = short.step(holds, time_s, self.last_s, gap_s)
            if (any_gap.count >= wanted and near) or lasts_s >= enough_s:
                level = name
        fine = not warns and spo2 >= warning + rules["spo2_low.margin"]
        calm_s = self.runs[4].step(fine, time_s, self.last_s, gap_s)
        late = report.received_s - time_s > rules["late.relevant_s"]
        if late or not rules["spo2_low.enabled"]:
            level = 0
        over = calm_s >= rules["spo2_low.clear_s"] or not rules["spo2_low.enabled"]
        person.tell("spo2_low", level, over, time_s, rules["late.rearm_s"], events)
        self.last_s = time_s
