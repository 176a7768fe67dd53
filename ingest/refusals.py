"""List what was refused, and count the fields that mean nothing to us."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import Final, NamedTuple

from psycopg import Connection
from psycopg.types.json import Jsonb

from core.ids import new_id
from core.queries import load
from ingest.inspection import WHOLE, Reason, Rejected
from ingest.message import Message

SQL: Final = load("ingest")
UNKNOWN_WRISTBAND: Final = "unknown wristband"
_MOST_FIELDS: Final = 1000
_LONGEST_FIELD: Final = 64
_MOST_OF_A_REPORT: Final = 20
OTHERS: Final = "(others)"
"""Stands for the names beyond the first thousand: a list without end serves nobody."""


class Refusal(NamedTuple):
    """An item refused, and the message it came in."""

    message: Message
    rejected: Rejected


def whole(message: Message, reason: str) -> Refusal:
    """Refuse all of a message."""
    return partly(message, (Reason(None, reason),))


def partly(message: Message, reasons: tuple[Reason, ...]) -> Refusal:
    """Refuse what the reasons name of a message; it is kept whole."""
    return Refusal(message, Rejected(WHOLE, reasons, message.payload))


def reject(conn: Connection, refusals: Iterable[Refusal], now: datetime) -> None:
    """List each item once by topic, digest of the whole payload, and index."""
    seen: dict[tuple[str, bytes, int], Refusal] = {}
    counts: Counter[tuple[str, bytes, int]] = Counter()
    for one in refusals:
        digest = sha256(one.message.payload).digest()
        identity = (one.message.origin.topic, digest, one.rejected.idx)
        seen.setdefault(identity, one)
        counts[identity] += 1
    if not seen:
        return
    items = list(seen.items())
    conn.execute(
        SQL["reject"],
        {
            "ids": [new_id() for _ in items],
            "topics": [topic for (topic, _, _), _ in items],
            "digests": [digest for (_, digest, _), _ in items],
            "indexes": [index for (_, _, index), _ in items],
            "device_ids": [one.message.origin.device_id for _, one in items],
            "reasons": [Jsonb(_as_json(one.rejected.reasons)) for _, one in items],
            "payloads": [one.rejected.payload for _, one in items],
            "counts": [counts[identity] for identity, _ in items],
            "now": now,
        },
    )


def told_apart(names: tuple[str, ...]) -> tuple[str, ...]:
    """Unknown field names of one report, of which it may add only so many."""
    more = len(names) - _MOST_OF_A_REPORT
    return names[:_MOST_OF_A_REPORT] + (OTHERS,) * max(0, more)


class UnknownFields:
    """Counts unknown field names, of which only so many are told apart."""

    def __init__(self) -> None:
        self._names: set[str] = set()

    def count(self, conn: Connection, names: Iterable[str]) -> None:
        """Add to the counts of these field names."""
        counts = Counter(self._known(name) for name in names)
        if counts:
            values = {"fields": list(counts), "counts": list(counts.values())}
            conn.execute(SQL["count_unknown"], values)

    def _known(self, name: str) -> str:
        plain = name.isprintable() and 0 < len(name) <= _LONGEST_FIELD
        if not plain or (name not in self._names and len(self._names) >= _MOST_FIELDS):
            return OTHERS
        self._names.add(name)
        return name


def _as_json(reasons: Iterable[Reason]) -> list[dict[str, str | None]]:
    return [{"field": one.field, "reason": one.reason} for one in reasons]
