"""Judge a batch's new reports on copies of their state: what fired, what is written."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from alerts.detection import engine, fences
from alerts.detection.columns import KINDS, REPORT
from alerts.detection.evidence import evidence
from alerts.detection.fences import FenceSet
from alerts.detection.limits import Limits
from alerts.detection.memory import Memory
from alerts.detection.verdict import Verdict
from core.model import Kind, Severity
from ingest import newest
from ingest.away import away, paused
from ingest.copying import NEVER
from ingest.state import FAR_US, Binding, Roster

_SAME_NAME: Final = tuple(
    name for name in REPORT.names or () if name not in ("row", "time_s", "received_s")
)


@dataclass(frozen=True, slots=True)
class Fired:
    """A detection made by this batch."""

    binding: Binding
    kind: Kind
    severity: Severity
    observed_us: int  # [µs since 1970]
    evidence: dict[str, Any]
    rule_version: str


@dataclass(frozen=True, slots=True)
class Cleared:
    """A condition that this batch found to be over."""

    binding: Binding
    kind: Kind
    at_us: int  # [µs since 1970]


@dataclass(frozen=True, slots=True)
class Asked:
    """A wristband to ask for a second blood pressure."""

    binding: Binding
    due_us: int
    expires_us: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """Stored readings needed to judge around a late report."""

    binding: Binding
    row: int
    since_us: int


@dataclass(frozen=True, slots=True)
class Judged:
    """What judging a batch says, and the rows to write and then to publish.

    Attributes
    ----------
    rows : rows of the roster; ``state`` and ``latest`` are their new content, and
        ``bindings`` whom they are about.
    remembered : which of ``rows`` have a new ``memory``, by index into them.
    silence_due_us : when each row's silence becomes noticeable, NEVER where ended.
    events : what fired and what cleared, in the order to carry out.
    """

    rows: NDArray[np.intp]
    bindings: list[Binding]
    state: NDArray[np.void]
    latest: NDArray[np.void]
    remembered: NDArray[np.intp]
    memory: NDArray[np.void]
    silence_due_us: NDArray[np.int64]
    events: list[Fired | Cleared]
    asked: list[Asked]

    @property
    def versions(self) -> set[str]:
        """The versions of rules that something fired by."""
        return {one.rule_version for one in self.events if isinstance(one, Fired)}

    def publish(self, roster: Roster) -> None:
        """Make the copies the roster's own: call it once they are committed."""
        roster.state[self.rows] = self.state
        roster.latest[self.rows] = self.latest
        roster.memory[self.rows[self.remembered]] = self.memory
        roster.watched[self.rows] = False


History = Callable[[list[Wanted]], NDArray[np.void]]
"""Fetches (h,) REPORT rows for what is wanted, with ``row`` as asked for."""


def judge(
    roster: Roster, readings: NDArray[np.void], zone: ZoneInfo, history: History
) -> Judged:
    """Judge new readings; neither the roster nor the readings are changed.

    Parameters
    ----------
    readings : (n,) ingest.decode.READING in arrival order, wristbands known to the
        roster. Those of a time when nobody wore the wristband are left out.
    zone : whose day and night count.
    history : called at most once, for wristbands with a late report still relevant.
    """
    at = roster.rows_at(readings["wristband"], readings["time_us"])
    readings, at = readings[at >= 0], at[at >= 0]
    order = _in_time(readings)
    readings, at = readings[order], at[order]
    rows, row = np.unique(at, return_inverse=True)
    reports = _reports(readings, row)
    state, latest = roster.state[rows], roster.latest[rows]
    limits, memory = roster.limits(rows), Memory(roster.memory, rows)
    numbers: list[int] = rows.tolist()
    bindings = [roster.binding(one) for one in numbers]
    gone = away(bindings, readings, row)
    limits = paused(limits, gone)
    compiled = fences.compile(_fences(roster, bindings, gone))
    verdicts = [engine.judge(state, reports, limits, compiled, zone, memory)]
    if verdicts[0].pending.size:
        before = history(_wanted(verdicts[0], bindings))
        again = engine.replay(
            state,
            reports,
            verdicts[0],
            before,
            limits=limits,
            fences=compiled,
            zone=zone,
            memory=memory,
        )
        verdicts.append(again)
    remembered, remembers = memory.changed
    learns = roster.agrees(rows[remembered])
    remembered, remembers = remembered[learns], remembers[learns]
    patience_s = _patience_s(bindings, limits)
    due_us = newest.silence_due_us(latest["received_us"], patience_s)
    back = _back(readings, row, bindings, due_us, roster.watched[rows])
    beat_us = latest["heart_rate_us"].copy()
    newest.update(latest, readings, row)
    newest.believe(latest, beat_us, state["gates"])
    return Judged(
        rows=rows,
        bindings=bindings,
        state=state,
        latest=latest,
        remembered=remembered,
        memory=remembers,
        silence_due_us=newest.silence_due_us(latest["received_us"], patience_s),
        events=[*back, *(one for v in verdicts for one in _events(v, bindings))],
        asked=[one for v in verdicts for one in _asked(v, bindings)],
    )


