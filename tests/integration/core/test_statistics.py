"""The planner is told of tables that were filled at once."""

import psycopg
import pytest
from pydantic import SecretStr

from core import database, registry, statistics
from core.errors import UnavailableError
from core.exchange import imports
from core.settings import Settings
from simulators import street
from tests.support import exchange
from yinling.commands import importing

FILL = """
INSERT INTO place (id, level, name, path, created_at)
SELECT id, 'district', 'd', ARRAY[id], clock_timestamp()
FROM (SELECT gen_random_uuid() AS id FROM generate_series(1, 2000)) AS one
"""


def known(conn: psycopg.Connection, table: str) -> float:
    """How many rows the planner thinks a table has; below 0 where it knows nothing."""
    query = "SELECT reltuples FROM pg_class WHERE relname = %s"
    row = conn.execute(query, (table,)).fetchone()
    conn.commit()
    assert row is not None
    return row[0]


def test_what_was_filled_at_once_is_looked_at_and_nothing_else(
    conn: psycopg.Connection,
) -> None:
    conn.execute(FILL)
    conn.commit()
    assert known(conn, "place") == -1
    assert statistics.analyze_unknown(conn) == statistics.LOOK_EVERY_S
    assert known(conn, "place") == 2000
    assert known(conn, "person") == -1  # it is empty


def test_a_table_that_is_not_there_holds_up_no_other(conn: psycopg.Connection) -> None:
    conn.execute(FILL)
    conn.commit()
    statistics.analyze(conn, ("nothing", "place"))
    assert known(conn, "place") == 2000


def test_an_import_on_the_command_line_is_looked_at(
    conn: psycopg.Connection, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry.ensure_admin(conn, "lantern-over-the-river", exchange.NOW)
    conn.commit()
    settings = Settings(database_url=SecretStr(database_url))
    size = street.Size(1, 1, 1, 3, 5, 3)
    drawn = street.write(street.draw(size))
    reading = imports.read(exchange.opened(drawn))
    connect, times = database.connect, []

    def once_more(*arguments: object) -> psycopg.Connection:
        times.append(arguments)
        if len(times) > 1:
            raise UnavailableError("the database does not answer")
        return connect(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(database, "connect", once_more)
    keep = [].append
    wish = exchange.WISH
    assert importing.apply(settings, reading, wish, None, keep)[1]
    assert known(conn, "senior") == -1  # the database went away: the import stands
    monkeypatch.undo()
    assert importing.apply(settings, reading, wish, None, keep)[1]
    assert known(conn, "senior") == 3
