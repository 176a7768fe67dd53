"""A copy of all that is kept about one person: a ZIP of JSON and CSV, row by row."""

import csv
import io
import json
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import datetime
from typing import IO, Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from psycopg import Connection
from psycopg.sql import SQL, Composed, Identifier

from core.privacy.catalogue import Part, Whose, parts
from core.queries import load

AT_ONCE: Final = 2000
"""Rows fetched at a time."""
IN_MEMORY: Final = 1 << 20
MARK: Final = "\ufeff"
"""Tells spreadsheet programs that the text is UTF-8."""
FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet program would take for a formula."""
README: Final = """{title}

{about}
时间 / made at: {now}

每个主题一份 CSV（可用表格软件打开，时间为当地时间，列名为中文）和一份同样内容的 JSON
（时间为 UTC）。别人的联系方式、密码和密钥不在其中；值班和处理人员的所在位置也不在其中。
Each subject comes as CSV (local time, Chinese column names with the field's own name) and
as JSON (UTC). Other people's contacts and positions, passwords and keys are left out.

"""


def write_copy(
    conn: Connection,
    whose: Whose,
    subject: UUID,
    into: IO[bytes],
    *,
    zone: ZoneInfo,
    now: datetime,
) -> dict[str, int]:
    """Write the copy of one person's data.

    Parameters
    ----------
    into : open for writing, need not be able to seek.
    zone : whose local time stands in the CSV files.

    Returns
    -------
    How many rows of each table it holds.
    """
    conn.execute(load("core.privacy")["be_patient"])
    counts: dict[str, int] = {}
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in parts(whose):
            counts[part.table] = _write_part(conn, archive, part, subject, zone)
        text = _readme(whose, counts, now.astimezone(zone))
        archive.writestr("说明 README.txt", text)
    return counts


def _write_part(
    conn: Connection,
    archive: zipfile.ZipFile,
    part: Part,
    subject: UUID,
    zone: ZoneInfo,
) -> int:
    names = [column.name for column in part.columns]
    count = 0
    with tempfile.SpooledTemporaryFile(IN_MEMORY) as rows:
        with (
            archive.open(f"{part.table} {part.title}.csv", "w") as raw,
            io.TextIOWrapper(raw, "utf-8", newline="") as text,
        ):
            text.write(MARK)
            table = csv.writer(text)
            table.writerow([f"{one.title} ({one.name})" for one in part.columns])
            for row in _rows(conn, part, subject):
                table.writerow([_cell(value, zone) for value in row])
                rows.write(b",\n" if count else b"[\n")
                line = dict(zip(names, row, strict=True))
                rows.write(json.dumps(line, ensure_ascii=False, default=_json).encode())
                count += 1
        rows.write(b"\n]\n" if count else b"[]\n")
        rows.seek(0)
        with archive.open(f"{part.table}.json", "w") as raw:
            shutil.copyfileobj(rows, raw)
    return count


def _rows(conn: Connection, part: Part, subject: UUID) -> Iterator[tuple[Any, ...]]:
    with conn.cursor(name=f"copy_{part.table}") as cursor:
        cursor.itersize = AT_ONCE
        yield from cursor.execute(_query(part), {"id": subject})


def _query(part: Part) -> Composed:
    columns = SQL(", ").join(
        SQL("{} AS {}").format(one.source, Identifier(one.name)) for one in part.columns
    )
    return load("core.privacy")["part_rows"].format(
        columns=columns,
        table=Identifier(part.table),
        where=part.where,
        order=part.order,
    )


def _cell(value: object, zone: ZoneInfo) -> object:
    match value:
        case None:
            return ""
        case bool():
            return "是" if value else "否"
        case datetime():
            return f"{value.astimezone(zone):%Y-%m-%d %H:%M:%S}"
        case dict() | list():
            return json.dumps(value, ensure_ascii=False, default=_json)
        case str() if value.startswith(FORMULAS):
            return f"'{value}"
        case _:
            return value


def _json(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _readme(whose: Whose, counts: dict[str, int], now: datetime) -> str:
    title = "个人信息副本 / A copy of personal data"
    about = {
        Whose.SENIOR: "本压缩包是银铃系统中关于一位老人的全部信息。/ All about one senior.",
        Whose.PERSON: "本压缩包是银铃系统中关于您的全部信息。/ All about you.",
    }[whose]
    head = README.format(title=title, about=about, now=f"{now:%Y-%m-%d %H:%M %Z}")
    titles = {part.table: part.title for part in parts(whose)}
    lines = (f"{titles[name]} ({name}): {count}" for name, count in counts.items())
    return head + "\n".join(lines) + "\n"
