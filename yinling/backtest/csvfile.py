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
from ingest.decode import fixes
from yinling.backtest import arrivals, cells
from yinling.backtest.arrivals import kept
from yinling.backtest.csvblocks import blocks, trimmed
from yinling.backtest.faults import Faults
from yinling.backtest.history import ALL_KINDS, PRESS, History, Wearer, once
from yinling.backtest.roster import ABOUT_WEARER, wearer
from yinling.backtest.salvage import urgent_rows
from yinling.backtest.textfile import Progress, title
from yinling.backtest.urgent import pressed

DEVICE_COLUMNS: Final = ("received", "worn", "battery", "expected_interval_s")
"""Columns of a wristband's own reports: with them a gap between rows is a silence."""
COORDINATES: Final = ("wgs84", "gcj02")
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
    resends: int

    def remarks(self) -> tuple[str, ...]:
        """What was left out, a line each."""
        found = self.faults.in_words()
        if self.ignored:
            found.append(f"columns that mean nothing here: {', '.join(self.ignored)}")
        if self.repeats:
            found.append(f"{self.repeats:,} repeated reports left out")
        if self.resends:
            found.append(f"{self.resends:,} urgent events sent again left out")
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
    claimed_ms: list[NDArray[np.int64]] = field(default_factory=list[NDArray[np.int64]])
    presses: list[Rows] = field(default_factory=list[Rows])


def read(
    path: Path, zone: ZoneInfo, alike: Wearer, progress: Progress | None = None
) -> CsvRead:
    """Read a CSV file, gzip or plain, or what comes through a pipe.

    A value out of range is dropped and the row kept, a row without a readable senior
    and time left out, as ingest does with reports; an urgent event is kept if only its
    arrival can be read. All is counted. Rows come in any order. Without a column
    ``received`` every report arrived at its own time.

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
    for block in blocks(path, _KNOWN, faults, progress):
        names = block.columns.keys()
        ignored = tuple(sorted(filter(None, names - _KNOWN)))
        silence = not names.isdisjoint(DEVICE_COLUMNS)
        _take(block.columns, block.lines, zone, parts, faults)
        if block.broken:
            urgent = urgent_rows(block.broken, list(names), zone, faults)
            _take(*urgent, zone, parts, faults)
    if not parts.names:
        first = next(iter(faults.in_words()), "there is no row below the header")
        raise InvalidError(f"{title(path)} holds no report that can be used: {first}")
    if silence:
        alike = replace(alike, judge_silence=True)
    return _gathered(parts, alike, faults, ignored)


def _gathered(
    parts: _Parts, alike: Wearer, faults: Faults, ignored: tuple[str, ...]
) -> CsvRead:
    """All that was read; seniors by name, so that the order of rows says nothing."""
    names = sorted(parts.names)
    numbers = [parts.names[name] for name in names]
    place = np.argsort(numbers)
    wearers = [
        wearer(name, parts.about.get(number, {}), alike)
        for name, number in zip(names, numbers, strict=True)
    ]
    reports, presses = np.concatenate(parts.reports), np.concatenate(parts.presses)
    for rows in (reports, presses):
        rows["row"] = place[rows["row"]]
    reports, repeats = once(reports, np.concatenate(parts.claimed_ms))
    presses, resends = pressed(presses)
    history = History(wearers, reports, presses)
    return CsvRead(history, faults, ignored, repeats, resends)


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
    columns, lines = kept(columns, lines, named)
    urgent = _urgent(columns, len(lines))
    time_ms, received_ms = arrivals.times(columns, zone, lines, faults)
    told = arrivals.told(time_ms, received_ms, urgent > 0, lines, faults)
    columns, lines = kept(columns, lines, told)
    time_ms, received_ms, urgent = time_ms[told], received_ms[told], urgent[told]
    row = _rows(columns, parts)
    _describe(columns, row, parts)
    reports = empty_reports(len(lines))
    reports["row"] = row
    _fill(reports, columns, lines, faults)
    reports["time_s"] = arrivals.believed(time_ms, received_ms) / 1e3
    reports["received_s"] = received_ms / 1e3
    press = np.zeros(int((urgent > 0).sum()), PRESS)
    for name in ("row", "received_s", "seq"):
        press[name] = reports[name][urgent > 0]
    press["observed_s"] = reports["time_s"][urgent > 0]
    press["claimed_ms"] = time_ms[urgent > 0]
    press["kind"] = urgent[urgent > 0] - 1
    parts.presses.append(press)
    parts.reports.append(reports[urgent == 0])
    parts.claimed_ms.append(time_ms[urgent == 0])


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
    triggers = trimmed(columns["trigger"])
    present = pc.is_valid(triggers).to_numpy(zero_copy_only=False)
    fall = pc.is_in(triggers, value_set=pa.array([str(Trigger.FALL)]))
    fall = fall.to_numpy(zero_copy_only=False)
    kind = np.where(fall, ALL_KINDS.index(Kind.FALL), ALL_KINDS.index(Kind.SOS))
    return np.where(present, kind + 1, 0)
