"""A few people's day as the model lives it, for the tests to look at."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import numpy as np

from simulators import streams
from simulators.model import body, draws, people
from simulators.model.body import Moments
from simulators.model.calendar import Calendar
from simulators.model.courses import Course
from simulators.model.draws import Draws
from simulators.model.people import People, Wish
from simulators.model.plan import Forced, Plan, plan_day

FAIR = Calendar(weekend=False, bad_weather=False, outdoors_celsius=18.0)
MONDAY = date(2026, 3, 2).toordinal()
EVERY = np.arange(0, 1440, dtype=np.float32)


class Lived(NamedTuple):
    people: People
    draws: Draws
    plan: Plan
    moments: Moments


def folk(n: int, **wish: object) -> People:
    rngs = [streams.of_wristband(5, index).person for index in range(n)]
    return people.draw(rngs, [Wish(**{"conditions": frozenset(), **wish})] * n)


def lived(
    who: People,
    *,
    calendar_day: Calendar = FAIR,
    ill: float = 0.0,
    forced: Forced | None = None,
    courses: Sequence[Course] = (),
    ordinal: int = MONDAY,
) -> Lived:
    n = len(who)
    drawn = draws.of_day(5, range(n), ordinal)
    plan = plan_day(who, drawn, calendar_day, np.full(n, ill, np.float32), forced)
    rested, worn = np.zeros(n, np.float32), np.zeros((n, 1440), bool)
    minutes = body.follow(who, plan, rested, worn)
    moments = body.at(
        np.broadcast_to(EVERY, (n, 1440)),
        people=who,
        draws=drawn,
        plan=plan,
        minutes=minutes,
        calendar=calendar_day,
        courses=courses,
    )
    return Lived(who, drawn, plan, moments)
