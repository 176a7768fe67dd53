"""Chains the rows that committed since the last time, each with a salt of its own."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from psycopg import Connection

from core.ledger import rows
from core.ledger.chain import GENESIS, Entry, Head, link
from core.ledger.form import PRESENT_FORM, SALT_BYTES, Source, digest
from core.queries import load

LOCK: Final = 0x59_4C_45_44
BATCH: Final = 2000
"""Entries of one transaction at most."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What is not sealed yet: how many rows (to 10,000), and since when [s]."""

    rows: int
    longest_s: float


def seal(conn: Connection, now: datetime, limit: int = BATCH) -> int:
    """Seal up to `limit` waiting rows in one transaction; return how many.

    Any number of sealers may run: while another one (or an erasure) is at it, this
    does nothing. Killed at any moment it leaves nothing half done.
    """
    with conn.transaction():
        row = conn.execute(load("core.ledger")["try_lock"], {"lock": LOCK}).fetchone()
        return _seal(conn, now, limit) if row and row[0] else 0


def seal_all(conn: Connection, now: datetime) -> None:
    """Seal everything that this transaction sees, and keep others out to its end."""
    conn.execute(load("core.ledger")["lock"], {"lock": LOCK})
    while _seal(conn, now, BATCH):
        pass


def head(conn: Connection) -> Head:
    """Where the ledger ends."""
    row = conn.execute(load("core.ledger")["head"]).fetchone()
    return Head(row[0], bytes(row[1])) if row else Head(0, GENESIS)


def waiting(conn: Connection) -> Waiting:
    """What is not sealed yet."""
    row = conn.execute(load("core.ledger")["waiting"]).fetchone()
    return Waiting(*row) if row else Waiting(0, 0.0)


def _seal(conn: Connection, now: datetime, limit: int) -> int:
    queries = load("core.ledger")
    waiting = conn.execute(queries["pending"], {"limit": limit}).fetchall()
    if not waiting:
        return 0
    texts = _texts(conn, [(source, row_id) for _, source, row_id in waiting])
    entries: list[Entry] = []
    salts: list[bytes] = []
    last = head(conn)
    for _, source, row_id in waiting:
        # A row taken away before it was sealed is sealed as nothing, and found missing.
        text = texts.get((source, row_id), "null")
        salts.append(secrets.token_bytes(SALT_BYTES))
        position = last.position + 1
        entry = Entry(
            position, source, row_id, PRESENT_FORM, digest(salts[-1], text), b"", now
        )
        entry = replace(entry, chain=link(last.chain, position, entry))
        entries.append(entry)
        last = Head(position, entry.chain)
    _keep(conn, entries, salts, now)
    conn.execute(queries["no_longer_pending"], {"ns": [n for n, _, _ in waiting]})
    return len(waiting)


def _texts(
    conn: Connection, wanted: list[tuple[str, UUID]]
) -> dict[tuple[str, UUID], str]:
    """JSON of the wanted rows that are there, by source and id."""
    found: dict[tuple[str, UUID], str] = {}
    for source in dict.fromkeys(source for source, _ in wanted):
        ids = [row_id for name, row_id in wanted if name == source]
        for row_id, text in rows.read(conn, Source(source), PRESENT_FORM, ids).items():
            found[source, row_id] = text
    return found


def _keep(
    conn: Connection, entries: list[Entry], salts: list[bytes], now: datetime
) -> None:
    if not entries:
        return
    queries = load("core.ledger")
    positions = [entry.position for entry in entries]
    values: dict[str, object] = {
        "positions": positions,
        "sources": [entry.source for entry in entries],
        "rows": [entry.row_id for entry in entries],
        "forms": [entry.form for entry in entries],
        "digests": [entry.digest for entry in entries],
        "chains": [entry.chain for entry in entries],
        "sealed_at": now,
    }
    conn.execute(queries["add_entries"], values)
    conn.execute(queries["add_salts"], {"positions": positions, "salts": salts})
    last = entries[-1]
    values = {"position": last.position, "chain": last.chain, "sealed_at": now}
    conn.execute(queries["keep_head"], values)
