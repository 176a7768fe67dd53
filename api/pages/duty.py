"""The rota's page: a week by place and role, who is there now, gaps, swaps to answer."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Annotated, Any, Final, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Form, Query, Response
from pydantic import BaseModel, Field, ValidationError

from api import audit, rows
from api.deps import Own
from api.duty import coverage, rota, swaps
from api.duty.overrides import QUERIES
from api.pages import planning
from api.pages.duty_words import say
from api.pages.live import act_and_return, missing
from api.pages.rendering import render
from api.pages.visiting import Visit, Visitor, go
from api.pagination import PageRequest
from api.schemas.duty import SwapBody
from core.duty import roster
from core.duty.workdays import FIRST_YEAR, LAST_YEAR, DayKind
from core.errors import InvalidError, NotFoundError
from core.model import Role

router = APIRouter(prefix="/duty", include_in_schema=False)
Json = dict[str, Any]
A_DAY: Final = timedelta(days=1)
MOST_SENIORS: Final = 50
MOST_SWAPS: Final = 20


class Asked(BaseModel):
    """Which place, and a local day of the week that is wanted."""

    place_id: UUID | None = None
    day: Annotated[date | None, Field(alias="from")] = None


@router.get("")
def duty_page(visit: Visitor, own: Own, asked: Annotated[Asked, Query()]) -> Response:
    """A week's rota of a place and what is below it."""
    ask = visit.ask
    if ask.principal.role is Role.FAMILY:
        return go("/family")
    zone = own.settings.zone
    where = asked.place_id or ask.principal.place_id or _uppermost(visit)
    days = _week(asked.day or ask.now.astimezone(zone).date())
    if where is None or not FIRST_YEAR <= days[0].year < LAST_YEAR:
        return missing(visit)
    span = (_midnight(days[0], zone), _midnight(days[-1] + A_DAY, zone))
    try:
        found = rota.rota(
            ask.connection, ask.principal, where, span, now=ask.now, zone=zone
        )
    except NotFoundError:
        return missing(visit)
    values: Json = {
        "d": partial(say, visit.locale),
        "me": ask.principal,
        "days": _headed(visit, days),
        "today": ask.now.astimezone(zone).date(),
        "places": [_grid(place, days, zone) for place in found["places"]],
        "places_left_off": found["places_left_off"],
        "most_places": rota.MOST_PLACES,
        "place_id": where,
        "before": days[0] - timedelta(days=7),
        "after": days[-1] + A_DAY,
        "swaps": _swaps(visit, zone),
        "offers": _offers(visit, found["places"], zone),
    }
    values |= _around(visit, where) | _uncovered(visit, where)
    values |= planning.forms(visit, where, days[0], zone)
    return render(visit.request, "duty.html", visit.locale, values)


class SwapForm(BaseModel):
    """The two duties, each as ``person/place/from/to``."""

    mine: str
    theirs: str


@router.post("/swaps")
def propose_swap(visit: Visitor, form: Annotated[SwapForm, Form()]) -> Response:
    """Propose to somebody to take each other's duty."""
    ask = visit.ask

    def act() -> object:
        first, second = (_side(text) for text in (form.mine, form.theirs))
        try:
            body = SwapBody.model_validate({"first": first, "second": second})
        except ValidationError:
            raise InvalidError("choose two duties", "mine") from None
        return swaps.propose(ask.connection, ask.principal, body, ask.now)

    return act_and_return(visit, act, "/duty")


@router.post("/swaps/{swap_id}/{action}")
def answer_swap(
    visit: Visitor,
    own: Own,
    swap_id: UUID,
    action: Literal["accept", "decline", "undo"],
) -> Response:
    """Agree to a swap, say no, or undo it."""
    ask, zone = visit.ask, own.settings.zone

    def act() -> object:
        if action == "decline":
            return swaps.decline(ask.connection, ask.principal, swap_id, ask.now)
        step = swaps.accept if action == "accept" else swaps.undo
        return step(ask.connection, ask.principal, swap_id, ask.now, zone)

    return act_and_return(visit, act, "/duty")


def _week(day: date) -> list[date]:
    """Monday to Sunday."""
    monday = day - timedelta(days=day.weekday())
    return [monday + timedelta(days=number) for number in range(7)]


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def _headed(visit: Visit, days: Iterable[date]) -> list[Json]:
    """The days with what they are: a holiday, or a weekend day that is worked."""
    workdays = roster.corrected(visit.ask.connection)
    return [
        {
            "day": day,
            "weekday": f"day.{day.weekday()}",
            "off": workdays.kind(day) is DayKind.HOLIDAY,
            "made_up": workdays.made_up(day),
        }
        for day in days
    ]


