"""Reads history from the database, wristbands by wristbands, with rules as in force."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import numpy as np
import psycopg
from numpy.typing import NDArray
from psycopg import Connection
from psycopg.rows import dict_row
from psycopg.sql import Literal

from alerts.detection.columns import Rows, empty_reports
from core import database
from core.database import Row
from core.errors import InvalidError, UnavailableError
from core.model import Kind, Trigger
from core.queries import load
from core.registry.rulebook import Rulebook, rulebook
from core.rules.book import NOTHING, RuleSet, quiet_hours
from ingest.copying import EPOCH_2000_US
from yinling.backtest.history import (
    ALL_KINDS,
    NO_CLAIM,
    NO_SEQ,
    PRESS,
    History,
    Wearer,
    once,
)
from yinling.backtest.source import Source

SHARD_REPORTS: Final = 2_000_000
READING_TIMEOUT_S: Final = 900.0
REMEMBERED_S: Final = 86400.0
"""How long after a binding's end its reports are still judged, as ingest does."""

_FIELDS: Final = (
    ("key", ">i4"),
    ("time", ">i8"),
    ("received", ">i8"),
    ("seq", ">i8"),
    ("heart_rate", ">f4"),
    ("systolic", ">f4"),
    ("diastolic", ">f4"),
    ("spo2", ">f4"),
    ("temperature", ">f4"),
    ("latitude", ">f8"),
    ("longitude", ">f8"),
    ("accuracy", ">f4"),
    ("location_source", ">i2"),
    ("steps", ">f4"),
    ("motion", ">f4"),
    ("worn", ">i2"),
    ("battery", ">f4"),
)
_TUPLE: Final = np.dtype(
    [
        ("fields", ">i2"),
        *(
            part
            for name, kind in _FIELDS
            for part in ((f"{name} width", ">i4"), (name, kind))
        ),
    ]
)
_HEADER_BYTES: Final = 19
_TRAILER_BYTES: Final = 2
_SAME: Final = tuple(
    name for name, _ in _FIELDS if name not in {"key", "time", "received"}
)


@dataclass(frozen=True, slots=True)
class _Worn:
    """Who wore a wristband, from when to when [s since 1970]."""

    key: int
    senior_id: UUID
    starts_s: float
    ends_s: float
    wearer: Wearer


@dataclass(frozen=True, slots=True)
class StoredShard:
    """Some wristbands' readings of a time.

    Attributes
    ----------
    worn : bindings, those of one wristband one after the other.
    presses : PRESS rows, ``row`` indexing `worn`.
    """

    url: str = field(repr=False)
    worn: Sequence[_Worn]
    presses: Rows
    start: datetime
    end: datetime
    size: int

    def load(self) -> History:
        """Read them."""
        keys = sorted({one.key for one in self.worn})
        with database.connect(self.url, "backtest", READING_TIMEOUT_S) as connection:
            readings = _readings(connection, keys, self.start, self.end)
        reports = empty_reports(len(readings))
        for name in ("time", "received"):
            micros = readings[name].astype(np.int64) + EPOCH_2000_US
            reports[f"{name}_s"] = micros / 1e6
        for name in _SAME:
            reports[name] = readings[name]
        row = _rows_at(self.worn, readings["key"].astype(np.int64), reports)
        reports["row"] = row
        mine = once(reports[row >= 0])[0]
        return History([one.wearer for one in self.worn], mine, self.presses)


def source(url: str, start: datetime, end: datetime, *, warm_up_days: float) -> Source:
    """What the database holds of a time, with rules, limits and geofences of now.

    Parameters
    ----------
    warm_up_days : as much before `start` is read too: what is usual for a person must
        be known before it can be judged.

    Raises
    ------
    InvalidError
        If the time is empty, or nobody wore a wristband in it.
    UnavailableError
        If the database has no tables yet, or does not answer.
    """
    if start >= end:
        raise InvalidError("--from must be before --to")
    since = start - timedelta(days=warm_up_days)
    try:
        with database.connect(url, "backtest") as connection:
            worn = _worn(connection, since, end)
            presses = _presses(connection, worn, since, end)
    except psycopg.errors.UndefinedTable:
        raise UnavailableError(
            "the database has no tables yet: run `yinling migrate` first"
        ) from None
    if not worn:
        raise InvalidError("nobody wore a wristband in that time")
    return Source(
        title=f"{start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M}",
        shards=_shards(url, worn, presses, since, end),
        since_s=start.timestamp(),
    )


def _worn(connection: Connection, start: datetime, end: datetime) -> list[_Worn]:
    book = rulebook(connection)
    with connection.cursor(row_factory=dict_row) as cursor:
        values = {"start": start, "end": end}
        cursor.execute(load("yinling.backtest")["wearers"], values)
        rows = cursor.fetchall()
    return [_binding(row, book, end) for row in rows]


