"""Each detector's gates, durations, hysteresis and clearing, told as short stories."""

from typing import Any

import numpy as np
import pytest

from alerts.detection import columns, engine, fences, gates
from alerts.detection.evidence import evidence
from alerts.detection.memory import Memory
from core.errors import ShapeError
from tests.unit.detection.played import HOME, NOON, SHANGHAI, Player, rows_of

MINUTE = 60.0
REST = {"worn": 1, "steps": 10, "motion": 0.0}


def beats(
    rates: list[float], every: float = MINUTE, **more: Any
) -> list[dict[str, Any]]:
    """Reports of a heart rate, one after the other from noon on."""
    return [
        {"time": NOON + i * every, "heart_rate": rate, **more}
        for i, rate in enumerate(rates)
    ]


def waves(
    rate: float, count: int, every: float = MINUTE, **more: Any
) -> list[dict[str, Any]]:
    """A heart rate that changes by one, as real ones do."""
    return beats([rate + i % 2 for i in range(count)], every, **more)


def at(reports: list[dict[str, Any]], start: float) -> list[dict[str, Any]]:
    return [one | {"time": one["time"] - NOON + start} for one in reports]


class TestHeartRate:
    def test_one_critical_reading_tells_nobody(self) -> None:
        assert Player().feed(*beats([140], **REST)) == []

    def test_two_a_minute_apart_are_critical(self) -> None:
        told = Player().feed(*beats([131, 131], **REST))
        assert told == [("fire", "heart_rate_high", 3, NOON + 60)]

    def test_two_less_than_a_minute_apart_wait(self) -> None:
        player = Player()
        assert player.feed(*beats([140, 141], 59, **REST)) == []
        third = {"time": NOON + 60, "heart_rate": 140, **REST}
        assert player.feed(third) == [("fire", "heart_rate_high", 3, NOON + 60)]

    def test_two_more_than_a_quarter_apart_are_not_consecutive(self) -> None:
        assert Player().feed(*beats([140, 141], 901, **REST)) == []

    def test_a_normal_reading_between_breaks_them(self) -> None:
        assert Player().feed(*beats([140, 90, 141], **REST)) == []

    def test_ten_minutes_above_the_warning_limit(self) -> None:
        told = Player().feed(*waves(111, 11, **REST))
        assert told == [("fire", "heart_rate_high", 2, NOON + 600)]

    def test_a_gap_over_five_minutes_starts_the_ten_anew(self) -> None:
        reports = waves(111, 3, 301, **REST)
        assert Player().feed(*reports) == []
        assert Player().feed(*waves(111, 3, 300, **REST)) != []

    def test_severity_rises_once_within_an_episode(self) -> None:
        player = Player()
        player.feed(*waves(112, 11, **REST))
        graver = at(waves(135, 5, **REST), NOON + 660)
        assert player.feed(*graver) == [("fire", "heart_rate_high", 3, NOON + 720)]

    def test_clears_five_below_for_ten_minutes(self) -> None:
        player = Player()
        player.feed(*beats([131, 132], **REST))
        above = at(waves(106.5, 15, **REST), NOON + 120)
        assert player.feed(*above) == []
        below = at(waves(105, 11, **REST), NOON + 1200)
        assert player.feed(*below) == [("clear", "heart_rate_high", 0, NOON + 1800)]

    def test_low_mirrors_high(self) -> None:
        player = Player()
        told = player.feed(*beats([40, 40], **REST))
        assert told == [("fire", "heart_rate_low", 3, NOON + 60)]
        over = at(waves(55, 11, **REST), NOON + 120)
        assert player.feed(*over) == [("clear", "heart_rate_low", 0, NOON + 720)]

    def test_met_again_after_an_hour_is_told_again_uncleared(self) -> None:
        player = Player()
        player.feed(*beats([131, 132], **REST))
        again = at(beats([133, 134], **REST), NOON + 60 + 3600)
        assert player.feed(*again) == [("fire", "heart_rate_high", 3, again[1]["time"])]
        soon = at(beats([135, 136], **REST), again[1]["time"] + 60)
        assert player.feed(*soon) == []

    def test_personal_limits_count(self) -> None:
        player = Player(
            thresholds={"heart_rate_high": {"warning": 120, "critical": 150}}
        )
        assert player.feed(*beats([140, 141], **REST)) == []
        assert player.feed(*at(beats([150, 151], **REST), NOON + 600)) != []


