"""Diseases of a cohort's people: onset, height and course, drawn for each."""

from dataclasses import replace
from typing import Final

from simulators.model.courses import Channel, Course
from simulators.model.plan import Window
from simulators.offline.events import DAY_MIN, Event, Nature, Rng, between, resting

FEVER_BPM_PER_CELSIUS: Final = 8.5
FEVER_AT_WRIST: Final = 0.9


def _heart(
    nature: Nature, start: float, rng: Rng, what: str, span: tuple[float, ...]
) -> Event:
    """A rate that holds: `span` is lowest, highest [1/min], onset, length [min]."""
    low, high, onset_min, shortest, longest = span
    size, onset = between(rng, low, high), between(rng, 0.2, onset_min)
    full = start + onset
    fade = full + between(rng, shortest, longest)
    end = fade + between(rng, 1, 8)
    course = Course(nature.row, Channel.HEART_RATE, start, full, fade, end, size)
    event = Event(nature.row, what, start, end, size, courses=(course,))
    return resting(event, rng)


def bradycardia(nature: Nature, start: float, rng: Rng) -> Event:
    """A pulse too slow to stand up with."""
    return _heart(nature, start, rng, "bradycardia", (27, 35, 10, 30, 240))


def slow_pulse(nature: Nature, start: float, rng: Rng) -> Event:
    """A slow pulse that warns."""
    return _heart(nature, start, rng, "slow_pulse", (42, 47, 20, 60, 300))


def tachycardia(nature: Nature, start: float, rng: Rng) -> Event:
    """A fast pulse that starts from one beat to the next."""
    return _heart(nature, start, rng, "tachycardia", (138, 168, 2, 25, 180))


def fast_pulse(nature: Nature, start: float, rng: Rng) -> Event:
    """A fast pulse that warns."""
    return _heart(nature, start, rng, "fast_pulse", (116, 127, 15, 60, 240))


def _pressure(
    nature: Nature, start: float, rng: Rng, what: str, span: tuple[float, ...]
) -> Event:
    low, high, diastolic_low, diastolic_high, shortest, longest = span
    full = start + between(rng, 8, 40)
    fade = full + between(rng, shortest, longest)
    end = fade + between(rng, 20, 60)
    row, size = nature.row, between(rng, low, high)
    courses = (
        Course(row, Channel.SYSTOLIC, start, full, fade, end, size),
        Course(
            row,
            Channel.DIASTOLIC,
            start,
            full,
            fade,
            end,
            between(rng, diastolic_low, diastolic_high),
        ),
    )
    return resting(Event(row, what, start, end, size, courses=courses), rng)


def hypertension(nature: Nature, start: float, rng: Rng) -> Event:
    """A hypertensive episode."""
    return _pressure(nature, start, rng, "hypertension", (200, 225, 112, 128, 120, 480))


def hypotension(nature: Nature, start: float, rng: Rng) -> Event:
    """Low pressure, the heart a little faster."""
    event = _pressure(nature, start, rng, "hypotension", (64, 79, 36, 46, 90, 240))
    (first, *_) = event.courses
    faster = first._replace(channel=Channel.HEART_ADD, size=12.0)
    return replace(event, courses=(*event.courses, faster))


def hypoxia(nature: Nature, start: float, rng: Rng) -> Event:
    """Too little oxygen, over hours."""
    size = between(rng, 73, 79) if nature.copd else between(rng, 81, 88)
    full = start + between(rng, 40, 240)
    fade = full + between(rng, 60, 900)
    end, row = fade + between(rng, 60, 240), nature.row
    courses = (
        Course(row, Channel.SPO2, start, full, fade, end, size),
        Course(row, Channel.HEART_ADD, start, full, fade, end, 10),
    )
    event = Event(row, "hypoxia", start, end, size, courses=courses, ill=0.85)
    return resting(event, rng, 0.7)


def fever(nature: Nature, start: float, rng: Rng) -> Event:
    """Two or three days of it: heart and skin follow the core."""
    core = between(rng, 1.8, 2.9)
    full = start + between(rng, 120, 480)
    fade = full + between(rng, 900, 3600)
    end, row = fade + between(rng, 240, 720), nature.row
    span = (start, full, fade, end)
    courses = (
        Course(row, Channel.SKIN_ADD, *span, core * FEVER_AT_WRIST),
        Course(row, Channel.HEART_ADD, *span, core * FEVER_BPM_PER_CELSIUS),
    )
    return Event(row, "fever", start, end, core, courses=courses, ill=0.85)


def decline(nature: Nature, start: float, rng: Rng) -> Event:
    """Over weeks the resting pulse climbs and the steps fall."""
    end, row = start + between(rng, 8, 18) * DAY_MIN, nature.row
    size = between(rng, 16, 24)
    climb = Course(row, Channel.HEART_ADD, start, end - 720, end - 10, end, size)
    return Event(row, "slow_decline", start, end, size, courses=(climb,), ill=0.45)


def death(nature: Nature, start: float, rng: Rng) -> Event:
    """Asleep; found hours later. The wristband stays on and finds no pulse."""
    start = start - start % DAY_MIN + DAY_MIN + between(rng, 0, 300)
    end, row = start + between(rng, 600, 1500), nature.row
    gone = end + DAY_MIN
    courses = (
        Course(row, Channel.HEART_RATE, start, start + 4, gone, gone + 1, 0),
        Course(row, Channel.SKIN, start, start + 600, gone, gone + 1, 23),
    )
    still = (Window(row, start + 4, gone),)
    quiet = (Window(row, start - 60, gone),)
    return Event(
        row,
        "death",
        start,
        end,
        0,
        fatal=True,
        courses=courses,
        still=still,
        quiet=quiet,
    )
