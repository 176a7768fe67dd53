"""Which days are worked in China: public holidays, and weekends worked in their stead."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from typing import Final, cast

from holidays import country_holidays

FIRST_YEAR: Final = 2000
LAST_YEAR: Final = 2099
_LONGEST_RUN: Final = 15
"""Days off in a row are looked through no further than this [days]."""
_A_DAY: Final = timedelta(days=1)


class DayKind(StrEnum):
    """What a day is to those who work."""

    WORK = "work"
    """A weekday, or a weekend day worked in the stead of another (调休)."""
    REST = "rest"
    """A plain weekend day."""
    HOLIDAY = "holiday"
    """A public holiday, and days off that hang together with one."""


@dataclass(frozen=True, slots=True)
class Workdays:
    """The shipped calendar with what administrators know better.

    Attributes
    ----------
    corrections : day to whether it is worked.
    """

    corrections: Mapping[date, bool] = field(default_factory=dict[date, bool])

    def kind(self, day: date) -> DayKind:
        """What `day` is."""
        if not self._off(day):
            return DayKind.WORK
        return DayKind.HOLIDAY if self._in_holidays(day) else DayKind.REST

    def made_up(self, day: date) -> bool:
        """Whether it is a weekend day that is worked."""
        return day.weekday() >= 5 and not self._off(day)

    def _off(self, day: date) -> bool:
        worked = self.corrections.get(day)
        if worked is not None:
            return not worked
        off, made_up, _ = _shipped(day.year)
        return day in off or (day.weekday() >= 5 and day not in made_up)

    def _in_holidays(self, day: date) -> bool:
        """Whether the days off that hang together with it hold a public holiday."""
        return any(
            self._named(one) for way in (-_A_DAY, _A_DAY) for one in self._row(day, way)
        )

    def _row(self, day: date, way: timedelta) -> list[date]:
        row: list[date] = []
        while self._off(day) and len(row) < _LONGEST_RUN:
            row.append(day)
            day += way
        return row

    def _named(self, day: date) -> bool:
        worked = self.corrections.get(day)
        return worked is False or (worked is None and day in _shipped(day.year)[0])


def provisional(year: int) -> bool:
    """Whether the shipped calendar lacks what the State Council announces for a year."""
    return not _shipped(year)[2]


def named(year: int) -> dict[date, tuple[str, str]]:
    """The shipped calendar's days off of a year, and their names in Chinese and English."""
    chinese = country_holidays("CN", years=[year], language="zh_CN")
    english = country_holidays("CN", years=[year], language="en_US")
    return {
        day: (chinese[day], english[day]) for day in sorted(chinese) if day.year == year
    }


def made_up_in(year: int) -> frozenset[date]:
    """The shipped calendar's weekend days of a year that are worked."""
    return frozenset(day for day in _shipped(year)[1] if day.year == year)


@cache
def _shipped(year: int) -> tuple[frozenset[date], frozenset[date], bool]:
    """Days off, weekend days worked, and whether they were announced."""
    found = country_holidays("CN", years=[year])
    announced = year in cast("Mapping[int, object]", found.special_public_holidays)  # pyright: ignore[reportUnknownMemberType]
    return frozenset(found), frozenset(found.weekend_workdays), announced
