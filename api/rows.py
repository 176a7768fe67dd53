"""Rows by name from an SQL statement, whatever the connection's row factory."""

from collections.abc import Mapping

from psycopg import Connection
from psycopg.rows import dict_row
from psycopg.sql import SQL, Composed

from core.database import Row


def one(
    conn: Connection, query: SQL | Composed, values: Mapping[str, object]
) -> Row | None:
    """First row, or None."""
    with conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query, values).fetchone()


def every(
    conn: Connection, query: SQL | Composed, values: Mapping[str, object]
) -> list[Row]:
    """All rows."""
    with conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query, values).fetchall()
