"""What the rota's forms show: shifts, overrides and holidays, and whom one may choose."""

from datetime import date
from functools import partial
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from api import rows
from api.duty import overrides, workdays
from api.duty.overrides import QUERIES
from api.pages.duty_words import say
from api.pages.visiting import Visit
from api.pagination import PageRequest
from api.registry import shifts
from core.database import Row
from core.duty import recurrence
from core.model import RESPONDERS

Json = dict[str, Any]
DAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
FAULTS: Final = ("span", "rule", "person", "day", "other")
MOST_PEOPLE: Final = 300
MOST_LISTED: Final = 100


def forms(visit: Visit, place_id: UUID, week: date, zone: ZoneInfo) -> Json:
    """What the forms of a place show; nothing to who keeps no rota."""
    ask = visit.ask
    if not ask.principal.manages:
        return {"plan": None}
    people = rows.every(
        ask.connection,
        QUERIES["candidates"],
        {
            "place_id": place_id,
            "below": ask.principal.place_id,
            "responders": list(RESPONDERS),
            "limit": MOST_PEOPLE + 1,
        },
    )
    today = ask.now.astimezone(zone).date()
    fault = visit.request.query_params.get("fault")
    return {
        "plan": {
            "people": people[:MOST_PEOPLE],
            "people_left_off": len(people) > MOST_PEOPLE,
            "shifts": _shifts(visit, place_id, zone),
            "overrides": _overrides(visit, place_id, zone),
            "holidays": workdays.of_year(ask.connection, week.year),
            "today": today,
            "days": [(day, f"day.{number}") for number, day in enumerate(DAYS)],
            "fault": fault if fault in FAULTS else None,
            "week": week,
        }
    }


def _shifts(visit: Visit, place_id: UUID, zone: ZoneInfo) -> list[Json]:
    """Shifts at or below a place that are not over, in words."""
    ask = visit.ask
    asked = PageRequest(MOST_LISTED, None)
    found = shifts.find(ask.connection, ask.principal, asked, place_id=place_id)
    names = _names(visit, found, "person_id")
    shown = list[Json]()
    for row in found[:MOST_LISTED]:
        rule = row["rrule"]
        starts, ends = (row[key].astimezone(zone) for key in ("starts_at", "ends_at"))
        if rule is None:
            over = row["ends_at"] <= ask.now
        else:
            plain = starts.replace(tzinfo=None)
            last = recurrence.parse(rule, plain, zone).last()
            over = last is not None and last.date() < ask.now.astimezone(zone).date()
        if not over:
            when = {"day": starts.date(), "start": starts, "end": ends}
            said = _in_words(visit.locale, rule) if rule else None
            who = names[row["person_id"]]
            shown.append(row | when | {"said": said, "who": who})
    return shown


def _in_words(locale: str, rule: str) -> str:
    """A rule as people say it, where it is one of the form's; else as it stands."""
    parts = dict(part.split("=", 1) for part in rule.upper().split(";") if "=" in part)
    until = parts.pop("UNTIL", None)
    days = parts.pop("BYDAY", "").split(",")
    freq = parts.pop("FREQ", "")
    if parts or freq not in {"DAILY", "WEEKLY"} or not set(days) <= {*DAYS, ""}:
        return rule
    word = partial(say, locale)
    if (freq == "DAILY" and days == [""]) or set(days) == set(DAYS):
        text = word("rule.daily")
    elif freq == "WEEKLY" and days != [""]:
        between = "、" if locale == "zh-CN" else ", "
        named = (
            word(f"day.{number}") for number, day in enumerate(DAYS) if day in days
        )
        text = word("rule.weekly", days=between.join(named))
    else:
        return rule
    if until is None:
        return text
    return word("rule.until", rule=text, day=f"{until[:4]}-{until[4:6]}-{until[6:8]}")


def _overrides(visit: Visit, place_id: UUID, zone: ZoneInfo) -> list[Json]:
    """Overrides at or below a place that are not over."""
    ask = visit.ask
    found = overrides.find(
        ask.connection,
        ask.principal,
        PageRequest(MOST_LISTED, None),
        place_id,
        (ask.now, None),
    )[:MOST_LISTED]
    names = _names(visit, found, "add_person_id", "remove_person_id")
    return [
        row
        | {
            "start": row["starts_at"].astimezone(zone),
            "end": row["ends_at"].astimezone(zone),
            "comes": names.get(row["add_person_id"]),
            "stays_away": names.get(row["remove_person_id"]),
        }
        for row in found
    ]


def _names(visit: Visit, found: list[Row], *keys: str) -> dict[UUID, str]:
    ids = {row[key] for row in found for key in keys if row[key] is not None}
    values: Json = {"ids": list(ids)}
    listed = rows.every(visit.ask.connection, QUERIES["names"], values)
    return {row["id"]: row["name"] for row in listed}
