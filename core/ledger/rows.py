"""Reading rows as the ledger writes them down."""

from collections.abc import Sequence
from functools import cache
from uuid import UUID

from psycopg import Connection
from psycopg.sql import SQL, Composable, Composed, Identifier, Literal

from core.ledger.chain import Entry
from core.ledger.form import COLUMNS, INSTANTS, Source
from core.queries import load


def read(
    conn: Connection, source: Source, form: int, ids: Sequence[UUID]
) -> dict[UUID, str]:
    """JSON of the rows with these ids that are there, by id."""
    if not ids:
        return {}
    return dict(conn.execute(_query(source, form), {"ids": list(ids)}).fetchall())


def of_entries(
    conn: Connection, entries: Sequence[Entry]
) -> dict[tuple[str, UUID], str]:
    """JSON of the entries' rows that are there, by source and id."""
    wanted: dict[tuple[str, int], list[UUID]] = {}
    for entry in entries:
        wanted.setdefault((entry.source, entry.form), []).append(entry.row_id)
    return {
        (source, row_id): text
        for (source, form), ids in wanted.items()
        if source in COLUMNS.get(form, {})
        for row_id, text in read(conn, Source(source), form, ids).items()
    }


@cache
def _query(source: Source, form: int) -> Composed:
    fields: list[Composable] = []
    for column in COLUMNS[form][source]:
        value: Composable = Identifier(column)
        if column in INSTANTS:
            value = SQL("{} AT TIME ZONE 'UTC'").format(value)
        fields += [Literal(column), value]
    row = SQL("jsonb_build_object({})").format(SQL(", ").join(fields))
    query = load("core.ledger")["rows"]
    return query.format(fields=row, source=Identifier(source))
