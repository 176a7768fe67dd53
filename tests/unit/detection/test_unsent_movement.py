"""What a wristband does not say about movement is neither rest nor stillness."""

from typing import Any

from tests.unit.detection.played import NOON, Event, Player

MINUTE, HOUR = 60.0, 3600.0
CRITICAL, WARNING = 3, 2


def racing(begin: float, minutes: int, **fields: Any) -> list[dict[str, Any]]:
    """A heart rate of 140 or so every minute."""
    return [
        {"time": begin + i * MINUTE, "heart_rate": 140.0 + i % 2, **fields}
        for i in range(minutes)
    ]


def fired(events: list[Event], kind: str) -> list[int]:
    return [level for what, of, level, _ in events if (what, of) == ("fire", kind)]


def test_a_racing_heart_is_critical_while_the_steps_say_that_nobody_runs() -> None:
    events = Player().feed(*racing(NOON, 3, steps=500.0))
    assert fired(events, "heart_rate_high") == [CRITICAL]


def test_it_is_a_warning_once_the_steps_are_no_longer_sent() -> None:
    player = Player()
    player.feed({"time": NOON, "heart_rate": 70.0, "steps": 500.0})
    assert not fired(player.feed(*racing(NOON + 10 * MINUTE, 2)), "heart_rate_high")[1:]
    events = player.feed(*racing(NOON + 20 * MINUTE, 15))
    assert CRITICAL not in fired(events, "heart_rate_high")


def test_motion_alone_says_that_nobody_runs() -> None:
    events = Player().feed(*racing(NOON, 3, motion=0.0))
    assert fired(events, "heart_rate_high") == [CRITICAL]


def still(begin: float, hours: float, **fields: Any) -> list[dict[str, Any]]:
    """Reports every five minutes of somebody who sits."""
    return [
        {"time": begin + i * 300, "heart_rate": 70.0 + i % 3, **fields}
        for i in range(int(hours * 12) + 1)
    ]


MORNING = NOON - 4 * HOUR


def test_four_hours_without_a_step_are_a_warning() -> None:
    events = Player().feed(*still(MORNING, 4.1, steps=500.0))
    assert fired(events, "inactivity") == [WARNING]


def test_four_hours_of_which_nothing_is_sent_are_none() -> None:
    player = Player()
    player.feed({"time": MORNING, "heart_rate": 70.0, "steps": 500.0})
    events = player.feed(*still(MORNING + 300, 6))
    assert fired(events, "inactivity") == []


def test_stillness_counts_anew_when_steps_are_sent_again() -> None:
    player = Player()
    player.feed(*still(MORNING, 1, steps=500.0))
    back = MORNING + 4 * HOUR
    assert fired(player.feed(*still(back, 3.9, steps=500.0)), "inactivity") == []
    after = player.feed(*still(back + 3.95 * HOUR, 0.2, steps=500.0))
    assert fired(after, "inactivity") == [WARNING]


def test_a_short_silence_does_not_hide_stillness() -> None:
    player = Player()
    player.feed(*still(MORNING, 2, steps=500.0))
    back = MORNING + 3.9 * HOUR
    assert fired(player.feed(*still(back, 0.2, steps=500.0)), "inactivity") == [WARNING]
