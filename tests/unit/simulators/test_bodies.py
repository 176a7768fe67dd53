"""Bodies and days keep within what people do, and follow the literature's shape."""

import numpy as np
import pytest

from simulators import geography
from simulators.geography import Position, Spot
from simulators.model import calendar, draws, trips
from simulators.model.calendar import Calendar
from simulators.model.courses import Channel, Course
from simulators.model.plan import (
    ASLEEP,
    SITTING,
    STANDING,
    WALKING,
    Forced,
    Walk,
    Window,
)
from tests.support.lives import EVERY, FAIR, MONDAY, folk, lived

HOUR = EVERY / 60


def test_people_are_old_and_their_values_possible() -> None:
    who = folk(300)
    assert ((who.age >= 70) & (who.age <= 92)).all()
    assert (who.systolic > who.diastolic + 30).all()
    assert 0.4 < who.female.mean() < 0.7
    assert (who.heart_reserve > 40).all()


def test_what_is_given_is_kept() -> None:
    one = folk(1, age=88, sex="male", conditions=frozenset({"copd"}))
    assert (int(one.age[0]), bool(one.female[0])) == (88, False)
    assert one.conditions_of(0) == ("copd",)
    assert one.spo2[0] < 93


def test_age_and_drugs_show() -> None:
    younger, older = folk(200, age=71), folk(200, age=86)
    assert younger.speed_m_s.mean() - older.speed_m_s.mean() > 0.15
    assert younger.heart_reserve.mean() > older.heart_reserve.mean() + 8
    assert younger.beat_noise.mean() > older.beat_noise.mean()
    assert younger.recovery_min.mean() < older.recovery_min.mean()
    failing = folk(300, conditions=frozenset({"heart_failure"}))
    blocked = failing.beta_blocker
    assert failing.heart_rate[~blocked].mean() - failing.heart_rate[blocked].mean() > 5
    assert failing.heart_rhythm[blocked].mean() < failing.heart_rhythm[~blocked].mean()
    treated = folk(300, conditions=frozenset({"hypertension"}))
    assert treated.systolic[treated.treated].mean() < treated.systolic.max()


def test_the_heart_rests_at_night_and_answers_steps() -> None:
    day = lived(folk(80))
    heart, activity = day.moments.heart_rate, day.moments.activity
    asleep, seated = heart[activity == ASLEEP], heart[activity == SITTING]
    assert 3 < seated.mean() - asleep.mean() < 14
    brisk = heart[day.moments.cadence > 90]
    assert 12 < brisk.mean() - seated.mean() < 40
    assert heart.max() < 165
    assert (asleep > 40).all()


def test_the_heart_recovers_over_minutes() -> None:
    who = folk(40)
    walk = [Walk(row, 600, 630, 630, 630, 1500, 0) for row in range(40)]
    quiet = [Window(row, 500, 720) for row in range(40)]
    heart = lived(who, forced=Forced(quiet, (), walk)).moments.heart_rate
    before, during = heart[:, 590:600].mean(), heart[:, 620:630].mean()
    one, later = heart[:, 631].mean(), heart[:, 645:655].mean()
    assert during - before > 15
    assert before + 5 < one < during - 2
    assert abs(later - before) < 4


def test_pressure_dips_surges_and_gives_way_to_standing() -> None:
    day = lived(folk(200))
    systolic, activity = day.moments.systolic, day.moments.activity
    seated = activity == SITTING
    asleep = systolic[:, :240][activity[:, :240] == ASLEEP].mean()
    noon = systolic[:, 600:660][seated[:, 600:660]].mean()
    morning = systolic[:, 450:520][seated[:, 450:520]].mean()
    assert 0.85 < asleep / noon < 0.97
    assert morning > noon - 6
    standing = systolic[:, 640:720][activity[:, 640:720] == STANDING].mean()
    assert standing < systolic[:, 640:720][seated[:, 640:720]].mean()


def test_skin_is_warmest_at_night() -> None:
    skin = lived(folk(100)).moments.skin
    assert skin[:, 120:240].mean() > skin[:, 960:1080].mean() + 0.6


def test_fluctuations_are_slow_and_meet_at_midnight() -> None:
    today = draws.of_day(5, range(50), MONDAY)
    tomorrow = draws.of_day(5, range(50), MONDAY + 1)
    last, first = np.full((50, 1), 1439.99), np.zeros((50, 1))
    for channel in range(draws.CHANNELS):
        gap = today.slow(channel, last) - tomorrow.slow(channel, first)
        assert abs(gap).max() < 0.02
    course = today.slow(draws.HEART, np.broadcast_to(EVERY, (50, 1440)))
    assert 0.6 < course.std() < 1.4
    near = np.corrcoef(course[:, :-5].ravel(), course[:, 5:].ravel())[0, 1]
    far = np.corrcoef(course[:, :-400].ravel(), course[:, 400:].ravel())[0, 1]
    assert near > 0.7
    assert far < 0.3


def test_nobodys_draws_depend_on_the_others() -> None:
    alone, among = draws.of_day(5, [3], MONDAY), draws.of_day(5, range(6), MONDAY)
    assert np.array_equal(alone.u[0], among.u[3])
    assert np.array_equal(alone.knots[2][0], among.knots[2][3])


