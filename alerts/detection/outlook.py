"""What a detector says of each reading, before it is known what was told already."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alerts.detection.batch import Batch, Reports
from alerts.detection.columns import KINDS, Bools, Floats, Ints, Rows
from alerts.detection.segments import Segments
from alerts.detection.verdict import CLEARING, FIRING, MEASURE

Levels = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the readings of one stream reach, for each of its k kinds.

    Attributes
    ----------
    kinds : slots, indices into KINDS.
    places : (n,) indices of the readings among the reports judged.
    of : segments of the readings.
    reached : (k, n) level each reading reaches: 0 none … 3 critical.
    clear : (k, n) bool, True where the condition has been over for long enough.
    since_s, count : (k, n) the run behind the level reached.
    value : (2, n) what was read.
    limit : (k, 2, n) the limits that the level reached is about.
    earlier_s : (2, n) times of the two valid readings before, newest first [s]
    earlier : (2, 2, n) their values.
    hope, hope_s, hope_count : (k, n) level that one more reading would confirm, and
        the run it would end; None where nothing is to be asked for.
    rearm_s : (n,) or what broadcasts; a level reached so long after the last time is
        told again [s]
    more : further fields of FIRING, (k, n) each.
    """

    kinds: tuple[int, ...]
    places: Ints
    of: Segments
    reached: Levels
    clear: Bools
    since_s: Floats
    count: Levels
    value: Floats
    limit: Floats
    earlier_s: Floats
    earlier: Floats
    hope: Levels | None = None
    hope_s: Floats | None = None
    hope_count: Levels | None = None
    rearm_s: Floats | float = np.inf
    more: Mapping[str, NDArray[Any]] = field(default_factory=dict[str, NDArray[Any]])


def told(batch: Batch, outlook: Outlook, relevant: Bools) -> tuple[Levels, Bools]:
    """What an outlook reaches and clears once its kinds are those judged at all.

    Parameters
    ----------
    relevant : (r,) whether each report of the batch may still alarm.

    Returns
    -------
    (k, n) levels and (k, n) bool; a kind that is switched off reaches nothing and is
    over, and a report that came too late reaches nothing.
    """
    reached, clear = outlook.reached, outlook.clear
    names = [f"{KINDS[kind]}.enabled" for kind in outlook.kinds]
    if not all(batch.limits.column(name).all() for name in names):
        owner = outlook.of.owner
        rules = np.broadcast_arrays(*(batch.own(name, owner) for name in names))
        judged = np.stack(rules) > 0
        reached, clear = np.where(judged, reached, 0), clear | ~judged
    timely = relevant[outlook.places]
    reached = reached if timely.all() else np.where(timely, reached, 0)
    return reached, clear & (reached == 0)


def firings(
    outlook: Outlook, kind: Ints, reading: Ints, reports: Reports, level: Levels
) -> Rows:
    """FIRING rows for chosen readings of an outlook.

    Parameters
    ----------
    kind, reading : (f,) index of the kind among the outlook's, and of the reading.
    reports : those the outlook's places are about.
    level : (f,) severity each fires with.
    """
    place = outlook.places[reading]
    rows = np.zeros(len(place), FIRING)
    if not len(place):
        return rows
    rows["order"], rows["report"] = place, place
    rows["row"] = reports["row"][place]
    rows["kind"] = np.array(outlook.kinds)[kind]
    rows["level"] = level
    rows["observed_s"] = reports["time_s"][place]
    rows["since_s"] = outlook.since_s[kind, reading]
    rows["count"] = outlook.count[kind, reading]
    rows["value"] = outlook.value[:, reading].T
    rows["limit"] = outlook.limit[kind, :, reading]
    rows["earlier_s"] = outlook.earlier_s[:, reading].T
    rows["earlier"] = outlook.earlier[:, :, reading].transpose(2, 0, 1)
    rows["fence"] = -1
    for name in ("distance_m", "accuracy_m", "usual", "deviation", "hours_left"):
        rows[name] = np.nan
    for name, values in outlook.more.items():
        rows[name] = values[kind, reading]
    return rows


def clearings(outlook: Outlook, kind: Ints, reading: Ints, reports: Reports) -> Rows:
    """CLEARING rows for chosen readings of an outlook; parameters as `firings`."""
    place = outlook.places[reading]
    rows = np.zeros(len(place), CLEARING)
    rows["order"] = place
    rows["row"] = reports["row"][place]
    rows["kind"] = np.array(outlook.kinds)[kind]
    rows["observed_s"] = reports["time_s"][place]
    return rows


def asked(outlook: Outlook, held: Levels, batch: Batch) -> Rows:
    """MEASURE rows where a first reading waits for the one that confirms it.

    Parameters
    ----------
    held : (k, n) severity told so far.
    """
    if outlook.hope is None or outlook.hope_count is None:
        return np.zeros(0, MEASURE)
    begins = (outlook.hope_count == 1) & (outlook.hope > held)
    begins &= batch.relevant[outlook.places]
    reading = np.flatnonzero(begins.any(axis=0))
    kind = np.array(outlook.kinds)[begins[:, reading].argmax(axis=0)]
    owner, place = outlook.of.owner[reading], outlook.places[reading]
    return measures(batch, owner, kind, batch.reports["time_s"][place])


def measures(batch: Batch, owner: Ints, kind: Ints, first_s: Floats) -> Rows:
    """MEASURE rows for first readings that want a second.

    Parameters
    ----------
    owner : (q,) whose they are, by index into the batch's state.
    kind : (q,) slot that the second one would confirm.
    first_s : (q,) time of the first [s since 1970]
    """
    rows = np.zeros(len(owner), MEASURE)
    rows["row"], rows["observed_s"] = batch.rows[owner], first_s
    for one in np.unique(kind).tolist():
        of = kind == one
        due_s = batch.own(f"{KINDS[one]}.measure_after_s", owner[of])
        ends_s = batch.own(f"{KINDS[one]}.confirm_max_s", owner[of])
        rows["due_s"][of] = first_s[of] + due_s
        rows["expires_s"][of] = first_s[of] + ends_s
    return rows
