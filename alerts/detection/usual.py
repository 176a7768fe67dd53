"""What is usual for a person at each time of the day, by the thirty days before.

Heart rate at rest by the hour (kind vitals_change), skin temperature by quarters of the
day (kind temperature_high): one machine, two sets of figures.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from alerts.detection.batch import Batch
from alerts.detection.cells import Fix, Given, Usual, follow
from alerts.detection.columns import KEPT_BEATS, KEPT_SKIN, Floats, Ints
from alerts.detection.lateness import Late, joined_by
from alerts.detection.memory import DAYS, Memory
from alerts.detection.rings import Ring, counts_of, sums_of
from alerts.detection.turns import Turns
from core.model import Kind

MAD_TO_DEVIATION: Final = 1.4826  # for normally distributed values


@dataclass(frozen=True, slots=True)
class Measure:
    """What of a person is held against its usual.

    Attributes
    ----------
    scale : whole numbers of 1 / `scale` of the unit are added up.
    least : the rule with the least deviation, in the unit.
    runs : which of HIGH, NEAR, LOW are followed.
    """

    kind: Kind
    field: str
    ring: Ring
    scale: int
    least: str
    runs: int


BEATS: Final = Measure(
    kind=Kind.VITALS_CHANGE,
    field="heart_rate",
    ring=Ring("beat", 24, DAYS, 255, KEPT_BEATS, ("beat_usual", "beat_deviation")),
    scale=1,
    least="vitals_change.least_bpm",
    runs=3,
)
SKIN: Final = Measure(
    kind=Kind.TEMPERATURE_HIGH,
    field="temperature",
    ring=Ring("skin", 4, DAYS, 65535, KEPT_SKIN, ("skin_usual", "skin_deviation")),
    scale=100,
    least="temperature_high.least_c",
    runs=2,
)


def learn(
    measure: Measure,
    batch: Batch,
    turns: Turns,
    given: Given,
    *,
    late: Late | None,
    memory: Memory,
) -> Usual:
    """Add readings to what is usual; moves the states and the memory on.

    Parameters
    ----------
    turns : where the measure's parts of the day begin.
    given : its valid readings.
    late : late reports, which count from then on.

    Returns
    -------
    (m + t,) usual value and one deviation in each stay, NaN where not known.
    """
    hours, scale = measure.ring.hours, measure.scale
    given = joined_by(given, late, measure.field, hours=hours, scale=scale)
    fix = _fixing(measure, batch, memory)
    return follow(batch, memory, measure.ring, turns, given=given, fix=fix)


def _fixing(measure: Measure, batch: Batch, memory: Memory) -> Fix:
    """How the usual of a part of the day follows from the cells of the days before."""
    ring, kind = measure.ring, measure.kind

    def fix(owner: Ints, part: Ints) -> tuple[Floats, Floats]:
        usual, deviation = np.full((2, len(owner)), np.nan)
        known = np.flatnonzero(batch.state["kept"][owner] & ring.bit)
        rows = batch.rows[owner[known]]
        counts = counts_of(memory, ring, rows, part[known], ring.days)
        days = np.count_nonzero(counts, axis=1)
        enough = days >= np.maximum(batch.own(f"{kind}.min_days", owner[known]), 1)
        if not enough.any():
            return usual, deviation
        which, days, counts = known[enough], days[enough], counts[enough]
        sums = sums_of(memory, ring, rows[enough], part[which])[..., 0]
        means = sums / np.maximum(counts, 1) / measure.scale
        means[counts == 0] = np.inf
        usual[which] = _median(means, days)
        spread = _median(np.abs(means - usual[which, None]), days)
        least = batch.own(measure.least, owner[which])
        deviation[which] = np.maximum(least, MAD_TO_DEVIATION * spread)
        return usual, deviation

    return fix


def _median(values: NDArray[np.float64], count: Ints) -> NDArray[np.float64]:
    """(k,) median of the first `count` values in each row by size, the rest being inf."""
    ranked = np.sort(values, axis=1)
    row = np.arange(len(ranked))
    return (ranked[row, (count - 1) // 2] + ranked[row, count // 2]) / 2