class TestGates:
    def test_not_worn(self) -> None:
        player = Player()
        assert player.feed(*beats([140, 141], worn=0, steps=1, motion=0)) == []
        assert closed(player) == ["not_worn"]

    def test_worn_is_remembered_where_a_report_does_not_say(self) -> None:
        player = Player()
        player.feed({"time": NOON - 60, "worn": 0})
        assert player.feed(*beats([140, 141], steps=1)) == []

    def test_steps_close_the_gate_for_ten_minutes(self) -> None:
        player = Player()
        player.feed({"time": NOON - 600, "steps": 5}, {"time": NOON - 540, "steps": 6})
        told = player.feed(*beats([140, 141, 142], steps=6))
        assert told == [("fire", "heart_rate_high", 3, NOON + 120)]

    def test_a_counter_that_fell_to_zero_is_no_step(self) -> None:
        player = Player()
        player.feed({"time": NOON - 60, "steps": 900})
        assert player.feed(*beats([140, 141], steps=0)) != []

    def test_a_counter_reset_and_counting_is_steps(self) -> None:
        player = Player()
        player.feed({"time": NOON - 60, "steps": 900})
        assert player.feed(*beats([140, 141], steps=20)) == []
        assert closed(player) == ["moving"]

    def test_motion_up_to_a_tenth_is_rest(self) -> None:
        assert Player().feed(*beats([140, 141], motion=0.1)) != []
        assert Player().feed(*beats([140, 141], motion=0.11)) == []

    def test_motion_is_forgotten_after_ten_minutes(self) -> None:
        player = Player()
        player.feed({"time": NOON - 600, "motion": 2.0})
        assert player.feed(*beats([140, 141])) != []

    def test_without_steps_and_motion_high_is_a_warning_at_most(self) -> None:
        assert Player().feed(*beats([140, 141], worn=1)) == [
            ("fire", "heart_rate_high", 2, NOON + 60)
        ]

    def test_without_steps_and_motion_low_is_critical(self) -> None:
        assert Player().feed(*beats([38, 39])) == [
            ("fire", "heart_rate_low", 3, NOON + 60)
        ]

    def test_frozen_readings_do_not_count(self) -> None:
        player = Player()
        assert player.feed(*beats([112] * 29, **REST)) == []
        assert closed(player) == ["frozen"]
        assert player.feed({"time": NOON + 2400, "heart_rate": 90, **REST}) == []
        assert closed(player) == []

    def test_moving_between_identical_readings_is_no_freeze(self) -> None:
        player = Player()
        reports = beats([112] * 20, **REST)
        reports[8]["motion"] = 0.5
        player.feed(*reports)
        assert "frozen" in closed(player)
        player = Player()
        player.feed(*reports[:17])
        assert "frozen" not in closed(player)

    def test_impossible_values_are_absent(self) -> None:
        assert Player().feed(*beats([251, 252, 19, 18], **REST)) == []
        odd = [
            {"time": NOON + i * 200, "systolic": 140, "diastolic": 150}
            for i in range(3)
        ]
        assert Player().feed(*odd) == []


def closed(player: Player) -> list[object]:
    return [one["code"] for one in gates.closed(int(player.state["gates"][0]))]


def pressures(*read: tuple[float, float], every: float = 300) -> list[dict[str, Any]]:
    return [
        {"time": NOON + i * every, "systolic": high, "diastolic": low}
        for i, (high, low) in enumerate(read)
    ]


