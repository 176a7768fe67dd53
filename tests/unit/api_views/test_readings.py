"""Which questions for readings are allowed."""

from datetime import UTC, datetime, timedelta

import pytest

from api.views.readings import METRICS, metric, period
from core.errors import InvalidError
from core.payload import FIELDS

NOW = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)


def test_the_last_day_by_default() -> None:
    asked = period(None, None, None, NOW)
    assert (asked.since, asked.until) == (NOW - timedelta(hours=24), NOW)


@pytest.mark.parametrize(
    "bucket", ["", "5", "m", "0m", "-5m", "5w", "1.5h", "400d", "5m ", "99999999d"]
)
def test_a_bucket_is_a_duration(bucket: str) -> None:
    with pytest.raises(InvalidError):
        period(None, None, bucket, NOW)


def test_from_lies_before_to() -> None:
    with pytest.raises(InvalidError):
        period(NOW, NOW - timedelta(seconds=1), None, NOW)


def test_every_numeric_field_of_a_report_is_a_metric() -> None:
    assert set(FIELDS) <= set(METRICS)
    with pytest.raises(InvalidError):
        metric("mood")
