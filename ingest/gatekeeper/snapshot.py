"""Password digests kept beside the gatekeeper, so that it answers without a database."""

import os
import threading
from pathlib import Path
from typing import Final

import msgspec

from core import logs

FILE: Final = "gatekeeper.snapshot"
_LAYOUT: Final = 1
_one_writer = threading.Lock()
log = logs.get("gatekeeper")

Digests = dict[str, bytes]


class _Stored(msgspec.Struct, array_like=True):
    layout: int
    digests: Digests


def read(data_dir: Path) -> Digests | None:
    """Digests as last written, or None where there are none that can be used."""
    path = data_dir / FILE
    try:
        stored = msgspec.msgpack.decode(path.read_bytes(), type=_Stored)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.MsgspecError) as error:
        log.warning("snapshot unreadable", reason=type(error).__name__)
        return None
    return stored.digests if stored.layout == _LAYOUT else None


def write(data_dir: Path, digests: Digests) -> None:
    """Replace the snapshot in one step (0600, forced to disk).

    Threads write one after another, so the last one to begin is the one that stays.
    """
    with _one_writer:
        _replace(data_dir, digests)


def _replace(data_dir: Path, digests: Digests) -> None:
    path = data_dir / FILE
    draft = path.with_name(f".{FILE}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(msgspec.msgpack.encode(_Stored(_LAYOUT, digests)))
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
