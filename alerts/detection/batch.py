"""What detectors are given: some wristbands, their rules and their reports, sorted."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alerts.detection.columns import Bools, Floats, Ints, Rows
from alerts.detection.limits import Limits
from alerts.detection.segments import Segments


class Reports:
    """Reports by column, each made contiguous when it is first asked for.

    Parameters
    ----------
    rows : (n,) REPORT, not changed while this is in use; or other reports, of which
        these are those at `places`.
    """

    def __init__(self, rows: "Rows | Reports", places: Ints | None = None) -> None:
        self._rows = rows
        self._places = places
        self._columns: dict[str, NDArray[Any]] = {}

    def __len__(self) -> int:
        return len(self._rows) if self._places is None else len(self._places)

    def __getitem__(self, name: str) -> NDArray[Any]:
        column = self._columns.get(name)
        if column is None:
            whole: NDArray[Any] = self._rows[name]
            places = self._places
            found = np.ascontiguousarray(whole) if places is None else whole[places]
            column = self._columns[name] = found
        return column

    def some(self, places: Ints) -> "Reports":
        """The reports at `places`."""
        return Reports(self, places)


@dataclass(frozen=True)
class Batch:
    """Reports to judge, sorted by wristband, in judged order within one.

    Attributes
    ----------
    state : (m,) STATE of the wristbands concerned; detectors move their part on.
    rows : (m,) where these wristbands stand in the arrays of the caller.
    limits : rules of the m wristbands.
    reports : the n reports.
    of : segments of the reports, by index into `state`.
    """

    state: Rows
    rows: Ints
    limits: Limits
    reports: Reports
    of: Segments

    def own(self, name: str, owner: Ints | None = None) -> Floats:
        """A figure of the rules by its dotted name, for each reading.

        Parameters
        ----------
        owner : (n,) wristband of each reading, by index into `state`; those of
            `reports` where not given.

        Returns
        -------
        (n,) or, where all profiles agree, (1,): either broadcasts.
        """
        if owner is not None:
            return self.limits.own(name, owner)
        column = self.limits.column(name)
        return column if len(column) == 1 else column[self._profile]

    @cached_property
    def _profile(self) -> Ints:
        """(n,) which rule profile each report goes by."""
        return self.limits.which[self.of.owner]

    @cached_property
    def relevant(self) -> Bools:
        """(n,) whether each report arrived soon enough after its time to alarm."""
        late_s = self.reports["received_s"] - self.reports["time_s"]
        return late_s <= self.own("late.relevant_s")
