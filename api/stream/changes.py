"""What the stream reads: alerts changed since a snapshot, states written since an instant."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from api.stream.position import Position
from api.stream.snapshot import Snapshot
from core.database import Row
from core.queries import load

SQL: Final = load("api.stream")
VIEWS: Final = load("api.views")
OVERLAP: Final = timedelta(seconds=5)
"""States are written with the time at which their batch began; this long it may take."""
MOST_STATES: Final = 2000
EVERYTHING: Final[dict[str, Any]] = {
    "everything": True,
    "place_ids": [],
    "senior_ids": [],
}
UNLIMITED: Final[dict[str, Any]] = dict.fromkeys(
    (
        *("statuses", "kind", "severity", "under", "senior_id", "since", "until"),
        *("before_at", "before_id", "limit"),
    )
)


@dataclass(frozen=True, slots=True)
class Batch:
    """What changed between two positions of the hub.

    Attributes
    ----------
    before, after : the positions.
    alerts : rows of the query ``alerts`` with their `events`, in order of change.
    transactions : by alert, which transactions changed it.
    statuses : rows of the query ``statuses`` of those whose status may have changed.
    now : the instant that the statuses are as of.
    """

    before: Position
    after: Position
    now: datetime
    alerts: Sequence[Row] = ()
    transactions: Mapping[UUID, frozenset[int]] = field(
        default_factory=dict[UUID, frozenset[int]]
    )
    statuses: Sequence[Row] = ()

    def news_to(self, alert_id: UUID, seen: Snapshot | None) -> bool:
        """Whether this alert's change is not among what `seen` showed already."""
        if seen is None:
            return True
        return any(not seen.shows(xid) for xid in self.transactions[alert_id])


def in_order(found: Sequence[Row], ids: Sequence[UUID]) -> list[Row]:
    """Rows in the order of `ids`."""
    by_id = {row["id"]: row for row in found}
    return [by_id[alert_id] for alert_id in ids if alert_id in by_id]


def transactions(found: Sequence[Row]) -> dict[UUID, frozenset[int]]:
    """By alert, the transactions of rows of the query ``alerts_since``."""
    return {
        row["alert_id"]: frozenset(int(xid) for xid in row["xids"])
        for row in found
        if row["alert_id"] is not None
    }


def snapshot_of(found: Sequence[Row]) -> Snapshot:
    """The snapshot up to which an answer is complete."""
    snapshot = Snapshot.parse(found[0]["snapshot"])
    if snapshot is None:
        raise ValueError("the database spells snapshots in an unknown way")
    return snapshot


@dataclass(frozen=True, slots=True)
class Watched:
    """Whose statuses somebody listens for."""

    everything: bool = False
    place_ids: frozenset[UUID] = frozenset()
    senior_ids: frozenset[UUID] = frozenset()

    def parameters(self) -> dict[str, Any]:
        """As parameters of the query ``states_since``."""
        return {
            "everything": self.everything,
            "place_ids": list(self.place_ids),
            "senior_ids": list(self.senior_ids),
        }

    def sees(self, senior_id: UUID | None, path: Sequence[UUID] | None) -> bool:
        """Whether anybody listens for this senior."""
        if self.everything or senior_id in self.senior_ids:
            return True
        return not self.place_ids.isdisjoint(path or ())
