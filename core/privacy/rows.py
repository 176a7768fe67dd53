"""Rows of this package's statements, by name."""

from collections.abc import Mapping

from psycopg import Connection
from psycopg.rows import dict_row

from core.database import Row
from core.queries import load


def every(conn: Connection, name: str, values: Mapping[str, object]) -> list[Row]:
    """All rows of a statement."""
    with conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(load("core.privacy")[name], values).fetchall()


def one(conn: Connection, name: str, values: Mapping[str, object]) -> Row | None:
    """The first row of a statement, None where there is none."""
    with conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(load("core.privacy")[name], values).fetchone()
