"""China's working days: announced ones, corrected ones, and shifts that follow them."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from core.duty.periods import Shift, lay_out
from core.duty.workdays import DayKind, Workdays, provisional

SHANGHAI = ZoneInfo("Asia/Shanghai")
ONE = UUID(int=1)
ANNOUNCED = {
    # What the State Council announced as days off for 2026, first and last.
    "new year": (date(2026, 1, 1), date(2026, 1, 3)),
    "spring festival": (date(2026, 2, 15), date(2026, 2, 23)),
    "tomb-sweeping": (date(2026, 4, 4), date(2026, 4, 6)),
    "labour day": (date(2026, 5, 1), date(2026, 5, 5)),
    "dragon boat": (date(2026, 6, 19), date(2026, 6, 21)),
    "mid-autumn": (date(2026, 9, 25), date(2026, 9, 27)),
    "national day": (date(2026, 10, 1), date(2026, 10, 7)),
}
WORKED = [
    date(2026, *day) for day in ((1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10))
]


def days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def test_the_year_2026_is_as_announced():
    off = {day for span in ANNOUNCED.values() for day in days(*span)}
    for day in days(date(2026, 1, 1), date(2026, 12, 31)):
        kind = Workdays().kind(day)
        if day in off:
            assert kind is DayKind.HOLIDAY, day
        elif day in WORKED or day.weekday() < 5:
            assert kind is DayKind.WORK, day
        else:
            assert kind is DayKind.REST, day
        assert Workdays().made_up(day) is (day in WORKED)


def test_a_year_not_announced_is_provisional():
    assert not provisional(2026)
    assert provisional(2040)


def duties(
    rule: str, holidays: str | None, workdays: Workdays | None = None
) -> set[date]:
    """Days of February 2026 on which an 8 o'clock shift begins."""
    starts = datetime(2026, 1, 5, 0, tzinfo=UTC)
    shift = Shift(
        ONE, ONE, ONE, starts, starts + timedelta(hours=9), rule,
        holidays=holidays,  # type: ignore[arg-type]
    )  # fmt: skip
    since = datetime(2026, 1, 31, 16, tzinfo=UTC)
    found = lay_out(
        shift, SHANGHAI, workdays or Workdays(), since, since + timedelta(days=28)
    )
    return {one.starts_at.astimezone(SHANGHAI).date() for one in found}


FEBRUARY = days(date(2026, 2, 1), date(2026, 2, 28))
FESTIVAL = set(days(*ANNOUNCED["spring festival"]))
MADE_UP = {date(2026, 2, 14), date(2026, 2, 28)}
WEEKDAYS = {day for day in FEBRUARY if day.weekday() < 5}


def test_a_working_week_skips_holidays_and_works_the_days_in_their_stead():
    week = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"
    assert duties(week, None) == WEEKDAYS
    assert duties(week, "skip") == (WEEKDAYS - FESTIVAL) | MADE_UP
    assert duties("FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR", "skip") == duties(week, "skip")


def test_a_week_with_saturdays_keeps_them():
    week = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA"
    six = {day for day in FEBRUARY if day.weekday() < 6}
    assert duties(week, "skip") == (six - FESTIVAL) | MADE_UP


@pytest.mark.parametrize(
    "rule", ["FREQ=WEEKLY;BYDAY=MO,WE", "FREQ=DAILY", "FREQ=WEEKLY;BYDAY=SA,SU"]
)
def test_skip_and_only_part_every_other_rule_in_two(rule: str):
    skipped, only = duties(rule, "skip"), duties(rule, "only")
    assert skipped | only == duties(rule, None)
    assert skipped & only == set()
    assert only <= FESTIVAL


def test_administrators_know_better():
    friday, monday = date(2026, 2, 13), date(2026, 2, 16)
    corrected = Workdays({friday: False, monday: True})
    week = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"
    before, after = duties(week, "skip"), duties(week, "skip", corrected)
    assert before - after == {friday}
    assert after - before == {monday}
    assert corrected.kind(friday) is DayKind.HOLIDAY
