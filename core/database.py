"""Connections to PostgreSQL, and bringing its schema to the newest version."""

import re
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, LiteralString, cast

import psycopg
from psycopg import Connection, sql
from psycopg.conninfo import make_conninfo
from psycopg_pool import ConnectionPool

from core import logs
from core.errors import UnavailableError

CONNECT_TIMEOUT_S = 5
STATEMENT_TIMEOUT_S = 15
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'|\([^)]*\)")
_MIGRATION_LOCK = 0x59_69_6E_6C
log = logs.get("database")

Row = dict[str, Any]


def connection_string(
    url: str, name: str, statement_timeout_s: float = STATEMENT_TIMEOUT_S
) -> str:
    """`url` with the limits every connection of ours has.

    Parameters
    ----------
    url : a libpq connection string or URL.
    name : what the connection is for, shown in ``pg_stat_activity``.
    statement_timeout_s : longest a statement may take [s].
    """
    milliseconds = int(statement_timeout_s * 1000)
    return make_conninfo(
        url,
        connect_timeout=CONNECT_TIMEOUT_S,
        application_name=f"yinling {name}",
        options=f"-c statement_timeout={milliseconds} -c timezone=UTC"
        " -c idle_in_transaction_session_timeout=30000"
        " -c plan_cache_mode=force_custom_plan",
        keepalives_idle=10,
        keepalives_interval=5,
        keepalives_count=3,
    )


def connect(
    url: str, name: str, statement_timeout_s: float = STATEMENT_TIMEOUT_S
) -> Connection:
    """Open one connection.

    Raises
    ------
    UnavailableError
        If the database does not answer within the limit.
    """
    try:
        return psycopg.connect(connection_string(url, name, statement_timeout_s))
    except psycopg.OperationalError as error:
        raise UnavailableError(
            f"the database does not answer: {_reason(error)}"
        ) from None


def pool(url: str, name: str, most: int, least: int = 1) -> ConnectionPool:
    """A pool of `least` to `most` connections, opened in the background."""
    return ConnectionPool(
        connection_string(url, name),
        min_size=least,
        max_size=most,
        timeout=5,
        max_lifetime=1800,
        # After an outage the pool must not sit out a long back-off: a connection that
        # fails this long is given up, and the next request tries anew.
        reconnect_timeout=1.0,
        name=name,
        check=ConnectionPool.check_connection,
        open=True,
    )


def migrate(url: str, folder: Traversable | None = None) -> int:
    """Bring the schema to the newest version, under a lock; return that version.

    A new database gets ``schema.sql`` whole; an old one the migrations it lacks, in
    order, all in one transaction. TimescaleDB is used where it is installed.
    """
    folder = folder or files("core.schema")
    with connect(url, "migrate", 600) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (_MIGRATION_LOCK,))
        connection.execute(
            "CREATE TABLE IF NOT EXISTS schema_version (version integer NOT NULL)"
        )
        row = connection.execute("SELECT max(version) FROM schema_version").fetchone()
        version: int | None = row[0] if row else None
        steps = _migrations(folder)
        newest = max(steps, default=1)
        if version is None:
            _run(connection, folder.joinpath("schema.sql"))
            _use_timescale(connection)
        else:
            for number in sorted(number for number in steps if number > version):
                log.info("migrating", version=number)
                _run(connection, steps[number])
        if version is None or newest > version:
            connection.execute("INSERT INTO schema_version VALUES (%s)", (newest,))
    return newest


def _migrations(folder: Traversable) -> dict[int, Traversable]:
    """Migration files ``NNNN_what.sql`` by number."""
    directory = folder.joinpath("migrations")
    if not directory.is_dir():
        return {}
    return {
        int(file.name[:4]): file
        for file in directory.iterdir()
        if file.name.endswith(".sql")
    }


def _run(connection: Connection, file: Traversable) -> None:
    # A file of the installed package: as literal as the code itself.
    text = cast("LiteralString", file.read_text(encoding="utf-8"))
    connection.execute(sql.SQL(text))


def _use_timescale(connection: Connection) -> None:
    """Make ``reading`` a hypertable where TimescaleDB is installed."""
    found = connection.execute(
        "SELECT 1 FROM pg_available_extensions WHERE name = 'timescaledb'"
    ).fetchone()
    if found is None:
        return
    connection.execute("CREATE EXTENSION IF NOT EXISTS timescaledb")
    connection.execute(
        "SELECT create_hypertable('reading', 'time', create_default_indexes => false,"
        " chunk_time_interval => INTERVAL '7 days')"
    )


def _reason(error: Exception) -> str:
    """The reason libpq gives, without the address and names it quotes."""
    first = (str(error).strip().splitlines() or [""])[0]
    reason = _QUOTED.sub("…", first.rpartition("failed: ")[2]).strip()
    return reason or "no reason given"
