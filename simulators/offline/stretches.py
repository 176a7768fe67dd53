"""Stretches of time in which something holds, found in whole tables at once."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulators.model.arrays import Bools

Indices = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Stretches:
    """Runs of true cells, by row and then by column: first and last column of each."""

    row: Indices
    first: Indices
    last: Indices

    def __len__(self) -> int:
        return len(self.row)

    def where(self, kept: Bools) -> "Stretches":
        """Those that `kept` (one for each) marks."""
        return Stretches(self.row[kept], self.first[kept], self.last[kept])

    def within(self, others: "Stretches") -> Indices:
        """For each, the first of `others` that begins inside it, or −1."""
        width = 1 + max(int(self.last.max(initial=0)), int(others.first.max(initial=0)))
        begin, end = self.row * width + self.first, self.row * width + self.last
        theirs = others.row * width + others.first
        at = np.searchsorted(theirs, begin)
        inside = at < len(theirs)
        inside[inside] &= theirs[at[inside]] <= end[inside]
        return np.where(inside, at, -1)


def stretches(true: Bools, bridge: int = 0) -> Stretches:
    """Find runs of true cells in each row of (n, r).

    Parameters
    ----------
    true : the cells.
    bridge : so many false cells between two runs do not part them.
    """
    padded = np.zeros((true.shape[0], true.shape[1] + 1), np.int8)
    padded[:, :-1] = true
    change = np.diff(padded, axis=1, prepend=0)
    row, first = np.nonzero(change == 1)
    _, after = np.nonzero(change == -1)
    if not len(row):
        return Stretches(row, first, after)
    joined = (row[1:] == row[:-1]) & (first[1:] - after[:-1] <= bridge)
    begins = np.concatenate([[True], ~joined])
    ends = np.concatenate([~joined, [True]])
    return Stretches(row[begins], first[begins], after[ends] - 1)
