"""Local clocks for many instants at once, also where they change."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from alerts.detection.daytime import is_night, local_s
from tests.unit.detection.played import NOON, SHANGHAI

BERLIN = ZoneInfo("Europe/Berlin")


def test_no_instants() -> None:
    assert local_s(np.zeros(0), SHANGHAI).size == 0


@pytest.mark.parametrize("days", [1, 30, 300, 3000])
@pytest.mark.parametrize("zone", [SHANGHAI, BERLIN, ZoneInfo("Australia/Lord_Howe")])
def test_as_each_clock_shows_it(days: int, zone: ZoneInfo) -> None:
    time_s = NOON + np.linspace(0, days, 500) * 86400.0
    shown = [
        datetime.fromtimestamp(one, UTC).astimezone(zone).replace(tzinfo=UTC)
        for one in time_s.tolist()
    ]
    expected = [one.timestamp() for one in shown]
    assert local_s(time_s, zone) == pytest.approx(expected, abs=1e-5)


def test_the_night_is_outside_of_the_day() -> None:
    hours = np.array([6.99, 7.0, 12.0, 21.99, 22.0, 23.0])
    night = is_night(NOON + (hours - 12) * 3600, SHANGHAI, 7, 22)
    assert night.tolist() == [True, False, False, False, True, True]
