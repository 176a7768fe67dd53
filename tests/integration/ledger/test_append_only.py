"""What is accountable is changed, removed and emptied by nobody."""

import psycopg
import pytest
from psycopg import sql

from core.ledger.form import Source

pytestmark = pytest.mark.db
GUARDED = """
SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger
WHERE tgfoid IN ('refuse_change'::regproc, 'await_sealing'::regproc)
"""


def test_no_table_of_the_ledger_is_emptied_as_a_whole(conn: psycopg.Connection):
    tables = {row[0] for row in conn.execute(GUARDED)}
    assert {str(source) for source in Source} <= tables
    for table in sorted(tables | {"ledger_head", "ledger_pending", "removal"}):
        empty = sql.SQL("TRUNCATE {} CASCADE").format(sql.Identifier(table))
        with pytest.raises(psycopg.errors.RaiseException, match="append-only"):
            conn.execute(empty)
        conn.rollback()
