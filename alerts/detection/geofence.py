"""Geofences left and entered, judged on two consecutive fixes and their accuracy."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from alerts.detection.batch import Batch
from alerts.detection.columns import (
    CRITICAL,
    KINDS,
    WARNING,
    Bools,
    Floats,
    Ints,
    Rows,
    is_told,
)
from alerts.detection.daytime import is_night
from alerts.detection.fences import Fences, distance_m
from alerts.detection.outlook import Levels, Outlook
from alerts.detection.segments import (
    Segments,
    final,
    latest,
    previous,
    segments,
)
from core.model import LOCATION_SOURCES, Kind, LocationSource

EXIT, ENTER = KINDS.index(Kind.GEOFENCE_EXIT), KINDS.index(Kind.GEOFENCE_ENTER)
_WIFI = LOCATION_SOURCES.index(LocationSource.WIFI)
_CELL = LOCATION_SOURCES.index(LocationSource.CELL)


@dataclass(frozen=True, slots=True)
class _Fixes:
    """Fixes to judge, each wristband's remembered one put before its new ones."""

    of: Segments
    place: Ints  # among the reports; -1 for a remembered fix
    time_s: Floats
    latitude: Floats
    longitude: Floats
    accuracy_m: Floats
    may_fire: Bools


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Every fix with every fence of its wristband, fence by fence in time order."""

    fix: Ints
    fence: Ints
    of: Segments  # of each fence's fixes
    enter: Bools
    distance_m: Floats
    hit: Bools  # wholly outside (to be left) or wholly inside (to be entered)
    inside: Bools
    over: Bools  # wholly on the good side


def geofence_concerned(batch: Batch, fences: Fences) -> tuple[Bools, Bools]:
    """Fixes to be judged, (n,), and wristbands told of or whose fences changed, (m,).

    A fix wholly inside the fences not to be left, once each was visited, and outside of
    those not to be entered, says nothing.
    """
    s, of, identity = batch.state, batch.of, fences.identity[batch.rows]
    told = is_told(s, (EXIT, ENTER)) | (s["fences_active"] > 0)
    told |= s["fences_id"] != identity
    matters = np.zeros(of.size, bool)
    if not identity.any():
        return matters, told
    places = np.flatnonzero(_found(batch) & (identity != 0)[of.owner])
    owner = of.owner[places]
    fix, fence = _expanded(batch.rows[owner], fences)
    latitude, longitude = batch.reports["latitude"], batch.reports["longitude"]
    at = places[fix]
    apart = distance_m(fences, fence, latitude[at], longitude[at])
    inside = -apart >= _accuracy_m(batch, at, owner[fix])
    enter, mask = fences.fences["enter"][fence], _mask(fences, fence)
    at_home = inside & (s["fences_visited"][owner[fix]] & mask > 0)
    matters[at[np.where(enter, inside, ~at_home)]] = True
    return matters, told


def remember_fix(batch: Batch) -> None:
    """Keep the last fix of each wristband that sent one."""
    s, reports = batch.state, batch.reports
    at = final(_found(batch), batch.of)
    owner = batch.of.owner[at]
    s["fix_s"][owner] = reports["time_s"][at]
    s["fix_latitude"][owner] = reports["latitude"][at]
    s["fix_longitude"][owner] = reports["longitude"][at]
    s["fix_accuracy"][owner] = _accuracy_m(batch, at, owner)


def _found(batch: Batch) -> Bools:
    latitude, longitude = batch.reports["latitude"], batch.reports["longitude"]
    return ~(np.isnan(latitude) | np.isnan(longitude))


def geofence(batch: Batch, fences: Fences, zone: ZoneInfo) -> Outlook:
    """Fixes against geofences (kinds exit and enter); moves the states on.

    But for the last fix: see :func:`remember_fix`.
    """
    fixes = _fixes(batch)
    pairs = _pairs(fixes, batch.rows, fences)
    fires, active = _episodes(batch, fixes, pairs, fences)
    owner = fixes.of.owner
    night = is_night(
        fixes.time_s, zone, batch.own("day.from_h", owner), batch.own("day.to_h", owner)
    )
    grave = (batch.own("dementia", owner) > 0) | night
    far = _going_far(pairs, batch.own("geofence_exit.far_m", owner[pairs.fix]))
    level = np.where(fires, np.where(grave[pairs.fix] | far, CRITICAL, WARNING), 0)
    new = np.flatnonzero(fixes.place >= 0)
    n = len(fixes.place)
    by_kind = (~pairs.enter, pairs.enter)
    chosen = np.stack([_worst(pairs, level, mine, n) for mine in by_kind])[:, new]
    reached = np.where(chosen >= 0, np.append(level, 0)[chosen], 0)
    violated = [np.bincount(pairs.fix, active & mine, n) for mine in by_kind]
    over = (np.stack(violated)[:, new] == 0) & (reached == 0)
    outlook = _outlook(fixes, new, reached, over)
    return replace(
        outlook,
        more={
            "fence": np.append(pairs.fence, -1)[chosen],
            "distance_m": np.append(pairs.distance_m, np.nan)[chosen],
            "accuracy_m": np.tile(fixes.accuracy_m[new], (2, 1)),
            "night": np.tile(night[new], (2, 1)),
        },
    )


def _fixes(batch: Batch) -> _Fixes:
    s, reports, of = batch.state, batch.reports, batch.of
    places = np.flatnonzero(_found(batch))
    owner = of.owner[places]
    accuracy = _accuracy_m(batch, places, owner)
    kept = segments(owner).owners
    kept = kept[~np.isnan(s["fix_s"][kept])]
    order = np.argsort(np.concatenate([kept, owner]), kind="stable")
    return _Fixes(
        of=segments(np.concatenate([kept, owner])[order]),
        place=np.concatenate([np.full(len(kept), -1), places])[order],
        time_s=np.concatenate([s["fix_s"][kept], reports["time_s"][places]])[order],
        latitude=np.concatenate([s["fix_latitude"][kept], reports["latitude"][places]])[
            order
        ],
        longitude=np.concatenate(
            [s["fix_longitude"][kept], reports["longitude"][places]]
        )[order],
        accuracy_m=np.concatenate([s["fix_accuracy"][kept], accuracy])[order],
        may_fire=np.concatenate([np.zeros(len(kept), bool), batch.relevant[places]])[
            order
        ],
    )


def _accuracy_m(batch: Batch, places: Ints, owner: Ints) -> Floats:
    """Accuracy of each fix, by its source where it has none; exact for GNSS and BLE."""
    accuracy = batch.reports["accuracy"][places]
    lacking = np.flatnonzero(np.isnan(accuracy))
    if lacking.size:
        source = batch.reports["location_source"][places[lacking]]
        wifi = batch.own("position.wifi_accuracy_m", owner[lacking])
        cell = batch.own("position.cell_accuracy_m", owner[lacking])
        assumed = np.where(source == _CELL, cell, 0)
        accuracy[lacking] = np.where(source == _WIFI, wifi, assumed)
    return accuracy


def _expanded(row: Ints, fences: Fences) -> tuple[Ints, Ints]:
    """Every fix, of the wristband at `row`, with every fence of that wristband."""
    count = fences.start[row + 1] - fences.start[row]
    fix = np.repeat(np.arange(len(row)), count)
    each: Ints = np.arange(len(fix))
    offset = each - np.repeat(np.cumsum(count) - count, count)
    return fix, np.repeat(fences.start[row], count) + offset


def _mask(fences: Fences, fence: Ints) -> NDArray[np.uint32]:
    """The bit of the state's masks that is about each fence."""
    return np.uint32(1) << fences.fences["bit"][fence].astype(np.uint32)


