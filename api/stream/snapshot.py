"""A PostgreSQL snapshot, so that the stream knows exactly which events it has shown."""

import re
from dataclasses import dataclass
from typing import Final, Self

_TEXT: Final = re.compile(r"(\d{1,19}):(\d{1,19}):((?:\d{1,19}(?:,\d{1,19})*)?)")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Which transactions were complete at an instant, as ``pg_current_snapshot()`` says.

    Event positions are handed out before commit, so a later position can become visible
    earlier; a snapshot never overlooks one.

    Attributes
    ----------
    xmin : every transaction below it was complete.
    xmax : no transaction at or above it was.
    running : those between that were not.
    """

    xmin: int
    xmax: int
    running: frozenset[int]

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read PostgreSQL's own spelling ``xmin:xmax:xip,xip``; None if it is not one."""
        found = _TEXT.fullmatch(text)
        if found is None:
            return None
        running = frozenset(int(xid) for xid in found[3].split(",") if xid)
        snapshot = cls(int(found[1]), int(found[2]), running)
        return snapshot if snapshot.xmin <= snapshot.xmax else None

    def __str__(self) -> str:
        """PostgreSQL's own spelling."""
        running = ",".join(str(xid) for xid in sorted(self.running))
        return f"{self.xmin}:{self.xmax}:{running}"

    def shows(self, xid: int) -> bool:
        """Whether what transaction `xid` wrote was visible at that instant."""
        return xid < self.xmin or (xid < self.xmax and xid not in self.running)
