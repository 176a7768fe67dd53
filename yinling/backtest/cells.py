"""Text cells of a CSV file to columns, each value checked as ingest checks a report's."""

# pyarrow comes without types.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from alerts.detection.columns import Floats
from core.payload import Field
from ingest import claimed
from yinling.backtest.faults import Faults
from yinling.backtest.history import NO_CLAIM

Cells = Any  # pyarrow.StringArray, null where absent
Lines = NDArray[np.int64]

NO_TIME: Final = "neither RFC 3339 nor a local time"
QUARTER_S: Final = 900.0
_TRUE: Final = frozenset({"true", "t", "yes", "1", "1.0"})
_FALSE: Final = frozenset({"false", "f", "no", "0", "0.0"})


def numbers(cells: Cells, of: Field, lines: Lines, faults: Faults) -> Floats:
    """Values of a numeric field, NaN where absent or refused.

    Parameters
    ----------
    lines : (n,) where each cell stands, for what is told of it.
    """
    values, bad = _floats(cells)
    faults.add(of.name, "wrong type: a number is expected", lines[bad])
    if of.zero_is_absent:
        values[values == 0] = np.nan
    beyond = (values < of.low) | (values > of.high)
    outside = f"outside {of.low:g} to {of.high:g} {of.unit}"
    faults.add(of.name, outside, lines[beyond])
    values[beyond] = np.nan
    if of.name == "steps":
        broken = values != np.floor(values)
        broken &= ~np.isnan(values)
        faults.add(of.name, "wrong type: a whole number is expected", lines[broken])
        values[broken] = np.nan
    return values


def sequences(cells: Cells, lines: Lines, faults: Faults) -> NDArray[np.int64]:
    """Sequence numbers, -1 where absent or refused."""
    values, bad = _floats(cells)
    bad |= (values < 0) | (values >= 2**63) | (values != np.floor(values))
    bad &= ~(np.isnan(values) & _absent(cells))
    faults.add("seq", "wrong type: a whole number is expected", lines[bad])
    exact = np.where(np.isnan(values) | bad, -1.0, values).astype(np.int64)
    large = np.flatnonzero(exact >= 2**53)  # a float64 holds no more digits
    for i in large:
        exact[i] = int(Decimal(cells[int(i)].as_py()))
    return exact


def truths(cells: Cells, lines: Lines, faults: Faults) -> NDArray[np.int8]:
    """1 for true, 0 for false, -1 where absent or refused."""

    def meant(text: str) -> int | None:
        word = text.strip().lower()
        return 1 if word in _TRUE else 0 if word in _FALSE else None

    wrong = "wrong type: true or false is expected"
    return _words("worn", cells, meant=meant, wrong=wrong, lines=lines, faults=faults)


def choices(
    name: str, cells: Cells, allowed: tuple[str, ...], lines: Lines, faults: Faults
) -> NDArray[np.int8]:
    """Index of one of the allowed words, -1 where absent or refused."""
    of = {word: i for i, word in enumerate(allowed)}
    wrong = f"not one of {', '.join(allowed)}"
    return _words(
        name,
        cells,
        meant=lambda text: of.get(text.strip()),
        wrong=wrong,
        lines=lines,
        faults=faults,
    )


