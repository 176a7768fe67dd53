"""Heads written down in a file of our own: what a cut or rewritten chain is held against."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from core.errors import InvalidError
from core.ledger.chain import Head

NAME: Final = "ledger-heads.jsonl"


def write(folder: Path, head: Head, now: datetime) -> None:
    """Append a head to the file, mode 0600, unless it stands there last."""
    known = list(read(folder))
    if known and known[-1] == head:
        return
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / NAME
    path.touch(mode=0o600)
    line = {"at": now.astimezone(UTC).isoformat(), "head": str(head)}
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")


def read(folder: Path) -> Iterator[Head]:
    """Heads written down so far, oldest first; a torn last line is passed over."""
    path = folder / NAME
    if not path.exists():
        return
    for line in path.read_text("utf-8").splitlines():
        try:
            yield parse(json.loads(line)["head"])
        except (ValueError, KeyError, TypeError, InvalidError):
            continue


def parse(text: str) -> Head:
    """A head as people write it down, ``position:hash``.

    Raises
    ------
    InvalidError
        If it is none.
    """
    position, _, chain = text.strip().partition(":")
    try:
        head = Head(int(position), bytes.fromhex(chain))
    except ValueError:
        head = Head(-1, b"")
    if head.position < 0 or len(head.chain) != 32:
        raise InvalidError("a head is written POSITION:HASH, e.g. 812:9f86d0…", "head")
    return head