class TestHalfABloodPressure:
    """What there is of it is judged."""

    @staticmethod
    def fired(name: str, value: float) -> list[Any]:
        player = Player()
        read = [{"time": NOON + i * 300, name: value} for i in range(2)]
        found = [one for one in player.feed(*read) if one[0] == "fire"]
        if found:
            texts = evidence(player.verdicts[-1], 0)["text"]
            assert f"{value:g} mmHg" in texts["zh-CN"]
            assert f"{name} {value:g} mmHg" in texts["en"]
        return found

    def test_without_the_diastolic_one(self) -> None:
        assert self.fired("systolic", 240) == [
            ("fire", "blood_pressure_high", 3, NOON + 300)
        ]
        assert self.fired("systolic", 85) == [
            ("fire", "blood_pressure_low", 3, NOON + 300)
        ]
        assert self.fired("systolic", 150) == []

    def test_without_the_systolic_one(self) -> None:
        assert self.fired("diastolic", 110) == [
            ("fire", "blood_pressure_high", 3, NOON + 300)
        ]
        assert self.fired("diastolic", 109) == []

    def test_an_impossible_half_does_not_hide_the_other(self) -> None:
        read = [
            {"time": NOON + i * 300, "systolic": 240, "diastolic": 165}
            for i in range(2)
        ]
        assert ("fire", "blood_pressure_high", 3, NOON + 300) in Player().feed(*read)

    def test_it_ends_what_it_can_speak_of(self) -> None:
        player = Player()
        player.feed(*pressures((190, 100), (190, 100)))
        calm = [{"time": NOON + 900 + i * 300, "systolic": 150} for i in range(2)]
        assert player.feed(*calm) == [("clear", "blood_pressure_high", 0, NOON + 1200)]


class TestBloodPressure:
    def test_one_reading_asks_for_a_second(self) -> None:
        player = Player()
        assert player.feed(*pressures((180, 90))) == [("measure", "", 0, NOON)]
        asked = player.verdicts[0].measure[0]
        assert asked["due_s"] == NOON + 300
        assert asked["expires_s"] == NOON + 1800

    def test_the_second_confirms(self) -> None:
        told = Player().feed(*pressures((150, 110), (181, 80)))
        assert ("fire", "blood_pressure_high", 3, NOON + 300) in told

    @pytest.mark.parametrize("apart", [179, 1801])
    def test_too_soon_or_too_late_does_not(self, apart: float) -> None:
        told = Player().feed(*pressures((185, 90), (185, 90), every=apart))
        assert all(event[0] == "measure" for event in told)

    @pytest.mark.parametrize("apart", [180, 1800])
    def test_the_bounds_belong_to_it(self, apart: float) -> None:
        told = Player().feed(*pressures((185, 90), (185, 90), every=apart))
        assert told[-1][0] == "fire"

    def test_a_normal_second_does_not_confirm(self) -> None:
        told = Player().feed(*pressures((185, 90), (130, 80), (185, 90)))
        assert [event[0] for event in told] == ["measure", "measure"]

    def test_low_warns_and_rises(self) -> None:
        told = Player().feed(*pressures((100, 60), (98, 60), (90, 55), (89, 55)))
        assert [event[1:3] for event in told if event[0] == "fire"] == [
            ("blood_pressure_low", 2),
            ("blood_pressure_low", 3),
        ]

    def test_clears_on_two_readings_five_on_the_safe_side(self) -> None:
        told = Player().feed(
            *pressures(
                (185, 90), (185, 90), (176, 90), (175, 106), (175, 105), (175, 105)
            )
        )
        assert told[-1] == ("clear", "blood_pressure_high", 0, NOON + 1500)

    def test_not_asked_for_what_is_told_already(self) -> None:
        player = Player()
        player.feed(*pressures((185, 90), (185, 90), (178, 90)))
        assert (
            player.feed({"time": NOON + 1200, "systolic": 190, "diastolic": 90}) == []
        )

    def test_at_rest_is_not_asked_of_it(self) -> None:
        reports = [one | {"motion": 0.9} for one in pressures((185, 90), (185, 90))]
        assert Player().feed(*reports)[-1][0] == "fire"


class TestOxygen:
    def test_three_readings(self) -> None:
        reports = [{"time": NOON + i * 10, "spo2": 92} for i in range(3)]
        assert Player().feed(*reports) == [("fire", "spo2_low", 3, NOON + 20)]

    def test_or_five_minutes(self) -> None:
        reports = [{"time": NOON + i * 300, "spo2": 93} for i in range(2)]
        assert Player().feed(*reports) == [("fire", "spo2_low", 2, NOON + 300)]

    def test_three_over_more_than_a_quarter_do_not_count(self) -> None:
        reports = [{"time": NOON + i * 451, "spo2": 92} for i in range(3)]
        assert Player().feed(*reports) == []

    def test_copd_has_its_own_scale(self) -> None:
        player = Player(conditions=["copd"])
        assert (
            player.feed(*[{"time": NOON + i * 10, "spo2": 88} for i in range(9)]) == []
        )
        low = [{"time": NOON + 100 + i * 10, "spo2": 83} for i in range(3)]
        assert player.feed(*low) == [("fire", "spo2_low", 3, NOON + 120)]


