"""The next full hour of the service's own day."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.daytime import next_hour

XIAN = ZoneInfo("Asia/Shanghai")
PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("now", "hour", "then"),
    [
        ((2026, 11, 21, 0, 0), 9, (2026, 11, 21, 1, 0)),
        ((2026, 11, 21, 1, 0), 9, (2026, 11, 22, 1, 0)),
        ((2026, 11, 21, 23, 30), 8, (2026, 11, 22, 0, 0)),
    ],
)
def test_in_xian(now: tuple[int, ...], hour: int, then: tuple[int, ...]):
    found = next_hour(datetime(*now, tzinfo=UTC), hour, XIAN)  # type: ignore[arg-type]
    assert found == datetime(*then, tzinfo=UTC)  # type: ignore[arg-type]


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.integers(0, 23),
    st.sampled_from([XIAN, PARIS]),
)
def test_it_is_the_next_one(now: datetime, hour: int, zone: ZoneInfo):
    found = next_hour(now, hour, zone)
    assert timedelta(0) < found - now <= timedelta(hours=26)
    local = found.astimezone(zone)
    summer = zone is PARIS and hour == 2 and local.hour == 3
    assert (local.hour == hour and local.minute == 0) or summer
