"""Hours without steps or motion, while the wristband is worn."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from alerts.detection.evidence import evidence
from alerts.detection.memory import fresh_memory
from tests.unit.detection.days import HOUR, MINUTE, NOON, at
from tests.unit.detection.played import Event, Player

Report = dict[str, Any]


def still(start: float, hours: float, **more: Any) -> list[Report]:
    """Reports every five minutes of somebody who does not move."""
    count = round(hours * 12) + 1
    return [
        {
            "time": start + i * 5 * MINUTE,
            "heart_rate": 60 + i % 2,
            "motion": 0.0,
            "worn": 1,
        }
        | more
        for i in range(count)
    ]


def moves(time: float) -> Report:
    return {"time": time, "heart_rate": 70, "motion": 0.5, "worn": 1}


def play(player: Player, reports: list[Report]) -> list[Event]:
    """Judge in one batch."""
    return player.batch([(0, one) for one in reports]).get(0, [])


def recorded(player: Player, minutes: list[int]) -> None:
    """Days that were recorded before."""
    player.memory = fresh_memory(1)
    for minute in minutes:
        count = int(player.memory["still_days"][0])
        player.memory["still_longest"][0, count % 30] = minute
        player.memory["still_days"] += 1


class TestInactivity:
    def test_four_hours_are_told(self) -> None:
        player = Player()
        assert play(player, still(NOON, 3 + 55 / 60)) == []
        last = {"time": NOON + 4 * HOUR, "motion": 0.0, "heart_rate": 60}
        assert player.feed(last) == [("fire", "inactivity", 2, NOON + 4 * HOUR)]
        found = evidence(player.verdicts[-1], 0)
        assert found["values"] == {"still_s": 14400}
        assert found["limits"] == {"still_s": 14400}
        assert found["since"] == "2026-11-21T04:00:00.000Z"
        assert [one["still_s"] for one in found["readings"]] == [14400, 0]
        assert "usual" not in found
        assert found["text"]["en"].startswith("No steps or motion for 4 h while")
        assert "已有 4 小时没有走动" in found["text"]["zh-CN"]

    def test_twelve_hours_are_critical(self) -> None:
        player = Player()
        told = play(player, still(at(0, 8), 12.5))
        assert told == [
            ("fire", "inactivity", 2, at(0, 12)),
            ("fire", "inactivity", 3, at(0, 20)),
        ]
        assert evidence(player.verdicts[-1], 1)["limits"] == {"still_s": 43200}

    def test_a_move_begins_anew_and_clears(self) -> None:
        player = Player()
        reports = [*still(NOON, 4), moves(NOON + 4.5 * HOUR)]
        assert play(player, reports)[-1] == (
            "clear",
            "inactivity",
            0,
            NOON + 4.5 * HOUR,
        )
        assert play(player, still(NOON + 5 * HOUR, 3.4)) == []

    def test_steps_are_a_move(self) -> None:
        player = Player()
        play(player, still(NOON, 3, steps=10))
        assert play(player, still(NOON + 3 * HOUR, 3, steps=11)) == []

    def test_taken_off_it_is_over(self) -> None:
        player = Player()
        play(player, still(NOON, 4))
        off = {"time": NOON + 4.1 * HOUR, "worn": 0, "motion": 0.0}
        assert player.feed(off) == [("clear", "inactivity", 0, off["time"])]
        # Put on again it counts from there.
        assert play(player, still(NOON + 4.5 * HOUR, 3.9)) == []
        assert play(player, still(NOON + 8.4 * HOUR, 0.2)) != []

    def test_the_night_does_not_count(self) -> None:
        player = Player()
        told = play(player, still(at(0, 20), 14))
        assert told == [("fire", "inactivity", 2, at(1, 9))]  # 2 h + 2 h

    def test_quiet_hours_do_not_count(self) -> None:
        player = Player()
        player.limits.table["waking"][0, :2] = [(25200, 46800), (50400, 79200)]
        told = play(player, still(NOON, 6))
        assert told == [("fire", "inactivity", 2, NOON + 5 * HOUR)]

    def test_who_sends_neither_steps_nor_motion_is_not_judged(self) -> None:
        reports = [
            {k: v for k, v in one.items() if k != "motion"} for one in still(NOON, 5)
        ]
        assert play(Player(), reports) == []

    def test_a_report_that_came_too_late_tells_nobody(self) -> None:
        player = Player()
        reports = [one | {"received": one["time"] + HOUR} for one in still(NOON, 5)]
        assert play(player, reports) == []

    def test_switched_off_it_is_over(self) -> None:
        player = Player()
        play(player, still(NOON, 4))
        player.limits.table["inactivity.enabled"] = 0
        one = still(NOON + 4.1 * HOUR, 0)
        assert play(player, one) == [("clear", "inactivity", 0, NOON + 4.1 * HOUR)]


class TestPersonal:
    WEEK = (200, 210, 220, 230, 240, 250, 302)

    def told(self, minutes: list[int], hours: float) -> tuple[list[Event], Player]:
        player = Player()
        recorded(player, minutes)
        return play(player, still(at(0, 8), hours)), player

    def test_beyond_the_95th_percentile_is_critical(self) -> None:
        told, player = self.told(list(self.WEEK), 6)
        # 250 and 302 are the 5th and 6th in rank: 250 + (5.7 - 5) * 52 = 286.4 min.
        assert told == [
            ("fire", "inactivity", 2, at(0, 12)),
            ("fire", "inactivity", 3, at(0, 8) + 290 * MINUTE),
        ]
        found = evidence(player.verdicts[-1], 1)
        assert found["usual"] == {"still_s": 17184}
        assert found["limits"] == {"still_s": 17184}
        assert "(usually 4 h 46 min at the longest)" in found["text"]["en"]
        assert "平时最长约 4 小时 46 分钟" in found["text"]["zh-CN"]

    def test_never_before_the_warning(self) -> None:
        told, player = self.told([20] * 7, 5)
        assert told == [("fire", "inactivity", 3, at(0, 12))]
        found = evidence(player.verdicts[-1], 0)
        assert found["limits"] == {"still_s": 14400}
        assert "usually 20 min at the longest" in found["text"]["en"]

    def test_just_as_long_as_usual_is_not_beyond(self) -> None:
        assert self.told([240] * 7, 4)[0] == [("fire", "inactivity", 2, at(0, 12))]

    def test_six_days_are_not_enough(self) -> None:
        assert self.told([20] * 6, 5)[0] == [("fire", "inactivity", 2, at(0, 12))]

    def test_thirty_days_at_most(self) -> None:
        assert self.told([20] * 30 + [600] * 30, 5)[0][-1][2] == 2

    def test_each_day_of_a_batch_by_the_days_before(self) -> None:
        player = Player(rules={"inactivity.min_days": 2})
        reports: list[Report] = []
        for day, hours in enumerate((5, 5, 6)):
            reports += still(at(day, 7), hours)
            reports += [moves(at(day, 13.5)), *still(at(day, 14), 2)]
        told = play(player, reports)
        assert [one for one in told if one[0] == "fire"] == [
            ("fire", "inactivity", 2, at(0, 11)),
            ("fire", "inactivity", 2, at(1, 11)),
            ("fire", "inactivity", 2, at(2, 11)),
            ("fire", "inactivity", 3, at(2, 12) + 5 * MINUTE),
        ]


class TestDays:
    def minutes(self, player: Player) -> list[int]:
        count = int(player.memory["still_days"][0])
        return player.memory["still_longest"][0, :count].tolist()

    def test_a_day_is_recorded_with_the_first_report_of_a_later_one(self) -> None:
        player = Player()
        play(player, [*still(at(0, 8), 1.5), *still(at(0, 12), 5.5)])
        assert self.minutes(player) == []
        player.feed(moves(at(1, 0)))
        # Counted anew at noon, after nothing was sent for longer than two hours.
        assert self.minutes(player) == [330]

    def test_a_short_day_is_not_recorded(self) -> None:
        player = Player()
        play(player, still(at(0, 8), 7.9))
        player.feed(moves(at(1, 0)))
        assert self.minutes(player) == []

    def test_whole_minutes_rounded_down(self) -> None:
        player = Player()
        reports = [
            one | {"time": one["time"] + 59.5 * (i > 0)}
            for i, one in enumerate(still(at(0, 8), 8))
        ]
        play(player, reports)
        player.feed(moves(at(1, 0)))
        assert self.minutes(player) == [480]

    @pytest.mark.parametrize("size", [1, 7, 400])
    def test_days_of_one_batch_and_of_many_are_the_same(self, size: int) -> None:
        reports: list[Report] = []
        for day in range(4):
            start = at(day, 7)
            reports += still(start, 3 + day)
            reports += [moves(start + 10.5 * HOUR), *still(start + 11 * HOUR, 1)]
        player = Player()
        for i in range(0, len(reports), size):
            play(player, reports[i : i + size])
            player.restart()
        player.feed(moves(at(5, 0)))
        assert len(self.minutes(player)) == 4
        whole = Player()
        play(whole, reports)
        whole.feed(moves(at(5, 0)))
        assert self.minutes(whole) == self.minutes(player)
        assert whole.state.tobytes() == player.state.tobytes()

    def test_of_several_wristbands_each_has_its_own(self) -> None:
        player = Player(2)
        days: Mapping[int, list[Report]] = {
            0: [*still(at(0, 8), 9), moves(at(1, 8))],
            1: [
                *still(at(0, 8), 4),
                moves(at(0, 12.5)),
                *still(at(0, 13), 5),
                moves(at(1, 8)),
            ],
        }
        player.batch([(row, one) for row, reports in days.items() for one in reports])
        assert player.memory["still_days"].tolist() == [1, 1]
        assert player.memory["still_longest"][:, 0].tolist() == [540, 330]
        assert np.isnan(player.state["day_longest_s"]).sum() == 0
