"""A sealed history, and a superuser who damages it past all triggers."""

from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest

from alerts.incidents import store
from alerts.incidents.types import Opening
from core.ledger import seal
from core.model import Kind, Severity
from tests.support import servers
from tests.support.planting import Plant
from tests.support.town import NOON, Town

S = timedelta(seconds=1)


def history(conn: psycopg.Connection) -> Town:
    """A sealed history of eight entries: four alerts and their openings."""
    town = Town(conn).build()
    for n, kind in enumerate((Kind.SOS, Kind.SPO2_LOW, Kind.FALL, Kind.OFFLINE)):
        at = NOON + n * S
        opening = Opening(kind, Severity.CRITICAL, at, town.senior, drill=True)
        store.open_alerts(conn, [opening], at)
    conn.commit()
    seal(conn, NOON + 5 * S)
    conn.commit()
    return town


@pytest.fixture(scope="module")
def shared(database_server: servers.TestDatabases) -> Iterator[Town]:
    """The history, over a superuser's connection."""
    name = database_server.create()
    with psycopg.connect(database_server.admin_url(name)) as conn:
        yield history(conn)
    database_server.drop(name)


@pytest.fixture
def sealed(shared: Town) -> Iterator[Town]:
    """The history; whatever a test does to it is undone."""
    yield shared
    shared.conn.rollback()


@pytest.fixture
def plant(sealed: Town) -> Plant:
    """Do something as a superuser whom no trigger stops."""

    def run(statement: str, *values: object) -> None:
        sealed.conn.execute("SET LOCAL session_replication_role = replica")
        assert sealed.conn.execute(statement, values).rowcount > 0
        sealed.conn.execute("SET LOCAL session_replication_role = origin")

    return run
