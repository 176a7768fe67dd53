"""Alerts of a period as columns of numbers, read in one pass over one index."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
from psycopg import Connection

from core.model import SEVERITY_RANK, Kind, Outcome, Role
from core.queries import load

KINDS: Final = tuple(Kind)
SEVERITIES: Final = tuple(SEVERITY_RANK)
ROLES: Final = tuple(Role)
OUTCOMES: Final = tuple(Outcome)
ELSEWHERE: Final = -1
"""Area of alerts that have no place at all."""
_HEADER: Final = 19
_TRAILER: Final = 2
_SMALL: Final = (
    "area",
    "kind",
    "severity",
    "role",
    "outcome",
    "week",
    "month",
    "flags",
)
_LARGE: Final = ("acknowledged_us", "arrived_us")
CLOSED: Final = 1
DRILL: Final = 2
LAPSED: Final = 4
OF_SENIOR: Final = 8


@dataclass(frozen=True, slots=True)
class Period:
    """What is asked for: alerts opened in [since, until).

    Attributes
    ----------
    zone : in which weeks and months are counted.
    """

    since: datetime
    until: datetime
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Areas:
    """Which place belongs to which area of the report, and whether it is all there is."""

    places: Sequence[UUID]
    numbers: Sequence[int]
    everywhere: bool


@dataclass(frozen=True, slots=True)
class Columns:
    """One value an alert, all arrays (n,).

    Attributes
    ----------
    area : number of its area, ELSEWHERE without a place.
    kind, severity, role, outcome : from 1 into the tuples above, 0 for none; `role` is
        who answered first.
    week : days from 1970 to its Monday; month : months from year 0.
    acknowledged_us, arrived_us : from opening [us], -1 where nobody did.
    flags : bits of CLOSED, DRILL, LAPSED, OF_SENIOR.
    """

    area: npt.NDArray[np.int64]
    kind: npt.NDArray[np.int64]
    severity: npt.NDArray[np.int64]
    role: npt.NDArray[np.int64]
    outcome: npt.NDArray[np.int64]
    week: npt.NDArray[np.int64]
    month: npt.NDArray[np.int64]
    flags: npt.NDArray[np.int64]
    acknowledged_us: npt.NDArray[np.int64]
    arrived_us: npt.NDArray[np.int64]

    def has(self, flag: int) -> npt.NDArray[np.bool_]:
        """Where `flag` is set."""
        return (self.flags & flag) != 0

    def where(self, chosen: npt.NDArray[np.bool_] | npt.NDArray[np.intp]) -> "Columns":
        """Those alerts only."""
        names = (*_SMALL, *_LARGE)
        return Columns(**{name: getattr(self, name)[chosen] for name in names})


def read(conn: Connection, period: Period, areas: Areas) -> Columns:
    """Every alert of the period in these areas; canaries are left out."""
    values = {
        "from": period.since,
        "to": period.until,
        "zone": period.zone.key,
        "places": list(areas.places),
        "areas": list(areas.numbers),
        "everywhere": areas.everywhere,
        "kinds": list(KINDS),
        "severities": list(SEVERITIES),
        "roles": list(ROLES),
        "outcomes": list(OUTCOMES),
    }
    query = load("api.reports")["response_columns"]
    with conn.cursor() as cursor, cursor.copy(query, values) as copy:
        packed = b"".join(bytes(block) for block in copy)
    record = np.frombuffer(packed[_HEADER:-_TRAILER], dtype=_record())
    names = (*_SMALL, *_LARGE)
    return Columns(**{name: record[name].astype(np.int64) for name in names})


def _record() -> np.dtype[np.void]:
    """One row of PostgreSQL's binary copy: each value after its length."""
    fields: list[tuple[str, str]] = [("columns", ">i2")]
    for name in _SMALL:
        fields += [(f"{name}_length", ">i4"), (name, ">i4")]
    for name in _LARGE:
        fields += [(f"{name}_length", ">i4"), (name, ">i8")]
    return np.dtype(fields)
