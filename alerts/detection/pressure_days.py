"""Means of days of blood pressure: shown with a task, never told at once."""

from dataclasses import dataclass
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
from alerts.detection.pulse import possible_pressure
from alerts.detection.rings import Ring, between, counts_of, days_of, sums_of
from alerts.detection.segments import segments
from alerts.detection.turns import Turns

PER_MMHG: Final = 100  # whole hundredths are added up
ROUNDING: Final = 1e-3  # more than sums of means are off by [mmHg]
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
        count = counts_of(self._memory, RING, rows, part, PRESSURE_DAYS - 1)
        sums = sums_of(self._memory, RING, rows, part)
        day = days_of(self._memory, RING, rows, part)
        count = np.where(count >= least[:, None], count, 0)
        means = sums / (np.maximum(count, 1).astype(np.intp) * PER_MMHG)[..., None]
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


@dataclass(frozen=True, slots=True)
class _Readings:
    """Valid readings of blood pressure, and what they make of today."""

    owner: Ints
    place: Ints
    stay: Ints
    today: Floats  # (2, n) today's mean so far [mmHg]
    count: Ints  # (n,) today's readings so far
    limit: tuple[Floats, Floats]  # of systolic and diastolic, (n,) or (1,) each

    def some(self, which: Ints) -> "_Readings":
        """Some of the readings."""
        upper, lower = (one[which] if len(one) > 1 else one for one in self.limit)
        return _Readings(
            self.owner[which],
            self.place[which],
            self.stay[which],
            self.today[:, which],
            self.count[which],
            (upper, lower),
        )


class _Found(NamedTuple):
    """What readings make of the last seven days."""

    mean: Floats  # (2, n) mean of the daily means [mmHg]
    days: Ints  # (n,) days that count
    reached: Bools
    over: Bools


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
    readings, given = _readings(batch, gates, turns)
    _look_back(batch, turns, readings, diary)
    before = follow(batch, memory, RING, turns, given=given, fix=diary.fix)
    concerned = s["level"][:, SLOT] > 0
    concerned[readings.owner[_high(readings, before)]] = True
    readings = readings.some(np.flatnonzero(concerned[readings.owner]))
    if not readings.owner.size:
        return None
    found = _found(batch, readings, before)
    return _outlook(readings, found, _listed(turns, readings, diary))


def _readings(batch: Batch, gates: Gates, turns: Turns) -> tuple[_Readings, Given]:
    """The valid readings, each with the mean of its day so far."""
    s, reports = batch.state, batch.reports
    upper, lower = possible_pressure(reports)
    place = np.flatnonzero(~np.isnan(upper + lower) & gates.worn & gates.changing)
    owner = batch.of.owner[place]
    both = np.stack([upper[place], lower[place]]).astype(np.float64)
    values = np.rint(both * PER_MMHG).astype(np.int64)
    stay = turns.stay(owner, place)
    of = segments(stay)
    begin = of.begin[np.cumsum(of.first) - 1]
    count = of.place - begin + 1
    sums = between(values, begin, of.place + 1)
    goes_on = np.flatnonzero(stay < len(s))
    count[goes_on] += s["pressure_count"][owner[goes_on]]
    sums[:, goes_on] += s["pressure_sum"][owner[goes_on]].T
    limit = (
        batch.own(f"{_KIND}.warning.systolic", owner),
        batch.own(f"{_KIND}.warning.diastolic", owner),
    )
    today = sums / (count * PER_MMHG)
    return _Readings(owner, place, stay, today, count, limit), Given(
        owner, place, values
    )


def _high(readings: _Readings, before: tuple[Any, ...]) -> Ints:
    """Readings that could reach a limit: today's mean does, or that of the days before.

    Parameters
    ----------
    before : by stay, the sum of the means of the days before and how many count.
    """
    means = (before[0] / np.maximum(before[1], 1)[:, None])[readings.stay]
    high = np.zeros(len(readings.owner), bool)
    for n, limit in enumerate(readings.limit):
        near = limit - ROUNDING
        high |= (readings.today[n] >= near) | (means[:, n] >= near)
    return np.flatnonzero(high)


def _look_back(batch: Batch, turns: Turns, readings: _Readings, diary: _Diary) -> None:
    """Look up the days before for who goes on with a day and reaches a limit on it.

    Later the memory may have moved past them.
    """
    s = batch.state
    told = s["level"][:, SLOT] > 0
    which = np.flatnonzero((readings.stay < len(s)) & ~told[readings.owner])
    before = (s["pressure_means"], s["pressure_days"])
    some = readings.some(which)
    some = some.some(_high(some, before))
    owner = np.unique(some.owner[_found(batch, some, before).reached])
    diary.found.append(diary.look(owner, turns.began[owner]))


def _found(batch: Batch, readings: _Readings, before: tuple[Any, ...]) -> _Found:
    """What readings make of the last seven days; `before` as for `_high`."""
    owner, stay = readings.owner, readings.stay
    counts = readings.count >= batch.own(f"{_KIND}.readings_per_day", owner)
    days = before[1][stay].astype(np.intp) + counts
    total: Floats = before[0][stay].T + np.where(counts, readings.today, 0.0)
    # Rounded, so that a mean of whole readings meets a whole limit exactly.
    mean = (total / np.maximum(days, 1)).round(9)
    margin = batch.own(f"{_KIND}.margin", owner)
    enough = days >= batch.own(f"{_KIND}.days", owner)
    most, least = readings.limit
    reached = enough & ((mean[0] >= most) | (mean[1] >= least))
    over = enough & (mean[0] < most - margin) & (mean[1] < least - margin)
    return _Found(mean, days, reached, over)


def _listed(
    turns: Turns, readings: _Readings, diary: _Diary
) -> dict[str, NDArray[Any]]:
    """The days behind readings: number, means and count of each, today last."""
    n, today = len(readings.owner), turns.parts[readings.stay]
    day = np.zeros((n, PRESSURE_DAYS + 1), np.intp)
    mean = np.full((n, PRESSURE_DAYS + 1, 2), np.nan)
    count = np.zeros((n, PRESSURE_DAYS + 1), np.intp)
    for found in diary.found:
        if not len(found.owner):
            continue
        key = found.owner * (1 << 32) + found.part
        order = np.argsort(key)
        wanted = readings.owner * (1 << 32) + today
        at = np.searchsorted(key, wanted, sorter=order)
        at = order[np.minimum(at, len(key) - 1)]
        mine = np.flatnonzero(key[at] == wanted)
        day[mine, :-1] = found.day[at[mine]]
        mean[mine, :-1] = found.means[at[mine]]
        count[mine, :-1] = found.readings[at[mine]]
    day[:, -1], mean[:, -1], count[:, -1] = today, readings.today.T, readings.count
    return {"day": day[None], "day_mean": mean[None], "day_count": count[None]}


def _outlook(
    readings: _Readings, found: _Found, listed: dict[str, NDArray[Any]]
) -> Outlook:
    n = len(readings.owner)
    nothing = np.full((2, n), np.nan)
    limit = np.stack([np.broadcast_to(one, n) for one in readings.limit])
    return Outlook(
        kinds=(SLOT,),
        places=readings.place,
        of=segments(readings.owner),
        reached=np.where(found.reached, INFO, 0)[None],
        clear=found.over[None],
        since_s=nothing[:1],
        count=found.days[None],
        value=found.mean,
        limit=limit[None],
        earlier_s=nothing,
        earlier=np.full((2, 2, n), np.nan),
        more=listed,
    )
