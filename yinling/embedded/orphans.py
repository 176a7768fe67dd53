"""What a killed PostgreSQL leaves behind: processes for a moment, and a lock file."""

import contextlib
import os
import signal
from pathlib import Path
from threading import Event

_PROCESSES = Path("/proc")
_LOCK = "postmaster.pid"
_PATIENCE_S = 5.0
_LOOK_EVERY_S = 0.05


def clear_way(cluster: Path) -> None:
    """Let a server start on `cluster` after one that was killed.

    Its sessions notice the death and end; a new server started meanwhile would refuse.
    Those still there after 5 s are killed: recovery undoes what they had not committed.
    """
    if not (_PROCESSES / "self").exists():
        return  # PostgreSQL sees to itself, with an attempt or two more
    pause = Event()
    for _ in range(int(_PATIENCE_S / _LOOK_EVERY_S)):
        if not _at_work(cluster):
            break
        pause.wait(_LOOK_EVERY_S)
    left = _at_work(cluster)
    if _holder(cluster) in left:
        return  # a server that runs, and not ours to end
    for pid in left:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    _drop_strangers_lock(cluster)


def _at_work(cluster: Path) -> list[int]:
    """PostgreSQL's processes there: `cluster` is the working directory of each."""
    place = str(cluster.resolve())
    return [
        int(path.name)
        for path in _PROCESSES.glob("[0-9]*")
        if _directory(path) == place and _name(path) == "postgres"
    ]


def _drop_strangers_lock(cluster: Path) -> None:
    """Remove a lock file whose process id belongs to something else by now.

    As it may after a restart of the machine: the one case in which PostgreSQL takes
    the lock for held. Any other lock file is left to it, which knows more about it.
    """
    holder = _holder(cluster)
    directory = None if holder is None else _directory(_PROCESSES / str(holder))
    if directory is not None and directory != str(cluster.resolve()):
        (cluster / _LOCK).unlink(missing_ok=True)


def _holder(cluster: Path) -> int | None:
    """Process id of the server that the lock file names."""
    try:
        return int((cluster / _LOCK).read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None


def _directory(process: Path) -> str | None:
    """Its working directory, or None where it has ended or is not ours to ask."""
    try:
        return str((process / "cwd").readlink())
    except OSError:
        return None


def _name(process: Path) -> str | None:
    """What it calls itself, or None where it has ended."""
    try:
        return (process / "comm").read_text().rstrip("\n")
    except OSError:
        return None
