"""Lays shifts out in time: pure, from rules, holidays and overrides to duty periods."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from core.duty.recurrence import instant, local, parse
from core.duty.workdays import DayKind, Workdays

_MARGIN = timedelta(days=1)
"""More than a clock change or a zone moves anything."""


@dataclass(frozen=True, slots=True)
class Shift:
    """A row of ``shift``: the first duty, and how it repeats in local time."""

    id: UUID
    person_id: UUID
    place_id: UUID
    starts_at: datetime
    ends_at: datetime
    rrule: str | None = None
    exdates: Sequence[date] = ()
    holidays: Literal["skip", "only"] | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """A row of ``duty_period``: one duty, [starts_at, ends_at)."""

    shift_id: UUID | None
    person_id: UUID
    place_id: UUID
    starts_at: datetime
    ends_at: datetime
    override_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Override:
    """A row of ``duty_override``.

    ``planned`` says whether who is taken off has shifts there: then who is added stands
    in for those duties only, else for the whole time.
    """

    id: UUID
    place_id: UUID
    starts_at: datetime
    ends_at: datetime
    add_person_id: UUID | None
    remove_person_id: UUID | None
    planned: bool = False


def lay_out(
    shift: Shift, zone: ZoneInfo, workdays: Workdays, since: datetime, until: datetime
) -> list[Period]:
    """The duties of a shift that end after `since` and begin before `until`.

    Each keeps the local times of the first: a night from 20:00 to 08:00 ends at 08:00
    also when the clock changes. A rule gives the days; the first duty is one of them
    only if the rule says so.

    Raises
    ------
    InvalidError
        If its rule cannot be read.
    """
    if shift.rrule is None:
        whole = _period(shift, shift.starts_at, shift.ends_at)
        return [whole] if _within(whole, since, until) else []
    length = local(shift.ends_at, zone) - local(shift.starts_at, zone)
    window = (local(since, zone) - length - _MARGIN, local(until, zone) + _MARGIN)
    found: list[Period] = []
    for start in _starts(shift, zone, workdays, *window):
        if start.date() not in shift.exdates:
            begins, ends = instant(start, zone), instant(start + length, zone)
            found.append(_period(shift, begins, ends))
    return [period for period in found if _within(period, since, until)]


def over_at(shift: Shift, zone: ZoneInfo) -> datetime | None:
    """When the last duty of a shift has ended; None where it has no end."""
    if shift.rrule is None:
        return shift.ends_at
    last = parse(shift.rrule, local(shift.starts_at, zone), zone).last()
    if last is None:
        return None
    length = local(shift.ends_at, zone) - local(shift.starts_at, zone)
    return instant(last + length, zone)


def overridden(
    periods: Iterable[Period], overrides: Iterable[Override]
) -> list[Period]:
    """What overrides, in the order of their making, leave of a place's periods."""
    standing = list(periods)
    for override in overrides:
        standing = [piece for one in standing for piece in _cut(one, override)]
        if override.add_person_id is not None and not override.planned:
            standing.append(_added(override, override.add_person_id))
    return standing


def _starts(
    shift: Shift, zone: ZoneInfo, workdays: Workdays, since: datetime, until: datetime
) -> Iterator[datetime]:
    """Local times at which it begins, by its rule and the calendar of holidays."""
    assert shift.rrule is not None  # noqa: S101 - the caller looked
    rule = parse(shift.rrule, local(shift.starts_at, zone), zone)
    made_up = shift.holidays == "skip" and rule.works_week
    for start in (rule.every_day() if made_up else rule).starts(since, until):
        day = start.date()
        kind = workdays.kind(day)
        match shift.holidays:
            case "only":
                happens = kind is DayKind.HOLIDAY
            case "skip":
                ruled = not made_up or day.weekday() in rule.weekdays
                happens = kind is DayKind.WORK or (ruled and kind is DayKind.REST)
            case None:
                happens = True
        if happens:
            yield start


def _cut(period: Period, override: Override) -> Iterator[Period]:
    """What one override makes of one period: whole, or the parts before, in and after."""
    begins = max(period.starts_at, override.starts_at)
    ends = min(period.ends_at, override.ends_at)
    if period.person_id != override.remove_person_id or begins >= ends:
        yield period
        return
    if period.starts_at < begins:
        yield replace(period, ends_at=begins)
    if override.add_person_id is not None and override.planned:
        yield replace(
            period,
            person_id=override.add_person_id,
            starts_at=begins,
            ends_at=ends,
            override_id=override.id,
        )
    if ends < period.ends_at:
        yield replace(period, starts_at=ends)


def _added(override: Override, person_id: UUID) -> Period:
    return Period(
        None,
        person_id,
        override.place_id,
        override.starts_at,
        override.ends_at,
        override.id,
    )


def _period(shift: Shift, starts_at: datetime, ends_at: datetime) -> Period:
    return Period(shift.id, shift.person_id, shift.place_id, starts_at, ends_at)


def _within(period: Period, since: datetime, until: datetime) -> bool:
    """Whether it lies in a window; one that a clock change swallows lies nowhere."""
    return since < period.ends_at > period.starts_at < until
