"""How entries hang together: each holds a hash of itself and of all before it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID

GENESIS: Final = sha256(b"yinling ledger 1").digest()
"""What stands before the first entry."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the ledger, as stored.

    Attributes
    ----------
    position : from 1, without gaps.
    source, row_id : which row of which table it stands for.
    form : how that row was written before it was hashed.
    digest : of the salted row, 32 bytes.
    chain : of everything up to here, 32 bytes.
    """

    position: int
    source: str
    row_id: UUID
    form: int
    digest: bytes
    chain: bytes
    sealed_at: datetime


@dataclass(frozen=True, slots=True)
class Head:
    """Where the ledger ended at some time; written down elsewhere it anchors it."""

    position: int
    chain: bytes

    def __str__(self) -> str:
        """``position:hash``, as people write it down."""
        return f"{self.position}:{self.chain.hex()}"


def link(
    before: bytes,
    position: int,
    entry: Entry,
) -> bytes:
    """The chain's hash after `entry` at `position`, where `before` was the one before.

    SHA-256 of: the hash before, position (8 bytes), form (2), length of the source's
    name (2), that name, the row's id (16), its digest (32) and the time of sealing in
    microseconds since 1970 (8); whole numbers big-endian.
    """
    source = entry.source.encode()
    sealed_us = (entry.sealed_at - _EPOCH) // _MICROSECOND
    return sha256(
        before
        + position.to_bytes(8, "big")
        + entry.form.to_bytes(2, "big")
        + len(source).to_bytes(2, "big")
        + source
        + entry.row_id.bytes
        + entry.digest
        + sealed_us.to_bytes(8, "big", signed=True)
    ).digest()
