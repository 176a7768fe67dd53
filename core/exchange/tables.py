"""Rows of a file as values by column: headers are matched, every cell is read."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any, NamedTuple

from core.exchange.cells import CellError, Context, is_blank, read
from core.exchange.columns import Column, Sheet, normal
from core.exchange.faults import Faults
from core.exchange.sheets import SHEETS

MOST_ROWS = 50_000


class Grid(NamedTuple):
    """One table as it stands in a file.

    Attributes
    ----------
    name : of the sheet or file.
    lines : cells by line, the header first.
    """

    name: str
    lines: Iterable[Sequence[object]]
    context: Context


class Record(NamedTuple):
    """One row: a column that was left blank is absent, one to be cleared is None.

    Attributes
    ----------
    whole : whether every cell could be read; else it changes nothing, but others may
        still name it.
    """

    line: int
    values: dict[str, Any]
    whole: bool = True


@dataclass
class Tables:
    """Everything a file says, by table; `given` lists the columns that were there."""

    rows: dict[str, list[Record]] = field(default_factory=dict[str, list[Record]])
    given: dict[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])

    @property
    def count(self) -> int:
        """Rows altogether."""
        return sum(len(rows) for rows in self.rows.values())

    def of(self, sheet: Sheet) -> list[Record]:
        """Rows of one table, none if the file lacks it."""
        return self.rows.get(sheet.key, [])


def sheet_named(name: str) -> Sheet | None:
    """The table that a sheet or file of this name holds."""
    wanted = normal(name)
    for sheet in SHEETS:
        if wanted in sheet.names:
            return sheet
    return None


def tabulate(grids: Iterable[Grid], faults: Faults) -> Tables:
    """Read all tables of a file; what is wrong goes into `faults`."""
    tables = Tables()
    for grid in grids:
        sheet = sheet_named(grid.name)
        if sheet is None:
            names = "、".join(one.zh for one in SHEETS)
            faults.add(
                grid.name, None, None, "sheet.unknown", name=grid.name, known=names
            )
        elif sheet.key in tables.rows:
            faults.add(sheet.key, None, None, "sheet.twice", name=grid.name)
        else:
            _tabulate(sheet, grid, tables, faults)
    return tables


def _tabulate(sheet: Sheet, grid: Grid, tables: Tables, faults: Faults) -> None:
    lines = iter(grid.lines)
    columns = _columns(sheet, next(lines, ()), faults)
    tables.given[sheet.key] = frozenset(one.key for one in columns if one)
    found = tables.rows[sheet.key] = list[Record]()
    for number, cells in _filled(lines):
        if len(found) == MOST_ROWS:
            faults.add(sheet.key, number, None, "sheet.too_long", most=MOST_ROWS)
            return
        before = len(faults.found)
        values = _values(columns, (number, cells), grid.context, (sheet, faults))
        whole = len(faults.found) == before and _has_required(sheet, values)
        found.append(Record(number, values, whole))


def _filled(
    lines: Iterator[Sequence[object]],
) -> Iterator[tuple[int, Sequence[object]]]:
    """Lines in which anything stands, with their number in the file."""
    for number, cells in enumerate(lines, 2):
        if not all(is_blank(cell) for cell in cells):
            yield number, cells


def _columns(
    sheet: Sheet, header: Sequence[object], faults: Faults
) -> list[Column | None]:
    found: list[Column | None] = []
    for raw in header:
        name = "" if raw is None else str(raw).strip()
        column = sheet.by_header.get(normal(name)) if name else None
        if name and column is None:
            known = "、".join(one.zh for one in sheet.columns)
            faults.add(
                sheet.key, 1, name[:60], "column.unknown", name=name[:60], known=known
            )
        if column is not None and column in found:
            faults.add(sheet.key, 1, column.zh, "column.twice", name=name[:60])
            column = None
        found.append(column)
    if not any(found):
        faults.add(sheet.key, 1, None, "sheet.no_header")
        return found
    for column in sheet.columns:
        if column.required and column not in found:
            faults.add(sheet.key, 1, column.zh, "column.missing", name=column.zh)
    return found


def _has_required(sheet: Sheet, values: dict[str, Any]) -> bool:
    return all(one.key in values for one in sheet.columns if one.required)


def _values(
    columns: Sequence[Column | None],
    row: tuple[int, Sequence[object]],
    context: Context,
    into: tuple[Sheet, Faults],
) -> dict[str, Any]:
    number, cells = row
    sheet, faults = into
    values: dict[str, Any] = {}
    for column, raw in zip_longest(columns, cells[: len(columns)]):
        if column is None:
            continue
        if is_blank(raw):
            if column.required:
                faults.add(sheet.key, number, column.zh, "cell.required")
            continue
        try:
            values[column.key] = read(column, raw, context)
        except CellError as error:
            faults.add(sheet.key, number, column.zh, error.code, **error.values)
    return values
