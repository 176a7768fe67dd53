"""Accidents, wanderings and forgotten wristbands, and what only looks like trouble."""

from dataclasses import replace

import numpy as np

from simulators.model.courses import Channel, Course
from simulators.model.plan import Walk, Window
from simulators.offline.events import DAY_MIN, Event, Nature, Rng, between


def sos(nature: Nature, start: float, rng: Rng) -> Event:
    """The button, pressed once or again."""
    row, presses = nature.row, ((start, "button"),)
    if rng.random() < 0.3:
        presses += ((start + between(rng, 0.7, 3), "button"),)
    fright = Course(row, Channel.HEART_ADD, start - 2, start, start + 5, start + 20, 18)
    return Event(
        row,
        "sos",
        start,
        start + 20,
        float(len(presses)),
        courses=(fright,),
        urgent=presses,
    )


def fall(nature: Nature, start: float, rng: Rng) -> Event:
    """Up again within minutes."""
    row, lies = nature.row, between(rng, 0.5, 5)
    end = start + lies
    fright = Course(row, Channel.HEART_ADD, start, start + 1, end + 5, end + 25, 20)
    return Event(
        row,
        "fall",
        start,
        end,
        lies,
        courses=(fright,),
        urgent=((start, "fall"),),
        still=(Window(row, start, end),),
        quiet=(Window(row, start - 10, end + 60),),
    )


def long_lie(nature: Nature, start: float, rng: Rng) -> Event:
    """Nobody helps for an hour or more."""
    event = fall(nature, start, rng)
    end = start + between(rng, 60, 420)
    still = (Window(nature.row, start, end),)
    quiet = (Window(nature.row, start - 10, end + 240),)
    return replace(
        event, what="long_lie", end=end, size=end - start, still=still, quiet=quiet
    )


def unseen_fall(nature: Nature, start: float, rng: Rng) -> Event:
    """The wristband notices nothing: only the stillness shows."""
    event = long_lie(nature, start, rng)
    end = start + between(rng, 300, 840)
    still = (Window(nature.row, start, end),)
    quiet = (Window(nature.row, start - 10, end + 240),)
    return replace(
        event,
        what="unseen_fall",
        end=end,
        size=end - start,
        still=still,
        quiet=quiet,
        urgent=(),
    )


def wandering(nature: Nature, start: float, rng: Rng) -> Event:
    """Straight away from home, lost, found, brought home."""
    if rng.random() < 0.4:  # at night
        start += nature.bed_min + between(rng, 60, 300) - start % DAY_MIN
    metres = nature.fence_m + between(rng, 500, 1600)
    bearing = between(rng, 0, 2 * np.pi)
    row, arrive = nature.row, start + metres / (0.8 * nature.speed_m_s * 60)
    back = arrive + between(rng, 20, 90)
    end = back + 15
    east, north = metres * float(np.sin(bearing)), metres * float(np.cos(bearing))
    walk = Walk(row, start, arrive, back, end, east, north)
    return Event(row, "wandering", start, end, metres, walks=(walk,))


def bedridden(nature: Nature, start: float, rng: Rng) -> Event:
    """A day on which somebody does not move."""
    start = start - start % DAY_MIN + between(rng, 380, 480)
    end, row = start + between(rng, 330, 840), nature.row
    still = (Window(row, start, end),)
    return Event(row, "bedridden", start, end, end - start, still=still, ill=0.9)


def forgotten(nature: Nature, start: float, rng: Rng) -> Event:
    """The wristband is left lying."""
    end, row = start + between(rng, 60, 700), nature.row
    off = (Window(row, start, end),)
    return Event(row, "left_lying", start, end, end - start, off=off)


def uncharged(nature: Nature, start: float, rng: Rng) -> Event:
    """For days nobody thinks of the charger."""
    end, row = start + between(rng, 3, 6) * DAY_MIN, nature.row
    days = (Window(row, start, end),)
    return Event(row, "uncharged", start, end, end - start, uncharged=days)


def silence(nature: Nature, start: float, rng: Rng) -> Event:
    """Out of the network's range: reports are kept and come late."""
    end, row = start + between(rng, 30, 300), nature.row
    silent = (Window(row, start, end),)
    return Event(row, "out_of_range", start, end, end - start, silent=silent)


def white_coat(nature: Nature, start: float, rng: Rng) -> Event:
    """Somebody comes and measures: pressure rises, and the wristband is asked too."""
    end, row, size = start + between(rng, 15, 40), nature.row, between(rng, 8, 26)
    rise = Course(row, Channel.PRESSURE_ADD, start, start + 3, end - 5, end + 10, size)
    stay = (Window(row, start - 5, end),)
    return Event(
        row,
        "white_coat",
        start,
        end,
        size,
        alarming=False,
        courses=(rise,),
        quiet=stay,
        measured=stay,
    )


def daughter(nature: Nature, start: float, rng: Rng) -> Event:
    """A day at the daughter's: kilometres away, by car, and well."""
    row, metres = nature.row, between(rng, 2500, 9000)
    start = start - start % DAY_MIN + between(rng, 520, 620)
    back = start + between(rng, 300, 500)
    bearing = between(rng, 0, 2 * np.pi)
    east, north = metres * float(np.sin(bearing)), metres * float(np.cos(bearing))
    ride = Walk(row, start, start + 20, back, back + 20, east, north, on_foot=False)
    return Event(
        row, "daughter", start, back + 20, metres, alarming=False, walks=(ride,)
    )
