"""What a replay came to: the contract's JSON object and the figures behind it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from zoneinfo import ZoneInfo

from alerts.detection.columns import SEVERITIES
from yinling.backtest import figures
from yinling.backtest.compare import Comparison
from yinling.backtest.history import ALL_KINDS
from yinling.backtest.replay import Replayed
from yinling.backtest.scoring import Scores
from yinling.backtest.times import time_text

DIGITS: Final = 6


@dataclass(frozen=True, slots=True)
class Report:
    """A replay and what is to be said of it.

    Attributes
    ----------
    scores : how labels fared, None where none were given.
    comparison : against other rules, None where none were given.
    remarks : what of the source could not be used.
    """

    replayed: Replayed
    zone: ZoneInfo
    scores: Scores | None = None
    comparison: Comparison | None = None
    remarks: Sequence[str] = field(default_factory=tuple[str, ...])

    def rate(self, count: float) -> float:
        """Per person-day; 0 where nothing was watched."""
        days = self.replayed.person_days
        return count / days if days > 0 else 0.0


def as_json(report: Report) -> dict[str, Any]:
    """The object that ``--json`` prints."""
    replayed = report.replayed
    shifts = figures.by_shift(replayed, report.zone)
    comparison = report.comparison
    return {
        "rule_version": replayed.rule_version,
        "person_days": round(replayed.person_days, DIGITS),
        "readings": replayed.readings,
        "alerts": [_alert(replayed, i) for i in range(len(replayed.alerts))],
        "per_person_day": {
            name: round(report.rate(count), DIGITS)
            for name, count in figures.counts(replayed.alerts).items()
        },
        "labels": None if report.scores is None else report.scores.as_json(),
        "by_kind": figures.by_kind(replayed),
        "by_place": [one.as_json() for one in figures.by_place(replayed)],
        "per_shift": None if shifts is None else shifts.as_json(),
        "against": None if comparison is None else comparison.as_json(),
    }


def _alert(replayed: Replayed, i: int) -> dict[str, Any]:
    one = replayed.alerts[i]
    return {
        "senior": replayed.wearers[int(one["row"])].senior,
        "kind": str(ALL_KINDS[int(one["kind"])]),
        "severity": str(SEVERITIES[int(one["level"])]),
        "observed_at": time_text(one["observed_s"]),
        "opened_at": time_text(one["opened_s"]),
        "rose_at": time_text(one["rose_s"]),
        "ended_at": time_text(one["ended_s"]),
    }
