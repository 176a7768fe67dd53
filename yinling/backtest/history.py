"""What a replay reads: who wore what, their reports in arrival order, their presses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from alerts.detection.columns import Rows
from core.model import Kind
from core.rules.book import NOTHING, RuleSet, Span

ALL_KINDS: Final[tuple[Kind, ...]] = tuple(Kind)
"""Kinds by number, as the columns of this package name them."""

PRESS: Final = np.dtype(
    [
        ("row", "<i4"),
        ("observed_s", "<f8"),
        ("received_s", "<f8"),
        ("kind", "u1"),  # index into ALL_KINDS: sos or fall
        ("claimed_ms", "<i8"),  # as the wristband said it; NO_CLAIM where it did not
        ("seq", "<i8"),  # NO_SEQ where absent
    ]
)
NO_CLAIM: Final = int(np.iinfo(np.int64).min)
NO_SEQ: Final = -1

GAP_COUNTED_S: Final = 86400.0
"""A silence longer than this is no time in which anybody was watched [s]"""


@dataclass(frozen=True, slots=True)
class Wearer:
    """A senior over one binding: what judging and reporting need of the registry.

    Attributes
    ----------
    senior : id or whatever name the source gives.
    place : names from the district down.
    worker : who is sent first; the place where nobody is named.
    thresholds : personal limits, as ``PUT /v1/seniors/{id}/thresholds`` takes them.
    service_rules, place_rules, own_rules : overrides in force: the whole service's,
        those of the places from the district down, the senior's own.
    quiet : the senior's own quiet hours.
    revision : newest revision among the overrides, 0 where there is none.
    geofences : as :func:`alerts.detection.fences.fence_set` takes them.
    away : absences, each ``(from, to)`` [s since 1970]
    until_s : when watching ended, NaN for the last report [s since 1970]
    judge_silence : whether all reports of the wristband are here, so that a gap is a
        silence.
    """

    senior: str
    place: tuple[str, ...] = ()
    worker: str = ""
    conditions: tuple[str, ...] = ()
    risk: str = "normal"
    expected_interval_s: float = 300.0
    thresholds: Mapping[str, Any] = field(default_factory=dict[str, Any])
    service_rules: RuleSet = NOTHING
    place_rules: tuple[RuleSet, ...] = ()
    own_rules: RuleSet = NOTHING
    quiet: tuple[Span, ...] = ()
    revision: int = 0
    geofences: Sequence[Mapping[str, Any]] = ()
    away: tuple[tuple[float, float], ...] = ()
    until_s: float = float("nan")
    judge_silence: bool = True


@dataclass(frozen=True, slots=True)
class History:
    """Some wearers and all that came from them.

    Attributes
    ----------
    wearers : one for each row.
    reports : (n,) REPORT in arrival order, ``row`` indexing `wearers`, each once.
    presses : (p,) PRESS
    """

    wearers: Sequence[Wearer]
    reports: Rows
    presses: Rows


def watched_days(reports: Rows, wearers: int) -> NDArray[np.float64]:
    """Days that each wearer's reports cover.

    The time from the first report to the last, without the silences longer than
    GAP_COUNTED_S.

    Returns
    -------
    (wearers,) float64 [d]
    """
    order = np.lexsort((reports["time_s"], reports["row"]))
    row, time_s = reports["row"][order], reports["time_s"][order]
    gap_s = np.diff(time_s)
    counted = (np.diff(row) == 0) & (gap_s <= GAP_COUNTED_S)
    total_s = np.bincount(row[1:][counted], gap_s[counted], minlength=wearers)
    return total_s / 86400.0


def once(
    reports: Rows, claimed_ms: NDArray[np.int64] | None = None
) -> tuple[Rows, int]:
    """Reports in arrival order, each identity once, and how many repeats were left out.

    An identity is a wearer, a claimed time and a seq; what arrived first wins. Reports
    that arrived together come in the order of their times, then of their seq.

    Parameters
    ----------
    claimed_ms : times as the wristbands said them; their times if not given
        [ms since 1970]
    """
    repeats = _repeats(reports, reports["time_s"] if claimed_ms is None else claimed_ms)
    kept = reports[~repeats] if repeats.any() else reports
    order = np.lexsort((kept["seq"], kept["time_s"], kept["received_s"]))
    return kept[order], int(repeats.sum())


def _repeats(reports: Rows, claimed: NDArray[Any]) -> NDArray[np.bool_]:
    """Which reports have the identity of one that arrived before."""
    row, seq = reports["row"], reports["seq"]
    repeat = np.zeros(len(reports), np.bool_)
    ordered = np.diff(row) > 0
    ordered |= (np.diff(row) == 0) & (claimed[1:] > claimed[:-1])
    if ordered.all():  # as cohorts are written
        return repeat
    same = np.lexsort((reports["received_s"], seq, claimed, row))
    again = np.ones(max(len(reports) - 1, 0), np.bool_)
    for one in (row, claimed, seq):
        again &= one[same][1:] == one[same][:-1]
    repeat[same[1:]] = again
    return repeat
