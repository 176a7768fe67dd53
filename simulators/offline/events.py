"""What can befall a person of a cohort, as the model takes it."""

from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from simulators.model.courses import Course
from simulators.model.plan import Walk, Window

DAY_MIN: Final = 1440.0


@dataclass(frozen=True, slots=True)
class Nature:
    """Of a person, what decides how an event goes."""

    row: int
    copd: bool
    fence_m: float  # NaN without one
    speed_m_s: float
    bed_min: float


@dataclass(frozen=True, slots=True)
class Event:
    """One event of one person; times in minutes after the cohort's first midnight."""

    row: int
    what: str
    start: float
    end: float
    size: float
    alarming: bool = True
    ill: float = 0.0
    fatal: bool = False
    courses: tuple[Course, ...] = ()
    urgent: tuple[tuple[float, str], ...] = ()
    quiet: tuple[Window, ...] = ()
    still: tuple[Window, ...] = ()
    stirs: tuple[Window, ...] = ()
    walks: tuple[Walk, ...] = ()
    off: tuple[Window, ...] = ()
    silent: tuple[Window, ...] = ()
    uncharged: tuple[Window, ...] = field(default=())
    measured: tuple[Window, ...] = ()


STIR_EVERY_MIN: Final = (110, 190)
Rng = np.random.Generator


def between(rng: Rng, low: float, high: float) -> float:
    """A draw between two bounds."""
    return float(rng.uniform(low, high))


def resting(event: Event, rng: Rng, share: float = 0.8) -> Event:
    """Most sit or lie down with it; some carry on."""
    if rng.random() >= share:
        return event
    rest = Window(event.row, event.start - 12, event.end + 12)
    return replace(event, quiet=(rest,), stirs=stirs(rest, rng))


def stirs(rest: Window, rng: Rng) -> tuple[Window, ...]:
    """Two minutes of steps every few hours of rest: nobody sits still for ever."""
    found: list[Window] = []
    at = rest.start_min + between(rng, *STIR_EVERY_MIN)
    while at < rest.end_min:
        found.append(Window(rest.row, at, at + 2))
        at += between(rng, *STIR_EVERY_MIN)
    return tuple(found)
