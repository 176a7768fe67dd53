"""Hours in which people may be asked."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.response.waking import WakingHours

SHANGHAI = ZoneInfo("Asia/Shanghai")
HOURS = WakingHours(8, 20, SHANGHAI)
H = timedelta(hours=1)
YEAR = datetime(2026, 1, 1)  # noqa: DTZ001 - Hypothesis adds the zone


def local(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("asked", "got"),
    [
        (local(21, 12), local(21, 12)),
        (local(21, 8), local(21, 8)),
        (local(21, 7, 59), local(21, 8)),
        (local(21, 20), local(22, 8)),
        (local(21, 23, 30), local(22, 8)),
        (local(22, 0, 30), local(22, 8)),
    ],
)
def test_nobody_is_woken(asked: datetime, got: datetime):
    assert HOURS.from_then(asked) == got


@pytest.mark.parametrize(
    ("start", "span", "got"),
    [
        (local(21, 9), 4 * H, local(21, 13)),
        (local(21, 18), 2 * H, local(21, 20)),
        (local(21, 18), 4 * H, local(22, 10)),
        (local(21, 3), 4 * H, local(21, 12)),
        (local(21, 19), 26 * H, local(24, 9)),
    ],
)
def test_only_their_hours_count(start: datetime, span: timedelta, got: datetime):
    assert HOURS.after(start, span) == got


def test_a_whole_day_is_all_hours():
    whole = WakingHours(0, 24, SHANGHAI)
    assert whole.after(local(21, 23), 5 * H) == local(22, 4)


def test_a_day_that_is_an_hour_longer():
    berlin = WakingHours(0, 24, ZoneInfo("Europe/Berlin"))
    start = datetime(2026, 10, 24, 22, tzinfo=UTC)  # midnight, summer time
    assert berlin.after(start, 25 * H) == start + 25 * H


@given(
    st.datetimes(YEAR, YEAR.replace(year=2027), timezones=st.just(UTC)),
    st.integers(0, 23),
    st.integers(1, 24),
    st.floats(0, 72 * 3600),
)
def test_it_is_never_early_nor_outside(start, begins_h, ends_h, span_s):
    if begins_h >= ends_h:
        return
    hours = WakingHours(begins_h, ends_h, SHANGHAI)
    asked = hours.from_then(start)
    assert asked >= start
    assert begins_h <= asked.astimezone(SHANGHAI).hour < ends_h
    until = hours.after(start, timedelta(seconds=span_s))
    assert until >= asked + timedelta(seconds=span_s)
    ends = until.astimezone(SHANGHAI)
    assert begins_h <= ends.hour + ends.minute / 60 <= ends_h or ends_h == 24
