"""What a shard holds: some seniors, over all days, in columns."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from simulators.model.arrays import Bools, Floats
from simulators.offline.events import Event
from simulators.offline.grid import Grid
from simulators.offline.town import Town

TRUTH: Final = ("heart_rate", "systolic", "diastolic", "spo2", "skin")
SENT: Final = (
    *("heart_rate", "systolic", "diastolic", "spo2", "temperature"),
    *("steps", "motion", "worn", "battery"),
)


@dataclass(slots=True)
class Shard:
    """Seniors and their columns; arrays (n, reports) in order of time.

    ``truth`` holds what is true (vital signs, ``beyond_m`` of the fence's edge,
    ``charge``), ``sent`` what is reported; where ``reports`` is false nothing is.
    """

    town: Town
    grid: Grid
    events: list[Event]
    time_ms: NDArray[np.int64]
    received_ms: NDArray[np.int64]
    reports: Bools
    off: Bools
    truth: dict[str, Floats]
    sent: dict[str, NDArray[Any]]


def empty(town: Town, grid: Grid, events: list[Event]) -> Shard:
    """A shard with room for all days."""
    n, size = len(town.people), grid.days * grid.per_day
    time_ms = grid.instants_ms(town.phase_ms)
    truth = {name: np.empty((n, size), np.float32) for name in TRUTH}
    truth |= {name: np.empty((n, size), np.float32) for name in ("beyond_m", "charge")}
    sent: dict[str, NDArray[Any]] = {
        name: np.empty((n, size), np.int8 if name == "worn" else np.float32)
        for name in SENT
    }
    sent |= {name: np.empty((n, size)) for name in ("latitude", "longitude")}
    sent["accuracy"] = np.empty((n, size), np.float32)
    sent["location_source"] = np.empty((n, size), np.int8)
    return Shard(
        town=town,
        grid=grid,
        events=events,
        time_ms=time_ms,
        received_ms=np.empty_like(time_ms),
        reports=np.ones((n, size), np.bool_),
        off=np.zeros((n, size), np.bool_),
        truth=truth,
        sent=sent,
    )