def instants(
    name: str, cells: Cells, zone: ZoneInfo, lines: Lines, faults: Faults
) -> NDArray[np.int64]:
    """Times as milliseconds since 1970, finer digits cut off; MIN where refused.

    Parameters
    ----------
    cells : RFC 3339, local times of `zone` without an offset, or epoch seconds.
    """
    micros = np.full(len(cells), claimed_never(), np.int64)
    zoned = _yes(pc.match_substring_regex(cells, r"(?:[zZ]|[+-]\d\d:?\d\d)$"))
    local = _yes(pc.match_substring_regex(cells, r"^\d{4}-\d\d-\d\d([ T][\d:.]+)?$"))
    for mine, kind in ((zoned, pa.timestamp("us", "UTC")), (local, pa.timestamp("us"))):
        at = np.flatnonzero(mine)
        if at.size:
            found = _timestamps(cells.take(pa.array(at)), kind)
            if kind.tz is None:
                found = _to_utc(found, zone)
            micros[at] = found
    for i in np.flatnonzero(micros == claimed_never()):
        micros[i] = one_instant(cells[int(i)].as_py(), zone)
    bad = micros == claimed_never()
    absent = _absent(cells)
    faults.add(name, NO_TIME, lines[bad & ~absent])
    faults.add(name, "missing", lines[bad & absent])
    return np.where(bad, claimed_never(), micros // 1000)


def one_instant(text: str | None, zone: ZoneInfo) -> int:
    """Microseconds since 1970 of one cell; :func:`claimed_never` where it is none."""
    if text is None:
        return claimed_never()
    text = text.strip()
    seconds = claimed.seconds(text.replace(" ", "T", 1))
    if seconds is None:
        seconds = _local_or_epoch(text, zone)
    if seconds is None or abs(seconds) > claimed.FARTHEST_S:
        return claimed_never()
    return int(claimed.milliseconds(np.array([seconds]))[0]) * 1000


def claimed_never() -> int:
    """The number that stands for no time at all."""
    return NO_CLAIM


def utc_s(local_s: Floats, zone: ZoneInfo) -> Floats:
    """Seconds since 1970 of what a zone's clocks show, the first of two such instants.

    Parameters
    ----------
    local_s : (n,) seconds since 1970 as the zone's clocks show them.
    """
    quarters, which = np.unique(np.floor(local_s / QUARTER_S), return_inverse=True)
    begins = [
        datetime.fromtimestamp(quarter * QUARTER_S, ZoneInfo("UTC")).replace(
            tzinfo=zone
        )
        for quarter in quarters.tolist()
    ]
    shift = np.array([one.timestamp() for one in begins]) - quarters * QUARTER_S
    return local_s + shift[which]


def _to_utc(micros: NDArray[np.int64], zone: ZoneInfo) -> NDArray[np.int64]:
    never = micros == claimed_never()
    whole_s = np.where(never, 0, micros) // 1_000_000
    shift = utc_s(whole_s.astype(np.float64), zone).astype(np.int64) - whole_s
    return np.where(never, micros, micros + shift * 1_000_000)


def _timestamps(cells: Cells, kind: pa.DataType) -> NDArray[np.int64]:
    try:
        found = pc.cast(cells, kind)
    except pa.ArrowInvalid:
        return np.full(len(cells), claimed_never(), np.int64)  # one by one then
    return found.cast(pa.int64()).to_numpy(zero_copy_only=False)


def _local_or_epoch(text: str, zone: ZoneInfo) -> float | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        try:
            return claimed.seconds(float(text))
        except ValueError:
            return None
    return (at if at.tzinfo is not None else at.replace(tzinfo=zone)).timestamp()


def _words(
    name: str,
    cells: Cells,
    *,
    meant: Callable[[str], int | None],
    wrong: str,
    lines: Lines,
    faults: Faults,
) -> NDArray[np.int8]:
    """Small numbers of words, each distinct word looked at once."""
    coded = pc.dictionary_encode(cells)
    words: list[str] = coded.dictionary.to_pylist()
    numbers = [meant(word) for word in words]
    table = np.array([-2 if one is None else one for one in numbers] + [-1], np.int8)
    which = pc.fill_null(coded.indices, len(words)).to_numpy(zero_copy_only=False)
    found: NDArray[np.int8] = table[which]
    faults.add(name, wrong, lines[found == -2])
    return np.where(found == -2, np.int8(-1), found)


def _floats(cells: Cells) -> tuple[Floats, NDArray[np.bool_]]:
    """Numbers, NaN where there is none, and which cells are no number."""
    try:
        values = pc.cast(cells, pa.float64()).to_numpy(zero_copy_only=False)
    except pa.ArrowInvalid:
        texts: list[str | None] = cells.to_pylist()
        values = np.array([_float(text) for text in texts])
    values = values.astype(np.float64, copy=True)
    return values, np.isnan(values) & ~_absent(cells)


def _float(text: str | None) -> float:
    try:
        return float(text) if text is not None else np.nan
    except ValueError:
        return np.nan


def _absent(cells: Cells) -> NDArray[np.bool_]:
    return pc.is_null(cells).to_numpy(zero_copy_only=False)


def _yes(mask: Cells) -> NDArray[np.bool_]:
    return pc.fill_null(mask, False).to_numpy(zero_copy_only=False)
