"""Heart rate and temperature against what is usual for the person."""

from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from alerts.detection.evidence import evidence
from tests.unit.detection.days import (
    HOUR,
    MINUTE,
    NOON,
    ON,
    at,
    every,
    usual_days,
)
from tests.unit.detection.played import Player

WEEK = range(-7, 0)


def known(means: dict[int, float] | float = 72, **rules: float) -> Player:
    """Somebody whose heart rate at noon of the last seven days is known."""
    player = Player(rules={name.replace("__", "."): v for name, v in rules.items()})
    usual_days(player, WEEK, means)
    return player


def usual(player: Player) -> float:
    return float(player.state["beat_usual"][0])


class TestVitalsChange:
    @pytest.mark.parametrize(
        ("rates", "way"), [((84, 85, 84, 85), "above"), ((60, 59, 60, 59), "below")]
    )
    def test_far_from_the_usual_for_half_an_hour(
        self, rates: tuple[float, ...], way: str
    ) -> None:
        player = known()
        told = player.feed(*every(NOON, rates, 10, "heart_rate", **ON))
        assert told == [("fire", "vitals_change", 2, NOON + 1800)]
        found = evidence(player.verdicts[-1], 0)
        assert found["usual"] == {"heart_rate": 72}
        assert found["deviation"] == {"heart_rate": 4}
        assert found["limits"] == {"heart_rate": 84 if way == "above" else 60}
        assert (found["count"], found["duration_s"]) == (4, 1800)
        assert len(found["readings"]) == 3
        assert f"{way} the usual 72" in found["text"]["en"]
        assert ("高" if way == "above" else "低") in found["text"]["zh-CN"]

    def test_nearer_than_three_deviations_is_nothing(self) -> None:
        rates = (83, 83.5, 83, 83.5, 83)
        assert known().feed(*every(NOON, rates, 10, "heart_rate", **ON)) == []

    def test_both_ways_by_turns_is_nothing(self) -> None:
        rates = (90, 50, 90, 50, 90, 50)
        assert known().feed(*every(NOON, rates, 6, "heart_rate", **ON)) == []

    def test_too_few_readings_or_too_long_gaps(self) -> None:
        few = every(NOON, (90, 91), 15, "heart_rate", **ON)
        assert known().feed(*few) == []
        sparse = every(NOON, (90, 91, 90), 15.5, "heart_rate", **ON)
        assert known().feed(*sparse) == []

    def test_who_varies_much_may(self) -> None:
        means = {day: 72 + 12 * (day % 2 or -1) for day in WEEK}  # 84, 60, 84 …
        player = known(means)
        player.feed(*every(NOON, [100], 1, "heart_rate", **ON))
        assert usual(player) == 84
        assert player.state["beat_deviation"][0] == 4  # the median of 0,0,0,0,24,24,24
        player = known({day: 60.0 + 4 * n for n, day in enumerate(WEEK)})
        player.feed(*every(NOON, [100], 1, "heart_rate", **ON))
        assert usual(player) == 72
        assert player.state["beat_deviation"][0] == pytest.approx(1.4826 * 8)

    def test_six_days_are_not_enough(self) -> None:
        player = Player()
        usual_days(player, range(-6, 0), 72)
        assert player.feed(*every(NOON, (90, 91, 90, 91), 10, "heart_rate", **ON)) == []
        assert np.isnan(usual(player))

    def test_an_even_number_of_days(self) -> None:
        player = Player()
        days = range(-8, 0)
        usual_days(player, days, {day: 70 + n for n, day in enumerate(days)})
        player.feed({"time": NOON, **ON})
        assert usual(player) == 73.5

    def test_another_hour_has_another_usual(self) -> None:
        player = known()
        assert player.feed(*every(at(0, 9), (90, 91, 90), 15, "heart_rate", **ON)) == []
        late = every(at(0, 12.5), (90, 91, 90), 14, "heart_rate", **ON)
        # The third is of the hour after, which is not known: it breaks the run.
        assert player.feed(*late) == []

    def test_clears_near_the_usual_for_ten_minutes(self) -> None:
        player = known()
        player.feed(*every(NOON, (90, 91, 90, 91), 10, "heart_rate", **ON))
        back = every(NOON + 1860, (81, 80, 79, 80), 5, "heart_rate", **ON)
        assert player.feed(*back) == [
            ("clear", "vitals_change", 0, NOON + 1860 + 15 * MINUTE)
        ]

    def test_switched_off_it_is_over(self) -> None:
        player = known()
        player.feed(*every(NOON, (90, 91, 90, 91), 10, "heart_rate", **ON))
        player.limits.table["vitals_change.enabled"] = 0
        one = every(NOON + 1860, [92], 5, "heart_rate", **ON)
        assert player.feed(*one) == [("clear", "vitals_change", 0, NOON + 1860)]