def test_a_day_has_sleep_meals_steps_and_ways_out() -> None:
    day = lived(folk(200))
    activity = day.plan.activity
    asleep = (activity == ASLEEP).sum(axis=1) / 60
    assert 7 < asleep.mean() < 10.5
    assert ((activity == WALKING).sum(axis=1) > 20).all()
    assert 2500 < np.median(day.moments.steps[:, -1]) < 8000
    assert 0.3 < day.moments.out.any(axis=1).mean() < 0.95
    assert (np.diff(day.moments.steps, axis=1) >= 0).all()
    assert (np.hypot(day.moments.east, day.moments.north) < 760).all()
    night = (HOUR > 1) & (HOUR < 4)
    rises = (activity[:, night] == WALKING).any(axis=1).mean()
    assert 0.2 < rises < 0.9


def test_weather_and_illness_keep_people_in() -> None:
    who = folk(200)
    bad = Calendar(weekend=False, bad_weather=True, outdoors_celsius=2.0)
    fair_out = lived(who).moments.out.any(axis=1).mean()
    assert lived(who, calendar_day=bad).moments.out.any(axis=1).mean() < fair_out / 1.5
    ill = lived(who, ill=0.9)
    assert ill.moments.out.any(axis=1).mean() < fair_out / 3
    assert ill.moments.steps[:, -1].mean() < lived(who).moments.steps[:, -1].mean() / 2


def test_the_town_shares_its_weather_and_spells_pass() -> None:
    days = [calendar.of_day(5, MONDAY + day) for day in range(400)]
    assert 0.1 < np.mean([day.bad_weather for day in days]) < 0.3
    assert [day.weekend for day in days[:7]] == [False] * 5 + [True] * 2
    assert days[130].outdoors_celsius > days[320].outdoors_celsius
    ill = np.array([calendar.illness(5, range(100), MONDAY + d) for d in range(56)])
    assert 0.003 < (ill > 0).mean() < 0.05


def test_nobody_outruns_their_legs() -> None:
    day = lived(folk(60))
    metres = np.hypot(
        np.diff(day.moments.east, axis=1), np.diff(day.moments.north, axis=1)
    )
    assert metres.max() / 60 <= 1.6


def test_rest_at_home_wins_over_the_plan() -> None:
    who = folk(30)
    quiet = [Window(row, 480.5, 700.5) for row in range(30)]
    day = lived(who, forced=Forced(quiet=quiet))
    rest = slice(480, 701)
    assert not day.moments.out[:, rest].any()
    assert (np.ptp(day.moments.steps[:, rest], axis=1) == 0).all()
    assert (day.plan.activity[:, rest] < WALKING).all()
    still = lived(who, forced=Forced(still=quiet))
    assert (still.plan.motion[:, 481:700] < 0.01).all()


def test_who_goes_astray_walks_straight() -> None:
    walk = Walk(0, 1300, 1320, 1340, 1350, 600, 800)
    day = lived(folk(2), forced=Forced(walks=[walk]))
    at = 1310
    assert day.moments.east[0, at] == pytest.approx(300, abs=1)
    assert day.moments.north[0, at] == pytest.approx(400, abs=1)
    assert day.moments.out[0, 1330]
    assert not day.moments.out[0, 1351]
    assert day.moments.steps[0, 1320] - day.moments.steps[0, 1300] > 800


def test_a_course_rises_holds_and_falls() -> None:
    course = Course(0, Channel.HEART_RATE, 600, 610, 660, 670, 150)
    weight = course.weight(np.array([590, 600, 605, 630, 665, 680.0]))
    assert weight.tolist() == pytest.approx([0, 0, 0.5, 1, 0.5, 0])
    heart = lived(folk(2), courses=[course]).moments.heart_rate
    assert heart[0, 630] == pytest.approx(150)
    assert heart[1, 630] < 130
    warm = Course(1, Channel.SKIN_ADD, 0, 1, 1440, 1441, 2.0)
    plain, fever = lived(folk(2)), lived(folk(2), courses=[warm])
    added = fever.moments.skin[1, 700] - plain.moments.skin[1, 700]
    assert added == pytest.approx(2, abs=0.01)
    assert course.shifted(-60).full == 550


def test_streets_run_east_then_north() -> None:
    who, u = folk(1), draws.of_day(5, [0], MONDAY)
    way = trips.plan(who, u, FAIR, np.zeros(1), np.full(1, 1300.0))
    for table, value in zip(
        (way.leave, way.arrive, way.back, way.home, way.east, way.north),
        (100, 110, 120, 130, 100, -100),
        strict=True,
    ):
        table[:, trips.PARK] = value
    seen = way.at(np.array([[105, 107.5, 115, 125.0]]))
    assert seen[0][0].tolist() == pytest.approx([100, 100, 100, 100])
    assert seen[1][0].tolist() == pytest.approx([0, -50, -100, 0])


def test_a_spot_on_the_globe() -> None:
    home = Position(34.0, 108.0)
    north = geography.globe(home, Spot(0, 111_320))
    assert north == pytest.approx((35.0, 108.0))
    east = geography.globe(home, Spot(1000, 0))
    shrink = np.cos(np.radians(34))
    assert (east.longitude - 108) * shrink * 111_320 == pytest.approx(1000)
