"""What detectors are given: some wristbands, their rules and their reports, sorted."""

from dataclasses import dataclass

from alerts.detection.columns import Bools, Floats, Ints, Rows
from alerts.detection.limits import Limits
from alerts.detection.segments import Segments


@dataclass(frozen=True, slots=True)
class Batch:
    """Reports to judge, sorted by wristband, in judged order within one.

    Attributes
    ----------
    state : (m,) STATE of the wristbands concerned; detectors move their part on.
    rows : (m,) where these wristbands stand in the arrays of the caller.
    limits : rules of the m wristbands.
    reports : (n,) REPORT
    of : segments of the reports, by index into `state`.
    """

    state: Rows
    rows: Ints
    limits: Limits
    reports: Rows
    of: Segments

    def own(self, name: str, owner: Ints | None = None) -> Floats:
        """A figure of the rules by its dotted name, for each reading.

        Parameters
        ----------
        owner : (n,) wristband of each reading, by index into `state`; those of
            `reports` where not given.

        Returns
        -------
        (n,) or, where all wristbands share one profile, (1,): either broadcasts.
        """
        return self.limits.own(name, self.of.owner if owner is None else owner)

    def relevant(self) -> Bools:
        """Whether each report arrived soon enough after its time to alarm anyone."""
        reports = self.reports
        late_s = reports["received_s"] - reports["time_s"]
        return late_s <= self.own("late.relevant_s")
