"""Sequences of reports that reach deep states quickly, made from a seed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

from tests.oracles.arriving import Body, arrive
from tests.oracles.places import Fence
from tests.oracles.readings import DAY_S

MIDNIGHT = 1_795_190_400.0  # 2026-11-21 00:00 in Shanghai
SPRING = 1_774_652_400.0  # 2026-03-28 00:00 in Berlin, the clocks change a day later
HOME = (34.3416, 108.9398)
NORTH = (0.0, 0.0, 0.002, 0.004, 0.006, 0.01, 0.013, 0.02, 0.03, 0.04)
GAPS = (0, 10, 60, 60, 120, 240, 300, 301, 600, 900)
RATES = (38, 40, 41, 50, 52, 55, 70, 106, 108, 111, 120, 131, 140, 0)
PRESSURES = (
    (185, 90),
    (150, 112),
    (178, 100),
    (175, 105),
    (137, 80),
    (120, 86),
    (120, 70),
    (88, 60),
    (98, 60),
    (103, 60),
    (80, 95),
    (95, 95),
)


@dataclass
class Sequence:
    """What one wristband sends.

    Attributes
    ----------
    messages : in the order they arrive; the reports of each arrive together.
    profiles : from which message on which of the profiles is in force.
    """

    messages: list[list[Body]]
    profiles: list[tuple[int, int]]


@dataclass
class Habit:
    """What a wristband ever sends, and about what its wearer shows."""

    steps: bool
    motion: bool
    worn: bool
    rate: int
    temperature: float
    count: int = 0


def fences() -> list[Fence]:
    """Fresh fences: two to stay in, one to keep out of."""
    latitude, longitude = HOME
    return [
        Fence(latitude, longitude, 305.0),
        Fence(latitude + 0.01, longitude, 305.0),
        Fence(latitude + 0.02, longitude, 305.0, enter=True),
    ]


def sequence(chance: Random, profiles: int, midnight: float = MIDNIGHT) -> Sequence:
    """One wristband's reports: a few scenes after each other, as they arrive."""
    habit = Habit(
        *(chance.random() < 0.75 for _ in range(3)),
        rate=chance.choice((58, 66, 74)),
        temperature=chance.choice((33.0, 34.25)),
    )
    time = midnight + chance.choice((0, 6.5, 7, 12, 21.5)) * 3600
    reports: list[Body] = []
    for scene in chance.choices(SCENES, k=chance.choice((1, 1, 2, 3))):
        for at, body in scene(chance, habit, time):
            reports.append({"time": at, "received": at, "seq": len(reports), **body})
            time = at
        time += chance.choice((0, 60, 600, 3700, 30000))
    messages = arrive(chance, reports)
    changes = [(0, chance.randrange(profiles))]
    if chance.random() < 0.25:
        changes.append((chance.randrange(len(messages)), chance.randrange(profiles)))
    return Sequence(messages, changes)


Scene = Callable[[Random, Habit, float], Iterator[tuple[float, Body]]]


def _quiet(chance: Random, habit: Habit, moves: float = 0.03) -> Body:
    """What every report of a wristband carries besides."""
    body: Body = {}
    if chance.random() < moves:
        habit.count += chance.choice((1, 1, -habit.count))
    if habit.steps and chance.random() < 0.8:
        body["steps"] = habit.count
    if habit.motion and chance.random() < 0.8:
        body["motion"] = 0.25 if chance.random() < moves else chance.choice((0, 0.0625))
    if habit.worn and chance.random() < 0.6:
        body["worn"] = 1
    return body


def _near(chance: Random, habit: Habit, time: float) -> Iterator[tuple[float, Body]]:
    """Values near the limits, more often than not the same again."""
    kinds = [_some(chance, habit) for _ in range(chance.randint(1, 3))]
    for _ in range(chance.randint(4, 24)):
        time += chance.choice(GAPS)
        again = chance.random() < 0.7
        body = chance.choice(kinds) if again else _some(chance, habit)
        yield time, dict(body)


def _some(chance: Random, habit: Habit) -> Body:
    body = _quiet(chance, habit, moves=0.2)
    if chance.random() < 0.8:
        body["heart_rate"] = chance.choice(RATES)
    if chance.random() < 0.5:
        body["spo2"] = chance.choice((91, 92, 93, 94, 95, 98))
    if chance.random() < 0.3:
        body |= _pressure(chance, chance.choice(PRESSURES))
    if chance.random() < 0.3:
        body["battery"] = chance.choice((9, 10, 11, 20, 22, 25, 60))
    if chance.random() < 0.3:
        body |= _fix(chance)
    if habit.worn and chance.random() < 0.1:
        body["worn"] = 0
    return body


def _pressure(chance: Random, pressure: tuple[float, float]) -> Body:
    """A blood pressure, now and then only one half of it."""
    body: Body = dict(zip(("systolic", "diastolic"), pressure, strict=True))
    if chance.random() < 0.15:
        del body[chance.choice(("systolic", "diastolic"))]
    return body


def _fix(chance: Random) -> Body:
    body: Body = {
        "latitude": HOME[0] + chance.choice(NORTH),
        "longitude": HOME[1],
    }
    if chance.random() < 0.6:
        body["accuracy"] = chance.choice((10.0, 130.0, 305.0))
    if chance.random() < 0.7:
        body["location_source"] = chance.randrange(4)
    return body


