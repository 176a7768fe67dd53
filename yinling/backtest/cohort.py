"""Reads a simulated cohort: its seniors at once, its reports shard by shard."""

# pyarrow's stubs leave much unknown.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from alerts.detection.columns import REPORT, SEVERITIES, Rows, empty_reports
from core.errors import InvalidError
from core.model import Kind, Trigger
from yinling.backtest import labels
from yinling.backtest.history import (
    ALL_KINDS,
    NO_SEQ,
    PRESS,
    History,
    Wearer,
    once,
)
from yinling.backtest.labels import Labels
from yinling.backtest.roster import home_fence
from yinling.backtest.source import Source
from yinling.backtest.urgent import pressed

SHARD_REPORTS: Final = 2_000_000
_SAME: Final = frozenset(REPORT.names or ()) - {"row", "time_s", "received_s"}


@dataclass(frozen=True, slots=True)
class CohortShard:
    """Seniors ``[first, last)`` of one file of reports."""

    folder: Path
    file: Path
    first: int
    last: int
    size: int

    def some(self, seniors: int) -> "CohortShard":
        """Its first seniors alone."""
        last = min(self.first + seniors, self.last)
        share = (last - self.first) / max(self.last - self.first, 1)
        return replace(self, last=last, size=round(self.size * share))

    def load(self) -> History:
        """Read their reports, presses and registry."""
        table = pq.read_table(self.file, filters=_between(self.first, self.last))
        reports = empty_reports(len(table))
        reports["row"] = _column(table, "senior") - self.first
        for name in ("time", "received"):
            reports[f"{name}_s"] = _seconds(table, name)
        for name in _SAME & set(table.column_names):
            reports[name] = _column(table, name)
        reports["heart_rate"][reports["heart_rate"] == 0] = np.nan
        presses = _presses(self.folder / "urgent.parquet", self.first, self.last)
        return History(
            wearers=_wearers(self.folder, self.first, self.last),
            reports=once(reports)[0],
            presses=presses,
        )


def source(path: Path) -> Source:
    """The cohort of a folder, or what one of its files of reports holds.

    Raises
    ------
    InvalidError
        If there is no cohort.
    """
    parts = shards(path)
    try:
        return Source(path.name, parts, labels=_labels(parts[0].folder))
    except (pa.ArrowInvalid, KeyError) as error:
        raise InvalidError(f"{path} cannot be read as a cohort: {error}") from None


def shards(path: Path) -> list[CohortShard]:
    """The parts of a cohort, whole seniors each.

    Raises
    ------
    InvalidError
        If there is no cohort.
    """
    folder = path if path.is_dir() else path.parent.parent
    files = sorted((path / "reports").glob("*.parquet")) if path.is_dir() else [path]
    if not files or not (folder / "seniors.parquet").exists():
        raise InvalidError(
            f"{path} is no cohort: `yinling simulate --offline` writes one"
        )
    try:
        return [shard for file in files for shard in _shards(folder, file)]
    except (pa.ArrowInvalid, KeyError) as error:
        raise InvalidError(f"{path} cannot be read as a cohort: {error}") from None


def _shards(folder: Path, file: Path) -> Iterator[CohortShard]:
    """Whole seniors of a file, in parts of about SHARD_REPORTS."""
    about = pq.ParquetFile(file).metadata
    column = about.schema.names.index("senior")
    spans = [
        _seniors(about.row_group(i), column, file) for i in range(about.num_row_groups)
    ]
    begin, size = (spans[0][0], 0) if spans else (0, 0)
    for i, (_, last) in enumerate(spans):
        size += about.row_group(i).num_rows
        following = spans[i + 1][0] if i + 1 < len(spans) else None
        if following is None:
            yield CohortShard(folder, file, begin, last + 1, size)
        elif size >= SHARD_REPORTS and following > begin:
            # A senior cut by a row group belongs to the next part.
            yield CohortShard(folder, file, begin, following, size)
            begin, size = following, 0


