"""Reads who stands for places over a span of time: what coverage is judged by."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg import Connection

from core.duty import coverage, spans
from core.duty.coverage import Cause, Gap, Home, Stand
from core.duty.roster import QUERIES
from core.duty.spans import Span
from core.model import RESPONDERS


@dataclass(frozen=True, slots=True)
class Found:
    """Homes, the people of their places, and the gaps between them."""

    homes: list[Home]
    people: list[Stand]
    gaps: list[Gap]


def look(
    conn: Connection,
    roots: Sequence[UUID] | None,
    since: datetime,
    until: datetime,
    now: datetime,
) -> Found:
    """Who is without help in [since, until), at or below some places (None: anywhere).

    Parameters
    ----------
    now : contacts are judged as they are now, whatever the span.
    """
    homes = homes_of(conn, roots)
    places = sorted({place for home in homes for place in home.path})
    people = stands(conn, places, since, until, now)
    return Found(homes, people, coverage.gaps(homes, people, since, until))


def homes_of(conn: Connection, roots: Sequence[UUID] | None) -> list[Home]:
    """Places at or below some where seniors live."""
    values = {"roots": None if roots is None else list(roots)}
    return [
        Home(place, tuple(path), seniors, high_risk)
        for place, path, seniors, high_risk in conn.execute(QUERIES["homes"], values)
    ]


def stands(
    conn: Connection,
    places: Sequence[UUID],
    since: datetime,
    until: datetime,
    now: datetime,
) -> list[Stand]:
    """Every responder of these very places, and when in [since, until) they stand."""
    values: dict[str, object] = {"places": list(places), "responders": list(RESPONDERS)}
    values |= {"since": since, "until": until, "now": now}
    duties = _by_pair(conn, "duties", values)
    downs = _by_pair(conn, "stood_down", values)
    found: list[Stand] = []
    for place, level, person, name, role, home, fault in conn.execute(
        QUERIES["people_of"], values
    ):
        pair = (place, person)
        mine = spans.within(duties[pair], since, until)
        if home:
            mine += spans.missing(downs[pair], since, until)
        why = None if fault is None else Cause(fault)
        whole = tuple(spans.united(mine))
        found.append(Stand(place, level, person, name, role, why, whole))
    return found


def _by_pair(
    conn: Connection, name: str, values: dict[str, object]
) -> dict[tuple[UUID, UUID], list[Span]]:
    found: dict[tuple[UUID, UUID], list[Span]] = defaultdict(list)
    for place, person, start, end in conn.execute(QUERIES[name], values):
        found[place, person].append((start, end))
    return found
