"""How long a battery will last, by its fall since it was last charged."""

from typing import Final

import numpy as np

from alerts.detection.batch import Batch
from alerts.detection.columns import KINDS, Floats, Rows
from alerts.detection.pulse import within
from alerts.detection.segments import carried, previous, segments
from alerts.detection.turns import Turns
from core.model import Kind

LEAST_S: Final = 3600.0  # known once so long …
LEAST_PERCENT: Final = 2.0  # … and so much lies since the peak
_SLOT: Final = KINDS.index(Kind.BATTERY_LOW)


def peaks(batch: Batch, hours: Turns) -> tuple[Floats, Floats]:
    """Where the present fall of each charge began; moves the states on.

    The charge is looked at once an hour, with the hour's first report: a rise since
    the hour before begins a new fall.

    Parameters
    ----------
    hours : where local hours begin.

    Returns
    -------
    (m + t,) charge [%] and time [s since 1970] of the peak, in each stay.
    """
    s, of = batch.state, segments(hours.owner)
    before = (s["battery_peak"].copy(), s["battery_peak_s"].copy())
    charge, time_s = (
        batch.reports[name][hours.place] for name in ("battery", "time_s")
    )
    present = within("battery", charge)
    last = carried(charge, present, of, s["battery_last"])
    rises = present & ~(charge <= previous(last, of, s["battery_last"]))
    peak = carried(charge, rises, of, s["battery_peak"])
    peak_s = carried(time_s, present & (charge == peak), of, s["battery_peak_s"])
    for name, values in (("last", last), ("peak", peak), ("peak_s", peak_s)):
        s[f"battery_{name}"][of.owners] = values[of.last]
    return np.append(before[0], peak), np.append(before[1], peak_s)


def foretell(
    fired: Rows, batch: Batch, hours: Turns, found: tuple[Floats, Floats]
) -> None:
    """Fill in the hours left of the batteries that fired.

    Parameters
    ----------
    fired : FIRING rows, ``order`` being the place of the report.
    found : what `peaks` says.
    """
    low = np.flatnonzero(fired["kind"] == _SLOT)
    place = fired["order"][low].astype(np.intp)
    stay = hours.stay(batch.of.owner[place], place)
    charge = fired["value"][low, 0]
    fallen = found[0][stay] - charge
    passed_s = fired["observed_s"][low] - found[1][stay]
    known = (passed_s >= LEAST_S) & (fallen >= LEAST_PERCENT)
    hours_left = charge[known] * passed_s[known] / fallen[known] / 3600.0
    fired["hours_left"][low[known]] = hours_left