class TestBattery:
    def test_stages_and_clearing(self) -> None:
        charges = [21, 20, 15, 10, 9, 20, 21, 20, 22, 23, 18, 25, 20]
        told = Player().feed(
            *[{"time": NOON + i, "battery": charge} for i, charge in enumerate(charges)]
        )
        assert [(event[0], event[2]) for event in told] == [
            ("fire", 1),
            ("fire", 2),
            ("clear", 0),
            ("fire", 1),
            ("clear", 0),
            ("fire", 1),
            ("clear", 0),
            ("fire", 1),
        ]


def test_a_low_battery_is_over_once_nobody_wants_to_hear_of_it() -> None:
    player = Player()
    low = [{"time": NOON + i, "battery": 9} for i in range(2)]
    assert [one[:2] for one in player.feed(low[0])] == [("fire", "battery_low")]
    player.limits.table["battery_low.enabled"] = 0
    assert [one[:2] for one in player.feed(low[1])] == [("clear", "battery_low")]


def circle(
    name: str, alert_on: str, north: float = 0.0, radius: float = 300
) -> dict[str, Any]:
    shape = {
        "type": "circle",
        "latitude": HOME["latitude"] + north,
        "longitude": HOME["longitude"],
        "radius": radius,
    }
    return {"id": name, "name": name, "alert_on": alert_on, "shape": shape}


def fixes(*north: float, start: float = NOON, **more: Any) -> list[dict[str, Any]]:
    """Fixes so many degrees north of home, one a minute (0.001° is 111 m)."""
    return [
        {
            "time": start + i * 60,
            "latitude": HOME["latitude"] + one,
            "longitude": HOME["longitude"],
            "accuracy": 10,
            **more,
        }
        for i, one in enumerate(north)
    ]


HOME_FENCE = circle("home", "exit")


