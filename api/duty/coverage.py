"""Which seniors nobody could reach now, and where help is missing in the coming days."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from psycopg import Connection

from api import rows
from core.database import Row
from core.duty import standing
from core.duty.coverage import Gap, Reach, Stand, by_place
from core.duty.standing import Found
from core.errors import InvalidError
from core.queries import load

Json = dict[str, Any]
AHEAD: Final = timedelta(days=7)
LONGEST: Final = timedelta(days=35)
MOST_GAPS: Final = 1000
"""Gaps listed in one answer; more are counted."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """Coverage of some places now and over a span."""

    now: datetime
    since: datetime
    until: datetime
    found: Found
    present: list[Gap]
    """Those of now, one a home at most."""
    people: Mapping[UUID, Sequence[Stand]]
    """The responders of each place."""

    def lacking(self, *, near: bool) -> list[Gap]:
        """Homes whose seniors lack anybody now; with `near` also who lacks a neighbour."""
        return [gap for gap in self.present if near or gap.reach is Reach.NOBODY]

    def ahead(self, *, near: bool) -> list[Gap]:
        """Gaps of the span, the earliest first."""
        found = (gap for gap in self.found.gaps if near or gap.reach is Reach.NOBODY)
        return sorted(found, key=lambda gap: (gap.starts_at, gap.home.place_id))


def look(
    conn: Connection,
    roots: Sequence[UUID] | None,
    now: datetime,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Outlook:
    """Coverage at or below some places (None: everywhere).

    Parameters
    ----------
    since, until : the span looked at beside the present; the coming 7 days if not given.

    Raises
    ------
    InvalidError
        If the span is empty, longer or further off than duties are laid out.
    """
    begin = since or now
    end = until or begin + AHEAD
    if end <= begin:
        raise InvalidError("must lie after from", "to")
    if begin < now - timedelta(days=1) or end > now + LONGEST:
        days = LONGEST.days
        raise InvalidError(
            f"duties are known from yesterday to {days} days ahead", "to"
        )
    found = standing.look(conn, roots, begin, end, now)
    gaps = found.gaps
    if since is not None:
        gaps = standing.look(conn, roots, now, now + timedelta(seconds=1), now).gaps
    present = [gap for gap in gaps if gap.starts_at <= now < gap.ends_at]
    return Outlook(now, begin, end, found, present, by_place(found.people))


def is_place(conn: Connection, place_id: UUID) -> bool:
    """Whether there is such a place."""
    values: Json = {"id": place_id}
    return rows.one(conn, load("api.duty")["place_known"], values) is not None


def counts(outlook: Outlook) -> Json:
    """How many seniors there are, and how many lack help now."""
    reached = dict.fromkeys(Reach, 0)
    for gap in outlook.present:
        reached[gap.reach] += gap.home.seniors
    return {
        "seniors": sum(home.seniors for home in outlook.found.homes),
        "uncovered": reached[Reach.NOBODY],
        "only_from_above": reached[Reach.ABOVE],
    }


def seniors(
    conn: Connection, gaps: Collection[Gap], after: UUID | None, limit: int
) -> list[Row]:
    """Seniors of homes with a gap, in the order of their ids."""
    queries = load("api.duty")
    statement = queries["seniors_of"].format(path_names=queries["path_names"])
    values: Json = {"places": [gap.home.place_id for gap in gaps]}
    return rows.every(conn, statement, values | {"after": after, "limit": limit})


def shown(row: Row, gap: Gap, people: Sequence[Json]) -> Json:
    """One senior without help, and why."""
    senior = {"id": row["id"], "name": row["name"]}
    return {
        "id": row["id"],
        "senior_id": row["id"],
        "senior": senior,
        "risk": row["risk"],
        "place_id": row["place_id"],
        "place": row["place"],
        "reach": gap.reach,
        "cause": gap.cause,
        "causes": gap.causes,
        "people": people,
        "family_reachable": row["family_reachable"],
    }


def whose(outlook: Outlook, gap: Gap, below: UUID | None) -> list[Json]:
    """The responders of a home and why each cannot be reached.

    Parameters
    ----------
    below : only those of this place and below it are named.
    """
    path = gap.home.path
    places = path[path.index(below) :] if below in path else path
    return [
        {
            "id": one.person_id,
            "name": one.name,
            "role": one.role,
            "place_id": one.place_id,
            "cause": next(one.causes(outlook.now), None),
        }
        for place in reversed(places)
        for one in outlook.people.get(place, ())
    ]


def gaps_shown(conn: Connection, gaps: Iterable[Gap]) -> list[Json]:
    """Gaps as an answer has them, at most `MOST_GAPS`."""
    listed = list(gaps)[:MOST_GAPS]
    queries = load("api.duty")
    statement = queries["places_named"].format(path_names=queries["path_names"])
    places: Json = {"places": list({gap.home.place_id for gap in listed})}
    names = {row["id"]: row["place"] for row in rows.every(conn, statement, places)}
    return [
        {
            "place_id": gap.home.place_id,
            "place": names[gap.home.place_id],
            "from": gap.starts_at,
            "to": gap.ends_at,
            "reach": gap.reach,
            "cause": gap.cause,
            "causes": gap.causes,
            "seniors": gap.home.seniors,
            "high_risk": gap.home.high_risk,
        }
        for gap in listed
    ]
