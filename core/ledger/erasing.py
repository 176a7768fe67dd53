"""Erasing entries on record, so that what a person was is gone and the chain holds."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from psycopg import Connection

from core.ids import new_id
from core.ledger.sealing import seal_all
from core.queries import load

MOST_NAMED = 10_000
"""Entries that one erasure names at most."""


def erase_entries(
    conn: Connection,
    rows: Mapping[str, Sequence[UUID]],
    now: datetime,
    *,
    reason: str,
    by: UUID | None = None,
) -> int:
    """Let rows be changed or removed without breaking the ledger.

    In the caller's transaction: everything that waits is sealed, one erasure entry
    names what is erased, and the salts go, so that nobody can find out afterwards by
    trying what the rows held. The caller then changes or deletes the rows in the same
    transaction; without this call verification reports them as changed or removed.

    Parameters
    ----------
    rows : ids of rows by table, e.g. ``{"alert_event": [...], "audit_log": [...]}``.
    reason : why, in words that name nobody: they stay.
    by : who had it done, None for the service itself.

    Returns
    -------
    How many entries were erased; those erased before do not count again.
    """
    queries = load("core.ledger")
    seal_all(conn, now)
    positions: list[int] = []
    for source, ids in rows.items():
        found = conn.execute(
            queries["entries_of_rows"], {"source": source, "ids": list(ids)}
        )
        positions += [position for (position,) in found]
    for start in range(0, len(positions), MOST_NAMED):
        named = positions[start : start + MOST_NAMED]
        values = {"id": new_id(), "at": now, "by_id": by, "reason": reason}
        conn.execute(queries["add_erasure"], values | {"positions": named})
        conn.execute(queries["forget_salts"], {"positions": named})
    return len(positions)
