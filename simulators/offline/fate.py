"""Who is befallen by what and when: the draw behind a cohort's truth."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from simulators.offline import diseases, mishaps
from simulators.offline.events import DAY_MIN, Event, Nature, Rng, between

APART_MIN: Final = 360.0
"""Between two events of one person [min]."""
KNOWN_AFTER_DAYS: Final = 8
"""Slow changes begin when a usual can be known."""
Make = Callable[[Nature, float, Rng], Event]


@dataclass(frozen=True, slots=True)
class Spec:
    """How often an event comes, to whom, and when."""

    make: Make
    weight: float = 1.0
    by_day: bool = True
    fenced: bool | None = None  # only those with a fence, only those without
    from_day: float = 1.0
    needs_days: float = 1.0  # that must be left


WHAT: Final[dict[str, Spec]] = {
    "sos": Spec(mishaps.sos),
    "fall": Spec(mishaps.fall),
    "long_lie": Spec(mishaps.long_lie, 0.6),
    "unseen_fall": Spec(mishaps.unseen_fall, 0.5),
    "bradycardia": Spec(diseases.bradycardia, by_day=False),
    "slow_pulse": Spec(diseases.slow_pulse, 0.5, by_day=False),
    "tachycardia": Spec(diseases.tachycardia, by_day=False),
    "fast_pulse": Spec(diseases.fast_pulse, 0.5, by_day=False),
    "hypertension": Spec(diseases.hypertension, by_day=False),
    "hypotension": Spec(diseases.hypotension, by_day=False),
    "hypoxia": Spec(diseases.hypoxia, by_day=False),
    "fever": Spec(diseases.fever, 0.5, by_day=False, from_day=KNOWN_AFTER_DAYS),
    "wandering": Spec(mishaps.wandering, 12.0, fenced=True),
    "slow_decline": Spec(
        diseases.decline, 0.3, from_day=KNOWN_AFTER_DAYS, needs_days=9
    ),
    "death": Spec(diseases.death, 0.15, by_day=False, needs_days=2),
    "bedridden": Spec(mishaps.bedridden, 0.6),
    "left_lying": Spec(mishaps.forgotten, 0.6),
    "uncharged": Spec(mishaps.uncharged, 0.3),
    "out_of_range": Spec(mishaps.silence, 0.6, by_day=False),
    "white_coat": Spec(mishaps.white_coat),
    "daughter": Spec(mishaps.daughter, 0.5, fenced=False),
}
"""Each kind of event; weights are multiples of the rate that the cohort asks for."""


def befall(
    nature: Nature, rng: Rng, *, days: int, rate: float, chosen: frozenset[str]
) -> list[Event]:
    """What happens to one person, in order, hours apart.

    Parameters
    ----------
    nature : the person.
    rng : their stream of fate; drawn from alike whatever is chosen.
    days : length of the cohort.
    rate : events of each kind in a person-month of 30 days, before weights.
    chosen : names out of :data:`WHAT`.
    """
    found: list[Event] = []
    for name, spec in WHAT.items():
        (own,) = rng.spawn(1)
        fenced = not np.isnan(nature.fence_m)
        last = days - spec.needs_days
        if name not in chosen or (spec.fenced is not None and spec.fenced != fenced):
            continue
        if last <= spec.from_day:
            continue
        for _ in range(int(own.poisson(rate * spec.weight * days / 30))):
            day = int(own.uniform(spec.from_day, last))
            hours = (450, 1200) if spec.by_day else (0, DAY_MIN)
            start = day * DAY_MIN + between(own, *hours)
            found.append(spec.make(nature, start, own))
    return _apart(found, days)


def _apart(events: list[Event], days: int) -> list[Event]:
    kept: list[Event] = []
    free = 0.0
    for event in sorted(events, key=lambda one: one.start):
        if event.start < free or event.end > days * DAY_MIN - 30:
            continue
        kept.append(event)
        # One way astray a day is all that a plan holds.
        free = event.end + (DAY_MIN if event.walks else APART_MIN)
        if event.fatal:
            break
    return kept
