"""Weeks of one person: batches, restarts and late messages change nothing."""

from random import Random
from typing import Any

import pytest

from tests.unit.detection.days import DAY, MINUTE, at
from tests.unit.detection.played import Event, Player

Report = dict[str, Any]
RULES = {"vitals_change.min_days": 3, "temperature_high.min_days": 3}


def weeks(seed: int, days: int = 40) -> list[list[Report]]:
    """Messages in the order they arrive; some hours come late, all at once."""
    chance = Random(seed)
    messages: list[tuple[float, list[Report]]] = []
    steps, battery = 0, 90.0
    for number in range(days):
        ill = number > days - 5
        for hour in sorted(chance.sample(range(24), chance.randint(8, 20))):
            asleep = not 7 <= hour < 22
            start = at(number, hour) + chance.random() * 40 * MINUTE
            off = chance.random() < 0.05
            message: list[Report] = []
            for i in range(chance.randint(1, 4)):
                if not asleep and chance.random() < 0.2:
                    steps += chance.randint(1, 50)
                battery = 100 if battery < 8 else battery - 0.2
                one: Report = {
                    "time": start + i * 10 * MINUTE,
                    "seq": len(messages) * 10 + i,
                    "steps": steps,
                    "motion": 0.0,
                    "battery": round(battery),
                }
                if chance.random() < 0.8:
                    one["worn"] = int(not off)
                if not off:
                    one["heart_rate"] = 62 + hour % 5 + chance.randint(-3, 3) + 25 * ill
                    one["temperature"] = 33 + chance.random() / 2 + 2 * ill
                if chance.random() < 0.2:
                    one |= {"systolic": 128 + number // 2, "diastolic": 78}
                message.append(one)
            delay = 3 * DAY * chance.random() if chance.random() < 0.05 else 5.0
            arrival = message[-1]["time"] + delay
            messages.append((arrival, [one | {"received": arrival} for one in message]))
    messages.sort(key=lambda one: one[0])
    return [message for _, message in messages]


def told(
    messages: list[list[Report]], chance: Random | None
) -> tuple[Player, list[Event]]:
    """Judged message by message, or in random batches with restarts between."""
    player, events = Player(rules=RULES), list[Event]()
    while messages:
        size = 1 if chance is None else chance.choice((1, 2, 5, 40, 1000))
        batch, messages = messages[:size], messages[size:]
        events += player.batch([(0, one) for some in batch for one in some]).get(0, [])
        if chance is not None:
            player.restart()
    return player, events


@pytest.mark.parametrize("seed", range(2))
def test_any_batching_and_restart_tells_the_same(seed: int) -> None:
    messages = weeks(seed)
    first, events = told(messages, None)
    kinds = {kind for what, kind, *_ in events if what == "fire"}
    assert {"inactivity", "not_worn", "battery_low", "vitals_change"} <= kinds
    assert {"temperature_high", "blood_pressure_high"} <= kinds
    for batching in range(2):
        again, others = told(messages, Random(batching))
        assert others == events
        assert again.state.tobytes() == first.state.tobytes()
        assert again.memory.tobytes() == first.memory.tobytes()
