"""Illness laid over a body: how a vital sign leaves its usual, and comes back."""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

import numpy as np

from simulators.model.arrays import Floats


class Channel(StrEnum):
    """What a course acts on; `set` ones replace the value, `add` ones shift it."""

    HEART_RATE = "heart_rate"
    HEART_ADD = "heart_add"
    SYSTOLIC = "systolic"
    DIASTOLIC = "diastolic"
    PRESSURE_ADD = "pressure_add"
    SPO2 = "spo2"
    SKIN = "skin"
    SKIN_ADD = "skin_add"


ADDS = frozenset({Channel.HEART_ADD, Channel.PRESSURE_ADD, Channel.SKIN_ADD})


class Course(NamedTuple):
    """A trapezoid: rises from `start` to `full`, holds, falls from `fade` to `end`.

    Times in minutes after midnight of the day at hand, and beyond it; `size` in the
    channel's unit.
    """

    row: int
    channel: Channel
    start: float
    full: float
    fade: float
    end: float
    size: float

    def shifted(self, minutes: float) -> "Course":
        """The same, told from another midnight."""
        return self._replace(
            start=self.start + minutes,
            full=self.full + minutes,
            fade=self.fade + minutes,
            end=self.end + minutes,
        )

    def weight(self, minute: Floats) -> Floats:
        """How much of it there is at each minute, 0–1."""
        rise = (minute - self.start) / max(self.full - self.start, 1e-3)
        fall = (self.end - minute) / max(self.end - self.fade, 1e-3)
        return np.clip(np.minimum(rise, fall), 0, 1).astype(np.float32)


def lay_over(
    value: Floats, minute: Floats, courses: Sequence[Course], channel: Channel
) -> Floats:
    """Change `value` (n, r) in place where a course of `channel` acts; return it."""
    for course in courses:
        if course.channel is not channel:
            continue
        weight = course.weight(minute[course.row])
        if channel in ADDS:
            value[course.row] += weight * np.float32(course.size)
        else:
            value[course.row] += weight * (course.size - value[course.row])
    return value