class TestGeofence:
    def test_everybody_has_several_fences_of_their_own(self) -> None:
        player = Player(2)
        own = (
            [
                circle("town", "exit", radius=5000),
                circle("river", "enter", north=0.004),
            ],
            [HOME_FENCE, circle("shop", "enter", north=0.02)],
        )
        player.fences = fences.compile([fences.fence_set(one) for one in own])
        walks = zip(fixes(0, 0.004, 0.004), fixes(0, 0.02, 0.02), strict=True)
        told: dict[int, list[Any]] = {0: [], 1: []}
        for pair in walks:
            for row, events in player.batch(list(enumerate(pair))).items():
                told[row] += [kind for _, kind, *_ in events]
        assert told[0] == ["geofence_enter"]
        assert sorted(told[1]) == ["geofence_enter", "geofence_exit"]

    def test_two_fixes_wholly_outside(self) -> None:
        told = Player(geofences=[HOME_FENCE]).feed(*fixes(0, 0.004, 0.004))
        assert told == [("fire", "geofence_exit", 2, NOON + 120)]

    def test_one_fix_is_not_enough(self) -> None:
        told = Player(geofences=[HOME_FENCE]).feed(*fixes(0, 0.004, 0, 0.004))
        assert told == []

    def test_the_accuracy_circle_must_be_wholly_outside(self) -> None:
        told = Player(geofences=[HOME_FENCE]).feed(
            *fixes(0.004, 0.004, 0.004, accuracy=200)
        )
        assert told == []

    def test_clears_when_wholly_inside(self) -> None:
        player = Player(geofences=[HOME_FENCE])
        player.feed(*fixes(0, 0.004, 0.004))
        edge = fixes(0.0027, start=NOON + 300)
        assert player.feed(*edge) == []
        back = fixes(0.001, start=NOON + 360)
        assert player.feed(*back) == [("clear", "geofence_exit", 0, NOON + 360)]

    def test_dementia_is_critical(self) -> None:
        told = Player(geofences=[HOME_FENCE], conditions=["dementia"]).feed(
            *fixes(0.004, 0.004)
        )
        assert told == [("fire", "geofence_exit", 3, NOON + 60)]

    def test_night_is_critical_and_raises_what_began_by_day(self) -> None:
        player = Player(geofences=[HOME_FENCE])
        evening = NOON + 10 * 3600 - 60
        told = player.feed(*fixes(0.004, 0.004, 0.004, start=evening - 60))
        assert [event[2] for event in told] == [2, 3]
        assert told[1][3] == NOON + 10 * 3600

    def test_growing_beyond_a_kilometre_is_critical(self) -> None:
        told = Player(geofences=[HOME_FENCE]).feed(*fixes(0.02, 0.02, 0.021))
        assert [event[2] for event in told] == [2, 3]

    def test_a_fence_never_visited_does_not_count_beside_one_that_was(self) -> None:
        player = Player(geofences=[HOME_FENCE, circle("daughter", "exit", 0.05)])
        assert player.feed(*fixes(0, 0, 0.001)) == []
        assert player.feed(*fixes(0.004, 0.004, start=NOON + 300)) != []

    def test_enter_mirrors_exit(self) -> None:
        player = Player(geofences=[circle("river", "enter", 0.02)])
        told = player.feed(*fixes(0, 0.02, 0.02, 0.0173, 0.0))
        assert told == [
            ("fire", "geofence_enter", 2, NOON + 120),
            ("clear", "geofence_enter", 0, NOON + 240),
        ]

    def test_fixes_without_accuracy_are_taken_by_source(self) -> None:
        player = Player(geofences=[HOME_FENCE])
        cell = [
            one | {"accuracy": np.nan, "location_source": 2}
            for one in fixes(0.01, 0.01)
        ]
        assert player.feed(*cell) == []
        wifi = [
            one | {"accuracy": np.nan, "location_source": 1, "time": one["time"] + 300}
            for one in fixes(0.01)
        ]
        assert player.feed(*wifi) == []
        assert player.feed(*fixes(0.01, start=NOON + 400)) != []

    def test_a_violated_fence_that_is_removed_clears(self) -> None:
        player = Player(geofences=[HOME_FENCE])
        player.feed(*fixes(0.004, 0.004))
        player.fences = fences.compile([None])
        told = player.feed(*fixes(0.004, start=NOON + 300))
        assert told == [("clear", "geofence_exit", 0, NOON + 300)]

    def test_a_fence_added_while_away_changes_nothing(self) -> None:
        player = Player(geofences=[HOME_FENCE])
        player.feed(*fixes(0.004, 0.004))
        player.fences = fences.compile([[HOME_FENCE, circle("more", "exit", 0.05)]])
        assert player.feed(*fixes(0.004, 0.004, start=NOON + 300)) == []
        assert player.feed(*fixes(0, start=NOON + 500)) == []


