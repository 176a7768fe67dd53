"""Laying shifts out equals slow, obvious ways of doing so."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from core.duty import spans
from core.duty.periods import Override, Period, Shift, lay_out, over_at, overridden
from core.duty.workdays import Workdays
from core.errors import InvalidError

ZONES = [ZoneInfo(name) for name in ("Asia/Shanghai", "Europe/Berlin", "America/Lima")]
PEOPLE = [UUID(int=number) for number in range(1, 4)]
PLACE, SHIFT = UUID(int=9), UUID(int=8)
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
DAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]


@st.composite
def rules(draw: st.DrawFn) -> str:
    frequency = draw(
        st.sampled_from(["HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"])
    )
    parts = [f"FREQ={frequency}"]
    several = frequency == "HOURLY"
    interval = draw(st.integers(5 if several else 1, 40 if several else 4))
    parts.append(f"INTERVAL={interval}")
    if draw(st.booleans()):
        days = draw(st.lists(st.sampled_from(DAYS), min_size=1, unique=True))
        parts.append(f"BYDAY={','.join(days)}")
    if draw(st.booleans()):
        parts.append(f"BYMONTHDAY={draw(st.integers(-31, 31).filter(bool))}")
    if draw(st.booleans()):
        parts.append(f"BYMONTH={draw(st.integers(1, 12))}")
    if draw(st.booleans()) and not several:
        parts.append(f"BYHOUR={draw(st.integers(0, 12))},{draw(st.integers(13, 23))}")
    match draw(st.sampled_from(["", "COUNT", "UNTIL"])):
        case "COUNT":
            parts.append(f"COUNT={draw(st.integers(1, 60))}")
        case "UNTIL":
            until = BEGIN + timedelta(hours=draw(st.integers(0, 24 * 800)))
            parts.append(f"UNTIL={until:%Y%m%dT%H%M%SZ}")
        case _:
            pass
    if draw(st.booleans()):
        parts.append(f"WKST={draw(st.sampled_from(DAYS))}")
    return ";".join(parts)


@st.composite
def shifts(draw: st.DrawFn) -> Shift:
    starts = BEGIN + timedelta(minutes=15 * draw(st.integers(0, 4 * 24 * 400)))
    length = timedelta(minutes=15 * draw(st.integers(1, 4 * 30)))
    out = [date(2026, 1, 1) + timedelta(days=draw(st.integers(0, 700)))]
    return Shift(
        SHIFT, PEOPLE[0], PLACE, starts, starts + length, draw(rules()), exdates=out
    )


def brute_force(shift: Shift, zone: ZoneInfo, since: datetime, until: datetime):
    """Every occurrence from the very first one, each end at its local time."""
    first = shift.starts_at.astimezone(zone).replace(tzinfo=None)
    last = shift.ends_at.astimezone(zone).replace(tzinfo=None)
    text = shift.rrule or ""
    head, found, tail = text.partition("UNTIL=")
    if found:
        utc = datetime.strptime(tail[:16], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        text = f"{head}UNTIL={utc.astimezone(zone):%Y%m%dT%H%M%S}{tail[16:]}"
    for start in rrulestr(text, dtstart=first):
        begins = start.replace(tzinfo=zone).astimezone(UTC)
        ends = (start + (last - first)).replace(tzinfo=zone).astimezone(UTC)
        if begins > until + timedelta(days=3):
            return
        if start.date() in shift.exdates or ends <= begins:
            continue
        if ends > since and begins < until:
            yield (begins, ends)


@settings(deadline=None, max_examples=150)
@given(shifts(), st.sampled_from(ZONES), st.integers(0, 800))
def test_a_window_holds_what_the_whole_rule_gives_there(shift, zone, offset):
    since = BEGIN + timedelta(days=offset)
    until = since + timedelta(days=36)
    try:
        found = lay_out(shift, zone, Workdays(), since, until)
    except InvalidError:
        assume(False)
        raise
    assert [(one.starts_at, one.ends_at) for one in found] == [
        *brute_force(shift, zone, since, until)
    ]


@settings(deadline=None, max_examples=60)
@given(shifts(), st.sampled_from(ZONES))
def test_nothing_is_laid_out_after_a_shift_is_over(shift, zone):
    try:
        over = over_at(shift, zone)
    except InvalidError:
        assume(False)
        raise
    assume(over is not None)
    assert over is not None
    later = lay_out(shift, zone, Workdays(), over, over + timedelta(days=400))
    assert later == []


def instants(draw: st.DrawFn) -> tuple[datetime, datetime]:
    start = draw(st.integers(0, 30))
    return tuple(
        BEGIN + timedelta(hours=h) for h in (start, start + draw(st.integers(1, 12)))
    )


@st.composite
def overrides(draw: st.DrawFn) -> Override:
    start, end = instants(draw)
    add, remove = draw(
        st.tuples(*[st.sampled_from([None, *PEOPLE])] * 2).filter(
            lambda pair: pair[0] != pair[1]
        )
    )
    number = draw(st.integers(100, 10**6))
    planned = remove is not None and draw(st.booleans())
    return Override(UUID(int=number), PLACE, start, end, add, remove, planned)


@st.composite
def periods(draw: st.DrawFn) -> Period:
    return Period(SHIFT, draw(st.sampled_from(PEOPLE)), PLACE, *instants(draw))


def on_duty(at: datetime, laid: list[Period], changes: list[Override]) -> set[UUID]:
    """One instant after another: who is there, then each override in turn."""
    people = {one.person_id for one in laid if one.starts_at <= at < one.ends_at}
    for change in changes:
        if not change.starts_at <= at < change.ends_at:
            continue
        was = change.remove_person_id in people
        people.discard(change.remove_person_id)  # type: ignore[arg-type]
        if change.add_person_id and (was or not change.planned):
            people.add(change.add_person_id)
    return people


@settings(deadline=None)
@given(st.lists(periods(), max_size=5), st.lists(overrides(), max_size=5))
def test_overrides_act_as_at_each_instant(laid, changes):
    result = overridden(laid, changes)
    assert all(one.starts_at < one.ends_at for one in result)
    for hour in range(45):
        at = BEGIN + timedelta(hours=hour)
        there = {one.person_id for one in result if one.starts_at <= at < one.ends_at}
        assert there == on_duty(at, laid, changes), at


@settings(deadline=None)
@given(st.lists(periods(), max_size=6), st.lists(overrides(), max_size=4))
def test_laying_out_one_shift_alone_gives_its_part(laid, changes):
    together = overridden(laid, changes)
    added = overridden([], changes)
    apart = [one for each in laid for one in overridden([each], changes)]
    count = {
        one: apart.count(one) - (len(laid) - 1) * added.count(one) for one in apart
    }
    assert {one: n for one, n in count.items() if n} == {
        one: together.count(one) for one in together if laid or one in added
    } or not laid


@given(st.lists(periods(), max_size=6))
def test_spans_and_what_they_miss_make_the_whole(laid):
    some = [(one.starts_at, one.ends_at) for one in laid]
    since, until = BEGIN + timedelta(hours=5), BEGIN + timedelta(hours=25)
    missing = [*spans.missing(some, since, until)]
    assert spans.united([*spans.within(some, since, until), *missing]) == [
        (since, until)
    ]
    assert not any(start <= gap < end for start, end in some for gap, _ in missing)
