"""A live wearer's day is the model's day with the script laid over it."""

from zoneinfo import ZoneInfo

import numpy as np
import pytest

from simulators import streams
from simulators.days import Days, rest_windows
from simulators.geography import METRES_PER_DEGREE, Position, Spot, globe
from simulators.life import Life
from simulators.model import people
from simulators.model.people import Wish
from simulators.scenarios import Happening, ScriptedEvent, What

ZONE = ZoneInfo("Asia/Shanghai")
MIDNIGHT_S = 1_763_740_800.0  # 2025-11-22 00:00 in Shanghai
HOME = Position(34.3416, 108.9398)


def happening(kind: What, start_s: float, duration_s: float, **more: object):
    event = ScriptedEvent.model_validate(
        {"kind": kind, "at_s": 0, "wristbands": (0,), **more}
    )
    return Happening(event, 0, start_s, start_s + duration_s)


def life(*script: Happening) -> Life:
    own = streams.of_wristband(3, 0)
    wish = Wish(conditions=frozenset())
    person = people.draw([own.person], [wish])
    days = Days(seed=3, indices=[0], people=person, scripts=[script], zone=ZONE)
    return Life(days, 0, HOME)


def test_an_episode_finds_its_wearer_at_rest_at_home() -> None:
    start_s = MIDNIGHT_S + 9 * 3600 + 17.5
    seen = life(happening(What.BRADYCARDIA, start_s, 600)).at(
        [start_s - 1100 + 60 * k for k in range(28)]
    )
    assert np.ptp(seen.moments.steps) == 0
    assert not seen.moments.out.any()
    assert (seen.motion <= 0.12).all()
    assert (seen.moments.heart_rate[0, 19:28] < 40).sum() == 9
    assert seen.moments.heart_rate[0, 18] > 45


@pytest.mark.parametrize(
    ("kind", "name", "low", "high"),
    [
        (What.TACHYCARDIA, "heart_rate", 140, 144),
        (What.HYPERTENSION, "systolic", 200, 210),
        (What.HYPERTENSION, "diastolic", 115, 125),
        (What.HYPOXIA, "spo2", 87, 89),
    ],
)
def test_an_episode_has_its_kinds_values(
    kind: What, name: str, low: float, high: float
) -> None:
    start_s = MIDNIGHT_S + 15 * 3600
    seen = life(happening(kind, start_s, 900)).at([start_s + 1, start_s + 899])
    assert (
        (getattr(seen.moments, name) > low) & (getattr(seen.moments, name) < high)
    ).all()


def test_the_step_counter_never_falls_within_a_day() -> None:
    script = (
        happening(What.WANDERING, MIDNIGHT_S + 8 * 3600, 1800),
        happening(What.HYPOXIA, MIDNIGHT_S + 15 * 3600, 900),
    )
    seen = life(*script).at([MIDNIGHT_S + 120.0 * k for k in range(720)])
    assert (np.diff(seen.moments.steps[0]) >= 0).all()
    assert seen.moments.steps[0, -1] > 1000


def test_who_wanders_goes_straight_away_and_is_back_at_the_end() -> None:
    start_s = MIDNIGHT_S + 22 * 3600
    walk = happening(What.WANDERING, start_s, 1000, bearing_degrees=0)
    seen = life(walk).at([start_s + 500, start_s + 1001])
    there = globe(
        HOME, Spot(float(seen.moments.east[0, 0]), float(seen.moments.north[0, 0]))
    )
    metres = (there.latitude - HOME.latitude) * METRES_PER_DEGREE
    assert metres == pytest.approx(450, abs=0.5)
    assert seen.moments.out[0].tolist() == [True, False]


def test_battery_and_wrist_follow_the_script() -> None:
    start_s = MIDNIGHT_S + 12 * 3600
    script = (
        happening(What.LOW_BATTERY, start_s, 600, battery_percent=7),
        happening(What.OFF_WRIST, start_s, 600),
    )
    seen = life(*script).at([start_s - 1, start_s, start_s + 600])
    assert seen.battery[0, 1] == 7
    assert seen.battery[0, 2] > 7
    assert seen.taken_off[0].tolist() == [False, True, False]


def test_midnight_hands_the_battery_on() -> None:
    one = life()
    evening = one.at([MIDNIGHT_S + 86_340]).battery[0, 0]
    morning = one.at([MIDNIGHT_S + 86_460]).battery[0, 0]
    assert abs(evening - morning) < 1


def test_windows_of_rest_are_merged() -> None:
    script = [
        happening(What.HYPOXIA, 5000, 100),
        happening(What.BRADYCARDIA, 5600, 100),
        happening(What.SOS, 0, 0),
        happening(What.FALL, 90_000, 100),
    ]
    assert rest_windows(script) == [(3800, 6000), (88_800, 90_400)]
