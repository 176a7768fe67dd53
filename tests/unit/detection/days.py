"""Days of one wristband's reports, to make somebody's usual known."""

from collections.abc import Iterable, Mapping
from typing import Any

from tests.unit.detection.played import NOON, Player

DAY, HOUR, MINUTE = 86400.0, 3600.0, 60.0
MIDNIGHT = NOON - 12 * HOUR  # of day 0, in Shanghai
ON = {"worn": 1, "steps": 10, "motion": 0.0}

Report = dict[str, Any]


def at(day: float, hour: float) -> float:
    """An instant by the local day, 0 for the one whose noon is NOON, and hour."""
    return MIDNIGHT + day * DAY + hour * HOUR


def every(
    start: float, values: Iterable[float], minutes: float, name: str, **more: Any
) -> list[Report]:
    """Reports of one vital sign from `start` on."""
    return [
        {"time": start + i * minutes * MINUTE, name: value, **more}
        for i, value in enumerate(values)
    ]


def usual_days(
    player: Player,
    days: Iterable[int],
    means: Mapping[int, float] | float,
    name: str = "heart_rate",
    hour: float = 12,
) -> None:
    """Three readings around a mean at one hour of each day, in one batch."""
    reports: list[Report] = []
    for day in days:
        mean = means[day] if isinstance(means, Mapping) else means
        three = (mean - 1, mean, mean + 1)
        reports += every(at(day, hour), three, 20, name, **ON)
    told = player.batch([(0, one) for one in reports]).get(0, [])
    assert not [event for event in told if event[0] == "fire"]
