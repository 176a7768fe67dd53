"""A CSV file in blocks of text columns, each row with its line number."""

import gzip
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import csv

from core.errors import InvalidError
from yinling.backtest.faults import Faults

ABSENT: Final = ["", "null", "NULL", "NaN", "nan", "NA", "None"]
"""Cells that say nothing."""
BLOCK_BYTES: Final = 8 << 20

Progress = Callable[[int, int], None]
"""Told how far reading has come: bytes done, bytes in all."""


def blocks(
    path: Path, known: Collection[str], faults: Faults, progress: Progress | None
) -> Iterator[tuple[Any, NDArray[np.int64]]]:
    """Blocks of text columns, each row with its line number."""
    skipped: list[int] = []

    def skip(row: csv.InvalidRow) -> Literal["skip"]:
        line = row.number or 0
        skipped.append(line)
        wrong = (
            f"{row.actual_columns} values where the header has {row.expected_columns}"
        )
        faults.add_one("row", wrong, line)
        return "skip"

    total = path.stat().st_size
    with path.open("rb") as raw:
        names = _header(path, known)
        source: Any = pa.CompressedInputStream(raw, "gzip") if _zipped(path) else raw
        try:
            reader = csv.open_csv(
                source,
                read_options=csv.ReadOptions(use_threads=False, block_size=BLOCK_BYTES),
                parse_options=csv.ParseOptions(
                    invalid_row_handler=skip, ignore_empty_lines=False
                ),
                convert_options=csv.ConvertOptions(
                    column_types={name: pa.string() for name in names},
                    strings_can_be_null=True,
                    null_values=ABSENT,
                ),
            )
            line = 2
            while (block := _next(reader)) is not None:
                lines, line = _numbered(len(block), line, skipped)
                yield block, lines
                if progress is not None:
                    progress(raw.tell(), total)
        except (pa.ArrowInvalid, OSError) as error:
            raise InvalidError(f"{path.name} cannot be read as CSV: {error}") from None


def _next(reader: csv.CSVStreamingReader) -> pa.RecordBatch | None:
    try:
        return reader.read_next_batch()
    except StopIteration:
        return None


def _numbered(
    count: int, line: int, skipped: list[int]
) -> tuple[NDArray[np.int64], int]:
    """Line numbers of `count` rows from `line` on, and the next one.

    `skipped` are the lines of rows left out so far; those used up are taken away.
    """
    lines = np.arange(line, line + count + len(skipped))
    lines = lines[~np.isin(lines, skipped)][:count]
    following = int(lines[-1]) + 1 if count else line
    skipped[:] = [one for one in skipped if one >= following]
    while following in skipped:
        skipped.remove(following)
        following += 1
    return lines, following


def _zipped(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == b"\x1f\x8b"


def _header(path: Path, known: Collection[str]) -> list[str]:
    """Names of the columns, checked."""
    with gzip.open(path, "rb") if _zipped(path) else path.open("rb") as file:
        text = file.readline(1 << 16).decode("utf-8-sig", errors="replace").strip()
    names = [name.strip().strip('"') for name in text.split(",")]
    for name in ("senior", "time"):
        if name not in names:
            raise InvalidError(
                f"{path.name}, line 1: the header has no column {name!r};"
                f" it has {', '.join(names[:12])}"
            )
    twice = {name for name in names if names.count(name) > 1} & set(known)
    if twice:
        raise InvalidError(
            f"{path.name}, line 1: column {min(twice)!r} stands there twice"
        )
    return names
