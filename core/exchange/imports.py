"""One import from its tables to what was done: read, planned, refused or applied."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from psycopg import Connection

from core.errors import ConflictError
from core.exchange.applying import STALE, Applied, apply
from core.exchange.faults import Faults
from core.exchange.plan import Plan, plan
from core.exchange.planning.state import Author, Wish
from core.exchange.positions import to_wgs84
from core.exchange.snapshot import snapshot
from core.exchange.surroundings import surroundings
from core.exchange.tables import Grid, Record, Tables, tabulate
from core.queries import load


class Circumstances(NamedTuple):
    """When and where an import takes place.

    Attributes
    ----------
    hosts : private hosts that notifications may reach.
    """

    now: datetime
    zone: ZoneInfo
    hosts: tuple[str, ...] = ()


class Reading(NamedTuple):
    """A file as it was read: planned as often as one likes, never changed."""

    tables: Tables
    faults: Faults


def read(grids: Iterable[Grid]) -> Reading:
    """Read all tables of a file, positions as WGS-84."""
    faults = Faults()
    tables = tabulate(grids, faults)
    for records in tables.rows.values():
        to_wgs84(records)
    return Reading(tables, faults)


def look(
    conn: Connection,
    reading: Reading,
    author: Author,
    wish: Wish,
    at: Circumstances,
) -> Plan:
    """Say what a file would change; nothing is written."""
    conn.execute(load("core.exchange")["take_time"])
    rows: dict[str, list[Record]] = {k: list(v) for k, v in reading.tables.rows.items()}
    return plan(
        Tables(rows, dict(reading.tables.given)),
        snapshot(conn, author.root),
        Faults(list(reading.faults.found), list(reading.faults.notes)),
        surroundings(conn, at.now, at.zone, at.hosts),
        author=author,
        wish=wish,
    )


def carry_out(
    conn: Connection,
    reading: Reading,
    author: Author,
    wish: Wish,
    at: Circumstances,
    *,
    digest: str | None = None,
) -> tuple[Plan, Applied | None]:
    """Plan a file and apply it, in the caller's transaction; None if faults forbid it.

    Parameters
    ----------
    digest : of the plan that somebody looked at and agreed to.

    Raises
    ------
    ConflictError
        If it would change something else than what was looked at.
    """
    conn.execute(load("core.exchange")["take_time"])
    conn.execute(load("core.exchange")["lock_imports"])
    made = look(conn, reading, author, wish, at)
    if made.faults:
        return made, None
    if digest is not None and digest != made.digest:
        raise ConflictError(STALE)
    return made, apply(conn, made, at.zone)
