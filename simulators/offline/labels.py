"""What ought to be told of a shard's people, and by when: from what is true alone.

How each figure is worked out stands in ``docs/simulation.md``, "What ought to be told".
No detector is run for it.
"""

from dataclasses import dataclass, replace
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.model import Kind, Severity
from simulators.model.arrays import Bools
from simulators.offline.columns import Shard
from simulators.offline.stretches import Stretches, stretches

REST_S: Final = 600
REST_G: Final = 0.1
FRESH_S: Final = 900
"""A reading that arrives later than this is no warning any more."""
SLACK_INTERVALS: Final = 2
"""Reports that may pass beyond the stated delay."""
APART_S: Final = 1800
"""Nearer than this, two stretches are one."""
Columns: TypeAlias = NDArray[np.intp]
USUAL: Final = "usual"
"""Cause of what no event brought about: it is how this person is."""


@dataclass(frozen=True, slots=True)
class Label:
    """One truth; times in ms since 1970, `shown` and `known_by` None if not knowable."""

    row: int
    kind: Kind
    severity: Severity
    start_ms: int
    end_ms: int
    shown_ms: int | None
    known_by_ms: int | None
    cause: str
    event: int


class Witness:
    """A shard as a perfect judge sees it: true values, but only where they show.

    Parameters
    ----------
    shard : who and what.
    """

    def __init__(self, shard: Shard) -> None:
        self.shard = shard
        self.time_ms = shard.time_ms
        grid = shard.grid
        self.interval_ms = grid.interval_s * 1000
        late_ms = shard.received_ms - shard.time_ms
        self.fresh = shard.reports & (late_ms < FRESH_S * 1000)
        self.worn = ~shard.off
        self.active = self._active()
        self.rest = self._since(self.active) > REST_S
        local_s = (self.time_ms - grid.midnight_ms) / 1000
        self.local_s = local_s
        self.second = local_s % 86_400
        self.day = (local_s // 86_400).astype(np.intp)
        self.judged = self.fresh & self.worn & self.rest
        self._causes = _causes(shard)

    def _active(self) -> Bools:
        """Reports that say: steps were gained, or the arm moved."""
        steps = self.shard.sent["steps"]
        gained: Bools = np.diff(steps, axis=1, prepend=steps[:, :1]) != 0
        moved: Bools = self.shard.sent["motion"] > REST_G
        return gained | moved

    def _since(self, when: Bools) -> NDArray[np.float64]:
        """Seconds since `when` last held, (n, r); a day if never."""
        last = last_column(when)
        before = np.take_along_axis(self.time_ms, np.maximum(last, 0), 1)
        seconds = (self.time_ms - before) / 1000
        return np.where(last >= 0, seconds, 86_400.0)

    def told(
        self,
        kind: Kind,
        severity: Severity,
        *,
        true: Bools,
        shows: Bools,
        delay_s: float,
        bridge: int = 0,
        began: Columns | None = None,
    ) -> list[Label]:
        """Labels of one kind: stretches that are true, known where they show.

        Parameters
        ----------
        kind, severity : of the label.
        true : (n, r) what is so.
        shows : (n, r) where the reports show it clearly.
        delay_s : how long it must show until it is known; slack is added.
        bridge : reports between two that show it, which may be missing.
        began : (n, r) columns at which that began which had to last first; labels
            start there.
        """
        need_ms = round(delay_s * 1000) + SLACK_INTERVALS * self.interval_ms
        near = self.shard.grid.reports_in(APART_S)
        found = stretches(true, near)
        shown = stretches(shows & true, bridge)
        lasts = self._at(shown.row, shown.last) - self._at(shown.row, shown.first)
        shown = shown.where(lasts >= need_ms)
        which = found.within(shown)
        labels = [
            self._label(kind, severity, found, one, shown, int(which[one]), need_ms)
            for one in range(len(found))
        ]
        if began is None:
            return labels
        return [
            replace(label, start_ms=int(self.time_ms[label.row, began[label.row, at]]))
            for label, at in zip(labels, found.first, strict=True)
        ]

    def _label(  # noqa: PLR0917
        self,
        kind: Kind,
        severity: Severity,
        found: Stretches,
        one: int,
        shown: Stretches,
        which: int,
        need_ms: int,
    ) -> Label:
        row = int(found.row[one])
        start = int(self.time_ms[row, found.first[one]])
        end = int(self.time_ms[row, found.last[one]])
        seen = int(self.time_ms[row, shown.first[which]]) if which >= 0 else None
        by = None if seen is None else seen + need_ms
        return self.label(row, kind, severity, (start, end), (seen, by))

    def label(
        self,
        row: int,
        kind: Kind,
        severity: Severity,
        span: tuple[int, int],
        known: tuple[int | None, int | None],
    ) -> Label:
        """A label with the event behind it, if there is one."""
        cause, event = self._causes.of(row, *span)
        return Label(row, kind, severity, *span, *known, cause, event)

    def _at(self, row: NDArray[np.intp], column: NDArray[np.intp]) -> NDArray[np.int64]:
        return self.time_ms[row, column]


def last_column(when: Bools) -> Columns:
    """(n, r): the newest column up to each at which `when` holds, −1 before any."""
    index = np.where(when, np.arange(when.shape[1], dtype=np.intp), -1)
    return np.maximum.accumulate(index, axis=1)


class _Causes:
    """Which event a truth comes from."""

    def __init__(self) -> None:
        self.spans: dict[int, list[tuple[int, int, str, int]]] = {}

    def of(self, row: int, start_ms: int, end_ms: int) -> tuple[str, int]:
        """Name and number of the event that overlaps most, an hour's grace given."""
        best, found = 0, (USUAL, -1)
        for begin, end, what, number in self.spans.get(row, ()):
            overlap = min(end_ms, end + 3_600_000) - max(start_ms, begin) + 1
            if overlap > best:
                best, found = overlap, (what, number)
        return found


def _causes(shard: Shard) -> _Causes:
    causes = _Causes()
    zero = shard.grid.midnight_ms
    for number, event in enumerate(shard.events):
        span = (zero + round(event.start * 60_000), zero + round(event.end * 60_000))
        causes.spans.setdefault(event.row, []).append((*span, event.what, number))
    return causes