def _stretch(chance: Random, habit: Habit, time: float) -> Iterator[tuple[float, Body]]:
    """One regime, long enough to alarm or to clear."""
    for _ in range(chance.randint(2, 4)):
        rate = chance.choice((135, 118, 109, 99, 70, 53, 48, 38))
        pressure, spo2 = chance.choice(PRESSURES), chance.choice((90, 94, 97))
        gap = chance.choice((20, 45, 60, 60, 120, 290, 300, 320))
        varies = chance.random() < 0.85
        for i in range(chance.randint(3, 14)):
            body = _quiet(chance, habit)
            body["heart_rate"] = rate + varies * (i % 2)
            if chance.random() < 0.3:
                body |= _pressure(chance, pressure)
            if chance.random() < 0.5:
                body["spo2"] = spo2
            yield time, body
            time += gap
        time += chance.choice((0, 0, 600, 3300, 3900))


def _usual(chance: Random, habit: Habit, time: float) -> Iterator[tuple[float, Body]]:
    """Days at the same hour, then a change at that hour."""
    begin = time + chance.choice((0, 600, 2900))
    for _ in range(chance.choice((2, 3, 3, 4, 4, 5))):
        at = begin
        for _ in range(chance.randint(1, 4)):
            yield at, _about(chance, habit, chance.choice((-2, -1, 0, 0, 1, 2)), 0)
            at += chance.choice((20, 300, 900, 3600))
        begin += DAY_S * chance.choice((1,) * 14 + (2, 2, 29, 30))
    at = begin
    for calm in chance.choice(((0,), (0, 1), (0, 1), (0, 1, 0))):
        by = chance.choice((-30, -12, -8, 4, 8, 9, 12, 16, 24, 30))
        warmer = chance.choice((0.5, 0.75, 1.0, 1.25, 1.5, 2.0))
        gap = chance.choice((60, 100, 150, 240, 299, 300, 300, 600, 601, 890))
        for _ in range(chance.randint(4, 11)):
            yield at, _about(chance, habit, 0 if calm else by, 0 if calm else warmer)
            at += gap


def _about(chance: Random, habit: Habit, by: int, warmer: float) -> Body:
    body = _quiet(chance, habit, moves=0.01)
    if chance.random() < 0.9:
        body["heart_rate"] = habit.rate + by + chance.choice((0, 0, 1, 0.25, 0.5))
    if chance.random() < 0.8:
        body["temperature"] = habit.temperature + warmer + chance.choice((0, 0.25))
    return body


def _still(chance: Random, habit: Habit, time: float) -> Iterator[tuple[float, Body]]:
    """Days of few reports: stillness, the wristband taken off, the pulse lost."""
    rate = habit.rate
    for _ in range(chance.randint(1, 4)):
        moves = chance.choice((0.0, 0.1, 0.5))
        off, lost, stuck = (chance.random() < 0.25 for _ in range(3))
        for _ in range(chance.randint(2, 10)):
            body = _quiet(chance, habit, moves)
            if not lost:
                rate += 0 if stuck else chance.choice((-1, 1))
                body["heart_rate"] = rate
            if off and habit.worn:
                body["worn"] = 0
            if chance.random() < 0.2:
                body["spo2"], body["temperature"] = 91, habit.temperature
            yield time, body
            time += chance.choice((60, 600, 1800, 3600, 5400, 9000))
        time += chance.choice((0, 600, 28800, 36000))


def _routine(chance: Random, habit: Habit, time: float) -> Iterator[tuple[float, Body]]:
    """Days that are much alike: a walk, then as long without one."""
    midnight = time - (time - MIDNIGHT) % DAY_S
    hours = chance.choice((8, 9, 9.5, 12))
    for day in range(chance.choice((3, 4, 4, 5))):
        at = midnight + DAY_S * (day + 1) + 8 * 3600
        for hour in range(int(hours + chance.choice((0, 0, 1)))):
            body = _quiet(chance, habit, moves=0.0)
            body["heart_rate"] = habit.rate + hour
            if hour in {0, 4}:
                habit.count += 5
            if habit.steps:
                body["steps"] = habit.count
            elif habit.motion:
                body["motion"] = 0.75 if hour in {0, 4} else 0.0
            yield at + hour * 3600, body


def _days(chance: Random, habit: Habit, time: float) -> Iterator[tuple[float, Body]]:
    """A few blood pressures a day."""
    for _ in range(chance.randint(2, 6)):
        systolic = chance.choice((124, 128, 133, 135, 140, 150))
        at = time
        for _ in range(chance.choice((1, 2, 2, 2, 3, 4))):
            body = _quiet(chance, habit)
            body["heart_rate"] = habit.rate + chance.choice((0, 1, 2))
            body["systolic"] = systolic + chance.choice((-4, 0, 0, 4))
            body["diastolic"] = chance.choice((70, 78, 84, 86, 90))
            yield at, body
            at += chance.choice((60, 1800, 7200))
        time += DAY_S * chance.choice((1, 1, 1, 2, 5, 7))


def _charge(chance: Random, habit: Habit, time: float) -> Iterator[tuple[float, Body]]:
    """The battery runs down and is charged, by much or by little."""
    charge = chance.choice((30, 22, 14))
    for _ in range(chance.randint(6, 30)):
        body = _quiet(chance, habit)
        step = chance.choice((-8, -5, -3, -2, -1, 0, 1, 2, 3, 5, 12, 40))
        body["battery"] = charge = min(100, max(1, charge + step))
        yield time, body
        time += chance.choice((300, 3600, 7200))


def _walk(chance: Random, habit: Habit, time: float) -> Iterator[tuple[float, Body]]:
    """Out of one fence, into another, and home again."""
    for _ in range(chance.randint(6, 24)):
        yield time, _quiet(chance, habit, moves=0.3) | _fix(chance)
        time += chance.choice((60, 300, 900, 3600))


SCENES: tuple[Scene, ...] = (
    *(_near, _stretch, _usual, _usual, _still, _routine, _days, _charge, _walk),
)
