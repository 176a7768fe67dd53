"""Finds the urgent events on lines of a CSV file that are no rows: none is ever lost."""

# pyarrow comes without types.
# pyright: reportMissingTypeStubs=false

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from core.model import LOCATION_SOURCES, Trigger
from yinling.backtest import cells
from yinling.backtest.csvblocks import ABSENT, Broken, divided
from yinling.backtest.faults import Faults

COLUMNS: Final = ("senior", "time", "received", "seq", "trigger")
EARLIEST_US: Final = 946_684_800_000_000
"""A smaller number is no time that has slipped into its column [µs since 1970]"""

_TRIGGERS: Final = frozenset(map(str, Trigger))
_OTHERS: Final = frozenset(
    {"true", "false", "yes", "no", "normal", "high", "wgs84", "gcj02"}
) | frozenset(map(str, LOCATION_SOURCES))
"""Words of other columns, which may have slipped into that of the trigger."""


def urgent_rows(
    broken: Sequence[Broken], names: Sequence[str], zone: ZoneInfo, faults: Faults
) -> tuple[dict[str, Any], NDArray[np.int64]]:
    """Columns of the urgent events among broken lines, and where they stand.

    Where cells are missing or too many, each column may begin from the left or from
    the right: what can be read as what it should be counts, from the left first.

    Parameters
    ----------
    names : of the columns.
    """
    found = [
        (one.line, row)
        for one in broken
        if (row := _urgent(one.text, names, zone)) is not None
    ]
    lines = np.array([line for line, _ in found], np.int64)
    faults.add("row", "an urgent event all the same, and taken as one", lines)
    columns = {
        name: pa.array([row[name] for _, row in found], pa.string()) for name in COLUMNS
    }
    return columns, lines


def _urgent(
    text: str, names: Sequence[str], zone: ZoneInfo
) -> dict[str, str | None] | None:
    """What a broken line says of an urgent event; None where it is none."""
    row = divided(text) or divided(text.replace('"', "")) or []
    row = ["" if one.strip() in ABSENT else one.strip() for one in row]

    def is_time(cell: str) -> bool:
        return cells.one_instant(cell, zone) >= EARLIEST_US

    def is_word(cell: str) -> bool:
        return any(map(str.isalpha, cell)) and not (
            is_time(cell) or cell.lower() in _OTHERS
        )

    def read(name: str, fits: Callable[[str], bool]) -> str | None:
        return next((one for one in _places(row, names, name) if fits(one)), None)

    senior = read("senior", lambda cell: not is_time(cell))
    trigger = next((one for one in row if one in _TRIGGERS), None)
    trigger = trigger or read("trigger", lambda cell: cell != senior and is_word(cell))
    if trigger is None or "trigger" not in names:
        return None
    return {
        "senior": senior,
        "time": read("time", is_time),
        "received": read("received", is_time),
        "seq": read("seq", str.isdecimal),
        "trigger": trigger,
    }


def _places(row: Sequence[str], names: Sequence[str], name: str) -> Iterator[str]:
    """Cells that may be those of a column, the likelier one first."""
    if name not in names:
        return
    at = names.index(name)
    for i in dict.fromkeys((at, at + len(row) - len(names))):
        if 0 <= i < len(row) and row[i]:
            yield row[i]
