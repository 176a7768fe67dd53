"""What ought to have been told, and by when: read from CSV.

Where no end is given a label lasts as long after ``known_by`` as that is after the
start, an hour at least.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from alerts.detection.columns import SEVERITIES, Rows
from core.errors import InvalidError
from yinling.backtest import cells, textfile
from yinling.backtest.csvblocks import ASTRAY, divided
from yinling.backtest.faults import Faults
from yinling.backtest.history import ALL_KINDS, NO_CLAIM

LEAST_AFTER_S: Final = 3600.0

LABEL: Final = np.dtype(
    [
        ("senior", "<i4"),  # index into the seniors' names
        ("kind", "u1"),  # index into ALL_KINDS
        ("level", "u1"),  # index into columns.SEVERITIES; 0: any
        ("start_s", "<f8"),
        ("end_s", "<f8"),
        ("known_by_s", "<f8"),  # NaN: true, but nobody could know
    ]
)


class _Line(NamedTuple):
    """A row of a file and where it stands."""

    line: int
    row: Mapping[str, str]


_REQUIRED: Final = ("senior", "kind", "start", "known_by")


@dataclass(frozen=True, slots=True)
class Labels:
    """Labelled events.

    Attributes
    ----------
    rows : (l,) LABEL
    seniors : names that ``senior`` indexes.
    whole : whether what is replayed ought to hold all of these seniors, so that events
        of the others were missed.
    """

    rows: Rows
    seniors: tuple[str, ...]
    whole: bool = False

    def unknown(self, names: Sequence[str]) -> tuple[str, ...]:
        """Seniors with labels of whom nothing was replayed, though it ought to be."""
        return tuple(sorted(set(self.seniors) - set(names))) if self.whole else ()

    def of(self, names: Sequence[str]) -> Rows:
        """Labels of some seniors, ``senior`` indexing `names` instead.

        Those of seniors that are :meth:`unknown` are numbered on from there.
        """
        place = {name: i for i, name in enumerate([*names, *self.unknown(names)])}
        table = np.array([place.get(name, -1) for name in self.seniors], np.int64)
        numbers = table[self.rows["senior"]] if len(table) else np.zeros(0, np.int64)
        mine = self.rows[numbers >= 0].copy()
        mine["senior"] = numbers[numbers >= 0]
        return mine


def read(path: Path, zone: ZoneInfo) -> Labels:
    """Read labels from CSV: senior,kind,start,known_by and, if given, end,severity.

    Raises
    ------
    InvalidError
        If the file has no such columns, or a line of it cannot be read.
    """
    title = textfile.title(path)
    lines = _lines(title, textfile.text(path))
    seniors: dict[str, int] = {}
    rows = np.zeros(len(lines), LABEL)
    for i, (line, row) in enumerate(lines):
        if not row["senior"]:
            raise InvalidError(f"{title}, line {line}: senior is missing")
        rows["senior"][i] = seniors.setdefault(row["senior"], len(seniors))
        rows["kind"][i] = _word(title, line, "kind", row["kind"], ALL_KINDS)
        if severity := row.get("severity"):
            rows["level"][i] = _word(title, line, "severity", severity, SEVERITIES)
    for name, column in (("start", "start_s"), ("end", "end_s"), ("known_by", None)):
        rows[column or "known_by_s"] = _times(title, name, lines, zone)
    for name, early in (("known_by", "known_by_s"), ("end", "end_s")):
        wrong = np.flatnonzero(rows[early] < rows["start_s"])
        if wrong.size:
            line = lines[int(wrong[0])].line
            raise InvalidError(f"{title}, line {line}: {name} is before start")
    rows["end_s"] = ends(rows["start_s"], rows["end_s"], rows["known_by_s"])
    return Labels(rows, tuple(seniors), whole=True)


def ends(
    start_s: NDArray[Any], end_s: NDArray[Any], known_by_s: NDArray[Any]
) -> NDArray[np.float64]:
    """When labels end [s]: as given, never before they ought to be known."""
    after_s = np.maximum(known_by_s - start_s, LEAST_AFTER_S)
    guessed = np.where(
        np.isnan(known_by_s), start_s + LEAST_AFTER_S, known_by_s + after_s
    )
    return np.fmax(np.where(np.isnan(end_s), guessed, end_s), known_by_s)


def _lines(title: str, text: str) -> list[_Line]:
    """The rows of a file by name of the column, blank lines left out."""
    head, *lines = text.split("\n")
    if not text.strip():
        raise InvalidError(f"{title} is empty: a header and rows are expected")
    names = [name.strip() for name in _divided(title, 1, head)]
    missing = [name for name in _REQUIRED if name not in names]
    if missing:
        raise InvalidError(f"{title}, line 1: no column {', '.join(missing)}")
    found: list[_Line] = []
    for line, row in enumerate(lines, 2):
        if row.strip():
            values = [cell.strip() for cell in _divided(title, line, row)]
            absent = names[len(values) :]
            if len(values) > len(names) or not set(absent).isdisjoint(_REQUIRED):
                wrong = f"{len(values)} values where the header has {len(names)}"
                raise InvalidError(f"{title}, line {line}: {wrong}")
            values += [""] * len(absent)
            found.append(_Line(line, dict(zip(names, values, strict=True))))
    return found


def _divided(title: str, line: int, text: str) -> list[str]:
    found = divided(text)
    if found is None:
        raise InvalidError(f"{title}, line {line}: {ASTRAY}")
    return found


def _word(
    title: str, line: int, name: str, text: str, allowed: Sequence[object]
) -> int:
    words = [str(one) for one in allowed if one is not None]
    if text not in words:
        raise InvalidError(
            f"{title}, line {line}: {name} {text!r} is none of {', '.join(words)}"
        )
    return [str(one) for one in allowed].index(text)


def _times(
    title: str, name: str, lines: Sequence[_Line], zone: ZoneInfo
) -> NDArray[np.float64]:
    """Times of a column [s since 1970], NaN where there is none."""
    texts = [one.row.get(name) or None for one in lines]
    numbers = np.array([one.line for one in lines], np.int64)
    read = cells.instants(name, pa.array(texts, pa.string()), zone, numbers, Faults())
    for one, text, milliseconds in zip(lines, texts, read.tolist(), strict=True):
        if milliseconds == NO_CLAIM and (text is not None or name == "start"):
            raise InvalidError(
                f"{title}, line {one.line}: {name} {text or ''!r} is no time"
            )
    return np.where(read == NO_CLAIM, np.nan, read / 1e3)
