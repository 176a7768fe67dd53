"""Writing tables as people fill them in: a workbook, or CSV files; and the template."""

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final, cast
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from core.exchange.columns import Column, Kind, Sheet
from core.exchange.sheets import SHEETS

Values = Mapping[str, object]
LAST_LINE: Final = 20_000
"""Down to this line, drop-down lists are offered and numbers kept as text."""
_RISKY: Final = frozenset("=+-@'")
_TITLE: Final = Font(bold=True)
_REQUIRED: Final = PatternFill("solid", fgColor="FFF2CC")
_WRAPPED: Final = Alignment(wrap_text=True, vertical="top")


def shown(column: Column, value: object, zone: ZoneInfo) -> object:
    """A value as it is written into a cell, so that reading gives it back."""
    if isinstance(value, bool):
        return column.choices[str(value).lower()][0]
    if isinstance(value, datetime):
        return _local(value, zone)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        parts = cast("Sequence[str]", value)
        return "、".join(_word(column, one) for one in parts) or None
    if isinstance(value, str):
        return _word(column, value) or None
    return value


def _word(column: Column, value: str) -> str:
    words = column.choices.get(value)
    return words[0] if words else value


def _local(at: datetime, zone: ZoneInfo) -> str:
    """Local time without its offset, where that says the same instant."""
    local = at.astimezone(zone).replace(tzinfo=None)
    if local.replace(tzinfo=zone).astimezone(UTC) != at.astimezone(UTC):
        return at.astimezone(zone).isoformat(" ")
    exact = local.second or local.microsecond
    return local.isoformat(" ", "auto" if exact else "minutes")


def workbook(tables: Mapping[str, Iterable[Values]], zone: ZoneInfo) -> bytes:
    """A workbook with these rows by table, and a sheet that explains them all."""
    book = Workbook(write_only=True)
    _explain(book)
    for sheet in SHEETS:
        page = book.create_sheet(sheet.zh)
        _lay_out(page, sheet)
        page.append([_title(page, column) for column in sheet.columns])
        for values in tables.get(sheet.key, ()):
            page.append(
                [
                    _cell(page, shown(column, values.get(column.key), zone))
                    for column in sheet.columns
                ]
            )
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def template() -> bytes:
    """The workbook to fill in: explained, with an example in each table."""
    examples = {
        sheet.key: [{column.key: column.example for column in sheet.columns}]
        for sheet in SHEETS
    }
    return workbook(examples, ZoneInfo("Asia/Shanghai"))


def csv_files(
    tables: Mapping[str, Iterable[Values]], zone: ZoneInfo
) -> dict[str, bytes]:
    """The same as CSV files by name, in UTF-8 with the mark that Excel wants."""
    return {
        f"{sheet.zh}.csv": _csv(sheet, tables.get(sheet.key, ()), zone)
        for sheet in SHEETS
    }


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Files as one zip."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return content.getvalue()


def _csv(sheet: Sheet, rows: Iterable[Values], zone: ZoneInfo) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([column.zh for column in sheet.columns])
    for values in rows:
        cells = (shown(one, values.get(one.key), zone) for one in sheet.columns)
        writer.writerow(["" if cell is None else harmless(cell) for cell in cells])
    return text.getvalue().encode("utf-8-sig")


def harmless(cell: object) -> object:
    """Text that no spreadsheet takes for a formula; reading takes the mark off."""
    if isinstance(cell, str) and cell[:1] in _RISKY:
        return f"'{cell}"
    return cell


def _cell(page: object, value: object) -> object:
    if not isinstance(value, str):
        return value
    if value[:1] == "'" and value[1:2] in _RISKY:
        value = f"'{value}"
    if value[:1] != "=":
        return value
    cell = cast("Any", WriteOnlyCell(cast("Any", page), value))
    cell.data_type = "s"
    return cell


def _title(page: object, column: Column) -> object:
    cell = cast("Any", WriteOnlyCell(cast("Any", page), column.zh))
    cell.font = _TITLE
    if column.required:
        cell.fill = _REQUIRED
    return cell


def _lay_out(page: Any, sheet: Sheet) -> None:  # noqa: ANN401 - openpyxl's write-only sheet
    """Column widths, text format for numbers, drop-down lists."""
    page.freeze_panes = "A2"
    for number, column in enumerate(sheet.columns, 1):
        letter = get_column_letter(number)
        page.column_dimensions[letter].width = max(12, 2 * len(column.zh) + 4)
        if column.kind not in {Kind.DECIMAL, Kind.WHOLE}:
            page.column_dimensions[letter].number_format = "@"
        if column.choices and column.kind in {Kind.CHOICE, Kind.FLAG}:
            listed = ",".join(words[0] for words in column.choices.values())
            rule = DataValidation(type="list", formula1=f'"{listed}"', allow_blank=True)
            rule.showErrorMessage = False  # other words for the same are fine
            cast("Any", rule).add(f"{letter}2:{letter}{LAST_LINE}")
            page.data_validations.append(rule)


def _explain(book: Workbook) -> None:
    page = book.create_sheet("说明")
    for letter, width in zip("ABCDEF", (12, 18, 8, 46, 46, 40), strict=True):
        page.column_dimensions[letter].width = width
    for line in _INTRODUCTION:
        page.append([line])
    page.append([])
    header = (
        "表 / table",
        "列 / column",
        "必填",
        "填什么",
        "what to write",
        "可填的词",
    )
    page.append([_bold(page, text) for text in header])
    for sheet in SHEETS:
        page.append([_bold(page, f"{sheet.zh} {sheet.key}"), None, None, *sheet.about])
        for column in sheet.columns:
            row = (
                sheet.zh,
                f"{column.zh} {column.key}",
                "必填" if column.required else None,
                *column.about,
                "、".join(words[0] for words in column.choices.values()) or None,
            )
            page.append([_wrapped(page, text) for text in row])


_INTRODUCTION: Final = (
    "银铃：整个街道的名册。每张表的第一行是列名，从第二行起填写；用不到的表和列可以删去。",
    "黄色的列必填。空白表示不改动；要清除已有内容请填“清空”。示例行请删去或改写。",
    "再次导入时，先看编号，没有编号时看：场所的名称、人员的姓名和电话、老人的姓名+出生日期+住处。",
    "文件里没有的不会被删除。先试导入，看清会改什么，再确认；有一处错误就什么都不改。",
    "Yinling: the registry of a whole street. Line 1 names the columns, fill in from line 2.",
    "Yellow columns are required. A blank cell changes nothing; write clear to remove a value.",
    "A re-import goes by the number, else by a place's names, a person's name and phone,",
    "a senior's name, birth date and home. What is not in the file is never removed.",
    "Headers and words may be Chinese or English.",
)


def _bold(page: object, text: str) -> object:
    cell = cast("Any", WriteOnlyCell(cast("Any", page), text))
    cell.font = _TITLE
    return cell


def _wrapped(page: object, text: str | None) -> object:
    cell = cast("Any", WriteOnlyCell(cast("Any", page), text))
    cell.alignment = _WRAPPED
    return cell
