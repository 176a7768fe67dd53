"""Holds the detectors against real wearers and a labelled cohort, beside a baseline."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from alerts.detection.columns import SEVERITIES
from core.model import Kind, Severity
from core.rules import book
from yinling.backtest import cohort, csvfile
from yinling.backtest.history import ALL_KINDS, Wearer
from yinling.backtest.labels import Labels
from yinling.backtest.replay import Replayed
from yinling.backtest.rules import Rulebook
from yinling.backtest.run import Plan, Progress, run
from yinling.backtest.scoring import KindScore, Scores, score
from yinling.backtest.source import Ready, Source
from yinling.backtest.telling import RESOLVED_AFTER_S

VITAL: Final = frozenset(
    {
        Kind.HEART_RATE_HIGH,
        Kind.HEART_RATE_LOW,
        Kind.BLOOD_PRESSURE_HIGH,
        Kind.BLOOD_PRESSURE_LOW,
        Kind.SPO2_LOW,
        Kind.TEMPERATURE_HIGH,
        Kind.VITALS_CHANGE,
    }
)
"""Kinds that the budget of false alerts is about."""
BUDGET: Final[Mapping[Severity, float]] = {
    Severity.CRITICAL: 0.05,
    Severity.WARNING: 0.3,
}
"""Vital alerts per person-day of healthy people at most."""
URGENT: Final = frozenset({Kind.SOS, Kind.FALL})

SWEEP: Final[Mapping[str, Sequence[float]]] = {
    "heart_rate_high.warning": (101, 106, 111, 116, 121),
    "heart_rate_high.critical": (121, 126, 131, 136, 141),
    "heart_rate_low.warning": (44, 47, 50, 53, 56),
    "heart_rate_low.critical": (36, 38, 40, 42, 44),
    "spo2_low.warning": (93, 94, 95, 96),
    "spo2_low.critical": (88, 90, 91, 92, 93),
    "blood_pressure_high.critical.systolic": (170, 175, 180, 185, 190),
    "blood_pressure_low.warning.systolic": (94, 97, 100, 103, 106),
    "vitals_change.deviations": (2.5, 3, 3.5, 4),
    "temperature_high.deviations": (2.5, 3, 3.5, 4),
    "inactivity.warning_s": (7200, 10800, 14400, 18000, 21600),
    "not_worn.warning_s": (7200, 10800, 14400, 18000, 21600),
}
"""Figures tried one at a time, with the others as shipped."""
SWEEP_SHARDS: Final = 2
SWEEP_SENIORS: Final = 120
"""How much of a cohort they are tried on, and how much of each shard: each value
replays all of it once more."""


@dataclass(frozen=True, slots=True)
class Person:
    """What real wearers' data came to.

    Attributes
    ----------
    vital : vital alerts by severity.
    baseline : those of plain thresholds.
    """

    title: str
    seniors: int
    readings: int
    person_days: float
    vital: Mapping[Severity, int]
    baseline: Mapping[Severity, int]
    by_kind: Mapping[Kind, Mapping[Severity, int]]

    def rate(self, severity: Severity) -> float:
        """Vital alerts per person-day."""
        return self.vital[severity] / self.person_days if self.person_days else 0.0


@dataclass(frozen=True, slots=True)
class Swept:
    """One figure's other values, and how the kind it belongs to fared."""

    name: str
    kind: Kind
    default: float
    scores: Sequence[tuple[float, KindScore]]


@dataclass(frozen=True, slots=True)
class Cohort:
    """What a labelled cohort came to, with the baseline of the same run."""

    seniors: int
    readings: int
    person_days: float
    rule_version: str
    scores: Scores
    baseline: Scores
    sweep: Sequence[Swept]