def _grid(place: Json, days: list[date], zone: ZoneInfo) -> Json:
    """A place's duties by role and day, each part of a duty in its own day."""
    rows_ = defaultdict[str, list[list[Json]]](lambda: [[] for _ in days])
    for duty in place["duties"]:
        role = duty["person"]["role"]
        for index, start, end in _by_day(duty, days, zone):
            name = duty["person"]["name"]
            swapped = duty["override_id"] is not None
            part = {"start": start, "end": end, "name": name, "changed": swapped}
            rows_[role][index].append(part)
    gaps: list[list[Json]] = [[] for _ in days]
    for gap in place["gaps"]:
        for index, start, end in _by_day(gap, days, zone):
            why = {"reach": gap["reach"], "cause": gap["cause"]}
            gaps[index].append({"start": start, "end": end, **why})
    return place | {"rows": dict(rows_), "gap_days": gaps if any(gaps) else []}


def _by_day(
    span: Json, days: list[date], zone: ZoneInfo
) -> Iterable[tuple[int, str, str]]:
    """The parts of a span in each day, as local times of day; 24:00 ends a day."""
    for index, day in enumerate(days):
        opens, closes = _midnight(day, zone), _midnight(day + A_DAY, zone)
        start, end = max(span["from"], opens), min(span["to"], closes)
        if start < end:
            last = "24:00" if end == closes else f"{end.astimezone(zone):%H:%M}"
            yield index, f"{start.astimezone(zone):%H:%M}", last


def _uppermost(visit: Visit) -> UUID | None:
    values: Json = {"place_id": None}
    found = rows.one(visit.ask.connection, QUERIES["places_below"], values)
    return None if found is None else found["id"]


def _around(visit: Visit, where: UUID) -> Json:
    """Where one can go from here: up as far as one may see, and down."""
    conn, principal = visit.ask.connection, visit.ask.principal
    values: Json = {"place_id": where}
    above = rows.one(conn, QUERIES["place_above"], values)
    if principal.place_id == where:
        above = None
    name = rows.one(
        conn,
        QUERIES["places_named"].format(path_names=QUERIES["path_names"]),
        {"places": [where]},
    )
    return {
        "above": above,
        "below": rows.every(conn, QUERIES["places_below"], values),
        "names": name["place"] if name else [],
    }


def _uncovered(visit: Visit, where: UUID) -> Json:
    """For managers: seniors whom nobody can reach now."""
    ask = visit.ask
    if not ask.principal.manages:
        return {"counts": None, "uncovered": [], "left_off": 0}
    until = ask.now + timedelta(seconds=1)
    outlook = coverage.look(ask.connection, [where], ask.now, None, until)
    lacking = {gap.home.place_id: gap for gap in outlook.lacking(near=False)}
    found = coverage.seniors(ask.connection, lacking.values(), None, MOST_SENIORS)
    ids = [row["id"] for row in found]
    audit.record_reads(ask.connection, ask.principal, ask.now, "coverage.read", ids)
    counts = coverage.counts(outlook)
    return {
        "counts": counts,
        "uncovered": [row | {"cause": lacking[row["place_id"]].cause} for row in found],
        "left_off": counts["uncovered"] - len(found),
    }


def _offers(visit: Visit, places: Iterable[Json], zone: ZoneInfo) -> Json:
    """Duties ahead that one could swap: one's own, and those of others in sight."""
    me = visit.ask.principal.id
    offers: dict[str, list[Json]] = {"mine": [], "theirs": []}
    for place in places:
        for duty in place["duties"]:
            if duty["from"] <= visit.ask.now:
                continue
            person = duty["person"]
            start, end = duty["from"], duty["to"]
            parts = (
                person["id"],
                place["place_id"],
                start.isoformat(),
                end.isoformat(),
            )
            offer = {
                "value": "/".join(map(str, parts)),
                "name": person["name"],
                "place": place["place"][-1],
                "start": f"{start.astimezone(zone):%m-%d %H:%M}",
                "end": f"{end.astimezone(zone):%m-%d %H:%M}",
            }
            offers["mine" if person["id"] == me else "theirs"].append(offer)
    return offers


def _side(text: str) -> Json:
    names = ("person_id", "place_id", "from", "to")
    return dict(zip(names, text.split("/"), strict=False))


def _swaps(visit: Visit, zone: ZoneInfo) -> list[Json]:
    """One's own swaps that are proposed, or agreed and not over."""
    ask = visit.ask
    found: list[Json] = []
    for status in ("proposed", "agreed"):
        asked = PageRequest(MOST_SWAPS, None)
        found += [
            _swap(visit, swaps.shown(row), zone)
            for row in swaps.find(ask.connection, ask.principal, asked, status)
            if max(row["first_to"], row["second_to"]) > ask.now
        ]
    return found


def _swap(visit: Visit, swap: Json, zone: ZoneInfo) -> Json:
    me = visit.ask.principal.id
    sides = [swap["first"], swap["second"]]
    mine = [side for side in sides if side["person_id"] == me]
    return {
        "id": swap["id"],
        "status": swap["status"],
        "asked": any(side["agreed_at"] is None for side in mine),
        "mine": bool(mine) or visit.ask.principal.manages,
        "sides": [
            {
                "name": side["name"],
                "place": side["place"],
                "start": f"{side['from'].astimezone(zone):%m-%d %H:%M}",
                "end": f"{side['to'].astimezone(zone):%m-%d %H:%M}",
            }
            for side in sides
        ],
    }
