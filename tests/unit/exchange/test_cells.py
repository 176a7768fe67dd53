"""Cells as people and spreadsheets write them."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from core.exchange.cells import CellError, Context, read
from core.exchange.registers import PLACES, SENIORS, STAFF
from core.exchange.relations import RELATIVES, SHIFTS

CONTEXT = Context(ZoneInfo("Asia/Shanghai"))
BORN = SENIORS.by_key["birth_date"]
PHONE = STAFF.by_key["phone"]
NUMBER = SENIORS.by_key["external_no"]
STARTS = SHIFTS.by_key["starts_at"]


@pytest.mark.parametrize(
    "raw",
    [
        "1944-05-01",
        "1944/5/1",
        "1944.5.1",
        "1944年5月1日",
        "19440501",
        19440501,
        16193,
        "１９４４－０５－０１",
        " 1944-05-01 00:00:00 ",
        date(1944, 5, 1),
        datetime(1944, 5, 1),  # noqa: DTZ001
    ],
)
def test_dates(raw):
    assert read(BORN, raw, CONTEXT) == date(1944, 5, 1)


@pytest.mark.parametrize("raw", ["1944-13-01", "五月", "1944-05-01x", 0, "99999999"])
def test_no_dates(raw):
    with pytest.raises(CellError) as error:
        read(BORN, raw, CONTEXT)
    assert error.value.code == "cell.date"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (13800001234, "13800001234"),
        (13800001234.0, "13800001234"),
        ("１３８００００１２３４", "13800001234"),
        ("029-8888 1234", "029-8888 1234"),
        ("'+86 138 0000 1234", "+86 138 0000 1234"),
    ],
)
def test_phones(raw, text):
    assert read(PHONE, raw, CONTEXT) == text


@pytest.mark.parametrize(
    ("column", "raw", "code"),
    [
        (PHONE, "1.38E+10", "cell.digits_lost"),
        (PHONE, "无", "cell.phone"),
        (NUMBER, 1234567890123456, "cell.digits_lost"),
        (NUMBER, "6.1E+17", "cell.digits_lost"),
        (NUMBER, "x" * 65, "cell.too_long"),
        (NUMBER, "a\x07b", "cell.control"),
        (SENIORS.by_key["latitude"], 91, "cell.range"),
        (SENIORS.by_key["latitude"], "北", "cell.number"),
        (SENIORS.by_key["expected_interval_s"], 1.5, "cell.whole"),
        (SENIORS.by_key["sex"], "老", "cell.choice"),
        (SENIORS.by_key["conditions"], "怪病", "cell.condition"),
        (SENIORS.by_key["name"], "#REF!", "cell.error"),
        (STARTS, "明天", "cell.instant"),
        (STARTS, "3020-01-01 08:00", "cell.instant"),
    ],
)
def test_what_cannot_be_read_says_why(column, raw, code):
    with pytest.raises(CellError) as error:
        read(column, raw, CONTEXT)
    assert error.value.code == code


@pytest.mark.parametrize(
    ("column", "raw", "value"),
    [
        (SENIORS.by_key["lives_alone"], "是", True),
        (SENIORS.by_key["lives_alone"], "NO", False),
        (SENIORS.by_key["lives_alone"], 1, True),
        (SENIORS.by_key["conditions"], "高血压、 糖尿病;rare_one", ("hypertension", "diabetes", "rare_one")),
        (SENIORS.by_key["address"], "清空", None),
        (STAFF.by_key["role"], "网格员", "grid_worker"),
        (STAFF.by_key["role"], "Grid Worker", "grid_worker"),
        (PLACES.by_key["level"], "小 区", "compound"),
        (RELATIVES.by_key["scopes"], "警报，状态", ("status", "alerts")),
    ],
)  # fmt: skip
def test_words_in_both_languages(column, raw, value):
    assert read(column, raw, CONTEXT) == value


@pytest.mark.parametrize(
    "raw",
    [
        "2026-12-01 08:00",
        "2026/12/1 8:00",
        "2026年12月1日 8:00",
        "2026-12-01T00:00:00Z",
        "2026-12-01 08:00+08:00",
        datetime(2026, 12, 1, 8),  # noqa: DTZ001
    ],
)
def test_times_are_local_unless_they_say_otherwise(raw):
    assert read(STARTS, raw, CONTEXT) == datetime(2026, 12, 1, tzinfo=UTC)
