"""What ought to have been told, and by when: read from CSV.

Where no end is given a label lasts as long after ``known_by`` as that is after the
start, an hour at least.
"""

import csv
import gzip
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from alerts.detection.columns import SEVERITIES, Rows
from core.errors import InvalidError
from yinling.backtest import cells
from yinling.backtest.faults import Faults
from yinling.backtest.history import ALL_KINDS

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

_REQUIRED: Final = ("senior", "kind", "start", "known_by")


@dataclass(frozen=True, slots=True)
class Labels:
    """Labelled events.

    Attributes
    ----------
    rows : (l,) LABEL
    seniors : names that ``senior`` indexes.
    """

    rows: Rows
    seniors: tuple[str, ...]

    def of(self, names: Sequence[str]) -> Rows:
        """Labels of some seniors, ``senior`` indexing `names` instead."""
        place = {name: i for i, name in enumerate(names)}
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
    raw = path.read_bytes()
    try:
        text = (gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw).decode(
            "utf-8-sig"
        )
    except (UnicodeDecodeError, OSError) as error:
        raise InvalidError(f"{path.name} cannot be read: {error}") from None
    table = csv.DictReader(text.splitlines())
    missing = [name for name in _REQUIRED if name not in (table.fieldnames or ())]
    if missing:
        raise InvalidError(f"{path.name}, line 1: no column {', '.join(missing)}")
    lines = list(table)
    seniors: dict[str, int] = {}
    rows = np.zeros(len(lines), LABEL)
    for i, line in enumerate(lines):
        rows["senior"][i] = seniors.setdefault(
            (line["senior"] or "").strip(), len(seniors)
        )
        rows["kind"][i] = _word(path, i, "kind", line["kind"], ALL_KINDS)
        severity = (line.get("severity") or "").strip()
        if severity:
            rows["level"][i] = _word(path, i, "severity", severity, SEVERITIES)
    for name, column in (("start", "start_s"), ("end", "end_s"), ("known_by", None)):
        texts = [(line.get(name) or "").strip() or None for line in lines]
        times = _times(path, name, texts, zone, needed=name == "start")
        rows[column or "known_by_s"] = times
    rows["end_s"] = ends(rows["start_s"], rows["end_s"], rows["known_by_s"])
    return Labels(rows, tuple(seniors))


def ends(
    start_s: NDArray[Any], end_s: NDArray[Any], known_by_s: NDArray[Any]
) -> NDArray[np.float64]:
    """When labels end [s]: as given, never before they ought to be known."""
    after_s = np.maximum(known_by_s - start_s, LEAST_AFTER_S)
    guessed = np.where(
        np.isnan(known_by_s), start_s + LEAST_AFTER_S, known_by_s + after_s
    )
    return np.fmax(np.where(np.isnan(end_s), guessed, end_s), known_by_s)


def _word(
    path: Path, i: int, name: str, text: str | None, allowed: Sequence[object]
) -> int:
    words = [str(one) for one in allowed if one is not None]
    text = (text or "").strip()
    if text not in words:
        raise InvalidError(
            f"{path.name}, line {i + 2}: {name} {text!r} is none of {', '.join(words)}"
        )
    return [str(one) for one in allowed].index(text)


def _times(
    path: Path, name: str, texts: list[str | None], zone: ZoneInfo, *, needed: bool
) -> NDArray[np.float64]:
    faults = Faults()
    lines = np.arange(2, len(texts) + 2)
    milliseconds = cells.instants(
        name, pa.array(texts, pa.string()), zone, lines, faults
    )
    never = milliseconds == cells.claimed_never()
    wrong = never & np.array([needed or text is not None for text in texts], np.bool_)
    if wrong.any():
        i = int(np.flatnonzero(wrong)[0])
        raise InvalidError(
            f"{path.name}, line {i + 2}: {name} {texts[i] or ''!r} is no time"
        )
    return np.where(never, np.nan, milliseconds / 1e3)
