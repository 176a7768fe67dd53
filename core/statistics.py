"""What the planner knows of tables: without it, a street just imported is read whole."""

from collections.abc import Iterable
from typing import Final

import psycopg
from psycopg import Connection, sql

from core import logs
from core.queries import load

IMPORTED: Final = (
    "place",
    "person",
    "contact",
    "senior",
    "family_link",
    "wristband",
    "binding",
    "wristband_state",
    "shift",
    "duty_period",
    "consent",
    "audit_log",
)
"""What an import writes."""
LOOK_EVERY_S: Final = 60.0
log = logs.get("statistics")


def analyze(conn: Connection, tables: Iterable[str] = IMPORTED) -> None:
    """Have the planner look at tables, each in a transaction of its own.

    It takes tenths of a second, locks out nobody who reads or writes, and whatever
    fails is left to autovacuum: what was done before must not fail by it.
    """
    for table in tables:
        try:
            with conn.transaction():
                conn.execute(load("core")["wait_little"])
                conn.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(table)))
        except psycopg.Error as error:
            log.warning("not analyzed", table=table, error=type(error).__name__)


def analyze_unknown(conn: Connection) -> float:
    """Look at tables that hold rows and that nobody has looked at yet.

    So they are after a restore or a bulk load, and stay where autovacuum is off.

    Returns
    -------
    How long to rest [s].
    """
    with conn.transaction():
        found = conn.execute(load("core")["never_analyzed"]).fetchall()
    if found:
        log.info("analyzing", tables=len(found))
        analyze(conn, (table for (table,) in found))
    return LOOK_EVERY_S
