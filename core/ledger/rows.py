"""Reading rows as the ledger writes them down."""

from collections.abc import Sequence
from functools import cache
from uuid import UUID

from psycopg import Connection
from psycopg.sql import SQL, Composable, Composed, Identifier, Literal

from core.ledger.form import COLUMNS, INSTANTS, Source
from core.queries import load


def read(
    conn: Connection, source: Source, form: int, ids: Sequence[UUID]
) -> dict[UUID, str]:
    """JSON of the rows with these ids that are there, by id."""
    if not ids:
        return {}
    return dict(conn.execute(_query(source, form), {"ids": list(ids)}).fetchall())


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
