"""What can be wrong with a ledger, and finding it as its entries pass by in order."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Final
from uuid import UUID

from core.ledger.chain import Entry, Head, link
from core.ledger.form import Source, digest

MOST_SHIFTED: Final = 10_000
"""So many entries cut out at once are still recognised as removed."""


class DamageKind(StrEnum):
    """What was done to the ledger or to what it stands for."""

    CHANGED = "changed"  # a row or an entry is not what was sealed
    REMOVED = "removed"  # a row or an entry is gone
    INSERTED = "inserted"  # a row or an entry that never was sealed
    REORDERED = "reordered"  # an entry stands at another place than where it was sealed
    CONTRADICTED = "contradicted"  # what moves on is not what the sealed rows tell
    ERASED = "erased"  # erased with no erasure on record
    UNSEALED = "unsealed"  # a row has waited too long to be sealed
    TRUNCATED = "truncated"  # the end is missing
    REWRITTEN = "rewritten"  # whole in itself, but not what was written down elsewhere


@dataclass(frozen=True, slots=True)
class Damage:
    """The first thing found wrong: which entry, which row, and how."""

    kind: DamageKind
    position: int | None
    source: str | None
    row_id: UUID | None
    says: str


def of_entry(kind: DamageKind, entry: Entry, says: str) -> Damage:
    """Damage to an entry or its row."""
    return Damage(kind, entry.position, entry.source, entry.row_id, says)


class Inspector:
    """Follows a chain from `before` on, one entry after the other.

    Parameters
    ----------
    before : where to begin; what stands there is taken as true.
    anchors : heads written down elsewhere.
    """

    def __init__(self, before: Head, anchors: Iterable[Head] = ()) -> None:
        self.head = before
        self.erased: dict[int, Entry] = {}
        self._anchors = {anchor.position: anchor.chain for anchor in anchors}

    def follows(self, entry: Entry) -> bool:
        """Whether the entry stands where it was sealed and is as it was."""
        return (
            entry.position == self.head.position + 1
            and link(self.head.chain, entry.position, entry) == entry.chain
        )

    def take(self, entry: Entry, salt: bytes | None, text: str | None) -> Damage | None:
        """Look at an entry that follows, with its salt and its row's JSON."""
        self.head = Head(entry.position, entry.chain)
        anchor = self._anchors.get(entry.position, entry.chain)
        if anchor != entry.chain:
            return of_entry(
                DamageKind.REWRITTEN, entry, "the head written down here was another"
            )
        if salt is None:
            self.erased[entry.position] = entry
            return None
        if text is None:
            return of_entry(DamageKind.REMOVED, entry, "the row is gone")
        if digest(salt, text) != entry.digest:
            return of_entry(DamageKind.CHANGED, entry, "the row is not what was sealed")
        if entry.source == Source.ERASURE:
            for position in json.loads(text)["positions"]:
                self.erased.pop(position, None)
        return None

    def end(self, stored: Head) -> Damage | None:
        """What is wrong once all entries were taken; `stored` is the head as kept."""
        for entry in self.erased.values():
            return of_entry(
                DamageKind.ERASED, entry, "its salt is gone, and no erasure names it"
            )
        known = [stored, *(Head(*pair) for pair in self._anchors.items())]
        beyond = max(known, key=lambda head: head.position)
        if beyond.position > self.head.position:
            says = f"entries up to {beyond.position} were sealed and are gone"
            missing = self.head.position + 1
            return Damage(DamageKind.TRUNCATED, missing, None, None, says)
        if stored != self.head:
            says = "the stored head is not where the chain ends"
            return Damage(DamageKind.REWRITTEN, stored.position, None, None, says)
        return None


def break_at(before: Head, following: Sequence[Entry]) -> Damage:
    """Name what happened where the chain breaks.

    Parameters
    ----------
    before : the last that was whole.
    following : entries from the break on, by position; the first does not follow.
    """
    first = following[0]
    position = before.position + 1
    if first.position != position:
        says = f"entries {position} to {first.position - 1} are gone"
        return Damage(DamageKind.REMOVED, position, None, None, says)
    for index, entry in enumerate(following):
        if link(before.chain, position, entry) == entry.chain:
            return _displaced(first, following, index)
    if _cut_before(first, following):
        return of_entry(
            DamageKind.REMOVED, first, "entries before this one were cut out"
        )
    return of_entry(DamageKind.CHANGED, first, "the entry is not what was sealed")


def _displaced(first: Entry, following: Sequence[Entry], index: int) -> Damage:
    """The true successor stands further on: something was put before it, or moved."""
    true = following[index]
    before = following[index - 1] if index > 1 else true
    changed_places = _links(before, true.position, first)
    rest = following[index + 1 : index + 2]
    if not changed_places and all(
        _links(true, first.position + 1, entry) for entry in rest
    ):
        return of_entry(DamageKind.INSERTED, first, "it was put in afterwards")
    says = f"entry {true.position} was sealed here"
    return of_entry(DamageKind.REORDERED, first, says)


def _cut_before(first: Entry, following: Sequence[Entry]) -> bool:
    """Whether the rest is whole in itself but stood further on."""
    return any(
        _links(first, first.position + 1 + shift, entry)
        for entry in islice(following, 1, 2)
        for shift in range(1, MOST_SHIFTED)
    )


def _links(before: Entry, position: int, entry: Entry) -> bool:
    return link(before.chain, position, entry) == entry.chain
