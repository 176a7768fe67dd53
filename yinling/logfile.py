"""A child's log file: its last words, its warnings for the terminal, its bounds."""

import json
import shutil
import sys
from pathlib import Path
from typing import cast

LARGEST_BYTES = 50_000_000
_BLOCK_BYTES = 1 << 20
_WARNINGS = frozenset({"warning", "error", "critical"})


class LogFile:
    """What a child writes; it appends, so the file may be cut while it runs."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(mode=0o700, exist_ok=True)
        path.touch(mode=0o600)
        self._read_to = path.stat().st_size

    def rotate(self) -> None:
        """Set what is written aside as ``<name>.log.1`` if it has grown large."""
        if self.path.stat().st_size > LARGEST_BYTES:
            shutil.copyfile(self.path, self.path.with_suffix(".log.1"))
            with self.path.open("r+b") as file:
                file.truncate()
            self._read_to = 0

    def last_line(self) -> str:
        """The last thing it said, or that it said nothing."""
        with self.path.open("rb") as file:
            file.seek(max(self.path.stat().st_size - 8192, 0))
            lines = file.read().decode(errors="replace").strip().splitlines()
        if not lines:
            return "it said nothing"
        entry = _entry(lines[-1])
        if entry is None:
            return lines[-1]
        return str(entry.get("reason") or entry.get("event") or lines[-1])

    def pass_on_warnings(self) -> None:
        """Copy new structured lines of level warning and above to stderr."""
        size = self.path.stat().st_size
        if size <= self._read_to:
            self._read_to = min(self._read_to, size)
            return
        with self.path.open("rb") as file:
            file.seek(self._read_to)
            block = file.read(_BLOCK_BYTES)
        whole = block[: block.rfind(b"\n") + 1]
        if not whole and len(block) == _BLOCK_BYTES:
            whole = block  # one endless line: pass over it
        self._read_to += len(whole)
        for line in whole.decode(errors="replace").splitlines():
            entry = _entry(line)
            if entry is not None and entry.get("level") in _WARNINGS:
                entry.pop("exception", None)  # the file has the traceback
                text = json.dumps(entry, ensure_ascii=False)
                sys.stderr.write(f"{self.path.stem}: {text}\n")
        self.rotate()


def _entry(line: str) -> dict[str, object] | None:
    """The structured entry a line holds, or None for a plain one."""
    if not line.startswith("{"):
        return None
    try:
        entry: object = json.loads(line)
    except ValueError:
        return None
    return cast("dict[str, object]", entry) if isinstance(entry, dict) else None
