"""What judging a batch says: what fired, what cleared, what to ask and look at again."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from alerts.detection.columns import KINDS, SEVERITIES, Ints, Rows
from alerts.detection.fences import Fences
from alerts.detection.limits import Limits
from core.model import Kind, Severity

FIRING: Final = np.dtype(
    [
        ("order", "<i4"),  # apply firings and clearings in this order
        ("report", "<i4"),  # index into the reports judged; -1: a stored reading
        ("row", "<i4"),
        ("kind", "u1"),  # slot, index into KINDS
        ("level", "u1"),  # index into SEVERITIES
        ("observed_s", "<f8"),  # time of the reading that fired [s since 1970]
        ("since_s", "<f8"),  # start of the run it ends; NaN where there is none
        ("count", "<i4"),  # readings in that run
        ("value", "<f4", (2,)),  # heart rate | systolic, diastolic | SpO2 | battery |
        # temperature | waking seconds still, or off
        ("limit", "<f4", (2,)),  # the limit of each value, NaN where there is none
        ("earlier_s", "<f8", (2,)),  # the two valid readings before, newest first
        ("earlier", "<f4", (2, 2)),
        ("fence", "<i4"),  # index into the fences, -1 where not about one
        ("distance_m", "<f4"),  # of the fix from the fence's edge, outside positive
        ("accuracy_m", "<f4"),
        ("night", "?"),
        # NaN or 0 where a kind does not use them, as the fields below.
        ("usual", "<f4"),  # the person's own, in the unit of the value
        ("deviation", "<f4"),  # one robust deviation from it
        ("cause", "u1"),  # why a wristband is taken as off: wear.SAID …
        ("hours_left", "<f4"),  # until the battery is empty [h]
        ("day", "<i4", (8,)),  # days behind a mean, counted from 1970; 0 for none …
        ("day_mean", "<f4", (8, 2)),  # … their means
        ("day_count", "<u2", (8,)),  # … and readings
    ]
)

CLEARING: Final = np.dtype(
    [("order", "<i4"), ("row", "<i4"), ("kind", "u1"), ("observed_s", "<f8")]
)

MEASURE: Final = np.dtype(
    [
        ("row", "<i4"),
        ("observed_s", "<f8"),  # the first reading
        ("due_s", "<f8"),  # when to send `measure`
        ("expires_s", "<f8"),  # when it can no longer confirm
    ]
)

REPLAY: Final = np.dtype([("row", "<i4"), ("since_s", "<f8")])


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of judging a batch.

    Attributes
    ----------
    firings : FIRING rows.
    clearings : CLEARING rows; apply firings and clearings together by ``order``.
    measure : MEASURE rows: wristbands to ask for a second blood pressure.
    rows : distinct rows whose state changed; ``state["gates"][rows]`` holds their
        closed gates (:func:`alerts.detection.gates.closed`).
    replay : REPLAY rows: wristbands with a late report still relevant. Their reports
        from that one on (``pending``) are not judged yet: fetch each one's stored
        readings newer than ``since_s`` and call :func:`alerts.detection.engine.replay`.
    pending : indices into the reports of those not judged, in arrival order.
    late : indices into the reports of those older than their wristband's newest.
    fences, limits : those judged with.
    """

    firings: Rows
    clearings: Rows
    measure: Rows
    rows: Ints
    replay: Rows
    pending: Ints
    late: Ints
    fences: Fences
    limits: Limits

    def kind(self, i: int) -> Kind:
        """Kind of firing `i`."""
        return KINDS[int(self.firings["kind"][i])]

    def severity(self, i: int) -> Severity:
        """Severity of firing `i`."""
        severity = SEVERITIES[int(self.firings["level"][i])]
        assert severity is not None  # noqa: S101  level 0 never fires
        return severity

    def rule_version(self, i: int) -> str:
        """The rule profile that firing `i` was made by."""
        return self.limits.versions[self.limits.which[self.firings["row"][i]]]
