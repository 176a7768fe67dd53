"""Means of days of blood pressure: shown with a task, never told at once."""

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from alerts.detection.batch import Batch
from alerts.detection.cells import Given, follow
from alerts.detection.columns import INFO, KEPT_PRESSURE, Bools, Floats, Ints
from alerts.detection.columns import PRESSURE_DAYS as SLOT
from alerts.detection.gates import Gates
from alerts.detection.memory import PRESSURE_DAYS, Memory
from alerts.detection.outlook import Outlook
from alerts.detection.pulse import within
from alerts.detection.rings import Ring, between, kept
from alerts.detection.segments import segments
from alerts.detection.turns import Turns

PER_MMHG: Final = 100  # whole hundredths are added up
RING: Final = Ring(
    name="pressure",
    per_day=1,
    days=PRESSURE_DAYS,
    most=65535,
    bit=KEPT_PRESSURE,
    usual=("pressure_means", "pressure_days"),
)
_KIND: Final = "blood_pressure_high"


class Days(NamedTuple):
    """The days before one, as far as they count.

    Attributes
    ----------
    owner, part : (k,) whose, and before which day.
    day : (k, 7) each day's number, counted from 1970.
    means : (k, 7, 2) systolic and diastolic, 0 where the day does not count [mmHg]
    readings : (k, 7) how many each has, 0 where the day does not count.
    """

    owner: Ints
    part: Ints
    day: Ints
    means: Floats
    readings: Ints


class _Diary:
    """Looks days up, and keeps what was found for the evidence."""

    def __init__(self, batch: Batch, memory: Memory) -> None:
        self._batch = batch
        self._memory = memory
        self.found: list[Days] = []

    def look(self, owner: Ints, part: Ints) -> Days:
        """The six days before `part` that have readings enough."""
        batch, known = self._batch, np.flatnonzero(self._kept(owner))
        owner, part = owner[known], part[known]
        least = np.maximum(batch.own(f"{_KIND}.readings_per_day", owner), 1)
        rows = batch.rows[owner]
        day, sums, count = kept(self._memory, RING, rows, part, PRESSURE_DAYS - 1)
        count = np.where(count >= least[:, None], count, 0)
        means = sums / (np.maximum(count, 1) * PER_MMHG)[..., None]
        means[count == 0] = 0.0
        batch.state["pressure_least"][owner] = least
        return Days(owner, part, day, means, count)

    def fix(self, owner: Ints, part: Ints) -> tuple[Floats, Ints]:
        """Sum of the means of the days before, and how many count."""
        means, days = np.zeros((len(owner), 2)), np.zeros(len(owner), np.intp)
        found = self.look(owner, part)
        self.found.append(found)
        at = self._kept(owner)
        means[at] = found.means.sum(axis=1)
        days[at] = (found.readings > 0).sum(axis=1)
        return means, days

    def refresh(self, turns: Turns) -> None:
        """Count the days before anew where the rules ask for other readings a day."""
        s, everyone = self._batch.state, np.arange(len(self._batch.state))
        least = np.maximum(self._batch.own(f"{_KIND}.readings_per_day", everyone), 1)
        changed = np.flatnonzero(self._kept(everyone) & (s["pressure_least"] != least))
        if changed.size:
            found = self.fix(changed, turns.began[changed])
            s["pressure_means"][changed], s["pressure_days"][changed] = found

    def _kept(self, owner: Ints) -> Bools:
        return (self._batch.state["kept"][owner] & RING.bit) > 0


class _Readings(NamedTuple):
    """Valid readings of blood pressure, and what they make of today."""

    given: Given
    stay: Ints
    today: Floats  # (n, 2) today's mean so far [mmHg]
    readings: Ints  # (n,) today's readings so far


class _Found(NamedTuple):
    """What some of the readings make of the last seven days."""

    mean: Floats  # (k, 2) mean of the daily means [mmHg]
    days: Ints  # (k,) days that count
    reached: Bools
    over: Bools
    limit: Floats  # (2, k)


def daily_means(
    batch: Batch, gates: Gates, hours: Turns, memory: Memory
) -> Outlook | None:
    """Mean of daily means against its limits; moves the states and the memory on.

    Parameters
    ----------
    hours : where local hours begin.

    Returns
    -------
    None where nothing is reached and no episode can end.
    """
    s, turns = batch.state, hours.every(24)
    diary = _Diary(batch, memory)
    diary.refresh(turns)
    readings = _readings(batch, gates, turns)
    _look_back(batch, turns, readings, diary)
    given = readings.given
    usual = follow(batch, memory, RING, turns, given=given, fix=diary.fix)
    found = _found(batch, readings, np.arange(len(given.owner)), usual)
    looked_at = s["level"][:, SLOT] > 0
    looked_at[given.owner[found.reached]] = True
    which = np.flatnonzero(looked_at[given.owner])
    if not which.size:
        return None
    listed = _listed(turns, readings, which, diary)
    return _outlook(given, which, found, listed)