def _pairs(fixes: _Fixes, rows: Ints, fences: Fences) -> _Pairs:
    fix, fence = _expanded(rows[fixes.of.owner], fences)
    order = np.argsort(fence, kind="stable")
    fix, fence = fix[order], fence[order]
    apart = distance_m(fences, fence, fixes.latitude[fix], fixes.longitude[fix])
    outside, inside = apart > fixes.accuracy_m[fix], -apart >= fixes.accuracy_m[fix]
    enter = fences.fences["enter"][fence]
    return _Pairs(
        fix=fix,
        fence=fence,
        of=segments(fence),
        enter=enter,
        distance_m=apart,
        hit=np.where(enter, inside, outside),
        inside=inside,
        over=np.where(enter, outside, inside),
    )


def _episodes(
    batch: Batch, fixes: _Fixes, pairs: _Pairs, fences: Fences
) -> tuple[Bools, Bools]:
    """Which pairs fire, and which are of a fence violated by then."""
    s = batch.state
    owner = fixes.of.owner[pairs.fix]
    mask = _mask(fences, pairs.fence)
    same = s["fences_id"][owner] == fences.identity[batch.rows[owner]]
    old = fixes.place[pairs.fix] < 0
    # Segments are fences here: seeds are looked up by the fence, not the wristband.
    visited_before = same & (s["fences_visited"][owner] & mask > 0)
    told = s["level"][owner, np.where(pairs.enter, ENTER, EXIT)] > 0
    active_before = np.where(
        same, s["fences_active"][owner] & mask > 0, told & pairs.hit & old
    )
    seen = _latched(pairs.inside, np.zeros_like(pairs.inside), pairs.of, visited_before)
    known = np.bincount(pairs.fix, seen & ~pairs.enter, len(fixes.place)) > 0
    counts = pairs.enter | seen | ~known[pairs.fix]
    twice = pairs.hit & previous(pairs.hit, pairs.of, np.zeros(len(fences.names), bool))
    fires = twice & counts & fixes.may_fire[pairs.fix]
    active = _latched(fires, pairs.over & ~old, pairs.of, active_before)
    bits = {"fences_visited": seen, "fences_active": active}
    s["fences_id"][fixes.of.owners] = fences.identity[batch.rows[fixes.of.owners]]
    _keep(s, fixes, pairs, {name: mask * on for name, on in bits.items()})
    return fires, active


