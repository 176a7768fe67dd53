"""Absences as judging respects them: what they pause is not judged, so that it is not lost.

What the store alone left out would count as told, and nobody would hear of it once the
absence is over.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from alerts.detection.limits import Limits
from core.model import Kind
from ingest.state import Binding

PAUSED: Final = (Kind.INACTIVITY, Kind.NOT_WORN)
"""Paused by switching them off; geofences are left out, silence is judged elsewhere."""


def away(
    bindings: Sequence[Binding],
    readings: NDArray[np.void],
    row: NDArray[np.intp],
) -> NDArray[np.bool_]:
    """Which wearers are away, by the store's own rule.

    Parameters
    ----------
    readings : (n,) ingest.decode.READING
    row : (n,) which of the m bindings each is of.

    Returns
    -------
    (m,) bool, whether an absence covers any of the readings or its arrival.
    """
    found = np.zeros(len(bindings), np.bool_)
    for n, binding in enumerate(bindings):
        if binding.away_us:
            mine = readings[row == n]
            times = (*mine["time_us"].tolist(), *mine["received_us"].tolist())
            found[n] = any(map(binding.is_away, times))
    return found


def paused(limits: Limits, away: NDArray[np.bool_]) -> Limits:
    """The same rules with the kinds that an absence pauses switched off.

    Parameters
    ----------
    limits : of m wristbands.
    away : (m,) bool, whose wearers are away.
    """
    if not away.any():
        return limits
    profiles, which = np.unique(limits.which[away], return_inverse=True)
    quiet = limits.table[profiles].copy()
    for kind in PAUSED:
        quiet[f"{kind}.enabled"] = 0
    at = limits.which.copy()
    at[away] = len(limits.table) + which
    numbers: list[int] = profiles.tolist()
    names = [limits.versions[n] for n in numbers]
    return replace(
        limits,
        table=np.concatenate([limits.table, quiet]),
        which=at,
        versions=(*limits.versions, *names),
    )
