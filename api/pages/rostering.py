"""The rota's forms: shifts added and ended, duties taken over, holidays marked."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Annotated, Final, Literal, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Form, Response
from pydantic import BaseModel, ValidationError

from api.deps import Own
from api.duty import calendars, overrides, workdays
from api.pages.duty_words import say
from api.pages.planning import DAYS
from api.pages.rendering import render
from api.pages.visiting import Visit, Visitor, go
from api.registry import shifts
from api.schemas.duty import HolidayBody, OverrideBody
from api.schemas.wristbands import ShiftBody
from core.errors import ConflictError, InvalidError, NotFoundError

router = APIRouter(prefix="/duty", include_in_schema=False)
Weekday = Literal["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
FAULTS: Final = {
    "ends_at": "span",
    "rrule": "rule",
    "person_id": "person",
    "add_person_id": "person",
    "remove_person_id": "person",
    "day": "day",
}
OTHER: Final = "other"
_A_DAY: Final = timedelta(days=1)


class Back(NamedTuple):
    """Where a form came from: the place and week that were shown."""

    place_id: UUID
    day: date | None

    def path(self, fault: str | None = None) -> str:
        """The page, saying what was wrong."""
        week = f"&from={self.day}" if self.day else ""
        why = f"&fault={fault}" if fault else ""
        return f"/duty?place_id={self.place_id}{week}{why}#plan"


class Sent(BaseModel):
    """What every form sends."""

    place_id: UUID
    week: date | Literal[""] = ""

    @property
    def back(self) -> Back:
        """Where to go afterwards."""
        return Back(self.place_id, self.week or None)


class ShiftForm(Sent):
    """A first duty in local time; with days it repeats weekly on them."""

    person_id: UUID
    day: date
    starts: time
    ends: time
    days: list[Weekday] = []
    until: date | Literal[""] = ""
    holidays: Literal["", "skip", "only"] = ""


@router.post("/shifts")
def add_shift(visit: Visitor, own: Own, form: Annotated[ShiftForm, Form()]) -> Response:
    """Put somebody on duty, once or week by week."""
    ask, zone = visit.ask, own.settings.zone

    def act() -> None:
        starts = datetime.combine(form.day, form.starts, zone)
        nights = _A_DAY if form.ends <= form.starts else timedelta()
        ends = datetime.combine(form.day + nights, form.ends, zone)
        body = ShiftBody(
            person_id=form.person_id,
            place_id=form.place_id,
            starts_at=starts,
            ends_at=ends,
            rrule=_rule(form),
            holidays=(form.holidays or None) if form.days else None,
        )
        shifts.add(ask.connection, ask.principal, body, now=ask.now, zone=zone)

    return _act(visit, act, form.back)


class EndForm(Sent):
    """The last local day on which a shift begins."""

    last_day: date | Literal[""] = ""


@router.post("/shifts/{shift_id}/end")
def end_shift(
    visit: Visitor, own: Own, shift_id: UUID, form: Annotated[EndForm, Form()]
) -> Response:
    """End a shift that repeats after a day, or take back one that does not."""
    ask, zone = visit.ask, own.settings.zone
    last = form.last_day or ask.now.astimezone(zone).date() - _A_DAY

    def act() -> None:
        conn, me = ask.connection, ask.principal
        shifts.end(conn, me, shift_id, last, now=ask.now, zone=zone)

    return _act(visit, act, form.back)


class OverrideForm(Sent):
    """Who comes, who stays away, from when to when in local time."""

    add_person_id: UUID | Literal[""] = ""
    remove_person_id: UUID | Literal[""] = ""
    starts_at: datetime
    ends_at: datetime
    note: Annotated[str, Form(max_length=2000)] = ""


@router.post("/overrides")
def add_override(
    visit: Visitor, own: Own, form: Annotated[OverrideForm, Form()]
) -> Response:
    """Have somebody take over for some time, come in addition, or stay away."""
    ask, zone = visit.ask, own.settings.zone

    def act() -> None:
        body = OverrideBody(
            place_id=form.place_id,
            starts_at=_local(form.starts_at, zone),
            ends_at=_local(form.ends_at, zone),
            add_person_id=form.add_person_id or None,
            remove_person_id=form.remove_person_id or None,
            note=form.note.strip() or None,
        )
        overrides.add(ask.connection, ask.principal, body, ask.now, zone)

    return _act(visit, act, form.back)


@router.post("/overrides/{override_id}/undo")
def undo_override(
    visit: Visitor, own: Own, override_id: UUID, form: Annotated[Sent, Form()]
) -> Response:
    """Take an override back."""
    ask, zone = visit.ask, own.settings.zone

    def act() -> None:
        overrides.undo(ask.connection, ask.principal, override_id, ask.now, zone)

    return _act(visit, act, form.back)


class HolidayForm(Sent):
    """A day, and whether it is worked; ``shipped`` returns to the calendar."""

    day: date
    kind: Literal["off", "worked", "shipped"]
    name: Annotated[str, Form(max_length=200)] = ""


@router.post("/holidays")
def mark_holiday(
    visit: Visitor, own: Own, form: Annotated[HolidayForm, Form()]
) -> Response:
    """Mark a day as off or worked, or return to the shipped calendar."""
    ask, zone = visit.ask, own.settings.zone

    def act() -> None:
        conn, me = ask.connection, ask.principal
        workdays.require_known(form.day)
        if form.kind == "shipped":
            workdays.take_back(conn, me, form.day, ask.now, zone)
            return
        name = form.name.strip() or say(visit.locale, f"holiday.{form.kind}")
        body = HolidayBody(working=form.kind == "worked", name=name)
        workdays.correct(conn, me, form.day, body, now=ask.now, zone=zone)

    return _act(visit, act, form.back)


@router.post("/calendar")
def make_calendar(visit: Visitor, own: Own) -> Response:
    """A new secret address of one's own duties, shown this once; the old one is void."""
    ask, me = visit.ask, visit.ask.principal
    if not me.is_responder:
        return go("/duty")
    token = calendars.make(ask.connection, me, me.id, ask.now)
    base = own.settings.public_url or str(visit.request.base_url)
    url = f"{base.rstrip('/')}/calendar/{token}.ics"
    values = {"me": me, "url": url, "d": partial(say, visit.locale)}
    return render(visit.request, "calendar.html", visit.locale, values, private=True)


def _act(visit: Visit, step: Callable[[], None], back: Back) -> Response:
    """Take a step, and go back to the week; what was wrong is said there."""
    try:
        with visit.ask.connection.transaction():
            step()
    except InvalidError as error:
        return go(back.path(FAULTS.get(error.field or "", OTHER)))
    except (ValidationError, ConflictError, NotFoundError):
        return go(back.path(OTHER))
    return go(back.path())


def _rule(form: ShiftForm) -> str | None:
    """Every week on the chosen days; None for a duty that happens once."""
    if not form.days:
        return None
    if form.until and form.until < form.day:
        raise InvalidError("ends before it begins", "ends_at")
    days = ",".join(day for day in DAYS if day in form.days)
    until = f";UNTIL={form.until:%Y%m%d}" if form.until else ""
    return f"FREQ=WEEKLY;BYDAY={days}{until}"


def _local(at: datetime, zone: ZoneInfo) -> datetime:
    return at.replace(tzinfo=zone) if at.tzinfo is None else at
