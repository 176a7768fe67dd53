"""Heart rates that repeat themselves or stop: the wristband lies on a table."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from alerts.detection.batch import Batch, Reports
from alerts.detection.columns import Bools, Floats, Ints, Rows
from alerts.detection.segments import Segments, carried, latest, previous, segments
from core.payload import FIELDS


def within(name: str, values: Floats) -> Bools:
    """Whether values are present and physically possible (core.payload)."""
    return (values >= FIELDS[name].low) & (values <= FIELDS[name].high)


def possible_pressure(reports: Reports) -> tuple[Floats, Floats]:
    """Systolic and diastolic pressure, NaN where absent or impossible [mmHg].

    Both are where the diastolic one is not below the systolic one.
    """
    upper, lower = (
        np.where(within(name, reports[name]), reports[name], np.float32(np.nan))
        for name in ("systolic", "diastolic")
    )
    crossed = lower >= upper
    upper[crossed] = lower[crossed] = np.nan
    return upper, lower


class Pulses(NamedTuple):
    """Possible heart rates, and whether they repeat themselves."""

    place: Ints  # (p,) among the reports
    owner: Ints  # (p,)
    time_s: Floats  # (p,)
    since_s: Floats  # (p,) first of the identical ones
    before: Mapping[str, Floats]  # (m,) same_s and same_since_s before the batch
    frozen: Bools  # (n,)


def follow_pulses(batch: Batch, moved_s: Floats, was_frozen: Bools) -> Pulses:
    """Follow the identical heart rates; moves the states on.

    Parameters
    ----------
    moved_s : (n,) when steps or motion were last seen [s since 1970]
    was_frozen : (m,) before the batch.
    """
    s, reports, of = batch.state, batch.reports, batch.of
    present = within("heart_rate", reports["heart_rate"])
    place = np.flatnonzero(present)
    value, time_s = reports["heart_rate"][place], reports["time_s"][place]
    pulses = segments(of.owner[place])
    before = {name: s[name].copy() for name in ("same_s", "same_since_s")}
    same = value == previous(value, pulses, s["same_value"])
    same &= ~(moved_s[place] > previous(time_s, pulses, before["same_s"]))
    since, count = _repeated(same, time_s, pulses, s)
    frozen = time_s - since >= batch.own("quality.frozen_s", pulses.owner)
    frozen &= count >= batch.own("quality.frozen_readings", pulses.owner)
    for name, values in (
        ("same_value", value),
        ("same_since_s", since),
        ("same_count", count),
        ("same_s", time_s),
    ):
        s[name][pulses.owners] = values[pulses.last]
    everywhere = np.zeros(of.size, bool)
    everywhere[place] = frozen
    everywhere = carried(everywhere, present, of, was_frozen)
    return Pulses(place, pulses.owner, time_s, since, before, everywhere)


def _repeated(
    same: Bools, time_s: Floats, pulses: Segments, s: Rows
) -> tuple[Floats, Ints]:
    """Since when each pulse repeats itself, and how many it is by then."""
    at = latest(~same | pulses.first)
    since, ago = time_s.copy(), np.ones(len(at), np.intp)
    goes_on = pulses.begin[same[pulses.begin]]
    owner = pulses.owner[goes_on]
    since[goes_on] = s["same_since_s"][owner]
    ago[goes_on] += s["same_count"][owner]
    return since[at], ago[at] + pulses.place - at


def absence(batch: Batch, pulses: Pulses, moved_s: Floats) -> tuple[Bools, Floats]:
    """What frozen pulses, or none, say of whether the wristband is worn at all.

    Returns
    -------
    (n,) bool, silent: no pulse any more and no motion since the last one; and (n,)
    since when frozen or silent, NaN where neither [s since 1970].
    """
    of, time_s = batch.of, batch.reports["time_s"]
    gone_s = np.full(of.size, np.nan)
    silent = np.zeros(of.size, bool)
    still = np.flatnonzero(pulses.frozen)
    gone_s[still] = _of_pulse(batch, pulses, still, pulses.since_s, "same_since_s")
    quiet = np.flatnonzero(~within("heart_rate", batch.reports["heart_rate"]))
    pulse_s = _of_pulse(batch, pulses, quiet, pulses.time_s, "same_s")
    patience_s = batch.own("not_worn.no_signal_s", of.owner[quiet])
    gone = (time_s[quiet] - pulse_s >= patience_s) & ~(moved_s[quiet] > pulse_s)
    gone &= ~pulses.frozen[quiet]
    silent[quiet[gone]] = True
    gone_s[quiet[gone]] = pulse_s[gone]
    return silent, gone_s


def _of_pulse(
    batch: Batch, pulses: Pulses, place: Ints, values: Floats, name: str
) -> Floats:
    """What the last pulse of some reports says, by the state where it is older."""
    owner = batch.of.owner[place]
    found = pulses.before[name][owner]
    newest = np.searchsorted(pulses.place, place, side="right") - 1
    own = np.flatnonzero(newest >= 0)
    own = own[pulses.owner[newest[own]] == owner[own]]
    found[own] = values[newest[own]]
    return found
