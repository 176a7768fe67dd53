"""Bodies and days keep within what people do."""

import itertools
import math
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from simulators import physiology, routine, streams
from simulators.life import Life, rest_windows
from simulators.physiology import Activity, Body, Strain
from simulators.routine import HOME, Position, Spot
from simulators.scenarios import Happening, ScriptedEvent, What

ZONE = ZoneInfo("Asia/Shanghai")
MIDNIGHT_S = 1_763_740_800.0  # 2025-11-22 00:00 in Shanghai


def person(seed: int, **given: object) -> physiology.Person:
    return physiology.draw_person(np.random.default_rng(seed), **given)


def test_people_are_old_and_well() -> None:
    people = [person(seed) for seed in range(300)]
    assert all(70 <= one.age_years <= 92 for one in people)
    assert all(one.systolic_mmhg > one.diastolic_mmhg + 20 for one in people)
    assert {one.sex for one in people} == {"female", "male"}


def test_what_is_given_is_kept() -> None:
    one = person(1, age_years=88, sex="male", conditions=frozenset({"copd"}))
    assert (one.age_years, one.sex) == (88, "male")
    assert one.spo2_percent < 93


def test_older_people_walk_slower() -> None:
    younger = np.mean([person(s, age_years=72).speed_m_s for s in range(200)])
    older = np.mean([person(s, age_years=85).speed_m_s for s in range(200)])
    assert younger - older > 0.15


def vitals(activity: Activity, hour: float, strain: Strain = physiology.CALM):
    body = Body(person(5), np.random.default_rng(6))
    return [body.at(60.0 * k, hour, activity, strain) for k in range(200)]


def test_pressure_dips_asleep_and_surges_in_the_morning() -> None:
    asleep = np.mean([v.systolic_mmhg for v in vitals(Activity.ASLEEP, 3)])
    noon = np.mean([v.systolic_mmhg for v in vitals(Activity.SITTING, 12)])
    morning = np.mean([v.systolic_mmhg for v in vitals(Activity.SITTING, 8)])
    assert 0.8 < asleep / noon < 0.97
    assert morning - noon == pytest.approx(10, abs=1.5)


def test_walking_raises_the_heart_rate_within_minutes() -> None:
    body = Body(person(5), np.random.default_rng(6))
    rest = [body.at(60.0 * k, 10, Activity.SITTING).heart_rate_bpm for k in range(9)]
    walk = [
        body.at(540 + 60.0 * k, 10, Activity.WALKING).heart_rate_bpm for k in range(9)
    ]
    assert 15 < np.mean(walk[3:]) - np.mean(rest) < 45


def test_an_episode_wins() -> None:
    seen = vitals(Activity.SITTING, 10, Strain(heart_rate_bpm=36, systolic_mmhg=190))
    assert all(33 <= v.heart_rate_bpm <= 39 for v in seen)
    assert all(v.systolic_mmhg > 180 for v in seen)
    low = vitals(Activity.SITTING, 10, Strain(spo2_percent=88))
    assert all(v.spo2_percent < 90 for v in low)


@pytest.mark.parametrize("hour", [0, 3, 8, 12, 18, 23])
def test_healthy_bodies_stay_far_from_the_limits(hour: float) -> None:
    for seed in range(40):
        body = Body(person(seed), np.random.default_rng(seed))
        activity = Activity.ASLEEP if hour < 6 else Activity.SITTING
        for k in range(60):
            v = body.at(60.0 * k, hour, activity)
            assert 46 < v.heart_rate_bpm < 105
            assert v.systolic_mmhg < 178
            assert v.diastolic_mmhg < 108
            assert v.spo2_percent > 93.5


def day(seed: int) -> routine.Day:
    rng = np.random.default_rng(seed)
    around = routine.draw_neighbourhood(rng)
    return routine.plan_day(person(seed), around, rng)