def person(file: Path, title: str, zone: ZoneInfo) -> Person:
    """Replay a CSV file of real wearers with the shipped rules and the baseline."""
    alike = Wearer("", judge_silence=False)
    read = csvfile.read(file, zone, alike)
    plan = Plan(_both(), zone, RESOLVED_AFTER_S)
    ours, plain = run(Source(title, [Ready(read.history)]), plan, workers=1)
    by_kind = {
        kind: _by_severity(ours, frozenset({kind}))
        for kind in ALL_KINDS
        if (ours.alerts["kind"] == ALL_KINDS.index(kind)).any()
    }
    return Person(
        title=title,
        seniors=len(ours.seniors[0]),
        readings=ours.readings,
        person_days=ours.person_days,
        vital=_by_severity(ours, VITAL),
        baseline=_by_severity(plain, VITAL),
        by_kind=by_kind,
    )


def simulated(
    folder: Path,
    zone: ZoneInfo,
    workers: int,
    *,
    sweep: bool = True,
    progress: Progress | None = None,
) -> Cohort:
    """Replay a labelled cohort with the shipped rules, the baseline, and a sweep."""
    source = cohort.source(folder)
    labels = source.labels
    assert labels is not None  # noqa: S101  a cohort has labels
    replayed = run(source, Plan(_both(), zone, RESOLVED_AFTER_S), workers, progress)
    scores = [score(one, labels) for one in replayed]
    swept: list[Swept] = []
    if sweep:
        parts = cohort.shards(folder)[:SWEEP_SHARDS]
        some = replace(source, shards=[one.some(SWEEP_SENIORS) for one in parts])
        swept = _sweep(some, labels, zone, workers, progress)
    return Cohort(
        seniors=len(replayed[0].seniors[0]),
        readings=replayed[0].readings,
        person_days=replayed[0].person_days,
        rule_version=replayed[0].rule_version,
        scores=scores[0],
        baseline=scores[1],
        sweep=swept,
    )


def _sweep(
    source: Source,
    labels: Labels,
    zone: ZoneInfo,
    workers: int,
    progress: Progress | None,
) -> list[Swept]:
    """Every figure of the sweep with each of its values."""
    tried = _settings()
    books = [Rulebook("shipped"), *(rules for _, _, rules in tried)]
    replayed = run(source, Plan(books, zone, RESOLVED_AFTER_S), workers, progress)
    shipped, *others = [score(one, labels) for one in replayed]
    found = {name: [(book.SHIPPED.values[name], _of(shipped, name))] for name in SWEEP}
    for (name, value, _), one in zip(tried, others, strict=True):
        found[name].append((value, _of(one, name)))
    return [
        Swept(
            name=name,
            kind=_kind(name),
            default=book.SHIPPED.values[name],
            scores=sorted(scores, key=lambda one: one[0]),
        )
        for name, scores in found.items()
    ]


def _both() -> list[Rulebook]:
    """The shipped rules, and plain thresholds with the same limits."""
    return [Rulebook("shipped"), Rulebook("plain thresholds", plain=True)]


def _settings() -> list[tuple[str, float, Rulebook]]:
    """Every other value of the sweep, as rules of its own."""
    found: list[tuple[str, float, Rulebook]] = []
    for name, values in SWEEP.items():
        for value in values:
            if value != book.SHIPPED.values[name]:
                rules = book.RuleSet({name: float(value)})
                found.append((name, float(value), Rulebook(f"{name}={value}", rules)))
    return found


def _kind(name: str) -> Kind:
    return Kind(name.partition(".")[0])


def _of(scores: Scores, name: str) -> KindScore:
    """Of the kind that a figure belongs to, and of its severity where it names one."""
    kind = _kind(name)
    for severity in (Severity.CRITICAL, Severity.WARNING):
        if str(severity) in name and (kind, severity) in scores.by_severity:
            return scores.by_severity[kind, severity]
    return scores.by_kind[kind]


def _by_severity(replayed: Replayed, kinds: frozenset[Kind]) -> dict[Severity, int]:
    alerts = replayed.alerts
    mine = [ALL_KINDS.index(kind) for kind in kinds]
    levels = [
        int(level)
        for kind, level in zip(alerts["kind"], alerts["level"], strict=True)
        if int(kind) in mine
    ]
    return {
        severity: levels.count(level)
        for level, severity in enumerate(SEVERITIES)
        if severity is not None
    }
