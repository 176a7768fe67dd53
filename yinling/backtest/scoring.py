"""How alerts fared against labels: found, in time, missed, false.

A label is detected by the first thing told of its senior and kind, at least as severe
as it says, from its start to its end, or told before and not over by its start; in time
if that came by ``known_by``. An alert is
false if nothing labelled explains it: no label of its kind lasts while it does, and, if
it is about the body, no other label about the body either (a fever may well raise the
pulse: such alerts are counted as beside an event).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from alerts.detection.columns import SEVERITIES, Rows
from core.model import CLEARED_BY_PEOPLE_ONLY, Kind, Severity
from yinling.backtest.history import ALL_KINDS
from yinling.backtest.labels import Labels
from yinling.backtest.replay import Replayed

TOLERANCE_S: Final = 1.0
"""Labels come in whole seconds or milliseconds: so much later is in time [s]"""

FOUND: Final = np.dtype([("told_s", "<f8"), ("in_time", "?")])
"""What became of a label; ``told_s`` is NaN where it was missed."""

FALSE, TRUE, BESIDE = 0, 1, 2
"""What an alert is: unexplained, labelled, or beside a labelled event."""

BODY: Final = frozenset(
    {
        Kind.SOS,
        Kind.FALL,
        Kind.HEART_RATE_HIGH,
        Kind.HEART_RATE_LOW,
        Kind.BLOOD_PRESSURE_HIGH,
        Kind.BLOOD_PRESSURE_LOW,
        Kind.SPO2_LOW,
        Kind.TEMPERATURE_HIGH,
        Kind.VITALS_CHANGE,
        Kind.INACTIVITY,
    }
)
_IS_BODY: Final = tuple(kind in BODY for kind in ALL_KINDS)

_BY_PEOPLE_ONLY: Final = frozenset(ALL_KINDS.index(k) for k in CLEARED_BY_PEOPLE_ONLY)

_Span = tuple[int, float, float]


@dataclass(frozen=True, slots=True)
class KindScore:
    """How one kind fared, or all of them.

    Attributes
    ----------
    events, detected, in_time : labels that could be known.
    delays_s : of the detected ones, from their start [s]
    false : alerts that no label explains, by severity.
    beside : alerts that fell beside a labelled event of another kind.
    person_days : that were watched.
    """

    events: int
    detected: int
    in_time: int
    delays_s: NDArray[np.float64]
    false: Mapping[Severity, int]
    beside: int
    person_days: float

    @property
    def false_per_day(self) -> float:
        """Alerts that no label explains, per person-day."""
        return sum(self.false.values()) / self.person_days if self.person_days else 0.0

    def delay_s(self, quantile: float) -> float | None:
        """A quantile of the delays [s]; None where nothing was detected."""
        if not len(self.delays_s):
            return None
        return round(float(np.quantile(self.delays_s, quantile)), 1)

    def as_json(self) -> dict[str, Any]:
        """For reports."""
        return {
            "events": self.events,
            "detected": self.detected,
            "in_time": self.in_time,
            "median_delay_s": self.delay_s(0.5),
            "p95_delay_s": self.delay_s(0.95),
            "false": {str(name): count for name, count in self.false.items()},
            "false_per_person_day": round(self.false_per_day, 6),
            "beside": self.beside,
        }


@dataclass(frozen=True, slots=True)
class Scores:
    """Labels found and missed, alerts true and false.

    Attributes
    ----------
    critical : of the labels that ask for a critical alert alone.
    by_severity : of each kind's labels and alerts of one severity alone.
    """

    whole: KindScore
    critical: KindScore
    by_kind: Mapping[Kind, KindScore]
    by_severity: Mapping[tuple[Kind, Severity], KindScore]

    def as_json(self) -> dict[str, Any]:
        """The contract's ``labels`` object, with more beside."""
        return self.whole.as_json() | {
            "critical": self.critical.as_json(),
            "by_kind": {str(kind): one.as_json() for kind, one in self.by_kind.items()},
        }


