"""Recurrence rules of RFC 5545, in local time, read so that none runs for ever."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, takewhile
from typing import Final
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rrulestr

from core.errors import InvalidError

FREQUENCIES: Final = ("HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY")
PARTS: Final = frozenset(
    [
        "FREQ",
        "INTERVAL",
        "COUNT",
        "UNTIL",
        "WKST",
        "BYMONTH",
        "BYWEEKNO",
        "BYYEARDAY",
        "BYMONTHDAY",
        "BYDAY",
        "BYHOUR",
        "BYMINUTE",
        "BYSECOND",
        "BYSETPOS",
    ]
)
MOST_COUNTED: Final = 10_000
"""Duties that a rule's COUNT may name."""
MOST_AT_ONCE: Final = 2_000
"""Duties that a rule may give in five weeks: hourly ones and some more."""
FIVE_WEEKS: Final = timedelta(days=37)
_CALENDAR_YEARS: Final = 400
"""After so many years the calendar repeats, weekdays and leap years alike."""
_FAR: Final = 9000
"""What lasts until such a year has no end."""
_STEP: Final = {
    "HOURLY": timedelta(hours=1),
    "DAILY": timedelta(days=1),
    "WEEKLY": timedelta(weeks=1),
}
_DAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_WORKWEEK: Final = frozenset(range(5))
_WITHIN_A_DAY: Final = frozenset(
    ["FREQ", "INTERVAL", "WKST", "BYDAY", "BYHOUR", "BYMINUTE"]
)


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A rule that was read, beginning at a local time.

    ``step`` is the rhythm that it may be moved by, None where it must be counted from
    its first time. ``weekdays`` (Monday 0) are those of a rule that says them and no
    more, every week alike; else it is empty.
    """

    rule: rrule
    first: datetime
    until: datetime | None
    counted: bool
    step: timedelta | None
    weekdays: frozenset[int]

    def starts(self, since: datetime, until: datetime) -> Iterator[datetime]:
        """Local times in [since, until) at which it happens, in order.

        Parameters
        ----------
        since, until : local times without a zone.
        """
        for start in takewhile(lambda start: start < until, self._near(since)):
            if start >= since:
                yield start

    def last(self) -> datetime | None:
        """Local time after which it never begins; None where it has no end."""
        last = list(self.rule)[-1] if self.counted else self.until
        return None if last is None or last.year > _FAR else last

    @property
    def works_week(self) -> bool:
        """Whether it happens on every day from Monday to Friday, week by week."""
        return self.weekdays >= _WORKWEEK

    def every_day(self) -> "Recurrence":
        """The same on all days of the week."""
        return replace(self, rule=self.rule.replace(byweekday=range(7)))

    def _near(self, since: datetime) -> rrule:
        """The same rule, begun as late before `since` as keeps its rhythm."""
        if self.step is None or self.first >= since:
            return self.rule
        begins = self.first + (since - self.first) // self.step * self.step
        return self.rule.replace(dtstart=begins)


def parse(text: str, starts: datetime, zone: ZoneInfo) -> Recurrence:
    """Read one rule that begins at the local time `starts`.

    A UNTIL in UTC is an instant; one without a zone is local, and a day counts whole.

    Raises
    ------
    InvalidError
        Saying what is wrong with it; also of a rule that never happens, or thousands
        of times a week.
    """
    parts = _split(text)
    until = _until(parts.pop("UNTIL", None), zone)
    if until is not None and "COUNT" in parts:
        raise _wrong("give COUNT or UNTIL, not both")
    said = ";".join(f"{name}={value}" for name, value in parts.items())
    try:
        rule = rrulestr(said, dtstart=starts)
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
        raise _wrong(f"not a recurrence rule of RFC 5545: {error}") from None
    if not isinstance(rule, rrule):
        raise _wrong("one rule, not a set of rules")
    found = _described(rule.replace(until=until), parts, starts, until)
    _check(found)
    return found


def ended(text: str, starts: datetime, zone: ZoneInfo, last_day: date) -> str | None:
    """A rule as it is up to a local day; None where it does not happen until then."""
    found = parse(text, starts, zone)
    after = datetime.combine(last_day, time()) + timedelta(days=1)
    if next(found.starts(starts, after), None) is None:
        return None
    last = found.last()
    day = last_day if last is None else min(last_day, last.date())
    parts = _split(text)
    kept = (f"{k}={v}" for k, v in parts.items() if k not in {"COUNT", "UNTIL"})
    return ";".join([*kept, f"UNTIL={day:%Y%m%d}"])


def local(instant: datetime, zone: ZoneInfo) -> datetime:
    """An instant as local time without a zone."""
    return instant.astimezone(zone).replace(tzinfo=None)


def instant(local_time: datetime, zone: ZoneInfo) -> datetime:
    """The instant of a local time; one that a clock change skips comes that much later."""
    return local_time.replace(tzinfo=zone).astimezone(UTC)


def _split(text: str) -> dict[str, str]:
    text = text.strip().removeprefix("RRULE:")
    if not text or "\n" in text or ":" in text:
        raise _wrong("one RFC 5545 rule, e.g. FREQ=WEEKLY;BYDAY=MO,TU")
    parts: dict[str, str] = {}
    for part in text.upper().rstrip(";").split(";"):
        name, _, value = part.partition("=")
        if name not in PARTS or not value:
            raise _wrong(f"{part} is no part of a rule, as FREQ=WEEKLY or BYDAY=MO are")
        if name in parts:
            raise _wrong(f"{name} stands twice")
        parts[name] = value
    if parts.get("FREQ") not in FREQUENCIES:
        raise _wrong(f"FREQ is one of {', '.join(FREQUENCIES)}")
    for name, most in (("COUNT", MOST_COUNTED), ("INTERVAL", MOST_COUNTED)):
        value = parts.get(name, "1")
        if not (value.isascii() and value.isdigit() and 1 <= int(value) <= most):
            raise _wrong(f"{name} is a number from 1 to {most:,}")
    return parts


def _until(text: str | None, zone: ZoneInfo) -> datetime | None:
    if text is None:
        return None
    try:
        match len(text):
            case 8:
                day = datetime.strptime(text, "%Y%m%d")  # noqa: DTZ007 - a local day
                return day + timedelta(days=1, seconds=-1)
            case 15:
                return datetime.strptime(text, "%Y%m%dT%H%M%S")  # noqa: DTZ007 - local
            case _:
                utc = datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
                return local(utc, zone)
    except (ValueError, OverflowError):
        raise _wrong("UNTIL is like 20261231 or 20261231T160000Z") from None


def _described(
    rule: rrule, parts: dict[str, str], first: datetime, until: datetime | None
) -> Recurrence:
    counted = "COUNT" in parts
    interval = int(parts.get("INTERVAL", "1"))
    step = _STEP.get(parts["FREQ"])
    days = parts.get("BYDAY", "").split(",")
    simple = (
        parts["FREQ"] in {"DAILY", "WEEKLY"}
        and interval == 1
        and parts.keys() <= _WITHIN_A_DAY
        and set(days) <= set(_DAYS)
    )
    return Recurrence(
        rule,
        first,
        until,
        counted=counted,
        step=None if counted or step is None else interval * step,
        weekdays=frozenset(map(_DAYS.index, days)) if simple else frozenset(),
    )


def _check(found: Recurrence) -> None:
    """Refuse a rule without a first time, and one with too many."""
    try:
        ages = (9999 - found.first.year) // _CALENDAR_YEARS
        late = found.first.replace(year=found.first.year + ages * _CALENDAR_YEARS)
        ever = found.rule.replace(dtstart=late, until=None, count=None)
        if next(iter(ever), None) is None:
            raise _wrong("this never happens")
        first = next(iter(found.rule), None)
        if first is None:
            raise _wrong("UNTIL lies before the first time")
        many = found.starts(first, first + FIVE_WEEKS)
        if next(islice(many, MOST_AT_ONCE, None), None) is not None:
            raise _wrong(f"more than {MOST_AT_ONCE:,} duties in five weeks")
    except (ValueError, OverflowError):
        raise _wrong("this leads out of the calendar") from None


def _wrong(reason: str) -> InvalidError:
    return InvalidError(reason, "rrule")
