"""Taking away what was kept long enough: in small batches, each a transaction."""

from datetime import datetime
from typing import Final

from psycopg import Connection
from psycopg.sql import SQL, Identifier

from core.ledger import erase_entries
from core.privacy.kinds import InForce, Step
from core.privacy.removing import is_sealed, removing
from core.privacy.rows import every, one
from core.queries import load

BATCH: Final = 2000
"""Rows of one transaction at most: short locks, and room for whatever is urgent."""
LOCK: Final = 0x59_50_52_49
_CHUNKS: Final = "old_readings"


def batch(conn: Connection, of: InForce, now: datetime, limit: int = BATCH) -> int:
    """Take one batch of a kind, in the caller's transaction; 0: nothing is left.

    Whole chunks count as one row each where readings are a hypertable.
    """
    conn.execute(load("core.privacy")["be_patient"])
    for step in of.kind.steps:
        rows = _take(conn, of, step, now, limit)
        if rows:
            return rows
    return 0


def count(conn: Connection, of: InForce, now: datetime) -> dict[str, int]:
    """How many rows of which table would go or be blanked now."""
    conn.execute(load("core.privacy")["be_patient"])
    found: dict[str, int] = {}
    for step in of.kind.steps:
        rows = _count(conn, of, step, now)
        if rows:
            found[step.table] = found.get(step.table, 0) + rows
    return found


def begin(conn: Connection, of: InForce, now: datetime) -> None:
    """Note that a kind is being seen to."""
    conn.execute(load("core.privacy")["begin_run"], {"kind": of.kind.name, "now": now})


def go_on(conn: Connection, of: InForce, rows: int, now: datetime) -> None:
    """Note how far that is; no rows: it is over."""
    values = {"kind": of.kind.name, "rows": rows, "over": not rows, "now": now}
    conn.execute(load("core.privacy")["go_on_with_run"], values)


def _take(conn: Connection, of: InForce, step: Step, now: datetime, limit: int) -> int:
    values: dict[str, object] = {"cutoff": of.cutoff(now), "limit": limit}
    if step.statement is not None:
        return _take_readings(conn, step.statement, values)
    queries, table = load("core.privacy"), Identifier(step.table)
    pick = queries["step_keys"].format(
        key=step.key, table=table, where=step.where, order=step.order
    )
    keys = [key for (key,) in conn.execute(pick, values)]
    if not keys:
        return 0
    with removing(conn, now, kind=of.kind.name, cutoff=of.cutoff(now)) as removal:
        if is_sealed(step.table, step.blank):
            why = f"kept long enough: {of.kind.name}"
            erase_entries(conn, {step.table: keys}, now, reason=why)
        if step.blank:
            changes = SQL(", ").join(
                SQL("{} = {}").format(Identifier(name), value)
                for name, value in step.blank.items()
            )
            change = queries["step_blank"].format(
                table=table, values=changes, key=step.key
            )
        else:
            change = queries["step_remove"].format(table=table, key=step.key)
        removal.count(step.table, conn.execute(change, {"keys": keys}).rowcount)
    return len(keys)


def _take_readings(conn: Connection, statement: str, values: dict[str, object]) -> int:
    queries = load("core.privacy")
    if statement == _CHUNKS and one(conn, "uses_timescale", {}):
        row = conn.execute(queries["drop_old_chunks"], values).fetchone()
        return row[0] if row else 0
    return conn.execute(queries[statement], values).rowcount


def _count(conn: Connection, of: InForce, step: Step, now: datetime) -> int:
    values = {"cutoff": of.cutoff(now)}
    if step.statement is None:
        query = load("core.privacy")["step_count"].format(
            table=Identifier(step.table), where=step.where
        )
        row = conn.execute(query, values).fetchone()
        return row[0] if row else 0
    return every(conn, f"count_{step.statement}", values)[0]["count"]
