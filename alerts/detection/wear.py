"""Whether the wristband is on at all, and for how long it has been off (not_worn)."""

from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from alerts.detection.batch import Batch
from alerts.detection.columns import INFO, KINDS, WARNING, Bools, Floats, Ints
from alerts.detection.daytime import local_s
from alerts.detection.gates import Gates
from alerts.detection.outlook import Outlook
from alerts.detection.segments import carried, previous, segments
from alerts.detection.waking import waking_s
from core.model import Kind

SAID, FROZEN, SILENT = 1, 2, 3
"""Why a wristband is taken as off; 0 while it is on."""

SLACK_S: Final = 7200.0  # more than clocks are ever moved
_SLOT: Final = KINDS.index(Kind.NOT_WORN)


@dataclass(frozen=True, slots=True)
class Wear:
    """What each report says of the wristband being on or off.

    Attributes
    ----------
    since_s : (n,) since when it is off, NaN while it is on [s since 1970]
    cause : (n,) SAID, FROZEN, SILENT or 0.
    put_on : (n,) bool, whether it was put on with this report.
    """

    since_s: Floats
    cause: Ints
    put_on: Bools

    @property
    def off(self) -> Bools:
        """(n,) whether it is off."""
        return self.cause > 0


def follow(batch: Batch, gates: Gates) -> Wear:
    """Follow what wristbands say of being worn; moves the states on."""
    s, of = batch.state, batch.of
    worn, time_s = batch.reports["worn"], batch.reports["time_s"]
    since_s = gates.gone_s
    cause = np.zeros(of.size, np.intp)
    gone = np.flatnonzero(~np.isnan(since_s))
    cause[gone] = np.where(gates.changing[gone], SILENT, FROZEN)
    put_on = np.zeros(of.size, bool)
    was_off = ~np.isnan(s["off_s"])
    if not (was_off.any() or (worn == 0).any()):
        return Wear(since_s, cause, put_on)
    off = carried(worn == 0, worn >= 0, of, was_off)
    before = previous(off, of, was_off)
    said_s = carried(time_s, off & ~before, of, s["off_s"])
    s["off_s"][of.owners] = np.where(off, said_s, np.nan)[of.last]
    return Wear(
        np.where(off, said_s, since_s), np.where(off, SAID, cause), before & ~off
    )


def not_worn(
    batch: Batch, wear: Wear, zone: ZoneInfo, clock_s: Floats
) -> Outlook | None:
    """Absence over waking time (kind not_worn); None where there is nothing to say.

    Parameters
    ----------
    clock_s : (n,) time of the reports as local clocks show it [s since 1970]
    """
    s, of = batch.state, batch.of
    level, limit, absent_s = _absence(batch, wear, zone, clock_s)
    looked_at = s["level"][:, _SLOT] > 0
    looked_at[of.owner[level > 0]] = True
    places = np.flatnonzero(looked_at[of.owner])
    if not places.size:
        return None
    nothing = np.full(len(places), np.nan)
    return Outlook(
        kinds=(_SLOT,),
        places=places,
        of=segments(of.owner[places]),
        reached=level[places][None],
        clear=~wear.off[places][None],
        since_s=wear.since_s[places][None],
        count=np.ones((1, len(places)), np.int64),
        value=np.stack([absent_s[places], nothing]),
        limit=np.stack([limit[places], nothing])[None],
        earlier_s=np.stack([nothing, nothing]),
        earlier=np.full((2, 2, len(places)), np.nan),
        more={"cause": wear.cause[places][None]},
    )


def _absence(
    batch: Batch, wear: Wear, zone: ZoneInfo, clock_s: Floats
) -> tuple[Ints, Floats, Floats]:
    """(n,) level reached, limit it is about [s] and waking time off [s]."""
    owner = batch.of.owner
    level = np.zeros(len(owner), np.int64)
    limit, absent_s = np.full((2, len(owner)), np.nan)
    off = np.flatnonzero(wear.off)
    soonest_s = np.minimum(
        batch.own("not_worn.info_s", owner[off]),
        batch.own("not_worn.warning_high_risk_s", owner[off]),
    )
    long = batch.reports["time_s"][off] - wear.since_s[off] >= soonest_s - SLACK_S
    off = off[long]
    if not off.size:
        return level, limit, absent_s
    mine = owner[off]
    info_s = batch.own("not_worn.info_s", mine)
    urgent_s = np.where(
        batch.own("high_risk", mine),
        batch.own("not_worn.warning_high_risk_s", mine),
        batch.own("not_worn.warning_s", mine),
    )
    since_s = local_s(wear.since_s[off], zone)
    absent_s[off] = waking_s(since_s, clock_s[off], batch.own("waking", mine))
    urgent, shown = absent_s[off] >= urgent_s, absent_s[off] >= info_s
    level[off] = np.where(urgent, WARNING, np.where(shown, INFO, 0))
    limit[off] = np.where(urgent, urgent_s, info_s)
    return level, limit, absent_s
