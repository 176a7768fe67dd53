"""What is usual for a person: thirty days of a binding, kept apart from the hot state.

State is read and written with every report; a memory changes about once an hour. So
judging reads rows of it only when a wristband's hour, part of the day or day is over,
and hands back those that changed.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from alerts.detection.columns import Ints, Rows, picked, put

DAYS: Final = 30  # how far back the usual looks
PRESSURE_DAYS: Final = 7  # … and the mean of blood pressures

MEMORY_LAYOUT: Final = 2
"""Version of MEMORY; a stored one of another layout is replaced by a fresh one."""

MEMORY: Final = np.dtype(
    [
        # Rings of cells. The cell of part p of the local day d stands in [p, d % days].
        ("beat_newest", "<i4"),  # newest hour kept: 24 × day + hour; 0 for none
        ("beat_sum", "<u2", (24, DAYS, 1)),  # of whole heart rates [1/min]
        ("beat_count", "u1", (24, DAYS)),
        ("skin_newest", "<i4"),  # newest quarter of a day kept: 4 × day + quarter
        ("skin_sum", "<u4", (4, DAYS, 1)),  # of whole hundredths of a degree [0.01 °C]
        ("skin_count", "<u2", (4, DAYS)),
        ("pressure_newest", "<i4"),  # newest day kept
        (
            "pressure_sum",
            "<u4",
            (1, PRESSURE_DAYS, 2),
        ),  # systolic, diastolic [0.01 mmHg]
        # The last recorded days, the n-th of all in [n % 30].
        ("still_days", "<u4"),  # days recorded so far
        ("pressure_count", "<u2", (1, PRESSURE_DAYS)),
        ("still_longest", "<u2", (DAYS,)),  # longest stillness of the day [min]
        ("spare", "<u2", (1,)),  # keeps the rows aligned
    ]
)
"""Long memory of one binding, packed: its bytes are what is stored.

A place of a ring belongs to the newest part of a day that falls on it and is no newer
than ``…_newest``; days are those of the local calendar, counted from 1970.
"""


def fresh_memory(n: int) -> Rows:
    """Memories of `n` bindings of which nothing is known yet."""
    return np.zeros(n, MEMORY)


def unpack_memory(packed: bytes | None, layout: int | None) -> Rows:
    """One memory from stored bytes; fresh where absent or of another layout.

    ``content[i:i + 1].tobytes()`` of what :attr:`Memory.changed` gives is what to store.
    """
    if packed is None or layout != MEMORY_LAYOUT or len(packed) != MEMORY.itemsize:
        return fresh_memory(1)
    return np.frombuffer(packed, MEMORY).copy()


class Memory:
    """The memories of the bindings judged together; what they stand on is not changed.

    Parameters
    ----------
    base : (M,) MEMORY, everybody's; only read.
    at : (m,) where the rows that are judged stand in `base`.
    """

    def __init__(self, base: Rows, at: Ints) -> None:
        self._base = base
        self._at = at
        self._copies = np.zeros(0, MEMORY)
        self._used = 0
        self._place = np.full(len(at), -1, np.intp)  # among the copies, -1: unchanged

    @classmethod
    def of(cls, content: Rows) -> "Memory":
        """Memories that nobody else reads: `content` itself is changed."""
        memory = cls(content, np.arange(len(content)))
        memory._copies, memory._used, memory._place = content, len(content), memory._at
        return memory

    def __len__(self) -> int:
        return len(self._at)

    def read(self, rows: Ints) -> Rows:
        """(k,) MEMORY of `rows` as they are by now, copied."""
        found = picked(self._base, self._at[rows])
        place = self._place[rows]
        mine = place >= 0
        if mine.any():
            put(found, np.flatnonzero(mine), picked(self._copies, place[mine]))
        return found

    def pick(self, name: str, rows: Ints, part: Ints | None = None) -> NDArray[Any]:
        """One field of `rows` as it is by now, of a ring only one part of the day.

        Parameters
        ----------
        rows, part : (k,)
        """
        found = _field(self._base, name, self._at[rows], part)
        place = self._place[rows]
        mine = np.flatnonzero(place >= 0)
        if mine.size:
            found[mine] = _field(
                self._copies, name, place[mine], None if part is None else part[mine]
            )
        return found

    def write(self, rows: Ints, content: Rows) -> None:
        """Replace distinct `rows` by `content`, (k,) MEMORY."""
        put(self.held(rows), self._place[rows], content)

    def held(self, rows: Ints) -> Rows:
        """The copies that may be changed in place, `rows` being among them from now on.

        Row `r` stands in ``held(rows)[places(r)]``; valid until rows are added.
        """
        new = np.unique(rows[self._place[rows] < 0])
        if new.size:
            wanted = self._used + new.size
            if wanted > len(self._copies):
                grown = np.zeros(max(wanted, 2 * len(self._copies)), MEMORY)
                grown[: self._used] = self._copies[: self._used]
                self._copies = grown
            self._copies[self._used : wanted] = picked(self._base, self._at[new])
            self._place[new] = np.arange(self._used, wanted)
            self._used = wanted
        return self._copies

    def places(self, rows: Ints) -> Ints:
        """Where held `rows` stand among the copies."""
        return self._place[rows]

    @property
    def changed(self) -> tuple[Ints, Rows]:
        """The rows that changed, ascending, and their content."""
        rows = np.flatnonzero(self._place >= 0)
        return rows, picked(self._copies, self._place[rows])


def _field(content: Rows, name: str, at: Ints, part: Ints | None) -> NDArray[Any]:
    values: NDArray[Any] = content[name]
    return values[at] if part is None else values[at, part]