def score(replayed: Replayed, labels: Labels) -> Scores:
    """How a replay fared against labels of its seniors."""
    names, senior_of = replayed.seniors
    rows = labels.of(names)
    senior = senior_of[replayed.alerts["row"]]
    found = match(rows, replayed.alerts, replayed.told, senior)
    verdicts = explain(rows, replayed.alerts, senior)
    days = replayed.person_days

    def part(of_labels: NDArray[np.bool_], of_alerts: NDArray[np.bool_]) -> KindScore:
        return _score(
            rows[of_labels],
            found[of_labels],
            replayed.alerts[of_alerts],
            verdicts[of_alerts],
            days,
        )

    kinds: list[int] = np.union1d(rows["kind"], replayed.alerts["kind"]).tolist()
    highest = len(SEVERITIES) - 1
    alerts = replayed.alerts
    return Scores(
        whole=part(np.ones(len(rows), bool), np.ones(len(verdicts), bool)),
        critical=part(rows["level"] == highest, replayed.alerts["level"] == highest),
        by_kind={
            ALL_KINDS[kind]: part(rows["kind"] == kind, alerts["kind"] == kind)
            for kind in kinds
        },
        by_severity={
            (ALL_KINDS[kind], severity): part(
                (rows["kind"] == kind) & (rows["level"] == level),
                (alerts["kind"] == kind) & (alerts["level"] == level),
            )
            for kind in kinds
            for level, severity in enumerate(SEVERITIES)
            if severity is not None
        },
    )


def match(labels: Rows, alerts: Rows, told: Rows, senior: NDArray[Any]) -> Rows:
    """What became of each label.

    Parameters
    ----------
    labels : (l,) LABEL, ``senior`` numbered as in `senior`.
    alerts, told : telling.ALERT and telling.TOLD.
    senior : (a,) number of each alert's senior.

    Returns
    -------
    (l,) FOUND
    """
    of = told["alert"]
    tellings: dict[tuple[int, int], list[tuple[float, float, int]]] = {}
    for who, kind, at_s, over_s, level in zip(
        senior[of].tolist(),
        alerts["kind"][of].tolist(),
        told["at_s"].tolist(),
        told["over_s"].tolist(),
        told["level"].tolist(),
        strict=True,
    ):
        tellings.setdefault((who, kind), []).append((at_s, over_s, level))
    found = np.zeros(len(labels), FOUND)
    names = ("senior", "kind", "level", "start_s", "end_s")
    found["told_s"] = [
        next(
            (
                max(at_s, start_s)
                for at_s, over_s, told_level in tellings.get((who, kind), ())
                if told_level >= level and at_s <= end_s and over_s > start_s
                if at_s >= start_s or kind not in _BY_PEOPLE_ONLY
            ),
            np.nan,
        )
        for who, kind, level, start_s, end_s in zip(
            *(labels[name].tolist() for name in names), strict=True
        )
    ]
    found["in_time"] = found["told_s"] <= labels["known_by_s"] + TOLERANCE_S
    return found


def explain(labels: Rows, alerts: Rows, senior: NDArray[Any]) -> NDArray[np.int8]:
    """FALSE, TRUE or BESIDE of each alert; parameters as for :func:`match`."""
    spans: dict[int, list[_Span]] = {}
    names = ("senior", "kind", "start_s", "end_s")
    for who, kind, start_s, end_s in zip(
        *(labels[name].tolist() for name in names), strict=True
    ):
        spans.setdefault(who, []).append((kind, start_s, end_s))
    ended_s = np.where(np.isnan(alerts["ended_s"]), np.inf, alerts["ended_s"])
    return np.array(
        [
            _explained(kind, opened, ended, spans.get(who, ()))
            for who, kind, opened, ended in zip(
                senior.tolist(),
                alerts["kind"].tolist(),
                alerts["opened_s"].tolist(),
                ended_s.tolist(),
                strict=True,
            )
        ],
        np.int8,
    )


def _explained(
    kind: int, opened_s: float, ended_s: float, labels: Sequence[_Span]
) -> int:
    beside = FALSE
    for other, start_s, end_s in labels:
        if start_s <= ended_s and opened_s <= end_s:
            if other == kind:
                return TRUE
            if _IS_BODY[kind] and _IS_BODY[other]:
                beside = BESIDE
    return beside


def _score(
    labels: Rows, found: Rows, alerts: Rows, verdicts: NDArray[np.int8], days: float
) -> KindScore:
    known = ~np.isnan(labels["known_by_s"])
    told_s = found["told_s"][known]
    detected = ~np.isnan(told_s)
    levels = alerts["level"][verdicts == FALSE]
    return KindScore(
        events=int(known.sum()),
        detected=int(detected.sum()),
        in_time=int(found["in_time"][known].sum()),
        delays_s=(told_s - labels["start_s"][known])[detected],
        false={
            severity: int((levels == level).sum())
            for level, severity in enumerate(SEVERITIES)
            if severity is not None
        },
        beside=int((verdicts == BESIDE).sum()),
        person_days=days,
    )
