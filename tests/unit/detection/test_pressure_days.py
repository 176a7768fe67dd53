"""Mean of daily means of blood pressure: info and a task, an episode of its own."""

from typing import Any

import pytest

from alerts.detection.evidence import evidence
from tests.unit.detection import played
from tests.unit.detection.days import HOUR, MINUTE, at
from tests.unit.detection.played import Event

Report = dict[str, Any]
KIND = "blood_pressure_high"
TWICE = {f"{KIND}.readings_per_day": 2.0}


class Player(played.Player):
    """One wristband under rules that ask for two readings a day."""

    def __init__(self) -> None:
        super().__init__(rules=TWICE)


def test_one_reading_a_day_is_enough_by_default() -> None:
    player = played.Player()
    assert play(player, *day(-1, (150, 95))) == []
    assert play(player, *day(0, (150, 95))) == [("fire", KIND, 1, at(0, 9))]


def test_half_a_pressure_is_of_no_day() -> None:
    player = played.Player()
    halves = [{**one, "systolic": 150} for one in day(-1, (0, 95)) + day(0, (0, 95))]
    for one in halves:
        del one["diastolic"]
    assert play(player, *halves) == []


def day(
    number: int, *pressures: tuple[float, float], hour: float = 9, **more: Any
) -> list[Report]:
    """Readings of one day, ten minutes apart."""
    return [
        {
            "time": at(number, hour) + i * 10 * MINUTE,
            "systolic": upper,
            "diastolic": lower,
            **more,
        }
        for i, (upper, lower) in enumerate(pressures)
    ]


def play(player: played.Player, *reports: Report) -> list[Event]:
    return player.batch([(0, one) for one in reports]).get(0, [])


def test_two_days_of_two_readings() -> None:
    player = Player()
    assert play(player, *day(-1, (136, 80), (138, 82))) == []
    assert play(player, *day(0, (134, 70))) == []
    second = day(0, (136, 71), hour=9.5)
    assert play(player, *second) == [("fire", KIND, 1, at(0, 9.5))]
    found = evidence(player.verdicts[-1], 0)
    assert found["values"] == {"systolic": 136, "diastolic": 75.8}
    assert found["limits"] == {"systolic": 135, "diastolic": 85}
    assert found["count"] == 2
    assert found["days"] == [
        {"date": "2026-11-21", "systolic": 135, "diastolic": 70.5, "count": 2},
        {"date": "2026-11-20", "systolic": 137, "diastolic": 81, "count": 2},
    ]
    assert "家庭自测血压 7 天" in found["task"]["zh-CN"]
    assert "upper-arm cuff" in found["task"]["en"]
    assert "近 7 天内 2 天的平均血压 136/76" in found["text"]["zh-CN"]
    assert "2 of the last 7 days 136/76" in found["text"]["en"]


def test_diastolic_alone() -> None:
    player = Player()
    play(player, *day(-1, (120, 86), (120, 86)))
    assert play(player, *day(0, (120, 84), (120, 84))) == [
        ("fire", KIND, 1, at(0, 9) + 600)
    ]


@pytest.mark.parametrize(
    "reports",
    [
        day(0, (150, 90), (150, 90), (150, 90)),  # one day
        day(-1, (150, 90)) + day(0, (150, 90)),  # one reading each
        day(-7, (150, 90), (150, 90)) + day(0, (150, 90), (150, 90)),  # too long ago
        day(-1, (150, 90), (150, 90), worn=0) + day(0, (150, 90), (150, 90), worn=1),
        day(-1, (134, 84), (134, 84)) + day(0, (135, 85), (135, 85)),  # the mean
    ],
)
def test_not_enough(reports: list[Report]) -> None:
    told = [one for one in play(Player(), *reports) if one[1] == KIND]
    assert told == []


def test_six_days_ago_still_counts() -> None:
    player = Player()
    play(player, *day(-6, (150, 80), (150, 80)))
    assert play(player, *day(0, (130, 80), (130, 80))) == [
        ("fire", KIND, 1, at(0, 9) + 600)
    ]


def test_clears_below_both_limits_by_the_margin() -> None:
    player = Player()
    play(player, *day(-2, (136, 78), (136, 78)), *day(-1, (136, 78), (136, 78)))
    # The mean of three days: 130 does not clear, less does.
    assert play(player, *day(0, (118, 78), (118, 78))) == []
    assert play(player, *day(0, (116, 78), hour=12)) == [("clear", KIND, 0, at(0, 12))]


def test_late_readings_do_not_count() -> None:
    player = Player()
    play(player, *day(-1, (150, 80)), *day(0, (150, 80)))
    late = day(-1, (150, 80), hour=20, received=at(0, 10))
    play(player, *late)
    assert play(player, *day(0, (150, 80), hour=11)) == []


def test_it_is_cleared_only_when_the_critical_one_is_over_too() -> None:
    player = Player()
    play(player, *day(-1, (170, 80), (170, 80)))
    told = play(player, *day(0, (190, 80), (190, 80)))
    assert [one[:3] for one in told if one[0] == "fire"] == [
        ("fire", KIND, 3),
        ("fire", KIND, 1),
    ]
    # The critical episode ends, the mean of the days does not.
    assert play(player, *day(0, (120, 70), (120, 70), hour=12)) == []
    # Eight days later only new days count, and these are fine.
    told = play(player, *day(8, (120, 70), (120, 70)), *day(9, (120, 70), (120, 70)))
    assert told == [("clear", KIND, 0, at(9, 9) + 600)]


def test_other_readings_a_day_count_at_once() -> None:
    player = Player()
    play(player, *day(-2, (150, 80)), *day(-1, (150, 80)), *day(0, (120, 80)))
    player.limits.table["blood_pressure_high.readings_per_day"] = 1
    assert play(player, *day(0, (120, 80), hour=12)) == [("fire", KIND, 1, at(0, 12))]
    found = evidence(player.verdicts[-1], 0)
    assert [one["count"] for one in found["days"]] == [2, 1, 1]


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_any_batching_tells_the_same_with_the_same_days(size: int) -> None:
    story: list[Report] = []
    for number in range(24):
        high = 150 if number // 6 % 2 else 110
        if number % 5:
            story += day(number, (high, 80), (high + 2, 79), (high - 1, 81))
    told: list[Event] = []
    days: list[list[str]] = []
    player, whole = Player(), Player()
    for i in range(0, len(story), size):
        told += play(player, *story[i : i + size])
        player.restart()
        verdict = player.verdicts[-1]
        days += [
            [one["date"] for one in evidence(verdict, n)["days"]]
            for n in range(len(verdict.firings))
        ]
    assert told == play(whole, *story)
    assert [one[0] for one in told] == ["fire", "clear", "fire"]
    verdict = whole.verdicts[-1]
    assert days == [
        [one["date"] for one in evidence(verdict, n)["days"]]
        for n in range(len(verdict.firings))
    ]
    assert all(len(one) >= 2 for one in days)
    assert whole.state.tobytes() == player.state.tobytes()
    assert whole.memory.tobytes() == player.memory.tobytes()


def test_hours_between_are_of_no_account() -> None:
    """Readings around midnight belong to their own days."""
    player = Player()
    before = day(-1, (150, 80), (150, 80), hour=23.5)
    after = day(0, (150, 80), (150, 80), hour=0)
    assert play(player, *before, *after) == [("fire", KIND, 1, at(0, 0) + 600)]
    assert HOUR == 3600
