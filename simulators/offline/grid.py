"""The moments at which a cohort reports: whole local days, evenly spaced."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from core.errors import UsageError

DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Grid:
    """Days of a cohort and the reports in them.

    All days are 24 h long; where a zone changes its clocks within the cohort, local
    time is that of the first day.
    """

    first: date
    days: int
    interval_s: int
    zone: ZoneInfo

    @property
    def per_day(self) -> int:
        """Reports a day."""
        return DAY_S // self.interval_s

    @property
    def midnight_ms(self) -> int:
        """The first local midnight [ms since 1970]."""
        local = datetime(
            self.first.year, self.first.month, self.first.day, tzinfo=self.zone
        )
        return round(local.timestamp() * 1000)

    @property
    def end_ms(self) -> int:
        """The last local midnight [ms since 1970]."""
        return self.midnight_ms + self.days * DAY_S * 1000

    def reports_in(self, seconds: float) -> int:
        """Reports within so long a time, at least one."""
        return max(1, round(seconds / self.interval_s))

    def instants_ms(self, phase_ms: NDArray[np.int64]) -> NDArray[np.int64]:
        """(n, days × per_day) times of the reports of n people, by their phase."""
        step = self.interval_s * 1000
        each = np.arange(self.days * self.per_day, dtype=np.int64) * step
        return self.midnight_ms + phase_ms[:, None] + each


def grid(first: date, days: int, interval_s: int, zone: ZoneInfo) -> Grid:
    """A grid, checked.

    Raises
    ------
    UsageError
        If the interval does not divide a day.
    """
    if days < 1 or not 1 <= interval_s <= 7200 or DAY_S % interval_s:
        raise UsageError(
            "a cohort has whole days, and reports at an interval that divides a day"
            " (10, 60, 300, 600, 3600 s and the like)"
        )
    return Grid(first, days, interval_s, zone)
