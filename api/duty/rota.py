"""The rota: who is on duty for places when, who stands without a shift, where gaps are."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from psycopg import Connection

from api import access, rows
from api.duty import coverage
from api.principal import Principal
from core.database import Row
from core.duty import roster, standing
from core.duty.coverage import Gap, Reach, Stand
from core.errors import InvalidError
from core.model import RESPONDERS
from core.queries import load

Json = dict[str, Any]
QUERIES: Final = load("api.duty")
LONGEST: Final = timedelta(days=35)
A_WEEK: Final = timedelta(days=7)
MOST_PLACES: Final = 200
AN_INSTANT: Final = timedelta(seconds=1)


def span_of(
    now: datetime, since: datetime | None, until: datetime | None
) -> tuple[datetime, datetime]:
    """The span that is asked for, a week from now if nothing is.

    Raises
    ------
    InvalidError
        If it is empty or longer than 35 days.
    """
    begin = since or now
    end = until or begin + A_WEEK
    if not begin < end <= begin + LONGEST:
        raise InvalidError(f"must lie within {LONGEST.days} days after from", "to")
    return begin, end


def rota(
    conn: Connection,
    principal: Principal,
    place_id: UUID,
    span: tuple[datetime, datetime],
    *,
    now: datetime,
    zone: ZoneInfo,
) -> Json:
    """Duties at or below a place, top down, at most `MOST_PLACES` places."""
    access.place(conn, principal, place_id)
    since, until = span
    values: Json = {"place_id": place_id, "from": since, "to": until}
    values |= {"responders": list(RESPONDERS), "limit": MOST_PLACES + 1}
    statement = QUERIES["rota_places"].format(path_names=QUERIES["path_names"])
    found = rows.every(conn, statement, values)
    listed = found[:MOST_PLACES]
    ids = [row["id"] for row in listed]
    present = standing.stands(conn, ids, now, now + AN_INSTANT, now)
    return {
        "place_id": place_id,
        "as_of": now,
        "from": since,
        "to": until,
        "places": _places(
            listed, present, _duties(conn, ids, zone, span), _gaps(conn, ids, span, now)
        ),
        "places_left_off": len(found) > len(listed),
    }


def _places(
    listed: list[Row],
    present: Iterable[Stand],
    duties: dict[UUID, list[Json]],
    gaps: dict[UUID, list[Json]],
) -> list[Json]:
    there = defaultdict[UUID, list[Json]](list)
    for one in present:
        if one.stands:
            person = {"id": one.person_id, "name": one.name, "role": one.role}
            there[one.place_id].append(person)
    shown: list[Json] = []
    for row in listed:
        planned = {duty["person"]["id"] for duty in duties[row["id"]]}
        shown.append(
            {
                "place_id": row["id"],
                "level": row["level"],
                "place": row["place"],
                "on_duty": there[row["id"]],
                "standing": [
                    one for one in there[row["id"]] if one["id"] not in planned
                ],
                "duties": duties[row["id"]],
                "gaps": gaps[row["id"]],
            }
        )
    return shown


def _duties(
    conn: Connection,
    places: list[UUID],
    zone: ZoneInfo,
    span: tuple[datetime, datetime],
) -> dict[UUID, list[Json]]:
    periods = roster.duties(conn, places, zone, *span)
    values: Json = {"people": list({period.person_id for period in periods})}
    people = {
        row["id"]: row for row in rows.every(conn, QUERIES["rota_people"], values)
    }
    found = defaultdict[UUID, list[Json]](list)
    for period in periods:
        found[period.place_id].append(
            {
                "person": people[period.person_id],
                "shift_id": period.shift_id,
                "override_id": period.override_id,
                "from": period.starts_at,
                "to": period.ends_at,
            }
        )
    return found


def _gaps(
    conn: Connection, places: list[UUID], span: tuple[datetime, datetime], now: datetime
) -> dict[UUID, list[Json]]:
    """Gaps of the listed places' own seniors, as far as duties are laid out."""
    found = defaultdict[UUID, list[Json]](list)
    since = max(span[0], now - roster.KEPT)
    until = min(span[1], now + roster.AHEAD)
    if since >= until or not places:
        return found
    gaps = standing.look(conn, places, since, until, now).gaps
    own = [gap for gap in gaps if gap.home.place_id in set(places)]
    for gap in coverage.gaps_shown(conn, sorted(own, key=_worst_first)):
        found[gap["place_id"]].append(gap)
    return found


def _worst_first(gap: Gap) -> tuple[bool, datetime]:
    return gap.reach is Reach.ABOVE, gap.starts_at