def _readings(batch: Batch, gates: Gates, turns: Turns) -> _Readings:
    """The valid readings, each with the mean of its day so far."""
    s, reports = batch.state, batch.reports
    upper, lower = reports["systolic"], reports["diastolic"]
    valid = within("systolic", upper) & within("diastolic", lower) & (lower < upper)
    place = np.flatnonzero(valid & gates.worn & gates.changing)
    owner = batch.of.owner[place]
    both = np.stack([upper[place], lower[place]]).astype(np.float64)
    values = np.rint(both * PER_MMHG).astype(np.int64)
    stay = turns.stay(owner, place)
    of = segments(stay)
    each = np.arange(len(stay))
    begin = each[of.begin][np.cumsum(of.first) - 1]
    count = each - begin + 1
    sums = between(values, begin, each + 1).T
    goes_on = stay < len(s)
    count[goes_on] += s["pressure_count"][owner[goes_on]]
    sums[goes_on] += s["pressure_sum"][owner[goes_on]]
    today = sums / (count * PER_MMHG)[:, None]
    return _Readings(Given(owner, place, values), stay, today, count)


def _look_back(batch: Batch, turns: Turns, readings: _Readings, diary: _Diary) -> None:
    """Look up the days before for who goes on with a day and reaches a limit on it.

    Later the memory may have moved past them.
    """
    s = batch.state
    goes_on = np.flatnonzero(readings.stay < len(s))
    before = (s["pressure_means"], s["pressure_days"])
    reached = _found(batch, readings, goes_on, before).reached
    owner = np.unique(readings.given.owner[goes_on[reached]])
    owner = owner[s["level"][owner, SLOT] == 0]
    diary.found.append(diary.look(owner, turns.began[owner]))


def _found(
    batch: Batch, readings: _Readings, which: Ints, before: tuple[Any, ...]
) -> _Found:
    """What some readings make of the last seven days.

    Parameters
    ----------
    before : by stay, the sum of the means of the days before and how many count.
    """
    owner, stay = readings.given.owner[which], readings.stay[which]
    counts = readings.readings[which] >= batch.own(f"{_KIND}.readings_per_day", owner)
    days = before[1][stay].astype(np.intp) + counts
    total: Floats = before[0][stay] + np.where(counts[:, None], readings.today[which], 0.0)
    # Rounded, so that a mean of whole readings meets a whole limit exactly.
    mean = np.round(total / np.maximum(days, 1)[:, None], 9)
    limit = np.stack(
        [
            np.broadcast_to(batch.own(f"{_KIND}.warning.{one}", owner), len(which))
            for one in ("systolic", "diastolic")
        ]
    ).astype(np.float64)
    margin = batch.own(f"{_KIND}.margin", owner)
    enough = days >= batch.own(f"{_KIND}.days", owner)
    values = mean.T
    reached = enough & (values >= limit).any(axis=0)
    over = enough & (values < limit - margin).all(axis=0)
    return _Found(mean, days, reached, over, limit)


def _listed(
    turns: Turns, readings: _Readings, which: Ints, diary: _Diary
) -> dict[str, NDArray[Any]]:
    """The days behind some readings: number, means and count of each, today last."""
    n = len(which)
    day = np.zeros((n, PRESSURE_DAYS + 1), np.intp)
    mean = np.full((n, PRESSURE_DAYS + 1, 2), np.nan)
    count = np.zeros((n, PRESSURE_DAYS + 1), np.intp)
    owner, today = readings.given.owner[which], turns.parts[readings.stay[which]]
    for found in diary.found:
        key = found.owner * (1 << 32) + found.part
        order = np.argsort(key)
        at = np.searchsorted(key[order], owner * (1 << 32) + today)
        at = np.minimum(at, len(key) - 1) if len(key) else at
        if not len(key):
            continue
        at = order[at]
        mine = (found.owner[at] == owner) & (found.part[at] == today)
        day[mine, :-1] = found.day[at[mine]]
        mean[mine, :-1] = found.means[at[mine]]
        count[mine, :-1] = found.readings[at[mine]]
    day[:, -1], mean[:, -1] = today, readings.today[which]
    count[:, -1] = readings.readings[which]
    return {"day": day[None], "day_mean": mean[None], "day_count": count[None]}


def _outlook(
    given: Given, which: Ints, found: _Found, listed: dict[str, NDArray[Any]]
) -> Outlook:
    nothing = np.full((2, len(which)), np.nan)
    return Outlook(
        kinds=(SLOT,),
        places=given.place[which],
        of=segments(given.owner[which]),
        reached=np.where(found.reached[which], INFO, 0)[None],
        clear=found.over[which][None],
        since_s=nothing[:1],
        count=found.days[which][None],
        value=found.mean[which].T,
        limit=found.limit[None, :, which],
        earlier_s=nothing,
        earlier=np.full((2, 2, len(which)), np.nan),
        more=listed,
    )
