"""Reads a CSV file of reports as the history of its seniors."""

# pyarrow comes without types.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from alerts.detection.columns import REPORT, Rows, empty_reports
from core.errors import InvalidError
from core.model import LOCATION_SOURCES, Kind, Trigger
from core.payload import NUMERIC_FIELDS
from ingest import claimed
from ingest.decode import fixes
from yinling.backtest import cells
from yinling.backtest.csvblocks import Progress, blocks
from yinling.backtest.faults import Faults
from yinling.backtest.history import ALL_KINDS, PRESS, History, Wearer, once
from yinling.backtest.roster import ABOUT_WEARER, wearer

DEVICE_COLUMNS: Final = ("received", "worn", "battery", "expected_interval_s")
"""Columns of a wristband's own reports: with them a gap between rows is a silence."""
COORDINATES: Final = ("wgs84", "gcj02")
MAX_AHEAD_MS: Final = claimed.MAX_AHEAD_US // 1000
EARLIEST_MS: Final = claimed.EARLIEST_US // 1000
_KNOWN: Final = frozenset(
    {
        "senior",
        "time",
        "received",
        "seq",
        "worn",
        "location_source",
        "coordinates",
        "trigger",
        *(one.name for one in NUMERIC_FIELDS),
        *ABOUT_WEARER,
    }
)


@dataclass(slots=True)
class CsvRead:
    """A file's history, and what of it could not be used."""

    history: History
    faults: Faults
    ignored: tuple[str, ...]
    """Names of columns that mean nothing here."""
    repeats: int

    def remarks(self) -> tuple[str, ...]:
        """What was left out, a line each."""
        found = self.faults.in_words()
        if self.ignored:
            found.append(f"columns that mean nothing here: {', '.join(self.ignored)}")
        if self.repeats:
            found.append(f"{self.repeats:,} repeated reports left out")
        if not self.history.wearers[0].judge_silence:
            found.append(
                "offline is not judged: the file does not say that it holds every"
                f" report of a wristband ({', '.join(DEVICE_COLUMNS)} would,"
                " or --expected-interval)"
            )
        return tuple(found)


@dataclass(slots=True)
class _Parts:
    """What the blocks read so far hold."""

    names: dict[str, int] = field(default_factory=dict[str, int])
    about: dict[int, dict[str, str]] = field(default_factory=dict[int, dict[str, str]])
    reports: list[Rows] = field(default_factory=list[Rows])
    presses: list[Rows] = field(default_factory=list[Rows])


def read(
    path: Path, zone: ZoneInfo, alike: Wearer, progress: Progress | None = None
) -> CsvRead:
    """Read a CSV file, gzip or plain.

    A value out of range is dropped and the row kept, a row without a readable senior
    and time left out, as ingest does with reports; both are counted. Rows come in any
    order. Without a column ``received`` every report arrived at its own time.

    Parameters
    ----------
    zone : of times without an offset.
    alike : what is taken of every senior where no column says otherwise.

    Raises
    ------
    InvalidError
        If it is no CSV file with the columns needed, or no row of it can be used.
    """
    faults, parts = Faults(), _Parts()
    ignored: tuple[str, ...] = ()
    silence = False
    for block, lines in blocks(path, _KNOWN, faults, progress):
        columns = dict(zip(block.schema.names, block.columns, strict=True))
        ignored = tuple(sorted(columns.keys() - _KNOWN))
        silence = not columns.keys().isdisjoint(DEVICE_COLUMNS)
        _take(columns, lines, zone, parts, faults)
    if not parts.names:
        first = next(iter(faults.in_words()), "there is no row")
        raise InvalidError(f"{path.name} holds no report that can be used: {first}")
    names = sorted(parts.names, key=lambda name: parts.names[name])
    if silence:
        alike = replace(alike, judge_silence=True)
    wearers = [
        wearer(name, parts.about.get(i, {}), alike) for i, name in enumerate(names)
    ]
    reports, repeats = once(np.concatenate(parts.reports))
    presses = np.concatenate(parts.presses)
    presses = presses[np.argsort(presses["received_s"], kind="stable")]
    return CsvRead(History(wearers, reports, presses), faults, ignored, repeats)


def _take(
    columns: dict[str, Any],
    lines: NDArray[np.int64],
    zone: ZoneInfo,
    parts: _Parts,
    faults: Faults,
) -> None:
    """Read one block into `parts`."""
    blank = np.logical_and.reduce(
        [
            pc.is_null(column).to_numpy(zero_copy_only=False)
            for column in columns.values()
        ]
    )
    named = pc.is_valid(columns["senior"]).to_numpy(zero_copy_only=False)
    faults.add("senior", "missing", lines[~named & ~blank])
    columns, lines = _kept(columns, lines, named)
    time_ms = cells.instants("time", columns["time"], zone, lines, faults)
    timed = time_ms != cells.claimed_never()
    columns, lines = _kept(columns, lines, timed)
    time_ms = time_ms[timed]
    received_ms = _received(columns, time_ms, zone, lines, faults)
    row = _rows(columns, parts)
    _describe(columns, row, parts)
    reports = empty_reports(len(lines))
    reports["row"] = row
    _fill(reports, columns, lines, faults)
    reports["time_s"] = _believed(time_ms, received_ms) / 1e3
    reports["received_s"] = received_ms / 1e3
    urgent = _urgent(columns, len(lines))
    press = np.zeros(int((urgent > 0).sum()), PRESS)
    for name in ("row", "received_s"):
        press[name] = reports[name][urgent > 0]
    press["observed_s"] = reports["time_s"][urgent > 0]
    press["kind"] = urgent[urgent > 0] - 1
    parts.presses.append(press)
    parts.reports.append(reports[urgent == 0])