class TestDays:
    def test_only_the_last_thirty_days_count(self) -> None:
        player = Player()
        usual_days(player, range(-37, -30), 90)
        player.feed({"time": NOON, **ON})
        assert np.isnan(usual(player))
        usual_days(player, range(1, 8), 60)
        player.feed({"time": at(8, 12), **ON})
        assert usual(player) == 60

    def test_a_ring_that_has_gone_round(self) -> None:
        days = range(-40, 0)
        means = {day: 100.0 if day < -30 else 60 + day % 2 for day in days}
        together, apart = Player(), Player()
        usual_days(together, days, means)
        for day in days:
            usual_days(apart, [day], means)
            apart.restart()
        for player in (together, apart):
            player.feed({"time": NOON, **ON})
            assert usual(player) == 60.5
        assert together.state.tobytes() == apart.state.tobytes()
        assert together.memory.tobytes() == apart.memory.tobytes()

    def test_what_an_empty_hour_left_behind_is_forgotten(self) -> None:
        player = Player(rules={"vitals_change.min_days": 1})
        usual_days(player, range(-33, -30), 90)
        # Other hours of newer days move the ring on; their noons have the same places.
        usual_days(player, range(-3, 0), 60, hour=15)
        player.feed({"time": NOON, **ON})
        assert np.isnan(usual(player))

    def test_the_oldest_kept_day_is_thirty_days_ago(self) -> None:
        player = Player(rules={"vitals_change.min_days": 1})
        usual_days(player, [-31], 90)
        usual_days(player, [-30], 60)
        usual_days(player, [-1], 70, hour=9)  # the ring has not come to noon
        player.feed({"time": NOON, **ON})
        assert usual(player) == 60

    def test_255_readings_of_an_hour_count(self) -> None:
        player = Player(rules={"vitals_change.min_days": 1})
        hour = every(at(-1, 12), [60, 61] * 128, 0.2, "heart_rate", **ON)
        more = every(at(-1, 12.9), [200] * 9, 0.2, "heart_rate", **ON)
        player.batch([(0, one) for one in hour[:250]])
        player.batch([(0, one) for one in hour[250:] + more])
        assert player.state["beat_count"][0] == 255
        late = {"time": at(-1, 12.5), "received": NOON, "heart_rate": 200, "seq": 9}
        player.feed({"time": NOON - 60, **ON}, late)
        player.feed({"time": NOON, **ON})
        assert usual(player) == (60 * 128 + 61 * 127) / 255

    def test_clocks_set_back_by_two_hours_keep_the_hour(self) -> None:
        player = Player(zone=ZoneInfo("Antarctica/Troll"))
        change = 1_792_890_000.0  # 2026-10-25 01:00 UTC, 03:00 becomes 01:00
        before = change // HOUR + 2 - 1  # the local hour until then
        for ago in (-30, 30, 3630):
            player.feed({"time": change + ago * 60, "heart_rate": 70, **ON})
            assert player.state["hour"][0] == max(before, (change + ago * 60) // HOUR)
        reports = [{"time": change - 60, **ON}, {"time": change + 60, **ON}]
        player = Player(zone=ZoneInfo("Antarctica/Troll"))
        player.batch([(0, one) for one in reports])
        assert player.state["hour"][0] == before


class TestLate:
    def late(self, **more: Any) -> dict[str, Any]:
        """A report of noon yesterday that arrives today."""
        return {"time": at(-1, 12.5), "received": NOON, "heart_rate": 72, **more}

    def six_days(self, **now: Any) -> Player:
        """Somebody known for six days, yesterday missing, and a report of now."""
        player = Player()
        usual_days(player, range(-7, -1), 72)
        rates = {20: 70, 10: 71}
        player.feed(
            *(
                {"time": NOON - n * MINUTE, "heart_rate": rate, **ON, **now}
                for n, rate in rates.items()
            )
        )
        return player

    @pytest.mark.parametrize(
        ("now", "late", "counts"),
        [
            ({}, {}, True),
            ({}, {"worn": 1}, True),
            ({}, {"worn": 0}, False),
            ({}, {"heart_rate": 10}, False),
            ({"motion": 0.5}, {}, False),
            ({"worn": 0}, {}, False),
            ({"worn": 0}, {"worn": 1}, True),
        ],
    )
    def test_a_late_report_counts_unless_a_gate_is_closed(
        self, now: dict[str, Any], late: dict[str, Any], counts: bool
    ) -> None:
        player = self.six_days(**now)
        player.feed(self.late(**late), {"time": NOON, **ON})
        assert np.isnan(usual(player)) != counts

    def test_the_usual_in_force_stays(self) -> None:
        player = self.six_days()
        player.feed({"time": NOON, **ON}, self.late())
        assert np.isnan(usual(player))
        player.feed({"time": at(1, 12), **ON})
        assert usual(player) == 72

    @pytest.mark.parametrize("split", [0, 1, 2, 3, 4])
    def test_it_counts_from_its_arrival_on(self, split: int) -> None:
        """However late reports and those in order are put into batches."""
        player = self.six_days()
        reports = [
            self.late(),
            {"time": NOON, **ON, "heart_rate": 70},
            self.late(heart_rate=90, seq=1),
            {"time": NOON + 3600, **ON, "heart_rate": 71},
            self.late(heart_rate=90, seq=2) | {"time": NOON + 60},
        ]
        player.batch([(0, one) for one in reports[:split]])
        player.batch([(0, one) for one in reports[split:]])
        cell = [int(one) for one in player.memory["beat_sum"][0, 12, :, 0]]
        assert sorted(cell)[-2:] == [72 * 3, 72 * 3]
        assert 162 in cell  # yesterday's: 72 + 90
        assert 160 in cell  # today's: 70 + 90
        player.feed({"time": at(1, 12), **ON})
        assert usual(player) == 72

    def test_it_may_be_of_an_hour_that_nothing_was_kept_of(self) -> None:
        player = Player(rules={"vitals_change.min_days": 1})
        player.feed({"time": NOON, "heart_rate": 70, **ON})
        between = [
            {"time": at(0, hour), "received": at(0, 12.1), "heart_rate": 70 + hour}
            for hour in (9, 11, 9.5)
        ]
        player.batch([(0, one) for one in between])
        late = {"time": at(-3, 9), "received": at(0, 12.2), "heart_rate": 60}
        old = {"time": at(-30, 9), "received": at(0, 12.2), "heart_rate": 60, "seq": 3}
        player.feed(late, old)
        player.feed({"time": at(1, 9), **ON})
        assert usual(player) == (60 + 79.5) / 2  # 79.5 is rounded to an even 80