def _seniors(group: pq.RowGroupMetaData, column: int, file: Path) -> tuple[int, int]:
    """The first and the last senior of a row group."""
    stats: Any = group.column(column).statistics
    if stats is None or not stats.has_min_max:
        raise InvalidError(f"{file.name} has no statistics of its seniors")
    return int(stats.min), int(stats.max)


def _between(first: int, last: int) -> pc.Expression:
    """Rows of the seniors ``[first, last)``."""
    senior = pc.field("senior")
    return (senior >= first) & (senior < last)


def _wearers(folder: Path, first: int, last: int) -> list[Wearer]:
    table = pq.read_table(folder / "seniors.parquet")
    rows = table.slice(first, last - first).to_pylist()
    until_s = _end_s(folder / "cohort.json")
    return [_wearer(row, until_s) for row in rows]


def _end_s(file: Path) -> float:
    """When a cohort's last day ends, NaN where nothing says so [s since 1970]."""
    if not file.exists():
        return np.nan
    about: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    first = datetime.fromisoformat(about["first_day"])
    end = (first + timedelta(days=about["days"])).replace(
        tzinfo=ZoneInfo(about["time_zone"])
    )
    return end.timestamp()


def _wearer(row: dict[str, Any], until_s: float) -> Wearer:
    fences = ()
    if not np.isnan(row["fence_radius_m"]):
        home = row["fence_latitude"], row["fence_longitude"]
        fences = (home_fence(*home, radius_m=row["fence_radius_m"]),)
    return Wearer(
        senior=row["id"],
        place=(row["community"], row["compound"], row["building"]),
        worker=row["worker"],
        conditions=tuple(row["conditions"]),
        risk=row["risk"],
        expected_interval_s=row["expected_interval_s"],
        geofences=fences,
        until_s=until_s,
    )


def _presses(file: Path, first: int, last: int) -> Rows:
    if not file.exists():
        return np.zeros(0, PRESS)
    table = pq.read_table(file, filters=_between(first, last))
    presses = np.zeros(len(table), PRESS)
    presses["row"] = _column(table, "senior") - first
    presses["observed_s"] = _seconds(table, "time")
    presses["received_s"] = _seconds(table, "received")
    fall, sos = ALL_KINDS.index(Kind.FALL), ALL_KINDS.index(Kind.SOS)
    triggers = _texts(table, "trigger")
    presses["kind"] = [fall if one == str(Trigger.FALL) else sos for one in triggers]
    presses["claimed_ms"] = table.column("time").cast(pa.int64()).to_numpy()
    presses["seq"] = _column(table, "seq") if "seq" in table.column_names else NO_SEQ
    return pressed(presses)[0]


def _labels(folder: Path) -> Labels | None:
    file = folder / "labels.parquet"
    if not file.exists():
        return None
    table = pq.read_table(file)
    ids = pq.read_table(folder / "seniors.parquet", columns=["id"])
    rows = np.zeros(len(table), labels.LABEL)
    rows["senior"] = _column(table, "senior")
    words = [str(kind) for kind in ALL_KINDS]
    rows["kind"] = [words.index(one) for one in _texts(table, "kind")]
    levels = {str(one): i for i, one in enumerate(SEVERITIES) if one is not None}
    rows["level"] = [levels[one] for one in _texts(table, "severity")]
    rows["start_s"] = _seconds(table, "start")
    rows["known_by_s"] = _seconds(table, "known_by")
    rows["end_s"] = labels.ends(
        rows["start_s"], _seconds(table, "end"), rows["known_by_s"]
    )
    return Labels(rows, tuple(_texts(ids, "id")))


def _texts(table: pa.Table, name: str) -> list[str]:
    return [str(one) for one in table.column(name).to_pylist()]


def _column(table: pa.Table, name: str) -> NDArray[Any]:
    return table.column(name).to_numpy()


def _seconds(table: pa.Table, name: str) -> NDArray[np.float64]:
    """Instants as seconds since 1970, NaN for null."""
    whole = table.column(name).cast(pa.int64()).to_numpy().astype(np.float64)
    return whole / 1e3
