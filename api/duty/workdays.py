"""Public holidays: the shipped calendar, and what administrators correct in it."""

from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from psycopg import Connection

from api import audit, rows
from api.principal import Principal
from api.schemas.duty import HolidayBody
from core.duty import roster, workdays
from core.errors import InvalidError, NotFoundError
from core.queries import load

Json = dict[str, Any]
QUERIES: Final = load("api.duty")
MADE_UP: Final = ("调休上班", "working day in the stead of another")


def of_year(conn: Connection, year: int) -> Json:
    """A year's days that are not as their weekday says."""
    found = {
        day: _shown(day, names, working=False)
        for day, names in workdays.named(year).items()
    }
    for day in workdays.made_up_in(year):
        found[day] = _shown(day, MADE_UP, working=True)
    for row in rows.every(conn, QUERIES["holidays"], {"year": year}):
        found[row["day"]] = {
            "day": row["day"],
            "working": row["working"],
            "name": row["name"],
            "name_en": None,
            "source": "administrator",
        }
    items = [found[day] for day in sorted(found)]
    return {"year": year, "provisional": workdays.provisional(year), "items": items}


def require_known(day: date) -> None:
    """Refuse a day outside of the calendar."""
    if not workdays.FIRST_YEAR <= day.year <= workdays.LAST_YEAR:
        known = f"{workdays.FIRST_YEAR} to {workdays.LAST_YEAR}"
        raise InvalidError(f"a day from {known}", "day")


def correct(
    conn: Connection,
    principal: Principal,
    day: date,
    body: HolidayBody,
    *,
    now: datetime,
    zone: ZoneInfo,
) -> None:
    """Say whether a day is worked; shifts that follow holidays are laid out anew."""
    principal.require_admin()
    values: Json = body.model_dump() | {"day": day, "me": principal.id, "now": now}
    conn.execute(QUERIES["set_holiday"], values)
    _follow(conn, principal, day, now, zone)


def take_back(
    conn: Connection, principal: Principal, day: date, now: datetime, zone: ZoneInfo
) -> None:
    """Return to the shipped calendar for a day."""
    principal.require_admin()
    if rows.one(conn, QUERIES["drop_holiday"], {"day": day}) is None:
        raise NotFoundError("nothing is set for this day")
    _follow(conn, principal, day, now, zone)


def _follow(
    conn: Connection, principal: Principal, day: date, now: datetime, zone: ZoneInfo
) -> None:
    roster.follow_holidays(conn, zone, now)
    audit.record(conn, principal, now, "holiday.set", "holiday", day.isoformat())


def _shown(day: date, names: tuple[str, str], *, working: bool) -> Json:
    return {
        "day": day,
        "working": working,
        "name": names[0],
        "name_en": names[1],
        "source": "shipped",
    }
