"""What a change of rules adds, removes, or makes more or less severe."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

import numpy as np

from alerts.detection.columns import SEVERITIES
from core.model import Kind
from yinling.backtest.excerpts import metric
from yinling.backtest.history import ALL_KINDS
from yinling.backtest.replay import Replayed
from yinling.backtest.times import time_text

AROUND_S: Final = 7200.0
"""Readings to look at, before and after an alert [s]"""


@dataclass(frozen=True, slots=True)
class Change:
    """One alert that differs.

    Attributes
    ----------
    was, becomes : severities, None where there is no such alert.
    place : names from the district down.
    """

    senior: str
    place: tuple[str, ...]
    kind: Kind
    was: str | None
    becomes: str | None
    observed_s: float
    opened_s: float

    def as_json(self) -> dict[str, Any]:
        """With a link to the readings around it."""
        return {
            "senior": self.senior,
            "kind": str(self.kind),
            "severity": self.becomes or self.was,
            "was": self.was,
            "becomes": self.becomes,
            "observed_at": time_text(self.observed_s),
            "opened_at": time_text(self.opened_s),
            "readings": readings_link(self.senior, self.kind, self.observed_s),
        }


@dataclass(frozen=True, slots=True)
class Comparison:
    """New rules against those compared with."""

    rule_version: str
    added: Sequence[Change]
    removed: Sequence[Change]
    changed: Sequence[Change]

    def as_json(self) -> dict[str, Any]:
        """For ``--json``."""
        return {
            "rule_version": self.rule_version,
            "added": [one.as_json() for one in self.added],
            "removed": [one.as_json() for one in self.removed],
            "changed": [one.as_json() for one in self.changed],
            "by_kind": tally(self, by=lambda one: str(one.kind)),
            "by_place": tally(self, by=lambda one: " / ".join(one.place)),
        }


def tally(
    comparison: Comparison, by: Callable[[Change], str]
) -> dict[str, dict[str, int]]:
    """Counts of what was added, removed and changed by some key."""
    counts: dict[str, dict[str, int]] = {}
    for name in ("added", "removed", "changed"):
        for one in getattr(comparison, name):
            row = counts.setdefault(by(one), {"added": 0, "removed": 0, "changed": 0})
            row[name] += 1
    return dict(sorted(counts.items()))


def readings_link(senior: str, kind: Kind, observed_s: float) -> str:
    """The API's readings around an instant."""
    query = urlencode(
        {
            "metric": metric(kind),
            "from": time_text(observed_s - AROUND_S),
            "to": time_text(observed_s + AROUND_S),
        }
    )
    return f"/v1/seniors/{senior}/readings?{query}"


def compare(new: Replayed, old: Replayed) -> Comparison:
    """Alerts of one senior and kind are the same if they were unresolved together."""
    theirs = _by_senior(old)
    added: list[Change] = []
    changed: list[Change] = []
    for key, mine in _by_senior(new).items():
        left = theirs.get(key, [])
        for one in mine:
            same = next((other for other in left if _together(one, other)), None)
            if same is None:
                added.append(_change(new, one, was=None))
                continue
            left.remove(same)
            if same["level"] != one["level"]:
                changed.append(_change(new, one, was=_severity(same)))
    removed = [
        _change(old, one, was=_severity(one), gone=True)
        for rest in theirs.values()
        for one in rest
    ]
    return Comparison(
        rule_version=old.rule_version,
        added=sorted(added, key=_when),
        removed=sorted(removed, key=_when),
        changed=sorted(changed, key=_when),
    )


def _by_senior(replayed: Replayed) -> Mapping[tuple[str, int], list[np.void]]:
    found: dict[tuple[str, int], list[np.void]] = defaultdict(list)
    for one in replayed.alerts:
        senior = replayed.wearers[int(one["row"])].senior
        found[senior, int(one["kind"])].append(one)
    return found


def _together(one: np.void, other: np.void) -> bool:
    return bool(one["opened_s"] <= _end(other) and other["opened_s"] <= _end(one))


def _end(one: np.void) -> float:
    return float(one["ended_s"]) if one["ended_s"] > 0 else np.inf


def _change(
    replayed: Replayed, one: np.void, *, was: str | None, gone: bool = False
) -> Change:
    wearer = replayed.wearers[int(one["row"])]
    return Change(
        senior=wearer.senior,
        place=wearer.place,
        kind=ALL_KINDS[int(one["kind"])],
        was=was,
        becomes=None if gone else _severity(one),
        observed_s=float(one["observed_s"]),
        opened_s=float(one["opened_s"]),
    )


def _severity(one: np.void) -> str:
    return str(SEVERITIES[int(one["level"])])


def _when(one: Change) -> float:
    return one.opened_s
