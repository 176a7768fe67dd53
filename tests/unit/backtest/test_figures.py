"""Counts by day, place and shift."""

import numpy as np
import pytest

from alerts.detection.columns import empty_reports
from core.model import Kind
from tests.unit.detection.played import NOON, SHANGHAI
from yinling.backtest import figures
from yinling.backtest.history import ALL_KINDS, Wearer, once, watched_days
from yinling.backtest.play import EVENT
from yinling.backtest.replay import Replayed, joined
from yinling.backtest.telling import tell

INFO, WARNING, CRITICAL = 1, 2, 3
HOUR = 3600.0


def replayed(*events: tuple[int, float, int]) -> Replayed:
    """Alerts of (wearer, hour after noon, level) of two days of two wearers."""
    wearers = [
        Wearer("a", place=("D", "North"), worker="wang"),
        Wearer("b", place=("D", "South"), worker="wang"),
        Wearer("c", place=("D", "South"), worker="li"),
    ]
    kind = ALL_KINDS.index(Kind.HEART_RATE_HIGH)
    rows = np.zeros(len(events), EVENT)
    for i, (row, hour, level) in enumerate(events):
        at_s = NOON + hour * HOUR
        rows[i] = (row, at_s, i, at_s, kind, level, -1)
    told = tell(wearers, rows)
    return Replayed(
        "0-x", wearers, told.alerts, told.told, np.array([2.0, 2.0, 1.0]), 9,
        NOON, NOON + 24 * HOUR,
    )  # fmt: skip


def test_places_hold_all_below_them() -> None:
    found = replayed((0, 1, CRITICAL), (1, 1, WARNING), (2, 2, INFO), (2, 5, WARNING))
    loads = {one.place: one for one in figures.by_place(found)}
    assert loads["D",].alerts == {"critical": 1, "warning": 2, "info": 0}
    assert loads["D",].seniors == 3
    assert loads["D", "South"].alerts == {"critical": 0, "warning": 2, "info": 0}
    assert loads["D", "South"].told_per_day == pytest.approx(2 / 3)


def test_a_shift_is_eight_hours_of_one_worker() -> None:
    # Noon to noon touches four shifts: 08:00, 16:00, 00:00, 08:00.
    found = replayed((0, 1, CRITICAL), (1, 2, WARNING), (2, 1, INFO), (1, 13, WARNING))
    shifts = figures.by_shift(found, SHANGHAI)
    assert shifts is not None
    assert (shifts.workers, shifts.shifts, shifts.most) == (2, 8, 2)
    assert shifts.mean == pytest.approx(3 / 8)
    assert shifts.by_hour == (0.5, 0.5, 0.0)


def test_days_are_local_ones() -> None:
    found = replayed((0, 1, CRITICAL), (1, 11.9, WARNING), (2, 12.1, WARNING))
    days, opened = figures.by_day(found, SHANGHAI)
    assert len(days) == 2
    assert opened.tolist() == [[1, 0], [1, 1], [0, 0]]


def test_silences_of_over_a_day_are_nobody_s_days() -> None:
    reports = empty_reports(5)
    reports["row"] = [0, 0, 0, 1, 1]
    reports["time_s"] = np.array([0, 12, 60, 0, 6]) * HOUR
    assert watched_days(reports, 3).tolist() == [0.5, 0.25, 0.0]


def test_what_arrived_first_wins() -> None:
    reports = empty_reports(4)
    reports["time_s"] = [60, 60, 0, 60]
    reports["seq"] = [1, 1, 1, 2]
    reports["received_s"] = [90, 80, 95, 100]
    reports["heart_rate"] = [70, 71, 72, 73]
    kept, repeats = once(reports)
    assert kept["heart_rate"].tolist() == [71, 72, 73]
    assert repeats == 1


def test_shards_join_as_if_replayed_together() -> None:
    one, other = replayed((0, 5, CRITICAL)), replayed((1, 1, WARNING), (1, 9, WARNING))
    both = joined([one, other])
    assert both.alerts["row"].tolist() == [4, 0, 4]
    assert both.told["alert"].tolist() == [0, 1, 2]
    assert both.person_days == 10.0
    assert both.readings == 18
