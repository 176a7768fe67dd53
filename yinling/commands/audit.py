"""`yinling audit`: verify the ledger, show it, and write its head down."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

import psycopg

from core import database
from core.clock import SystemClock
from core.errors import UnavailableError
from core.ledger import anchors, rows, sealing
from core.ledger.chain import Entry, Head
from core.ledger.verifying import Finding, snapshot, verify
from core.queries import load
from core.settings import Settings
from yinling.commands import records

STATEMENT_TIMEOUT_S = 600.0


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found, and how many heads written down elsewhere it was held against."""

    finding: Finding
    anchors: int


@dataclass(frozen=True, slots=True)
class Line:
    """An entry with its row, None where that was erased or is gone."""

    entry: Entry
    erased: bool
    row: dict[str, object] | None


def check(
    settings: Settings,
    first: int,
    heads: Sequence[Head],
    progress: Callable[[int, int], None],
) -> Verified:
    """Read the whole ledger again, also against the heads that the service wrote down."""
    known = [*heads, *anchors.read(settings.data_dir)]
    with _connected(settings) as conn, snapshot(conn):
        return Verified(verify(conn, first, known, progress), len(known))


def head(settings: Settings) -> Head:
    """Where the ledger ends now."""
    with _connected(settings) as conn, snapshot(conn):
        return sealing.head(conn)


def show(
    settings: Settings, first: int, limit: int, alert_id: UUID | None
) -> list[Line]:
    """Entries in order with their rows; that somebody looked is noted."""
    with _connected(settings) as conn:
        values = {"first": first, "limit": limit, "alert_id": alert_id}
        found = conn.execute(load("core.ledger")["page"], values).fetchall()
        entries = [Entry(*row[:-1]) for row in found]
        texts = rows.of_entries(conn, entries)
        asked = str(alert_id) if alert_id else str(first)
        records.audit(conn, SystemClock().now(), "ledger.show", asked)
    return [
        Line(entry, row[-1], _read(texts.get((entry.source, entry.row_id))))
        for entry, row in zip(entries, found, strict=True)
    ]


def _connected(settings: Settings) -> psycopg.Connection:
    url = records.database_url(settings)
    conn = database.connect(url, "audit", STATEMENT_TIMEOUT_S)
    if conn.execute("SELECT to_regclass('ledger_entry')").fetchone() == (None,):
        conn.close()
        raise UnavailableError(
            "the database has no ledger yet: run `yinling migrate` first"
        )
    conn.rollback()
    return conn


def _read(text: str | None) -> dict[str, object] | None:
    return None if text is None else json.loads(text)
