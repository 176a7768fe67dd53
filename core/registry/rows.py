"""Rows by name from the statements of ``core/queries.sql``."""

from collections.abc import Mapping

from psycopg import Connection
from psycopg.rows import dict_row

from core.database import Row
from core.queries import load


def one(conn: Connection, name: str, values: Mapping[str, object]) -> Row | None:
    """First row of the named statement, or None."""
    with conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(load("core")[name], values).fetchone()


def every(conn: Connection, name: str, values: Mapping[str, object]) -> list[Row]:
    """All rows of the named statement."""
    with conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(load("core")[name], values).fetchall()
