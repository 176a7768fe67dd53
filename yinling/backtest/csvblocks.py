"""A CSV file in blocks of text columns, each row with its line number.

A row is a line: no cell of a report holds a line break, so that a quote astray spoils
its own line and no other.
"""

# pyarrow comes without types.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

import csv as rows
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyarrow import csv

from core.errors import InvalidError
from yinling.backtest import textfile
from yinling.backtest.faults import Faults
from yinling.backtest.textfile import Progress

Cells = Any  # pyarrow.StringArray, null where absent

ABSENT: Final = ["", "null", "NULL", "NaN", "nan", "NA", "None"]
"""Cells that say nothing."""
SHOWN_NAMES: Final = 12
SHOWN_CHARACTERS: Final = 40
ASTRAY: Final = "a quote that does not close on its line"

_SPACED: Final = re.compile(rb'[ \t]"?[,\n]|[,\n]"?[ \t]|\A"?[ \t]')


class Broken(NamedTuple):
    """A line that is no row."""

    line: int
    text: str


@dataclass(slots=True)
class Block:
    """Some rows.

    Attributes
    ----------
    columns : cells by name of the column, null where they say nothing.
    lines : where each row stands.
    broken : lines between them that could not be divided into cells, counted already.
    """

    columns: dict[str, Cells]
    lines: NDArray[np.int64]
    broken: list[Broken] = field(default_factory=list[Broken])


def blocks(
    path: Path, known: Collection[str], faults: Faults, progress: Progress | None
) -> Iterator[Block]:
    """Blocks of text columns of a CSV file, gzip or plain.

    Parameters
    ----------
    known : names of columns that mean something: none of them may stand there twice.

    Raises
    ------
    InvalidError
        If it is no text, or its header is none.
    """
    title = textfile.title(path)
    names: list[str] = []
    for first, lines in textfile.chunks(path, progress):
        body = lines
        line = first
        if not names:
            head, _, body = lines.partition(b"\n")
            names = _header(title, head.decode(), known)
            line += 1
        try:
            yield _block(names, body, line, faults)
        except pa.ArrowInvalid as error:
            reason = f"cannot be read as CSV: {error}"
            raise InvalidError(f"{title} {reason}, after line {line}") from None
    if not names:
        raise InvalidError(f"{title} is empty: a header and rows are expected")


def divided(text: str) -> list[str] | None:
    """The cells of a line; None where a quote does not close."""
    if text.count('"') % 2:
        return None
    try:
        return next(rows.reader([text], strict=True), [])
    except rows.Error:
        return None


def _block(names: Sequence[str], body: bytes, first: int, faults: Faults) -> Block:
    """Rows of whole lines, `first` being the number of the first one."""
    body, broken = _without_stray(body, first, faults)

    def skip(row: csv.InvalidRow) -> Literal["skip"]:
        line = first + (row.number or 1) - 1
        wrong = (
            f"{row.actual_columns} values where the header has {row.expected_columns}"
        )
        faults.add_one("row", wrong, line)
        broken.append(Broken(line, row.text))
        return "skip"

    lines = np.arange(first, first + body.count(b"\n"))
    if not body.strip():
        none = pa.array([], pa.string())
        return Block(dict.fromkeys(names, none), lines[:0], broken)
    table = csv.read_csv(
        BytesIO(body),
        read_options=csv.ReadOptions(
            use_threads=False, block_size=len(body) + 1, column_names=list(names)
        ),
        parse_options=csv.ParseOptions(
            invalid_row_handler=skip, ignore_empty_lines=False
        ),
        convert_options=csv.ConvertOptions(
            column_types={name: pa.string() for name in names},
            strings_can_be_null=True,
            null_values=ABSENT,
        ),
    )
    columns = dict(zip(names, map(_whole, table.columns), strict=True))
    if _SPACED.search(body):
        columns = {name: trimmed(column) for name, column in columns.items()}
    apart = len(lines) - len(table)
    if apart:
        skipped = [one.line for one in broken[-apart:]]
        lines = lines[~np.isin(lines, skipped)]
    return Block(columns, lines, broken)


def trimmed(column: Cells) -> Cells:
    """The same cells without spaces around, null where nothing is left to say."""
    bare = pc.utf8_trim_whitespace(column)
    says = pc.invert(pc.is_in(bare, value_set=pa.array(ABSENT)))
    return pc.if_else(says, bare, pa.scalar(None, pa.string()))


def _whole(column: Cells) -> Cells:
    """A column as one array."""
    found = column.combine_chunks()
    return found if isinstance(found, pa.Array) else pa.array([], pa.string())


def _without_stray(
    body: bytes, first: int, faults: Faults
) -> tuple[bytes, list[Broken]]:
    """The lines, those with a quote astray made blank, and these."""
    if b'"' not in body:
        return body, []
    broken: list[Broken] = []
    lines = body.split(b"\n")
    for i, line in enumerate(lines):
        if b'"' in line and divided(line.decode()) is None:
            broken.append(Broken(first + i, line.decode()))
            lines[i] = b""
    faults.add("row", ASTRAY, np.array([one.line for one in broken], np.int64))
    return (b"\n".join(lines) if broken else body), broken


def _header(title: str, text: str, known: Collection[str]) -> list[str]:
    """Names of the columns, checked."""
    found = divided(text)
    if found is None:
        raise InvalidError(f"{title}, line 1: {ASTRAY}")
    names = [name.strip() for name in found]
    if not any(names):
        raise InvalidError(f"{title}, line 1 is blank: the header is expected there")
    for name in ("senior", "time"):
        if name not in names:
            shown = ", ".join(map(_printable, names[:SHOWN_NAMES]))
            raise InvalidError(
                f"{title}, line 1: the header has no column {name!r}; it has {shown}"
            )
    twice = {name for name in names if names.count(name) > 1} & set(known)
    if twice:
        raise InvalidError(f"{title}, line 1: column {min(twice)!r} stands there twice")
    return names


def _printable(name: str) -> str:
    shown = "".join(one if one.isprintable() else "?" for one in name)
    most = SHOWN_CHARACTERS
    return shown if len(shown) <= most else f"{shown[: most - 1]}…"
