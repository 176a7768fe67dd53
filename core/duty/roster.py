"""Keeps ``duty_period`` true to the shifts and overrides it is laid out from."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg
from psycopg import Connection
from psycopg.rows import class_row

from core import logs
from core.duty.periods import Override, Period, Shift, lay_out, over_at, overridden
from core.duty.workdays import Workdays
from core.errors import InvalidError
from core.queries import load

QUERIES: Final = load("core.duty")
KEPT: Final = timedelta(days=1)
"""Duties that ended longer ago are forgotten."""
AHEAD: Final = timedelta(days=35)
"""So far ahead duties are laid out at least."""
SPARE: Final = timedelta(days=1)
"""Laid out further, so that rolling forward is due once a day."""
PLACES_AT_ONCE: Final = 50
log = logs.get("duty")


def lay_out_place(
    conn: Connection,
    place_id: UUID,
    zone: ZoneInfo,
    now: datetime,
    shift_id: UUID | None = None,
) -> None:
    """Lay out a place's duties anew, in the transaction that changed them.

    Parameters
    ----------
    shift_id : the only shift that changed; None for an override or for all.
    """
    values: dict[str, object] = {"place_id": place_id, "shift_id": shift_id}
    lock(conn, place_id)
    since, until = now - KEPT, now + AHEAD + SPARE
    workdays = corrected(conn)
    periods: list[Period] = []
    overs: dict[UUID, datetime | None] = {}
    for shift in shifts_of(conn, place_id, shift_id):
        periods += lay_out_readable(shift, zone, workdays, (since, until))
        overs[shift.id] = _over_at(shift, zone)
    changes = overrides_of(conn, place_id, since)
    conn.execute(QUERIES["drop_periods"], values)
    _add(conn, overridden(periods, changes))
    _note(conn, overs, until)


def lock(conn: Connection, *places: UUID) -> None:
    """Hold places' rotas until commit; to be called before a shift's row is changed."""
    conn.execute(QUERIES["lock_places"], {"places": list(places)})


def lock_of(conn: Connection, person_id: UUID) -> None:
    """Hold the rotas of all places where somebody has shifts."""
    conn.execute(QUERIES["lock_places_of"], {"person_id": person_id})


def drop_shift(conn: Connection, shift_id: UUID) -> None:
    """Take away all duties of a shift that is archived or moves to another place."""
    conn.execute(QUERIES["drop_shift"], {"shift_id": shift_id})


def roll_forward(conn: Connection, zone: ZoneInfo, now: datetime) -> int:
    """Lay out what does not reach far enough, a place a transaction; how many places.

    A place whose rota somebody is changing is left to the next call.
    """
    values: dict[str, object] = {"until": now + AHEAD, "limit": PLACES_AT_ONCE}
    places = [place for (place,) in conn.execute(QUERIES["due_places"], values)]
    rolled = 0
    for place in places:
        try:
            with conn.transaction():
                conn.execute(QUERIES["give_way"])
                lay_out_place(conn, place, zone, now)
        except psycopg.errors.LockNotAvailable:
            continue
        rolled += 1
    return rolled


def forget(conn: Connection, now: datetime) -> None:
    """Remove duties that are over."""
    conn.execute(QUERIES["forget_periods"], {"before": now - KEPT})


def follow_holidays(conn: Connection, zone: ZoneInfo, now: datetime) -> int:
    """Lay out anew what follows the calendar of holidays, which changed."""
    places = [place for (place,) in conn.execute(QUERIES["places_by_holidays"])]
    for place in sorted(places):
        lay_out_place(conn, place, zone, now)
    return len(places)


def duties(
    conn: Connection,
    places: Sequence[UUID],
    zone: ZoneInfo,
    since: datetime,
    until: datetime,
) -> list[Period]:
    """Who is on duty for some places in a span, however far it is from now."""
    workdays = corrected(conn)
    found: list[Period] = []
    for place in places:
        shifts = [
            period
            for shift in shifts_of(conn, place)
            for period in lay_out_readable(shift, zone, workdays, (since, until))
        ]
        changes = overrides_of(conn, place, since, until)
        found += [
            period
            for period in overridden(shifts, changes)
            if period.starts_at < until and period.ends_at > since
        ]
    return sorted(found, key=lambda one: (one.starts_at, one.ends_at, one.person_id))


def corrected(conn: Connection) -> Workdays:
    """The calendar of working days as administrators know it."""
    return Workdays(dict(conn.execute(QUERIES["corrections"]).fetchall()))


def shifts_of(
    conn: Connection, place_id: UUID, shift_id: UUID | None = None
) -> list[Shift]:
    """A place's shifts, or one of them."""
    values = {"place_id": place_id, "shift_id": shift_id}
    with conn.cursor(row_factory=class_row(Shift)) as cursor:
        return cursor.execute(QUERIES["shifts_of"], values).fetchall()


def overrides_of(
    conn: Connection, place_id: UUID, since: datetime, until: datetime | None = None
) -> list[Override]:
    """A place's overrides that reach into a time, in the order of their making."""
    values = {"place_id": place_id, "since": since, "until": until}
    with conn.cursor(row_factory=class_row(Override)) as cursor:
        return cursor.execute(QUERIES["overrides_of"], values).fetchall()


def lay_out_readable(
    shift: Shift, zone: ZoneInfo, workdays: Workdays, span: tuple[datetime, datetime]
) -> list[Period]:
    """A shift's duties; none of a rule stored before such rules were refused."""
    try:
        return lay_out(shift, zone, workdays, *span)
    except InvalidError:
        log.warning("a shift's rule cannot be read", shift_id=str(shift.id))
        return []


def _over_at(shift: Shift, zone: ZoneInfo) -> datetime | None:
    try:
        return over_at(shift, zone)
    except InvalidError:
        return None


def _add(conn: Connection, periods: Iterable[Period]) -> None:
    found = list(periods)
    values: dict[str, object] = {
        "shifts": [period.shift_id for period in found],
        "people": [period.person_id for period in found],
        "places": [period.place_id for period in found],
        "starts": [period.starts_at for period in found],
        "ends": [period.ends_at for period in found],
        "overrides": [period.override_id for period in found],
    }
    conn.execute(QUERIES["add_periods"], values)


def _note(
    conn: Connection, overs: Mapping[UUID, datetime | None], until: datetime
) -> None:
    values: dict[str, object] = {
        "shifts": list(overs),
        "overs": list(overs.values()),
        "until": until,
    }
    conn.execute(QUERIES["laid_out"], values)
