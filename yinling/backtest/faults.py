"""What could not be read of a file: counted by reason, with the first line of each."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


class Faults:
    """Refused values and rows of a file by field and reason."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], tuple[int, int]] = {}

    def add(self, what: str, reason: str, lines: NDArray[Any]) -> None:
        """Count a fault of field `what`, or of a whole row, on these lines."""
        if not len(lines):
            return
        count, first = self._found.get((what, reason), (0, int(lines.min())))
        self._found[what, reason] = count + len(lines), min(first, int(lines.min()))

    def add_one(self, what: str, reason: str, line: int) -> None:
        """Count one fault."""
        self.add(what, reason, np.array([line]))

    def in_words(self) -> list[str]:
        """A line for each kind of fault, the most frequent first."""
        ordered = sorted(self._found.items(), key=lambda one: -one[1][0])
        return [
            f"{what}: {reason} ({count:,} times, first on line {first})"
            for (what, reason), (count, first) in ordered
        ]
