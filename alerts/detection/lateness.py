"""Late reports as history: no part of the live stream, but of what is usual."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from alerts.detection.batch import Batch
from alerts.detection.cells import Given
from alerts.detection.columns import Bools, Floats, Ints, Rows
from alerts.detection.daytime import local_s
from alerts.detection.gates import FROZEN, MOVING, NO_SIGNAL, NOT_WORN, Gates
from alerts.detection.pulse import within
from alerts.detection.rings import Sums
from alerts.detection.turns import HOUR_S


@dataclass(frozen=True, slots=True)
class Late:
    """Late reports, by wristband and in the order they arrived.

    Attributes
    ----------
    reports : (l,) REPORT
    owner : (l,) whose, by index into the batch's state.
    place : (l,) index of the report judged before each, or of one before all of the
        wristband's own.
    gates : (l,) gates that were closed when each arrived.
    hour : (l,) local hour of its own time, counted from 1970.
    """

    reports: Rows
    owner: Ints
    place: Ints
    gates: NDArray[np.uint8]
    hour: Ints

    def counting(self, field: str, *, at_rest: bool) -> Bools:
        """Which count for what is usual of a vital sign.

        What the gates were at a late report's own time is not looked up: it counts
        unless its own ``worn`` or the gates at its arrival speak against it.
        """
        said = self.reports["worn"]
        off = self.gates & (NOT_WORN | NO_SIGNAL) > 0
        worn = np.where(said >= 0, said > 0, ~off)
        shut = FROZEN | MOVING if at_rest else FROZEN
        return within(field, self.reports[field]) & worn & (self.gates & shut == 0)


def joined_by(
    given: Given, late: Late | None, field: str, *, hours: int, scale: int
) -> Given:
    """Readings in order and the late ones that count, as they arrived.

    Parameters
    ----------
    given : the valid readings in order, one value each.
    hours : length of a part of the day [h]
    scale : whole numbers of 1 / `scale` of the field's unit are added up.
    """
    at_rest = field == "heart_rate"
    which = np.flatnonzero(late.counting(field, at_rest=at_rest)) if late else ()
    if late is None or not len(which):
        return given
    owner = np.concatenate([given.owner, late.owner[which]])
    place = np.concatenate([given.place, late.place[which]])
    values = np.append(given.values, whole(late.reports[field][which], scale), axis=1)
    present = np.full(len(given.owner), np.iinfo(np.int32).max, np.intp)
    part = np.concatenate([present, late.hour[which] // hours])
    is_late = np.arange(len(owner)) >= len(given.owner)
    order = np.lexsort((is_late, place, owner))
    return Given(owner[order], place[order], values[:, order], part[order])


def whole(readings: Floats, scale: int) -> Sums:
    """(1, n) readings as whole numbers of 1 / `scale` of their unit, half to even."""
    return np.rint(readings.astype(np.float64) * scale).astype(np.int64)[None]


def among(
    batch: Batch,
    late: Rows,
    when: tuple[Ints, Ints],
    shut: tuple[Gates | None, NDArray[np.uint8]],
    zone: ZoneInfo,
) -> Late:
    """Late reports in their place between those of a batch judged in order.

    Parameters
    ----------
    late : (l,) REPORT of wristbands of the batch, in the order they arrived.
    when : (n,) and (l,) order of arrival of the batch's reports and of the late ones.
    shut : gates of the batch's reports, None where it has none, and those that were
        closed before the batch, (m,).
    """
    gates, before = shut
    owner = np.searchsorted(batch.rows, late["row"])
    order = np.lexsort((when[1], owner))
    late, owner = late[order], owner[order]
    span = int(max(one.max(initial=0) for one in when)) + 1
    live = batch.of.owner * span + when[0]
    place = np.searchsorted(live, owner * span + when[1][order]) - 1
    closed = before[owner]
    if gates is not None:
        mine = np.flatnonzero(place >= 0)
        mine = mine[batch.of.owner[place[mine]] == owner[mine]]
        closed[mine] = gates.closed(place[mine])
    hour = np.floor(local_s(late["time_s"], zone) / HOUR_S).astype(np.intp)
    return Late(late, owner, place, closed, hour)