def _kept(
    columns: dict[str, Any], lines: NDArray[np.int64], keep: NDArray[np.bool_]
) -> tuple[dict[str, Any], NDArray[np.int64]]:
    if keep.all():
        return columns, lines
    mask = pa.array(keep)
    return {name: one.filter(mask) for name, one in columns.items()}, lines[keep]


def _received(
    columns: dict[str, Any],
    time_ms: NDArray[np.int64],
    zone: ZoneInfo,
    lines: NDArray[np.int64],
    faults: Faults,
) -> NDArray[np.int64]:
    """Arrival of each report; its own time where the file does not say."""
    if "received" not in columns:
        return time_ms
    present = pc.is_valid(columns["received"]).to_numpy(zero_copy_only=False)
    told, where = _kept({"received": columns["received"]}, lines, present)
    arrival_ms = time_ms.copy()
    arrival_ms[present] = cells.instants(
        "received", told["received"], zone, where, faults
    )
    return np.where(arrival_ms == cells.claimed_never(), time_ms, arrival_ms)


def _believed(
    time_ms: NDArray[np.int64], received_ms: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Times as ingest takes them: the arrival in place of one it cannot believe."""
    ahead = time_ms > received_ms + MAX_AHEAD_MS
    ahead |= (time_ms < EARLIEST_MS) & (received_ms >= EARLIEST_MS)
    return np.where(ahead, received_ms, time_ms)


def _rows(columns: dict[str, Any], parts: _Parts) -> NDArray[np.int64]:
    """Row of each report's senior, new seniors added."""
    coded = pc.dictionary_encode(columns["senior"])
    names: list[str] = coded.dictionary.to_pylist()
    rows = [parts.names.setdefault(name.strip(), len(parts.names)) for name in names]
    table = np.array([*rows, 0], np.int64)
    return table[coded.indices.to_numpy(zero_copy_only=False)]


def _describe(columns: dict[str, Any], row: NDArray[np.int64], parts: _Parts) -> None:
    """Keep the first word that each column has to say of each senior."""
    for name in ABOUT_WEARER:
        if name not in columns:
            continue
        present = np.flatnonzero(
            pc.is_valid(columns[name]).to_numpy(zero_copy_only=False)
        )
        seniors, first = np.unique(row[present], return_index=True)
        for senior, i in zip(seniors.tolist(), present[first].tolist(), strict=True):
            text = columns[name][i].as_py().strip()
            parts.about.setdefault(senior, {}).setdefault(name, text)


def _fill(
    reports: Rows, columns: dict[str, Any], lines: NDArray[np.int64], faults: Faults
) -> None:
    """The fields of reports, in place."""
    for of in NUMERIC_FIELDS:
        if of.name in columns and of.name in (REPORT.names or ()):
            reports[of.name] = cells.numbers(columns[of.name], of, lines, faults)
    if "seq" in columns:
        reports["seq"] = cells.sequences(columns["seq"], lines, faults)
    if "worn" in columns:
        reports["worn"] = cells.truths(columns["worn"], lines, faults)
    for name, allowed in (
        ("location_source", tuple(map(str, LOCATION_SOURCES))),
        ("coordinates", COORDINATES),
    ):
        if name in columns:
            found = cells.choices(name, columns[name], allowed, lines, faults)
            if name == "location_source":
                reports[name] = found
            else:
                shifted = found == COORDINATES.index("gcj02")
                at = fixes(reports["latitude"], reports["longitude"], shifted)
                reports["latitude"], reports["longitude"] = at
    none = np.zeros(len(reports), np.bool_)
    north, east = fixes(reports["latitude"], reports["longitude"], none)
    reports["latitude"], reports["longitude"] = north, east


def _urgent(columns: dict[str, Any], count: int) -> NDArray[np.int64]:
    """1 + kind of the rows that are urgent events, 0 for reports."""
    if "trigger" not in columns:
        return np.zeros(count, np.int64)
    present = pc.is_valid(columns["trigger"]).to_numpy(zero_copy_only=False)
    fall = pc.is_in(
        columns["trigger"], value_set=pa.array([str(Trigger.FALL)])
    ).to_numpy(zero_copy_only=False)
    kind = np.where(fall, ALL_KINDS.index(Kind.FALL), ALL_KINDS.index(Kind.SOS))
    return np.where(present, kind + 1, 0)