def _latched(on: Bools, off: Bools, of: Segments, seed: Bools) -> Bools:
    """Whether `on` came last, at each place; `seed` holds at a segment's first."""
    event = on | off | of.first
    return np.where(on, True, np.where(off, False, seed))[latest(event)]


def _keep(
    s: Rows, fixes: _Fixes, pairs: _Pairs, bits: Mapping[str, NDArray[np.uint32]]
) -> None:
    """Write the bits of each wristband's last fix back into its state's masks."""
    last = np.zeros(len(fixes.place), bool)
    last[fixes.of.last] = True
    at = np.flatnonzero(last[pairs.fix])
    owner = fixes.of.owner[pairs.fix[at]]
    for name, bit in bits.items():
        s[name][fixes.of.owners] = 0
        np.bitwise_or.at(s[name], owner, bit[at])


def _going_far(pairs: _Pairs, far_m: Floats) -> Bools:
    """Left, farther than `far_m`, and farther than on the fix before."""
    apart = pairs.distance_m
    none = np.full(pairs.of.owner.max(initial=-1) + 1, np.nan)
    before = previous(apart, pairs.of, none)
    return ~pairs.enter & (apart > far_m) & (apart > before)


def _worst(pairs: _Pairs, level: Levels, mine: Bools, n: int) -> Ints:
    """(n,) for each fix the pair of the highest level, then distance; -1 for none."""
    at = np.flatnonzero(mine & (level > 0))
    order = at[np.lexsort((pairs.distance_m[at], level[at]))]
    worst = np.full(n, -1)
    worst[pairs.fix[order]] = order
    return worst


def _outlook(fixes: _Fixes, new: Ints, reached: Levels, over: Bools) -> Outlook:
    n = len(new)
    nothing = np.full((2, n), np.nan)
    return Outlook(
        kinds=(EXIT, ENTER),
        places=fixes.place[new],
        of=segments(fixes.of.owner[new]),
        reached=reached,
        clear=over,
        since_s=nothing,
        count=np.full((2, n), 2),
        value=nothing,
        limit=np.full((2, 2, n), np.nan),
        earlier_s=nothing,
        earlier=np.full((2, 2, n), np.nan),
        rearm_s=np.inf,
    )
