"""A wristband that says it is off, or of which that must be inferred."""

from typing import Any

import pytest

from alerts.detection import gates
from alerts.detection.evidence import evidence
from tests.unit.detection.days import HOUR, MINUTE, NOON, at
from tests.unit.detection.played import Event, Player

Report = dict[str, Any]


def reports(
    start: float, hours: float, every: float = 5, **fields: Any
) -> list[Report]:
    count = round(hours * 60 / every) + 1
    return [{"time": start + i * every * MINUTE, **fields} for i in range(count)]


def play(player: Player, some: list[Report]) -> list[Event]:
    return player.batch([(0, one) for one in some]).get(0, [])


def not_worn(events: list[Event]) -> list[tuple[str, int, float]]:
    return [
        (what, level, time) for what, kind, level, time in events if kind == "not_worn"
    ]


def test_said_to_be_off() -> None:
    player = Player()
    told = play(player, [{"time": NOON - 60, "worn": 1}, *reports(NOON, 4, worn=0)])
    assert not_worn(told) == [
        ("fire", 1, NOON + HOUR / 2),
        ("fire", 2, NOON + 4 * HOUR),
    ]
    found = evidence(player.verdicts[-1], 0)
    assert found["values"] == {"off_s": 1800}
    assert found["limits"] == {"off_s": 1800}
    assert found["cause"] == "said_off"
    assert found["since"] == "2026-11-21T04:00:00.000Z"
    assert found["text"]["en"].startswith("The wristband has been off for 30 min")
    assert "手环已摘下 30 分钟" in found["text"]["zh-CN"]
    again = {"time": NOON + 4.2 * HOUR, "worn": 1}
    assert player.feed(again) == [("clear", "not_worn", 0, again["time"])]


def test_reports_that_say_nothing_leave_it_off() -> None:
    player = Player()
    player.feed({"time": NOON, "worn": 0}, {"time": NOON + 600})
    assert player.feed({"time": NOON + 1800}) == [("fire", "not_worn", 1, NOON + 1800)]


def test_on_for_a_moment_begins_anew() -> None:
    player = Player()
    player.feed({"time": NOON, "worn": 0}, {"time": NOON + 1200, "worn": 1})
    assert play(player, reports(NOON + 1300, 0.4, worn=0)) == []


def test_at_high_risk_after_an_hour() -> None:
    player = Player()
    player.limits.table["high_risk"] = True
    told = play(player, reports(NOON, 1.5, worn=0))
    assert not_worn(told) == [("fire", 1, NOON + 1800), ("fire", 2, NOON + HOUR)]


def test_a_warning_sooner_than_the_info() -> None:
    player = Player(rules={"not_worn.warning_high_risk_s": 900})
    player.limits.table["high_risk"] = True
    assert not_worn(play(player, reports(NOON, 0.5, worn=0))) == [
        ("fire", 2, NOON + 900)
    ]
    assert evidence(player.verdicts[-1], 0)["limits"] == {"off_s": 900}


def test_the_night_does_not_count() -> None:
    told = play(Player(), reports(at(0, 21.75), 10, worn=0))
    assert not_worn(told) == [("fire", 1, at(1, 7.25))]


def test_a_frozen_heart_rate() -> None:
    player = Player()
    told = play(player, reports(NOON, 1, 2, heart_rate=72, motion=0.0))
    assert not_worn(told) == [("fire", 1, NOON + 1800)]
    found = evidence(player.verdicts[-1], 0)
    assert found["cause"] == "frozen"
    assert "has not changed for 30 min" in found["text"]["en"]
    other = {"time": NOON + 3700, "heart_rate": 73}
    assert player.feed(other) == [("clear", "not_worn", 0, other["time"])]


def test_frozen_goes_on_in_reports_without_a_pulse() -> None:
    player = Player()
    play(player, reports(NOON, 0.4, 2, heart_rate=72, motion=0.0))
    assert play(player, reports(NOON + 1500, 0.09, motion=0.0)) == [
        ("fire", "not_worn", 1, NOON + 1800)
    ]


class TestSilent:
    """No pulse and no motion any more."""

    def test_it_is_taken_as_not_worn(self) -> None:
        player = Player()
        player.feed({"time": NOON, "heart_rate": 72, "motion": 0.0})
        told = play(player, reports(NOON + 300, 0.5, heart_rate=0, motion=0.0))
        assert told == [("fire", "not_worn", 1, NOON + 1800)]
        found = evidence(player.verdicts[-1], 0)
        assert found["cause"] == "no_signal"
        assert "No pulse and no motion for 30 min" in found["text"]["en"]
        (gate,) = gates.closed(int(player.state["gates"][0]))
        assert gate["code"] == "not_worn"
        assert "没有脉搏" in str(gate["text"])

    def test_it_closes_the_gate_for_other_vital_signs(self) -> None:
        player = Player()
        player.feed({"time": NOON, "heart_rate": 72})
        low = reports(NOON + 1800, 0.2, 1, spo2=85)
        assert not [one for one in play(player, low) if one[1] == "spo2_low"]
        pulse = reports(NOON + 3000, 0.1, 1, spo2=85, heart_rate=70)
        assert [one for one in play(player, pulse) if one[1] == "spo2_low"]

    def test_a_move_speaks_against_it(self) -> None:
        player = Player()
        player.feed(
            {"time": NOON, "heart_rate": 72}, {"time": NOON + 60, "motion": 0.5}
        )
        assert play(player, reports(NOON + 300, 3, motion=0.0)) == []

    def test_who_never_sent_a_pulse_is_not_silent(self) -> None:
        assert play(Player(), reports(NOON, 3, motion=0.0)) == []

    def test_a_pulse_ends_it(self) -> None:
        player = Player()
        player.feed({"time": NOON, "heart_rate": 72}, {"time": NOON + 1800})
        pulse = {"time": NOON + 1900, "heart_rate": 70}
        assert player.feed(pulse) == [("clear", "not_worn", 0, pulse["time"])]
        assert player.state["gates"][0] == 0


@pytest.mark.parametrize("size", [1, 5, 1000])
def test_any_batching_tells_the_same(size: int) -> None:
    story = [
        *reports(NOON, 0.5, heart_rate=70, motion=0.0, worn=1),
        *reports(NOON + 0.6 * HOUR, 1, motion=0.0),
        *reports(NOON + 1.7 * HOUR, 1, worn=0),
        *reports(NOON + 2.8 * HOUR, 1),
        *reports(NOON + 3.9 * HOUR, 1, 2, heart_rate=71, worn=1),
    ]
    whole, player = Player(), Player()
    told = [
        event
        for i in range(0, len(story), size)
        for event in play(player, story[i : i + size])
    ]
    assert told == play(whole, story)
    assert whole.state.tobytes() == player.state.tobytes()
