"""Whether a word stands anywhere in a database: in any column of any table."""

import psycopg
from psycopg import sql

TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"


def traces(conn: psycopg.Connection, word: str) -> dict[str, int]:
    """Rows that hold `word`, by table; bytes are looked through as text too."""
    found: dict[str, int] = {}
    for (table,) in conn.execute(TABLES).fetchall():
        count = conn.execute(
            sql.SQL(
                "SELECT count(*) FROM {} AS t WHERE to_jsonb(t)::text LIKE %s"
                " OR to_jsonb(t)::text LIKE %s"
            ).format(sql.Identifier(table)),
            (f"%{word}%", f"%{word.encode().hex()}%"),
        ).fetchone()[0]
        if count:
            found[table] = count
    return found
