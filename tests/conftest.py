"""Fixtures for every test: real PostgreSQL, a real broker, the whole service."""

import os
import secrets
from collections.abc import Callable, Iterator

import psycopg
import pytest
from psycopg import sql

from core import database
from tests.support import servers, timescale
from yinling.embedded.ports import free_port
from yinling.embedded.postgres import Postgres

_KEPT = {
    "YINLING_CI_FULL",
    "YINLING_ORACLE_SEQUENCES",
    "YINLING_STREET",
    timescale.VARIABLE,
}

# Whatever a developer has set for their own service is not for the tests.
for _name in [name for name in os.environ if name.startswith("YINLING_")]:
    if _name not in _KEPT:
        del os.environ[_name]


@pytest.fixture(scope="session")
def database_server() -> Iterator[servers.TestDatabases]:
    """One PostgreSQL server per test process, as `yinling up` starts it."""
    with servers.folder("database") as where:
        server = Postgres(where, free_port(), durable=False)
        with servers.running(server, where):
            yield servers.TestDatabases(server)


@pytest.fixture
def database_url(database_server: servers.TestDatabases) -> Iterator[str]:
    """Address of a fresh, migrated database; dropped afterwards."""
    name = database_server.create()
    yield database_server.url(name)
    database_server.drop(name)


@pytest.fixture
def empty_database_url(database_server: servers.TestDatabases) -> Iterator[str]:
    """Address of a database without a table; dropped afterwards."""
    name = database_server.create_empty()
    yield database_server.url(name)
    database_server.drop(name)


@pytest.fixture
def conn(database_url: str) -> Iterator[psycopg.Connection]:
    """A connection to `database_url`; the test commits what others should see."""
    with psycopg.connect(database_url, options="-c timezone=UTC") as connection:
        yield connection


@pytest.fixture(scope="session")
def timescale_server(require: Callable[[bool, str], None]) -> Iterator[str]:
    """Superuser's address of a real TimescaleDB, where this machine has one."""
    root = timescale.root()
    require(root is not None, f"{timescale.VARIABLE} names no Debian root for us")
    assert root is not None
    with timescale.running(root) as url:
        yield url


@pytest.fixture
def timescale_url(timescale_server: str) -> Iterator[str]:
    """Address of a fresh, migrated TimescaleDB database; dropped afterwards."""
    name = f"test_{secrets.token_hex(6)}"
    with psycopg.connect(timescale_server, autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        url = timescale_server.rsplit("/", 1)[0] + f"/{name}"
        database.migrate(url)
        yield url
        admin.execute(
            sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
        )


@pytest.fixture
def broker() -> Iterator[servers.Broker]:
    """A nats-server as shipped, its store empty; starts in a tenth of a second.

    Wristbands can log in once a gatekeeper runs on ``broker.nats_url`` and
    ``broker.data_dir``; service users can at once.
    """
    with servers.running_broker() as running:
        yield running


@pytest.fixture(scope="module")
def yinling_up() -> Iterator[servers.Yinling]:
    """The whole service, running, with an administrator's HTTP client."""
    with servers.running_yinling(
        {"YINLING_NOTIFY_HOSTS": "127.0.0.1,localhost"}
    ) as yinling:
        yield yinling


@pytest.fixture(scope="session")
def require() -> Callable[[bool, str], None]:
    """Skip where a tool is missing, but fail where CI promised to have it.

    ``require(shutil.which("chromium") is not None, "chromium is not installed")``
    """

    def check(present: bool, reason: str) -> None:
        if present:
            return
        if os.environ.get("YINLING_CI_FULL") == "1":
            pytest.fail(reason)
        pytest.skip(reason)

    return check
