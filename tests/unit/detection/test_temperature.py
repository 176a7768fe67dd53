"""Skin temperature against what is usual at that quarter of the day."""

import numpy as np
import pytest

from alerts.detection.evidence import evidence
from tests.unit.detection.days import NOON, ON, at, every, usual_days
from tests.unit.detection.played import Player

WEEK = range(-7, 0)


def known() -> Player:
    player = Player()
    usual_days(player, WEEK, 33, "temperature", hour=13)
    return player


def test_warmer_than_usual_for_an_hour() -> None:
    player = known()
    warm = every(NOON, (34.2, 34.5, 34.4), 30, "temperature", **ON)
    told = player.feed(*warm)
    assert told == [("fire", "temperature_high", 2, NOON + 3600)]
    found = evidence(player.verdicts[-1], 0)
    assert found["usual"] == {"temperature": 33}
    assert found["deviation"] == {"temperature": 0.4}
    assert found["limits"] == {"temperature": 34.2}
    assert [one["temperature"] for one in found["readings"]] == [34.4, 34.5, 34.2]
    assert "高 1.4 °C" in found["text"]["zh-CN"]
    assert "1.4 °C above the usual 33.0 °C" in found["text"]["en"]


def test_colder_than_usual_is_nothing() -> None:
    cold = every(NOON, (30.1, 30.2, 30.1, 30.2), 25, "temperature", **ON)
    assert known().feed(*cold) == []


def test_clears_within_two_deviations_for_an_hour() -> None:
    player = known()
    player.feed(*every(NOON, (35, 35.1, 35), 30, "temperature", **ON))
    back = every(NOON + 5400, (33.8, 33.7, 33.8), 30, "temperature", **ON)
    assert player.feed(*back) == [("clear", "temperature_high", 0, NOON + 9000)]


def test_it_need_not_be_at_rest() -> None:
    player = known()
    warm = every(NOON, (35, 35.1, 35), 30, "temperature", **ON | {"motion": 0.5})
    assert player.feed(*warm) == [("fire", "temperature_high", 2, NOON + 3600)]


@pytest.mark.parametrize("hour", [6, 11.9, 18])
def test_another_quarter_of_the_day_has_another_usual(hour: float) -> None:
    player = known()
    player.feed({"time": at(0, hour), **ON})
    assert np.isnan(player.state["skin_usual"][0]) == (hour != 12)


def test_a_late_reading_counts_while_on_the_move() -> None:
    player = Player(rules={"temperature_high.min_days": 1})
    player.feed({"time": NOON, "heart_rate": 70, **ON | {"motion": 0.5}})
    late = {"time": at(-1, 13), "received": NOON, "temperature": 33.456}
    player.feed(late)
    player.feed({"time": at(1, 12), **ON})
    assert player.state["skin_usual"][0] == 33.46
