"""The figures that judging goes by: distinct rule profiles, and who goes by which."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from alerts.detection.columns import LIMITS, WAKING_SPANS, Floats, Ints, Rows
from core.errors import InvalidError
from core.rules.parameters import PARAMETERS

DAY_S: Final = 86400.0

Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Limits:
    """The rules of m wristbands; the table must not change once it is used.

    Attributes
    ----------
    table : (k,) LIMITS, the distinct rule profiles.
    which : (m,) index of each wristband's profile.
    versions : name of each profile.
    """

    table: Rows
    which: Ints
    versions: tuple[str, ...]
    _columns: dict[str, Floats] = field(default_factory=dict[str, Floats], repr=False)

    def __len__(self) -> int:
        return len(self.which)

    def of(self, rows: Ints) -> "Limits":
        """The rules of some of the wristbands; one profile where all share it."""
        which = self.which[rows]
        if len(which) and (which == which[0]).all():
            one = int(which[0])
            only = self.table[one : one + 1]
            return Limits(only, np.zeros_like(which), self.versions[one : one + 1])
        return Limits(self.table, which, self.versions, self._columns)

    def column(self, name: str) -> Floats:
        """A figure by its dotted name, (k,) or, where all profiles agree, (1,)."""
        column = self._columns.get(name)
        if column is None:
            column = np.ascontiguousarray(self.table[name])
            if len(column) and (column == column[0]).all():
                column = column[:1]
            self._columns[name] = column
        return column

    def own(self, name: str, rows: Ints) -> Floats:
        """A figure by its dotted name, for each of `rows`.

        Returns
        -------
        (n,) or, where all profiles agree, (1,): either broadcasts.
        """
        column = self.column(name)
        return column if len(column) == 1 else column[self.which[rows]]


def single(profile: Rows, m: int = 1, version: str = "") -> Limits:
    """`m` wristbands that all go by one (1,) profile."""
    return Limits(profile, np.zeros(m, np.intp), (version,))


def resolve(
    values: Mapping[str, float],
    *,
    conditions: Iterable[str] = (),
    risk: str = "normal",
    expected_interval_s: float = 300,
    quiet: Iterable[Span] = (),
) -> Rows:
    """One rule profile.

    Parameters
    ----------
    values : every figure of core.rules.parameters by its dotted name.
    conditions : the senior's conditions, e.g. ``dementia``.
    risk : ``normal`` or ``high``.
    expected_interval_s : how often the wristband should report [s].
    quiet : spans of the local day in which stillness does not count, from and to in
        seconds; an end before the start is the next day's.

    Returns
    -------
    (1,) LIMITS

    Raises
    ------
    InvalidError
        If the quiet spans leave more than WAKING_SPANS spans of the day.
    """
    row = np.zeros(1, LIMITS)
    for parameter in PARAMETERS:
        row[parameter.name] = values[parameter.name]
    row["dementia"] = "dementia" in set(conditions)
    row["high_risk"] = risk == "high"
    row["expected_interval_s"] = expected_interval_s
    day = (values["day.from_h"] * 3600.0, values["day.to_h"] * 3600.0)
    for i, span in enumerate(waking(day, quiet)):
        row["waking"][0, i] = span
    return row


def waking(day: Span, quiet: Iterable[Span]) -> Sequence[Span]:
    """The spans of the local day that are left of `day` without the quiet ones.

    Raises
    ------
    InvalidError
        If these are more than WAKING_SPANS.
    """
    left = _within_a_day(day)
    for span in quiet:
        for start, end in _within_a_day(span):
            left = [
                piece
                for a, b in left
                for piece in ((a, min(b, start)), (max(a, end), b))
                if piece[0] < piece[1]
            ]
    if len(left) > WAKING_SPANS:
        raise InvalidError(f"quiet hours leave more than {WAKING_SPANS} spans of a day")
    return left


def _within_a_day(span: Span) -> list[Span]:
    """A span that ends the next day as its two parts of one day."""
    start, end = span
    parts = [(start, end)] if start <= end else [(start, DAY_S), (0.0, end)]
    return [part for part in parts if part[0] < part[1]]