@pytest.mark.parametrize("seed", range(30))
def test_a_day_has_no_gap_and_no_leap(seed: int) -> None:
    legs = day(seed).legs
    assert legs[0].start_s == 0
    assert legs[-1].end_s == routine.DAY_S
    for one, following in itertools.pairwise(legs):
        assert one.end_s == following.start_s
        assert one.target == following.origin
    assert legs[0].origin == legs[-1].target == HOME


@pytest.mark.parametrize("seed", range(10))
def test_nobody_outruns_their_legs(seed: int) -> None:
    plan = day(seed)
    before = plan.at(0)
    for second in range(30, 86_400, 30):
        here = plan.at(second)
        metres = math.dist(before.spot, here.spot)
        assert metres / 30 <= 1.6
        assert here.steps >= before.steps
        assert math.hypot(*here.spot) < 1500
        before = here
    assert plan.at(4 * 3600).activity is Activity.ASLEEP


def test_streets_run_east_then_north() -> None:
    origin, target = Spot(0, 0), Spot(100, -100)
    assert routine.along_streets(origin, target, 0.5) == (100, 0)
    assert routine.along_streets(origin, target, 0.75) == (100, -50)
    assert routine.along_streets(origin, target, 1) == target


def test_a_spot_on_the_globe() -> None:
    home = Position(34.0, 108.0)
    north = routine.globe(home, Spot(0, 111_320))
    assert north == pytest.approx((35.0, 108.0))
    east = routine.globe(home, Spot(1000, 0))
    assert (east.longitude - 108) * math.cos(math.radians(34)) * 111_320 == (
        pytest.approx(1000)
    )


def happening(kind: What, start_s: float, duration_s: float, **more: object):
    event = ScriptedEvent.model_validate(
        {"kind": kind, "at_s": 0, "wristbands": (0,), **more}
    )
    return Happening(event, 0, start_s, start_s + duration_s)


def life(*script: Happening) -> Life:
    return Life(
        seed=3,
        index=0,
        person=person(3),
        home=Position(34.3416, 108.9398),
        script=script,
        zone=ZONE,
        own=streams.of_wristband(3, 0),
    )


def test_an_episode_finds_its_wearer_at_rest_at_home() -> None:
    start_s = MIDNIGHT_S + 9 * 3600
    wearer = life(happening(What.BRADYCARDIA, start_s, 600))
    scenes = [wearer.at(start_s - 1100 + 60 * k) for k in range(28)]
    assert len({scene.steps for scene in scenes}) == 1
    assert all(scene.motion_g <= 0.1 for scene in scenes)
    assert not any(scene.outdoors for scene in scenes)
    slow = [scene for scene in scenes[19:28] if scene.vitals.heart_rate_bpm < 40]
    assert len(slow) == 9


def test_the_step_counter_never_falls_within_a_day() -> None:
    script = (
        happening(What.WANDERING, MIDNIGHT_S + 8 * 3600, 1800),
        happening(What.HYPOXIA, MIDNIGHT_S + 15 * 3600, 900),
    )
    wearer = life(*script)
    steps = [wearer.at(MIDNIGHT_S + 120 * k).steps for k in range(720)]
    assert steps == sorted(steps)
    assert steps[-1] > 1000


def test_who_wanders_goes_straight_away() -> None:
    start_s = MIDNIGHT_S + 22 * 3600
    wearer = life(happening(What.WANDERING, start_s, 1000, bearing_degrees=0))
    there = wearer.at(start_s + 500)
    metres = (there.position.latitude - 34.3416) * routine.METRES_PER_DEGREE
    assert metres == pytest.approx(450)
    assert there.outdoors
    assert not wearer.at(start_s + 1001).outdoors


def test_windows_of_rest_are_merged() -> None:
    script = [
        happening(What.HYPOXIA, 5000, 100),
        happening(What.BRADYCARDIA, 5600, 100),
        happening(What.SOS, 0, 0),
        happening(What.FALL, 90_000, 100),
    ]
    assert rest_windows(script) == [(3800, 6000), (88_800, 90_400)]
