"""Rules are read or refused in words; nights and clock changes keep local times."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from core.duty.periods import Shift, lay_out, over_at
from core.duty.recurrence import ended, parse
from core.duty.workdays import Workdays
from core.errors import InvalidError

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 2, 2, 8)  # noqa: DTZ001 - a local time
ONE = UUID(int=1)


def shift(starts: datetime, ends: datetime, rule: str, **more: object) -> Shift:
    return Shift(ONE, ONE, ONE, starts, ends, rule, **more)  # type: ignore[arg-type]


def local_starts(laid: Shift, zone: ZoneInfo, since: datetime, days: int) -> list[str]:
    found = lay_out(laid, zone, Workdays(), since, since + timedelta(days=days))
    return [f"{one.starts_at.astimezone(zone):%m-%d %H:%M}" for one in found]


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("", "one RFC 5545 rule"),
        ("every day", "no part of a rule"),
        ("DTSTART:20260101\nRRULE:FREQ=DAILY", "one RFC 5545 rule"),
        ("FREQ=MINUTELY", "FREQ is one of"),
        ("BYDAY=MO", "FREQ is one of"),
        ("FREQ=DAILY;FREQ=DAILY", "stands twice"),
        ("FREQ=DAILY;BYEASTER=1", "no part of a rule"),
        ("FREQ=DAILY;COUNT=0", "COUNT is a number"),
        ("FREQ=DAILY;COUNT=99999", "COUNT is a number"),
        ("FREQ=DAILY;INTERVAL=-1", "INTERVAL is a number"),
        ("FREQ=DAILY;COUNT=2;UNTIL=20270101", "not both"),
        ("FREQ=DAILY;UNTIL=tomorrow", "UNTIL is like"),
        ("FREQ=DAILY;UNTIL=20200101", "UNTIL lies before"),
        ("FREQ=WEEKLY;BYDAY=XX", "not a recurrence rule"),
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "never happens"),
        ("FREQ=DAILY;INTERVAL=7;BYDAY=TU", "never happens"),
        ("FREQ=HOURLY;BYMINUTE=0,10,20,30,40,50", "more than 2,000"),
    ],
)
def test_what_is_no_rule_is_refused_in_words(rule: str, said: str):
    with pytest.raises(InvalidError, match=said) as fault:
        parse(rule, MONDAY, SHANGHAI)
    assert fault.value.field == "rrule"


@pytest.mark.parametrize(
    "rule", ["RRULE:FREQ=DAILY", "freq=daily", "FREQ=HOURLY;INTERVAL=12", "FREQ=DAILY;"]
)
def test_other_spellings_are_read(rule: str):
    assert parse(rule, MONDAY, SHANGHAI)


def test_a_night_ends_at_its_local_time_when_the_clock_changes():
    night = shift(
        datetime(2026, 3, 27, 19, tzinfo=UTC),  # 20:00 in Berlin, an hour ahead
        datetime(2026, 3, 28, 7, tzinfo=UTC),
        "FREQ=DAILY",
    )
    since = datetime(2026, 3, 27, 12, tzinfo=UTC)
    found = lay_out(night, BERLIN, Workdays(), since, since + timedelta(days=3))
    hours = [(one.ends_at - one.starts_at) / timedelta(hours=1) for one in found]
    assert hours == [12, 11, 12], "the clock goes forward in the second night"
    assert {f"{one.ends_at.astimezone(BERLIN):%H:%M}" for one in found} == {"08:00"}


def test_a_time_the_clock_skips_comes_an_hour_later():
    early = shift(
        datetime(2026, 3, 28, 1, 30, tzinfo=UTC),
        datetime(2026, 3, 28, 4, tzinfo=UTC),
        "FREQ=DAILY;COUNT=3",
    )
    since = datetime(2026, 3, 28, tzinfo=UTC)
    assert local_starts(early, BERLIN, since, 4) == [
        "03-28 02:30", "03-29 03:30", "03-30 02:30",
    ]  # fmt: skip


def test_the_first_duty_is_one_only_if_the_rule_says_so():
    saturday = datetime(2026, 2, 7, tzinfo=UTC)
    week = shift(saturday, saturday + timedelta(hours=8), "FREQ=WEEKLY;BYDAY=MO")
    assert local_starts(week, SHANGHAI, saturday, 10) == ["02-09 08:00", "02-16 08:00"]


def test_until_counts_its_whole_local_day_and_a_shift_is_over_then():
    starts = datetime(2026, 2, 2, 12, tzinfo=UTC)  # 20:00 in Shanghai
    night = shift(starts, starts + timedelta(hours=12), "FREQ=DAILY;UNTIL=20260204")
    assert local_starts(night, SHANGHAI, starts, 9) == [
        "02-02 20:00", "02-03 20:00", "02-04 20:00",
    ]  # fmt: skip
    over = over_at(night, SHANGHAI)
    assert over is not None
    assert over >= datetime(2026, 2, 5, 0, tzinfo=UTC)
    endless = shift(starts, starts + timedelta(hours=1), "FREQ=DAILY")
    assert over_at(endless, SHANGHAI) is None
    far = shift(starts, starts + timedelta(hours=1), "FREQ=YEARLY;COUNT=9000")
    assert over_at(far, SHANGHAI) is None


def test_days_left_out_are_days_it_begins_on():
    starts = datetime(2026, 2, 2, 12, tzinfo=UTC)
    night = shift(
        starts,
        starts + timedelta(hours=12),
        "FREQ=DAILY",
        exdates=[date(2026, 2, 3)],
    )
    assert local_starts(night, SHANGHAI, starts, 3) == ["02-02 20:00", "02-04 20:00"]


def test_an_old_shift_keeps_its_rhythm_and_is_quick():
    starts = datetime(1970, 1, 1, tzinfo=UTC)
    ancient = shift(starts, starts + timedelta(hours=1), "FREQ=HOURLY;INTERVAL=7")
    since = datetime(2026, 2, 2, tzinfo=UTC)
    found = lay_out(ancient, SHANGHAI, Workdays(), since, since + timedelta(days=2))
    assert len(found) in {6, 7}
    assert {(one.starts_at - starts) % timedelta(hours=7) for one in found} == {
        timedelta(0)
    }


@pytest.mark.parametrize(
    ("rule", "days", "left"),
    [
        ("FREQ=DAILY", 3, "FREQ=DAILY;UNTIL=20260205"),
        ("FREQ=DAILY", 0, "FREQ=DAILY;UNTIL=20260202"),
        ("FREQ=DAILY", -1, None),
        ("FREQ=WEEKLY;BYDAY=TU", 0, None),
        ("FREQ=DAILY;COUNT=5", 2, "FREQ=DAILY;UNTIL=20260204"),
        ("FREQ=DAILY;COUNT=5", 90, "FREQ=DAILY;UNTIL=20260206"),
        ("FREQ=DAILY;UNTIL=20260204", 90, "FREQ=DAILY;UNTIL=20260204"),
    ],
)
def test_a_rule_is_ended_and_never_made_longer(
    rule: str, days: int, left: str | None
) -> None:
    last_day = MONDAY.date() + timedelta(days=days)
    assert ended(rule, MONDAY, SHANGHAI, last_day) == left
