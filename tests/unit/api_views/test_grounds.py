"""What an alert rests on, in words a relative understands."""

from datetime import UTC, datetime
from typing import Any

import pytest

from api.views.grounds import grounds, values_in_words

AT = "2026-11-21T08:10:00.000Z"
EVIDENCE: dict[str, Any] = {
    "values": {"heart_rate": 134},
    "readings": [{"time": AT, "heart_rate": 134}, {"time": AT, "heart_rate": 131.4}],
    "duration_s": 720,
    "usual": {"heart_rate": 62.04},
}


def test_readings_span_and_usual() -> None:
    found = grounds("zh-CN", EVIDENCE)
    assert [reading.text for reading in found.readings] == [
        "心率 134 次/分",
        "心率 131.4 次/分",
    ]
    assert found.readings[0].time == datetime(2026, 11, 21, 8, 10, tzinfo=UTC)
    assert found.lines == ("持续 12 分钟", "平时这个时候：心率 62 次/分")
    assert grounds("en", EVIDENCE).lines[1] == "Usual at this time: heart rate 62 bpm"


def test_days_and_beginning() -> None:
    days = [{"date": "2026-11-20", "systolic": 138.4, "diastolic": 86, "count": 4}]
    found = grounds("en", {"since": AT, "days": [*days, {"date": 5, "spo2": 9}, 7]})
    assert found.since == datetime(2026, 11, 21, 8, 10, tzinfo=UTC)
    assert found.lines == ("Mean of 2026-11-20: blood pressure 138.4/86 mmHg",)


def test_a_pair_is_one_value() -> None:
    both = {"systolic": 182, "diastolic": 111, "count": 2}
    assert values_in_words("en", both) == "blood pressure 182/111 mmHg"
    assert values_in_words("zh-CN", {"systolic": 182}) == "高压 182 mmHg"
    assert values_in_words("en", {"spo2": 91, "temperature": 36.55, "odd": 1}) == (
        "blood oxygen 91 %, wrist temperature 36.5 °C"
    )


@pytest.mark.parametrize(
    "evidence",
    [
        {},
        {"readings": "odd", "usual": 5, "duration_s": "long"},
        {"readings": [7, {"time": "odd", "spo2": 90}, {"time": AT}, {"spo2": 90}]},
        {"duration_s": 59, "usual": {"days": True}},
    ],
)
def test_what_cannot_be_read_is_left_out(evidence: dict[str, Any]) -> None:
    assert not grounds("en", evidence)
