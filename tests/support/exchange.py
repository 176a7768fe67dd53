"""Importing in tests: tables given as rows, the way a file would be."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from psycopg import Connection

from core.exchange import exporting, imports, sources, writing
from core.exchange.cells import Context
from core.exchange.imports import Circumstances
from core.exchange.plan import Plan
from core.exchange.planning.state import Author, Wish
from core.exchange.snapshot import snapshot
from core.exchange.tables import Grid

ZONE = ZoneInfo("Asia/Shanghai")
CONTEXT = Context(ZONE)
NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
AT = Circumstances(NOW, ZONE, ("127.0.0.1",))
OPERATOR = Author(None, "command line", True, None, lambda role: role != "admin")
WISH = Wish(vouch=False, keeps_passwords=True)


def grids(**tables: Sequence[Sequence[object]]) -> list[Grid]:
    """Tables, each a header and rows."""
    return [Grid(name, lines, Context(ZONE)) for name, lines in tables.items()]


def look(conn: Connection, read: list[Grid], **more: Any) -> Plan:
    """What these tables would do."""
    author, wish = more.get("author", OPERATOR), more.get("wish", WISH)
    return imports.look(conn, imports.read(read), author, wish, more.get("at", AT))


def carry_out(conn: Connection, read: list[Grid], **more: Any) -> Plan:
    """Import these tables, which must be without fault."""
    author, wish = more.get("author", OPERATOR), more.get("wish", WISH)
    made, done = imports.carry_out(
        conn, imports.read(read), author, wish, more.get("at", AT)
    )
    assert done is not None, made.faults[:5]
    conn.commit()
    return made


def opened(content: bytes, name: str = "street.xlsx") -> list[Grid]:
    """A file's tables."""
    return sources.open_bytes(name, content, Context(ZONE))


def exported(conn: Connection) -> Mapping[str, list[dict[str, Any]]]:
    """The registry's rows by table."""
    return exporting.tables(snapshot(conn, None))


def exported_workbook(conn: Connection) -> bytes:
    """The registry as a workbook."""
    return writing.workbook(exported(conn), ZONE)


def reasons(plan: Plan) -> list[tuple[str, int | None, str | None, str]]:
    """Where what is wrong: sheet, line, column and code."""
    return [(one.sheet, one.line, one.column, one.code) for one in plan.faults]
