"""Opening a workbook, a folder or zip of CSV files or one CSV, whoever made it, safely."""

import csv
import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from core.exchange.cells import Context
from core.exchange.columns import normal
from core.exchange.faults import FileError
from core.exchange.sheets import SHEETS
from core.exchange.tables import MOST_ROWS, Grid, sheet_named

MOST_BYTES: Final = 16 * 1024 * 1024
MOST_UNPACKED_BYTES: Final = 128 * 1024 * 1024
MOST_PARTS: Final = 500
MOST_COLUMNS: Final = 40
EXPLANATIONS: Final = frozenset(
    normal(name) for name in ("说明", "填写说明", "readme", "help", "about")
)
"""Sheets that explain the others, and are not read."""
_DECLARATION: Final = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
_ENCODING: Final = re.compile(rb"<\?xml[^>]*encoding=[\"']([A-Za-z0-9._-]+)")


def open_path(path: Path, context: Context, kind: str | None = None) -> list[Grid]:
    """Tables of a file or of a folder of CSV files.

    Parameters
    ----------
    kind : which table a single CSV holds; told by its name or columns if not given.

    Raises
    ------
    FileError
        If it cannot be read at all, or is too large.
    """
    if path.is_dir():
        files = sorted(one for one in path.iterdir() if one.suffix.lower() == ".csv")
        if not files:
            raise FileError("file.no_csv", name=path.name)
        return [_table(one.stem, _bytes(one), context) for one in files]
    return open_bytes(path.name, _bytes(path), context, kind)


def open_bytes(
    name: str, content: bytes, context: Context, kind: str | None = None
) -> list[Grid]:
    """Tables of a file's content; `name` is what the file is called.

    Raises
    ------
    FileError
        If it cannot be read at all, or is too large.
    """
    if len(content) > MOST_BYTES:
        raise FileError("file.large", most=MOST_BYTES >> 20)
    if not content:
        raise FileError("file.empty")
    if content.startswith(b"PK"):
        return _unpacked(content, context)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise FileError("file.old")
    stem = kind or Path(name).stem
    return [_table(stem, content, context, alone=kind is None)]


def _bytes(path: Path) -> bytes:
    if path.stat().st_size > MOST_BYTES:
        raise FileError("file.large", most=MOST_BYTES >> 20)
    return path.read_bytes()


def _unpacked(content: bytes, context: Context) -> list[Grid]:
    try:
        with ZipFile(io.BytesIO(content)) as archive:
            _refuse_bombs(archive)
            names = archive.namelist()
            if "[Content_Types].xml" in names:
                _refuse_declarations(archive)
                return _workbook(content, context)
            return [
                _table(Path(_decoded(part)).stem, archive.read(part), context)
                for part in archive.infolist()
                if part.filename.lower().endswith(".csv")
                and not Path(part.filename).name.startswith(".")
            ]
    except (BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError):
        raise FileError("file.damaged") from None


def _refuse_bombs(archive: ZipFile) -> None:
    """Refuse what grows beyond all measure; ``zipfile`` unpacks no more than it says."""
    parts = archive.infolist()
    if len(parts) > MOST_PARTS:
        raise FileError("file.parts", most=MOST_PARTS)
    if sum(part.file_size for part in parts) > MOST_UNPACKED_BYTES:
        raise FileError("file.unpacked", most=MOST_UNPACKED_BYTES >> 20)


def _refuse_declarations(archive: ZipFile) -> None:
    """Refuse XML that declares entities, or hides them in another encoding."""
    for part in archive.infolist():
        if not part.filename.lower().endswith((".xml", ".rels", ".vml")):
            continue
        content = archive.read(part)
        encoding = _ENCODING.match(content.removeprefix(b"\xef\xbb\xbf").lstrip())
        strange = content[:2] in {b"\xff\xfe", b"\xfe\xff"} or b"\x00" in content[:8]
        if encoding and encoding[1].lower() not in {b"utf-8", b"us-ascii", b"ascii"}:
            strange = True
        if strange or _DECLARATION.search(content):
            raise FileError("file.entities")


def _workbook(content: bytes, context: Context) -> list[Grid]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about features that we do not read
        try:
            book = load_workbook(
                io.BytesIO(content), read_only=True, data_only=True, keep_links=False
            )
            context = context._replace(epoch=book.epoch)
            return [
                Grid(sheet.title, _lines(sheet), context)
                for sheet in book.worksheets
                if normal(sheet.title) not in EXPLANATIONS
                and (sheet.sheet_state == "visible" or sheet_named(sheet.title))
            ]
        except FileError:
            raise
        except (
            InvalidFileException,
            KeyError,
            ValueError,
            TypeError,
            OSError,
        ) as error:
            raise FileError("file.unreadable", kind=type(error).__name__) from None
        except SyntaxError:  # what the XML parser raises
            raise FileError("file.broken") from None


def _lines(sheet: object) -> list[Sequence[object]]:
    rows: Iterable[Sequence[object]] = sheet.iter_rows(  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]
        max_row=MOST_ROWS + 2, max_col=MOST_COLUMNS, values_only=True
    )
    lines: list[Sequence[object]] = list(rows)  # pyright: ignore[reportUnknownArgumentType]
    while lines and not any(cell is not None for cell in lines[-1]):
        lines.pop()
    return lines


def _table(stem: str, content: bytes, context: Context, *, alone: bool = False) -> Grid:
    text = _text(content)
    lines = list(_csv(text))
    name = stem
    if alone and sheet_named(stem) is None:
        name = _by_header(lines[0] if lines else []) or stem
    return Grid(name, lines, context)


def _text(content: bytes) -> str:
    """Text in the encoding that spreadsheets write: UTF-8, UTF-16 or GBK."""
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return content.decode("utf-16", "replace")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise FileError("file.encoding")


def _csv(text: str) -> Iterator[Sequence[object]]:
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for number, row in enumerate(reader):
            if number > MOST_ROWS + 1:
                return
            yield row[:MOST_COLUMNS]
    except csv.Error as error:
        raise FileError("file.csv", line=reader.line_num, reason=error) from None


def _by_header(header: Sequence[object]) -> str | None:
    """The table whose columns these are, if there is just one best."""
    names = [normal(str(cell)) for cell in header if str(cell).strip()]
    fits = [
        (sum(name in sheet.by_header for name in names), sheet.key)
        for sheet in SHEETS
        if all(one.headers & set(names) for one in sheet.columns if one.required)
    ]
    fits.sort(reverse=True)
    if not fits or fits[0][0] < 2 or (fits[1:] and fits[0][0] == fits[1][0]):
        return None
    return fits[0][1]


def _decoded(part: zipfile.ZipInfo) -> str:
    """A name inside a zip, which older programs write in GBK."""
    if part.flag_bits & 0x800:
        return part.filename
    try:
        return part.filename.encode("cp437").decode("gbk")
    except UnicodeError:
        return part.filename
