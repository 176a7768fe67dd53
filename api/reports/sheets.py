"""Reports as tables for a spreadsheet: CSV that opens right in Excel, and XLSX."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO, StringIO
from typing import Final, Literal
from zoneinfo import ZoneInfo

from fastapi import Response
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

Format = Literal["json", "csv", "xlsx"]
CSV_TYPE: Final = "text/csv; charset=utf-8"
XLSX_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_BOM: Final = "\ufeff"
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_WIDEST: Final = 40
Cell = str | int | float | bool | datetime | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table: its title, its heading, its rows."""

    title: str
    heading: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def answer(
    sheets: Sequence[Sheet], shape: Format, name: str, zone: ZoneInfo
) -> Response:
    """Tables as a file to keep, times in local time."""
    local = [_local(sheet, zone) for sheet in sheets]
    content = _csv(local) if shape == "csv" else _xlsx(local)
    media_type = CSV_TYPE if shape == "csv" else XLSX_TYPE
    headers = {
        "content-disposition": f'attachment; filename="{name}.{shape}"',
        "cache-control": "no-store",
    }
    return Response(content, media_type=media_type, headers=headers)


def _csv(sheets: Sequence[Sheet]) -> bytes:
    """One file: tables one below the other, each under its title."""
    text = StringIO()
    writer = csv.writer(text)
    for number, sheet in enumerate(sheets):
        if number:
            writer.writerow([])
        if len(sheets) > 1:
            writer.writerow([sheet.title])
        writer.writerow(sheet.heading)
        writer.writerows([_plain(cell) for cell in row] for row in sheet.rows)
    return (_BOM + text.getvalue()).encode()


def _xlsx(sheets: Sequence[Sheet]) -> bytes:
    book = Workbook()
    book.remove(book.worksheets[0])
    for sheet in sheets:
        page = book.create_sheet(sheet.title)
        page.append(list(sheet.heading))
        for row in sheet.rows:
            page.append([_plain(cell) for cell in row])
        for cell in page[1]:
            cell.font = Font(bold=True)
        page.freeze_panes = "A2"
        for number, width in enumerate(_widths(sheet), 1):
            page.column_dimensions[get_column_letter(number)].width = width
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def _widths(sheet: Sheet) -> Iterable[int]:
    """Wide enough for what stands in each column; Chinese takes two."""
    for column in zip(sheet.heading, *sheet.rows, strict=False):
        longest = max(
            sum(2 if ord(sign) > 0x2E80 else 1 for sign in str(cell or ""))
            for cell in column
        )
        yield min(longest + 2, _WIDEST)


def _plain(cell: Cell) -> Cell:
    """Text that a spreadsheet does not take for a formula."""
    if isinstance(cell, str) and cell.startswith(_FORMULA):
        return f"'{cell}"
    return cell


def _local(sheet: Sheet, zone: ZoneInfo) -> Sheet:
    rows = [[_shown(cell, zone) for cell in row] for row in sheet.rows]
    return Sheet(sheet.title, sheet.heading, rows)


def _shown(cell: Cell, zone: ZoneInfo) -> Cell:
    if isinstance(cell, datetime):
        return cell.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
    return cell
