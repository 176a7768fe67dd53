"""Watches for seniors without help, and tells managers at once of the frail among them."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from psycopg import Connection
from psycopg.rows import dict_row

from alerts.duty.handover import QUERIES
from core import messages
from core.duty import coverage, standing
from core.duty.coverage import Gap, Reach
from core.model import MANAGERS

KIND: Final = "coverage_gap"
HOMES_AT_ONCE: Final = 2000
MOST_LISTED: Final = 20
AN_INSTANT: Final = timedelta(seconds=1)
EXPIRES_AFTER: Final = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Manager:
    """A manager who can be told, where they work, and whether they are on duty there."""

    person_id: UUID
    place_id: UUID
    stands: bool


def gaps_between(conn: Connection, now: datetime, until: datetime) -> Iterator[Gap]:
    """Every home's gaps in [now, until), some thousand homes at a time."""
    homes = standing.homes_of(conn, None)
    for begin in range(0, len(homes), HOMES_AT_ONCE):
        some = homes[begin : begin + HOMES_AT_ONCE]
        places = sorted({place for home in some for place in home.path})
        people = standing.stands(conn, places, now, until, now)
        yield from coverage.gaps(some, people, now, until)


def watch(conn: Connection, now: datetime) -> Counter[Reach]:
    """Write down the gaps of now, tell of high-risk seniors; count seniors by reach.

    In the caller's transaction, which must hold the lock of ``duty_progress``.
    """
    found = [*gaps_between(conn, now, now + AN_INSTANT)]
    values: dict[str, object] = {
        "places": [gap.home.place_id for gap in found],
        "reaches": [gap.reach for gap in found],
        "causes": [gap.cause for gap in found],
        "seniors": [gap.home.seniors for gap in found],
        "now": now,
    }
    conn.execute(QUERIES["keep_gaps"], values)
    conn.execute(QUERIES["end_gaps"], values)
    _tell_of_the_frail(conn, now)
    without: Counter[Reach] = Counter()
    for gap in found:
        without[gap.reach] += gap.home.seniors
    return without


def managers(conn: Connection, now: datetime) -> list[Manager]:
    """Every manager with a verified contact."""
    values: dict[str, object] = {"now": now, "managers": list(MANAGERS)}
    return [Manager(*row) for row in conn.execute(QUERIES["managers"], values)]


def nearest(path: Sequence[UUID], found: Sequence[Manager]) -> frozenset[UUID]:
    """Managers of the lowest place on a path that has some: on duty, else off duty."""
    for on_duty in (True, False):
        for place in reversed(path):
            here = {one.person_id for one in found if one.place_id == place}
            there = {one.person_id for one in found if one.stands}
            if people := here & there if on_duty else here:
                return frozenset(people)
    return frozenset()


def administrators(conn: Connection) -> list[UUID]:
    """Who is told where no manager can be."""
    return [person for (person,) in conn.execute(QUERIES["administrators"])]


def _tell_of_the_frail(conn: Connection, now: datetime) -> None:
    """Once for each high-risk senior and gap: all of a manager's in one message."""
    with conn.cursor(row_factory=dict_row) as cursor:
        untold = cursor.execute(QUERIES["untold"]).fetchall()
    if not untold:
        return
    found = managers(conn, now)
    by_place = defaultdict[UUID, list[Manager]](list)
    for one in found:
        by_place[one.place_id].append(one)
    fallback = frozenset(administrators(conn))
    parts = defaultdict[frozenset[UUID], list[dict[str, Any]]](list)
    for row in untold:
        along = [one for place in row["path"] for one in by_place[place]]
        parts[nearest(row["path"], along) or fallback].append(row)
    for people, rows in parts.items():
        content = {
            "now": now.isoformat(),
            "seniors": [_shown(row) for row in rows[:MOST_LISTED]],
            "more": max(0, len(rows) - MOST_LISTED),
        }
        expires = now + EXPIRES_AFTER
        messages.tell(
            conn, KIND, sorted(people), now, content=content, expires_at=expires
        )
    told: dict[str, object] = {
        "places": [row["place_id"] for row in untold],
        "seniors": [row["id"] for row in untold],
    }
    conn.execute(QUERIES["told_of"], told)


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("name", "place", "reach", "cause")}