def _binding(row: Row, book: Rulebook, end: datetime) -> _Worn:
    above = book.above(row["path"])
    service = [one.rules for one in above if one.place_id is None]
    own = RuleSet.stored(row["own"]) if row["own"] else NOTHING
    ends: datetime = row["ends_at"] or end
    revisions = [one.revision for one in above]
    return _Worn(
        key=row["wristband_key"],
        senior_id=row["senior_id"],
        starts_s=row["starts_at"].timestamp(),
        ends_s=row["ends_at"].timestamp() if row["ends_at"] else np.inf,
        wearer=Wearer(
            senior=str(row["senior_id"]),
            place=tuple(row["names"]),
            worker=row["worker"] or "",
            conditions=tuple(row["conditions"]),
            risk=row["risk"],
            expected_interval_s=row["expected_interval_s"],
            thresholds=row["thresholds"],
            service_rules=service[0] if service else NOTHING,
            place_rules=tuple(one.rules for one in above if one.place_id is not None),
            own_rules=own,
            quiet=quiet_hours(row["routine"]),
            revision=max([*revisions, row["own_revision"] if row["own"] else 0]),
            geofences=row["fences"] or (),
            away=tuple(
                (begins.timestamp(), over.timestamp())
                for begins, over in row["away"] or ()
            ),
            until_s=min(ends, end).timestamp(),
        ),
    )


def _presses(
    connection: Connection, worn: Sequence[_Worn], start: datetime, end: datetime
) -> Rows:
    """Urgent events as PRESS rows, ``row`` indexing `worn`."""
    values = {"start": start, "end": end}
    found = connection.execute(load("yinling.backtest")["presses"], values).fetchall()
    rows = {one.senior_id: i for i, one in enumerate(worn)}
    kept = [one for one in found if one[0] in rows]
    presses = np.zeros(len(kept), PRESS)
    for i, (senior, trigger, received_at, observed_at) in enumerate(kept):
        kind = Kind.FALL if trigger == Trigger.FALL else Kind.SOS
        presses[i] = (
            rows[senior],
            observed_at.timestamp(),
            received_at.timestamp(),
            ALL_KINDS.index(kind),
            NO_CLAIM,  # resends are not stored as presses
            NO_SEQ,
        )
    return presses


def _shards(
    url: str, worn: Sequence[_Worn], presses: Rows, start: datetime, end: datetime
) -> list[StoredShard]:
    """Whole seniors together, about SHARD_REPORTS in each part."""
    by_senior: dict[UUID, list[int]] = {}
    for i, one in enumerate(worn):
        by_senior.setdefault(one.senior_id, []).append(i)
    shards: list[StoredShard] = []
    taken: list[int] = []
    size = 0.0
    last = list(by_senior)[-1]
    for senior, rows in by_senior.items():
        taken += rows
        size += sum(_expected(worn[i], start, end) for i in rows)
        if size >= SHARD_REPORTS or senior == last:
            place = {row: i for i, row in enumerate(taken)}
            mine = presses[np.isin(presses["row"], taken)].copy()
            mine["row"] = [place[row] for row in mine["row"].tolist()]
            bindings = [worn[i] for i in taken]
            shards.append(StoredShard(url, bindings, mine, start, end, round(size)))
            taken, size = [], 0.0
    return shards


def _expected(worn: _Worn, start: datetime, end: datetime) -> float:
    """How many readings to expect of a binding."""
    begins_s = max(worn.starts_s, start.timestamp())
    ends_s = min(worn.ends_s, end.timestamp())
    return max(ends_s - begins_s, 0.0) / worn.wearer.expected_interval_s


def _readings(
    connection: Connection, keys: Sequence[int], start: datetime, end: datetime
) -> NDArray[Any]:
    statement = load("yinling.backtest")["readings"].format(
        keys=Literal(list(keys)),
        start=Literal(start.astimezone(UTC)),
        end=Literal(end.astimezone(UTC)),
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        content = b"".join(copy)
    return np.frombuffer(content[_HEADER_BYTES:-_TRAILER_BYTES], _TUPLE)


def _rows_at(
    worn: Sequence[_Worn], keys: NDArray[np.int64], reports: Rows
) -> NDArray[np.int64]:
    """Binding of each reading, -1 where nobody wore it or it came too late."""
    row = np.full(len(reports), -1, np.int64)
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    for i, one in enumerate(worn):
        begin, end = np.searchsorted(ordered, [one.key, one.key + 1])
        at = order[begin:end]
        time_s = reports["time_s"][at]
        mine = (time_s >= one.starts_s) & (time_s < one.ends_s)
        mine &= reports["received_s"][at] <= one.ends_s + REMEMBERED_S
        row[at[mine]] = i
    return row