class TestLate:
    def test_a_late_reading_completes_an_alarm(self) -> None:
        player = Player()
        player.feed({"time": NOON + 60, "heart_rate": 141, **REST})
        late = {"time": NOON, "received": NOON + 70, "heart_rate": 140, **REST}
        assert player.feed(late) == [("fire", "heart_rate_high", 3, NOON + 60)]
        third = {"time": NOON + 120, "heart_rate": 142, **REST}
        assert player.feed(third) == []

    def test_after_a_quarter_it_is_history_only(self) -> None:
        player = Player()
        player.feed({"time": NOON + 960, "heart_rate": 141, **REST})
        late = {"time": NOON, "received": NOON + 961, "heart_rate": 140, **REST}
        assert player.feed(late) == []
        assert player.verdicts[0].late.tolist() == [0]
        assert not len(player.verdicts[0].pending)

    def test_buffered_readings_in_order_tell_only_what_is_recent(self) -> None:
        old = [one | {"received": NOON + 3600} for one in beats([140, 141], **REST)]
        player = Player()
        assert player.feed(*old) == []
        now = at(beats([142, 143], **REST), NOON + 3600)
        assert player.feed(*now) == [("fire", "heart_rate_high", 3, NOON + 3660)]

    def test_a_late_reading_does_not_tell_again(self) -> None:
        player = Player()
        player.feed(*beats([140, 141, 142], **REST))
        late = {"time": NOON + 30, "received": NOON + 130, "heart_rate": 143, **REST}
        assert player.feed(late) == []

    def test_a_late_reading_can_end_an_episode(self) -> None:
        player = Player()
        player.feed(*beats([140, 141], **REST))
        calm = at(waves(80, 11, **REST), NOON + 120)
        gap = [one for one in calm if not NOON + 300 <= one["time"] <= NOON + 620]
        assert player.feed(*gap) == []
        late = {"time": NOON + 480, "received": NOON + 730, "heart_rate": 81, **REST}
        assert player.feed(late) == [("clear", "heart_rate_high", 0, NOON + 720)]

    def test_a_late_first_pressure_is_asked_to_be_repeated(self) -> None:
        player = Player()
        player.feed({"time": NOON + 60, "heart_rate": 70})
        late = {"time": NOON, "received": NOON + 70, "systolic": 185, "diastolic": 90}
        assert player.feed(late) == [("measure", "", 0, NOON)]

    def test_a_pressure_too_late_to_matter_is_not(self) -> None:
        player = Player()
        player.feed({"time": NOON + 960, "heart_rate": 70})
        together = [
            {"time": NOON + 900, "received": NOON + 970, "heart_rate": 71},
            {"time": NOON, "received": NOON + 970, "systolic": 185, "diastolic": 90},
        ]
        assert player.batch([(0, one) for one in together]) == {}

    def test_what_is_older_than_the_window_is_kept(self) -> None:
        player = Player()
        player.feed({"time": NOON - 9000, "worn": 0, "steps": 5})
        player.feed({"time": NOON + 60, "heart_rate": 141})
        late = {"time": NOON, "received": NOON + 70, "heart_rate": 140}
        assert player.feed(late) == []
        assert closed(player) == ["not_worn"]

    def test_what_follows_a_late_reading_in_its_batch(self) -> None:
        player = Player()
        player.feed({"time": NOON + 60, "heart_rate": 80, **REST})
        late = {"time": NOON, "received": NOON + 70, "heart_rate": 70, **REST}
        after = at(beats([140, 141], **REST), NOON + 120)
        told = player.batch([(0, late), *((0, one) for one in after)])
        assert told == {0: [("fire", "heart_rate_high", 3, NOON + 180)]}
        assert player.verdicts[1].firings["report"].tolist() == [2]

    def test_history_without_the_batch_does_as_well(self) -> None:
        reports = [{"time": NOON + 60, "heart_rate": 141, **REST}]
        player = Player()
        player.feed(*reports)
        rows = rows_of(
            [(0, {"time": NOON, "received": NOON + 70, "heart_rate": 140, **REST})]
        )
        memory = Memory(player.memory, np.arange(1))
        verdict = engine.judge(
            player.state, rows, player.limits, player.fences, SHANGHAI, memory
        )
        again = engine.replay(
            player.state,
            rows,
            verdict,
            rows_of([(0, reports[0])]),
            limits=player.limits,
            fences=player.fences,
            zone=SHANGHAI,
            memory=memory,
        )
        assert again.firings["report"].tolist() == [-1]
        assert again.rows.tolist() == [0]


def test_nothing_to_judge() -> None:
    player = Player()
    assert player.batch([]) == {}
    verdict = player.verdicts[0]
    again = engine.replay(
        player.state,
        rows_of([]),
        verdict,
        rows_of([]),
        limits=player.limits,
        fences=player.fences,
        zone=SHANGHAI,
        memory=Memory(player.memory, np.arange(1)),
    )
    assert not len(again.firings)


def test_wrong_shapes_are_refused() -> None:
    player = Player()
    with pytest.raises(ShapeError):
        engine.judge(
            columns.fresh_state(2),
            rows_of([]),
            player.limits,
            player.fences,
            SHANGHAI,
            Memory(player.memory, np.arange(1)),
        )


def test_wristbands_of_one_batch_do_not_mix() -> None:
    player = Player(3)
    reports = beats([140, 141], **REST)
    batch = [(row, one) for one in reports for row in (2, 0)]
    told = player.batch([*batch, (1, reports[0])])
    assert sorted(told) == [0, 2]


def test_state_of_another_layout_is_replaced() -> None:
    packed = columns.fresh_state(1)
    packed["level"][0, 0] = 3
    assert columns.unpack_state(packed.tobytes(), columns.LAYOUT)["level"][0, 0] == 3
    for stored, layout in (
        (None, None),
        (packed.tobytes(), 0),
        (b"short", columns.LAYOUT),
    ):
        assert columns.unpack_state(stored, layout)["level"][0, 0] == 0
