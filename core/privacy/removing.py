"""Taking content away that is otherwise append-only: always on record, never by itself."""

from collections.abc import Collection, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from psycopg import Connection
from psycopg.types.json import Jsonb

from core.ids import new_id
from core.ledger.form import COLUMNS, PRESENT_FORM, Source
from core.queries import load


@dataclass
class Removal:
    """What is being taken away, counted by table."""

    id: UUID
    counts: dict[str, int] = field(default_factory=dict[str, int])

    def count(self, table: str, rows: int) -> None:
        """Add rows of a table."""
        if rows:
            self.counts[table] = self.counts.get(table, 0) + rows


@contextmanager
def removing(
    conn: Connection, now: datetime, **what: UUID | str | datetime
) -> Generator[Removal]:
    """Open what is append-only inside the caller's transaction, and close it again.

    Parameters
    ----------
    what : ``erasure_id`` of an erasure, or ``kind`` and ``cutoff`` of a retention.
    """
    queries = load("core.privacy")
    removal = Removal(new_id())
    values: Mapping[str, object] = {
        "id": removal.id,
        "cause": "erasure" if "erasure_id" in what else "retention",
        "erasure_id": what.get("erasure_id"),
        "kind": what.get("kind"),
        "cutoff": what.get("cutoff"),
        "now": now,
    }
    conn.execute(queries["begin_removal"], values)
    conn.execute(queries["open_for_removal"], values)
    yield removal
    values = {"id": removal.id, "now": now, "counts": Jsonb(removal.counts)}
    conn.execute(queries["end_removal"], values)


def is_sealed(table: str, blank: Collection[str]) -> bool:
    """Whether the ledger holds what changes: these columns, or rows that go (none)."""
    if table not in set(Source):
        return False
    sealed = COLUMNS[PRESENT_FORM][Source(table)]
    return not blank or not set(blank).isdisjoint(sealed)
