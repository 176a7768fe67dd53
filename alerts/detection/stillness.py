"""How long a person has shown no sign of moving, by waking time (kind inactivity)."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from alerts.detection.batch import Batch
from alerts.detection.columns import CRITICAL, KINDS, WARNING, Bools, Floats, Ints
from alerts.detection.gates import Gates
from alerts.detection.memory import DAYS, Memory
from alerts.detection.outlook import Outlook
from alerts.detection.segments import carried, latest, previous, segments
from alerts.detection.turns import Turns
from alerts.detection.waking import waking_s
from alerts.detection.wear import Wear
from core.model import Kind

RECORDED_S: Final = 8 * 3600.0  # a day counts if it was judged over so long
MOST_MINUTES: Final = 65535
_SLOT: Final = KINDS.index(Kind.INACTIVITY)


@dataclass(frozen=True, slots=True)
class _Judged:
    """Reports judged for stillness, and how still each was, as far as it matters.

    Attributes
    ----------
    place : (j,) among all reports, and ``stay`` the day each is of.
    still_s : (n,) of all reports: waking time without a sign of moving; NaN where not
        judged, or where it is neither the day's longest nor near the limits [s]
    since_clock_s : (n,) of all reports: the newest sign, by local clocks.
    """

    place: Ints
    stay: Ints
    still_s: Floats
    since_clock_s: Floats


def inactivity(
    batch: Batch,
    gates: Gates,
    wear: Wear,
    hours: Turns,
    *,
    clock_s: Floats,
    memory: Memory,
) -> Outlook | None:
    """Stillness while worn; moves the states and the memory on.

    Parameters
    ----------
    hours : where local hours begin.
    clock_s : (n,) time of the reports as local clocks show it [s since 1970]

    Returns
    -------
    None where there is nothing to say.
    """
    s, owner = batch.state, batch.of.owner
    days = hours.every(24)
    judged = _judged(batch, gates, wear, days, clock_s)
    long = np.flatnonzero(judged.still_s >= batch.own("inactivity.warning_s"))
    usual_s = _record(batch, days, judged, memory, days.stay(owner[long], long))
    critical_s = batch.own("inactivity.critical_s", owner[long])
    beyond = judged.still_s[long] > usual_s
    grave = beyond | (judged.still_s[long] >= critical_s)
    level = np.zeros(len(owner), np.int64)
    level[long] = np.where(grave, CRITICAL, WARNING)
    looked_at = s["level"][:, _SLOT] > 0
    looked_at[owner[long]] = True
    places = np.flatnonzero(looked_at[owner])
    if not places.size:
        return None
    limit, usual = np.full((2, len(owner)), np.nan)
    usual[long] = np.where(np.isinf(usual_s), np.nan, usual_s)
    warning_s = batch.own("inactivity.warning_s", owner[long])
    soonest_s = np.minimum(np.maximum(usual_s, warning_s), critical_s)
    limit[long] = np.where(grave, soonest_s, warning_s)
    nothing = np.full(len(places), np.nan)
    ago_s = clock_s[places] - judged.since_clock_s[places]
    return Outlook(
        kinds=(_SLOT,),
        places=places,
        of=segments(owner[places]),
        reached=level[places][None],
        clear=(gates.moved | wear.off)[places][None],
        since_s=(batch.reports["time_s"][places] - ago_s)[None],
        count=np.ones((1, len(places)), np.int64),
        value=np.stack([judged.still_s[places], nothing]),
        limit=np.stack([limit[places], nothing])[None],
        earlier_s=np.stack([nothing, nothing]),
        earlier=np.full((2, 2, len(places)), np.nan),
        more={"usual": usual[places][None]},
    )


def _judged(
    batch: Batch, gates: Gates, wear: Wear, days: Turns, clock_s: Floats
) -> _Judged:
    """Find how still the reports are; moves the newest signs on."""
    s, of = batch.state, batch.of
    sign = gates.moved | wear.put_on | _resumes(batch)
    sign[of.begin] |= np.isnan(s["still_clock_s"][of.owners])
    since = carried(clock_s, sign, of, s["still_clock_s"])
    s["still_clock_s"][of.owners] = since[of.last]
    place = np.flatnonzero(~wear.off & gates.knows_rest)
    stay = days.stay(of.owner[place], place)
    longest = np.append(s["day_longest_s"], np.zeros(len(days.part)))
    past = clock_s[place] - since[place]
    warning_s = batch.own("inactivity.warning_s", of.owner[place])
    # Waking time is no longer than that: what is shorter cannot matter.
    matters = (past >= warning_s) | (past > np.nan_to_num(longest[stay]))
    at = place[matters]
    still = np.full(of.size, np.nan)
    still[at] = waking_s(since[at], clock_s[at], batch.own("waking", of.owner[at]))
    return _Judged(place, stay, still, since)


def _resumes(batch: Batch) -> Bools:
    """(n,) reports that send steps or motion again after nobody knew for long.

    What was not sent was not still: stillness counts anew from them.
    """
    s, of, reports = batch.state, batch.of, batch.reports
    tells = ~(np.isnan(reports["steps"]) & np.isnan(reports["motion"]))
    sensed_s = carried(reports["time_s"], tells, of, s["sensed_s"])
    before_s = previous(sensed_s, of, s["sensed_s"])
    s["sensed_s"][of.owners] = sensed_s[of.last]
    return tells & (reports["time_s"] - before_s > batch.own("offline.warning_s"))


def _record(
    batch: Batch, days: Turns, judged: _Judged, memory: Memory, wanted: Ints
) -> Floats:
    """Record each day that is over; moves the states on.

    Parameters
    ----------
    wanted : (w,) stays for which the person's usual longest stillness is asked.

    Returns
    -------
    (w,) it, inf where it is not known [s]
    """
    s, m = batch.state, len(batch.state)
    day = _days(batch, days, judged)
    usual_s = np.full(m + len(days.part), np.inf)
    _ask(batch, memory, np.unique(wanted[wanted < m]), days, usual_s)
    rounds = _nth(days)
    for one in range(int(rounds.max(initial=-1)) + 1):
        turn = np.flatnonzero(rounds == one)
        over = days.before[turn]
        full = day["last"][over] - day["first"][over] >= RECORDED_S
        rows = batch.rows[days.owner[turn[full]]]
        minutes = np.minimum(day["longest"][over[full]] // 60.0, MOST_MINUTES)
        _add_day(memory, rows, minutes)
        _ask(batch, memory, np.intersect1d(wanted, m + turn), days, usual_s)
    last = days.last
    for name in ("first", "last", "longest"):
        s[f"day_{name}_s"] = day[name][last]
    return usual_s[wanted]


def _days(batch: Batch, days: Turns, judged: _Judged) -> dict[str, Floats]:
    """(m + t,) first and last judged report of each day, and its longest stillness."""
    s = batch.state
    new = np.full(len(days.part), np.nan)
    day = {
        name: np.append(s[f"day_{name}_s"], new)
        for name in ("first", "last", "longest")
    }
    place, stay = judged.place, judged.stay
    if place.size:
        begins = np.append([True], stay[1:] != stay[:-1])
        first = np.flatnonzero(begins)
        end = np.append(first[1:], len(stay)) - 1
        time_s = batch.reports["time_s"]
        each = stay[first]
        day["first"][each] = np.fmin(day["first"][each], time_s[place[first]])
        day["last"][each] = time_s[place[end]]
        still = np.nan_to_num(judged.still_s[place])
        most = np.maximum.reduceat(still, first)
        day["longest"][each] = np.fmax(day["longest"][each], most)
    return day


def _nth(days: Turns) -> Ints:
    """(t,) how many turns of the same wristband come before each."""
    first = days.before < len(days.began)
    each = np.arange(len(first))
    return each - latest(first)


def _add_day(memory: Memory, rows: Ints, minutes: Floats) -> None:
    """Put the longest stillness of a day that is over into the ring."""
    if not rows.size:
        return
    copies = memory.held(rows)
    at = memory.places(rows)
    count = copies["still_days"]
    copies["still_longest"][at, count[at] % DAYS] = minutes
    count[at] += 1


def _ask(
    batch: Batch, memory: Memory, stay: Ints, days: Turns, usual_s: Floats
) -> None:
    """Work out the usual longest stillness for some stays, where it is known."""
    m = len(batch.state)
    owner = stay.copy()
    owner[stay >= m] = days.owner[stay[stay >= m] - m]
    count = np.minimum(memory.pick("still_days", batch.rows[owner]), DAYS)
    known = (count >= batch.own("inactivity.min_days", owner)) & (count > 0)
    stay, owner, count = stay[known], owner[known], count[known].astype(np.intp)
    minutes = memory.pick("still_longest", batch.rows[owner]).astype(np.float64)
    minutes[np.arange(DAYS) >= count[:, None]] = np.inf
    ranked = np.sort(minutes, axis=1)
    percentile = batch.own("inactivity.percentile", owner).astype(np.float64)
    rank = percentile / 100.0 * (count - 1)
    below = np.minimum(rank.astype(np.intp), count - 1)
    above = np.minimum(below + 1, count - 1)
    row = np.arange(len(stay))
    low, high = ranked[row, below], ranked[row, above]
    usual_s[stay] = (low + (rank - below) * (high - low)) * 60.0