def _in_time(readings: NDArray[np.void]) -> NDArray[np.intp]:
    """Order in which to judge: messages as they came, one message's reports by time."""
    keys = (readings["seq"], readings["time_us"], readings["message"])
    return np.lexsort(keys)  # stable: what is equal stays as it was sent


def _fences(
    roster: Roster, bindings: list[Binding], gone: NDArray[np.bool_]
) -> list[FenceSet | None]:
    """Geofences of each row, none while its wearer is away."""
    return [
        None if is_gone else roster.fences[binding.row]
        for binding, is_gone in zip(bindings, gone.tolist(), strict=True)
    ]


def _reports(readings: NDArray[np.void], row: NDArray[np.intp]) -> NDArray[np.void]:
    reports = np.empty(len(readings), REPORT)
    for name in _SAME_NAME:
        reports[name] = readings[name]
    reports["row"] = row
    reports["time_s"] = readings["time_us"] / 1e6
    reports["received_s"] = readings["received_us"] / 1e6
    return reports


def _wanted(verdict: Verdict, bindings: list[Binding]) -> list[Wanted]:
    return [
        Wanted(bindings[int(one["row"])], int(one["row"]), _us(one["since_s"]))
        for one in verdict.replay
    ]


def _back(
    readings: NDArray[np.void],
    row: NDArray[np.intp],
    bindings: list[Binding],
    due_us: NDArray[np.int64],
    watched: NDArray[np.bool_],
) -> list[Cleared]:
    """Wristbands heard of again after a silence that may have been told."""
    arrived = np.zeros(len(bindings), np.int64)
    np.maximum.at(arrived, row, readings["received_us"])
    return [
        Cleared(bindings[n], Kind.OFFLINE, int(arrived[n]))
        for n in np.flatnonzero((arrived > due_us) | watched)
    ]


def _patience_s(bindings: list[Binding], limits: Limits) -> NDArray[np.float64]:
    """How long each may be silent unnoticed [s]; NaN for those that have ended."""
    lasts = np.array([one.ends_us == FAR_US for one in bindings], np.bool_)
    everyone = np.arange(len(bindings))
    intervals = limits.own("offline.info_intervals", everyone)
    each_s = limits.own("expected_interval_s", everyone)
    return np.where(lasts, intervals * each_s, np.nan).astype(np.float64)


def _events(verdict: Verdict, bindings: list[Binding]) -> list[Fired | Cleared]:
    """Firings and clearings in the order to carry out."""
    events: list[tuple[int, Fired | Cleared]] = []
    for n, one in enumerate(verdict.firings):
        fired = Fired(
            binding=bindings[int(one["row"])],
            kind=verdict.kind(n),
            severity=verdict.severity(n),
            observed_us=_us(one["observed_s"]),
            evidence=evidence(verdict, n),
            rule_version=verdict.rule_version(n),
        )
        events.append((int(one["order"]), fired))
    for one in verdict.clearings:
        binding = bindings[int(one["row"])]
        cleared = Cleared(binding, KINDS[int(one["kind"])], _us(one["observed_s"]))
        events.append((int(one["order"]), cleared))
    return [event for _, event in sorted(events, key=lambda pair: pair[0])]


def _asked(verdict: Verdict, bindings: list[Binding]) -> list[Asked]:
    return [
        Asked(bindings[int(one["row"])], _us(one["due_s"]), _us(one["expires_s"]))
        for one in verdict.measure
    ]


def _us(unix_s: float) -> int:
    """Microseconds since 1970 of seconds; NEVER where there is no time."""
    return round(float(unix_s) * 1e6) if np.isfinite(unix_s) else NEVER
