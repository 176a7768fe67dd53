"""When a wristband's hour, quarter of the day or day is over: what is usual moves on."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from alerts.detection.batch import Batch
from alerts.detection.columns import Floats, Ints
from alerts.detection.segments import previous

HOUR_S = 3600.0


@dataclass(frozen=True)
class Turns:
    """The reports that are the first in order of a new part of the local day.

    The stretch of reports up to the next turn is a *stay*. Stay `i` < m is the one that
    wristband `i` was in before the batch, stay m + `j` the one that turn `j` begins.

    Attributes
    ----------
    place : (t,) index of the report, ascending.
    owner : (t,) whose it is.
    part : (t,) number of the part that begins: parts a day × day + part of the day.
    began : (m,) number of the part each wristband was in before; 0 for none.
    reports : how many reports the batch has.
    """

    place: Ints
    owner: Ints
    part: Ints
    began: Ints
    reports: int

    def every(self, hours: int) -> "Turns":
        """The turns of longer parts of the day, given those of hours."""
        part, began = self.part // hours, self.began // hours
        before = began[self.owner]
        before[1:] = np.where(self.owner[1:] == self.owner[:-1], part[:-1], before[1:])
        new = np.flatnonzero(part > before)
        return Turns(self.place[new], self.owner[new], part[new], began, self.reports)

    @cached_property
    def parts(self) -> Ints:
        """(m + t,) number of the part of each stay."""
        return np.concatenate([self.began, self.part])

    @cached_property
    def before(self) -> Ints:
        """(t,) the stay that each turn ends."""
        stay = self.owner.copy()
        at = np.flatnonzero(self.owner[1:] == self.owner[:-1]) + 1
        stay[at] = len(self.began) + at - 1
        return stay

    @cached_property
    def last(self) -> Ints:
        """(m,) the stay that each wristband is in after the batch."""
        stay = np.arange(len(self.began))
        stay[self.owner] = len(self.began) + np.arange(len(self.owner))
        return stay

    def stay(self, owner: Ints, place: Ints) -> Ints:
        """The stay that a wristband was in at a report.

        Parameters
        ----------
        owner, place : (n,) whose stay, and index of the report, or of one before all
            of the wristband's own.
        """
        if not self.place.size:
            return owner
        turn = self._newest[place]
        mine = (turn >= 0) & (self.owner[turn] == owner)
        return np.where(mine, len(self.began) + turn, owner)

    @cached_property
    def _newest(self) -> Ints:
        """(n + 1,) newest turn at or before each report, -1 where there is none."""
        begins = np.zeros(self.reports + 1, np.intp)
        begins[self.place] = 1
        newest = np.cumsum(begins) - 1
        newest[-1] = -1  # for what came before all reports: its place is -1
        return newest


def turns(batch: Batch, clock_s: Floats) -> Turns:
    """Where a new local hour begins; moves the states on.

    Parameters
    ----------
    clock_s : (n,) time of the reports as local clocks show it [s since 1970]
    """
    s, of = batch.state, batch.of
    began = s["hour"].astype(np.intp)
    hour = np.floor(clock_s / HOUR_S).astype(np.intp)
    before = previous(hour, of, began)
    if (hour < before).any():
        # Clocks were set back by more than the hour: the newest hour stays.
        group = of.owner * (1 << 32)
        hour = np.maximum(hour, began[of.owner])
        hour = np.maximum.accumulate(group + hour) - group
        before = previous(hour, of, began)
    s["hour"][of.owners] = hour[of.last]
    place = np.flatnonzero(hour > before)
    return Turns(place, of.owner[place], hour[place], began, of.size)
