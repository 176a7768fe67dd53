"""Find the processes below `yinling up` by name, to kill one as a crash would."""

import os
import signal
from pathlib import Path

from tests.support.waiting import until


def below(pid: int) -> list[int]:
    """Every descendant of `pid`."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = stat.read_text()
        except OSError:
            continue
        parent = int(text.rpartition(")")[2].split()[1])
        children.setdefault(parent, []).append(int(stat.parent.name))
    found, queue = [], [pid]
    while queue:
        queue[:0] = (more := children.get(queue.pop(), []))
        found += more
    return found


def command_line(pid: int) -> list[str]:
    """Its words, empty if it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().strip("\0").split("\0")
    except OSError:
        return []


def named(pid: int, name: str) -> list[int]:
    """Descendants of `pid` whose program or subcommand is `name`, oldest first."""
    return sorted(
        child
        for child in below(pid)
        if (words := command_line(child))
        and (Path(words[0]).name == name or words[-1] == name)
    )


def crash(pid: int, name: str) -> None:
    """Kill -9 the descendant `name` and wait until another one is there."""
    (victim, *_) = until(lambda: named(pid, name), 10, f"a process {name}")
    os.kill(victim, signal.SIGKILL)
    until(lambda: set(named(pid, name)) - {victim}, 30, f"another {name}")
