"""What detectors are given: some wristbands, their limits and their reports, sorted."""

from dataclasses import dataclass

from alerts.detection.columns import Ints, Rows
from alerts.detection.segments import Segments


@dataclass(frozen=True, slots=True)
class Batch:
    """Reports to judge, sorted by wristband, in judged order within one.

    Attributes
    ----------
    state : (m,) STATE of the wristbands concerned; detectors move their part on.
    rows : (m,) where these wristbands stand in the arrays of the caller.
    limits : (m,) LIMITS
    reports : (n,) REPORT
    of : segments of the reports, by index into `state`.
    """

    state: Rows
    rows: Ints
    limits: Rows
    reports: Rows
    of: Segments
