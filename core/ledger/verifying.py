"""Reads the whole ledger again, from one snapshot, and says the first thing that is wrong."""

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from psycopg import Connection, IsolationLevel
from psycopg.sql import Identifier

from core.errors import InvalidError
from core.ledger import rows, sealing
from core.ledger.chain import GENESIS, Entry, Head
from core.ledger.damage import Damage, DamageKind, Inspector, break_at
from core.ledger.form import Source
from core.queries import load

CHUNK: Final = 5000
LOOK_AHEAD: Final = 200_000
"""Entries after a break that are searched for the one that belongs there."""
UNSEALED_AFTER_S: Final = 60.0
_FOLLOWING: Final = (
    (Source.ALERT, "contradicted_alerts", "it says something else than its timeline"),
    (Source.NOTIFICATION, "contradicted_receipts", "its receipts say something else"),
)
"""What follows from sealed rows: whose, the query that finds one that does not, and how."""
Stored = tuple[Entry, bytes | None]


@dataclass(frozen=True, slots=True)
class Finding:
    """What verification found.

    Attributes
    ----------
    entries : how many were read.
    erased : of these, without salt.
    waiting : rows not sealed yet, to 10,000.
    head : where the chain ends, as far as it is whole.
    damage : the first thing wrong, None where all is well.
    """

    entries: int
    erased: int
    waiting: int
    head: Head
    damage: Damage | None


def verify(
    conn: Connection,
    first: int = 1,
    anchors: Iterable[Head] = (),
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Finding:
    """Read entries and rows from `first` on and hold them against the chain.

    In the caller's transaction, which must see one state throughout (:func:`snapshot`)
    where others write meanwhile.

    Parameters
    ----------
    first : position to begin at; what stands before it is taken as true.
    anchors : heads written down elsewhere, against a cut or rewritten chain.
    progress : called with how many entries were read, and how many there are.

    Raises
    ------
    InvalidError
        If there is no entry before `first`.
    """
    waiting = sealing.waiting(conn)
    damage = _waits_too_long(conn)
    stored = sealing.head(conn)
    inspector = Inspector(_before(conn, first), anchors)
    reader = _Reader(conn, inspector, progress, stored.position)
    found = reader.read(first) or inspector.end(stored)
    found = found or damage or _unlisted(conn) or _contradicted(conn)
    return Finding(reader.count, reader.erased, waiting.rows, inspector.head, found)


@dataclass(slots=True)
class _Reader:
    conn: Connection
    inspector: Inspector
    progress: Callable[[int, int], None]
    total: int
    count: int = 0
    erased: int = 0

    def read(self, first: int) -> Damage | None:
        """Take every entry; what is wrong with the first that is not whole."""
        with self.conn.cursor("ledger") as cursor:
            cursor.itersize = CHUNK
            cursor.execute(load("core.ledger")["entries"], {"first": first})
            following = (_stored(row) for row in cursor)
            while chunk := list(islice(following, CHUNK)):
                damage = self._take(chunk, following)
                if damage is not None:
                    return damage
                self.progress(self.count, self.total)
        return None

    def _take(
        self, chunk: Sequence[Stored], following: Iterator[Stored]
    ) -> Damage | None:
        texts = rows.of_entries(self.conn, [entry for entry, _ in chunk])
        for n, (entry, salt) in enumerate(chunk):
            if not self.inspector.follows(entry):
                more = [*chunk[n:], *islice(following, LOOK_AHEAD)]
                return break_at(self.inspector.head, [other for other, _ in more])
            self.count += 1
            self.erased += salt is None
            text = texts.get((entry.source, entry.row_id))
            damage = self.inspector.take(entry, salt, text)
            if damage is not None:
                return damage
        return None


@contextmanager
def snapshot(conn: Connection) -> Generator[None]:
    """A transaction that sees one state however long it reads."""
    before = conn.isolation_level
    conn.isolation_level = IsolationLevel.REPEATABLE_READ
    try:
        with conn.transaction():
            yield
    finally:
        conn.isolation_level = before


def _before(conn: Connection, first: int) -> Head:
    if first <= 1:
        return Head(0, GENESIS)
    values = {"position": first - 1}
    row = conn.execute(load("core.ledger")["chain_at"], values).fetchone()
    if row is None:
        raise InvalidError(f"the ledger has no entry {first - 1} to begin after")
    return Head(first - 1, bytes(row[0]))


def _stored(row: tuple[Any, ...]) -> Stored:
    return Entry(*row[:-1]), row[-1]


def _waits_too_long(conn: Connection) -> Damage | None:
    row = conn.execute(load("core.ledger")["waits_longest"]).fetchone()
    if row is None or row[2] <= UNSEALED_AFTER_S:
        return None
    source, row_id, waited_s = row
    says = f"it has waited {waited_s:.0f} s to be sealed: does the alerts service run?"
    return Damage(DamageKind.UNSEALED, None, source, row_id, says)


def _contradicted(conn: Connection) -> Damage | None:
    """Rows that move on are not sealed whole, but follow from those that are."""
    for source, name, says in _FOLLOWING:
        row = conn.execute(load("core.ledger")[name]).fetchone()
        if row is not None:
            values = {"source": source, "row_id": row[0]}
            entry = conn.execute(load("core.ledger")["position_of"], values).fetchone()
            position = entry[0] if entry else None
            return Damage(DamageKind.CONTRADICTED, position, source, row[0], says)
    return None


def _unlisted(conn: Connection) -> Damage | None:
    query = load("core.ledger")["unlisted"]
    for source in Source:
        statement = query.format(source=Identifier(source))
        row = conn.execute(statement, {"source": source}).fetchone()
        if row is not None:
            says = "the row was put in past the ledger"
            return Damage(DamageKind.INSERTED, None, source, row[0], says)
    return None
