"""The baseline raises at every crossing of a limit, and at nothing else."""

from typing import Any

import numpy as np

from core.model import Kind
from tests.unit.detection.played import HOME, NOON, rows_of
from yinling.backtest.history import ALL_KINDS, PRESS, History, Wearer
from yinling.backtest.plain import crossings
from yinling.backtest.rules import Rulebook

FENCE = {
    "id": "1",
    "name": "home",
    "alert_on": "exit",
    "shape": {"type": "circle", **HOME, "radius": 300.0},
}


def crossed(
    kind: Kind, *reports: dict[str, Any], wearer: Wearer
) -> list[tuple[int, int]]:
    """(minute, level) of the crossings of one kind; a report a minute."""
    told = [(0, {"time": NOON + i * 60, **one}) for i, one in enumerate(reports)]
    history = History([wearer], rows_of(told), np.zeros(0, PRESS))
    events = crossings(history, Rulebook("shipped").limits([wearer]))
    mine = events[events["kind"] == ALL_KINDS.index(kind)]
    minutes = np.rint((mine["at_s"] - NOON) / 60).astype(int).tolist()
    return list(zip(minutes, mine["level"].tolist(), strict=True))


ANYBODY = Wearer("a")


def test_one_reading_is_enough_and_the_next_ends_it() -> None:
    rates = [70.0, 112.0, 135.0, 120.0, 70.0, 40.0]
    reports = [{"heart_rate": rate} for rate in rates]
    assert crossed(Kind.HEART_RATE_HIGH, *reports, wearer=ANYBODY) == [
        (1, 2),
        (2, 3),
        (4, 0),
    ]
    assert crossed(Kind.HEART_RATE_LOW, *reports, wearer=ANYBODY) == [(5, 3)]


def test_personal_limits_hold_for_the_baseline_too() -> None:
    copd = Wearer("a", conditions=("copd",))
    reports = [{"spo2": 90.0}]
    assert crossed(Kind.SPO2_LOW, *reports, wearer=ANYBODY) == [(0, 3)]
    assert crossed(Kind.SPO2_LOW, *reports, wearer=copd) == []


def test_a_fix_outside_of_every_fence_is_an_exit() -> None:
    fenced = Wearer("a", geofences=(FENCE,), conditions=("dementia",))
    far = {**HOME, "latitude": HOME["latitude"] + 0.02}
    assert crossed(Kind.GEOFENCE_EXIT, HOME, far, {}, HOME, wearer=fenced) == [
        (1, 3),
        (3, 0),
    ]
    assert crossed(Kind.GEOFENCE_EXIT, HOME, far, wearer=ANYBODY) == []


def test_stillness_is_a_counter_that_stands() -> None:
    reports = [{"steps": 5.0}] * 241 + [{"steps": 6.0}]
    assert crossed(Kind.INACTIVITY, *reports, wearer=ANYBODY) == [(240, 2), (241, 0)]


def test_what_is_worn_charged_and_measured() -> None:
    reports = [
        {"worn": 1, "battery": 50.0, "systolic": 120.0, "diastolic": 80.0},
        {"worn": 0, "battery": 15.0, "systolic": 140.0, "diastolic": 80.0},
        {"battery": 5.0, "systolic": 185.0, "diastolic": 80.0},
        {"worn": 1, "systolic": 88.0, "diastolic": 60.0},
    ]
    assert crossed(Kind.NOT_WORN, *reports, wearer=ANYBODY) == [(1, 2), (3, 0)]
    assert crossed(Kind.BATTERY_LOW, *reports, wearer=ANYBODY) == [(1, 1), (2, 2)]
    assert crossed(Kind.BLOOD_PRESSURE_HIGH, *reports, wearer=ANYBODY) == [
        (1, 1),
        (2, 3),
        (3, 0),
    ]
    assert crossed(Kind.BLOOD_PRESSURE_LOW, *reports, wearer=ANYBODY) == [(3, 3)]
