"""Tells managers each morning where help is missing now and in the coming days."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from psycopg import Connection

from alerts.duty import watching
from alerts.duty.handover import QUERIES
from core import messages
from core.duty.coverage import Gap

KIND: Final = "coverage_day"
MORNING_H: Final = 8
AHEAD: Final = timedelta(days=7)
MOST_LISTED: Final = 15


@dataclass(slots=True)
class Tally:
    """Gaps at or below one place."""

    listed: list[Gap] = field(default_factory=list[Gap])
    more: int = 0
    homes: dict[UUID, int] = field(default_factory=dict[UUID, int])
    """Seniors of each home that has a gap."""

    def add(self, gap: Gap) -> None:
        """Count a gap; the first are listed."""
        self.homes[gap.home.place_id] = gap.home.seniors
        if len(self.listed) < MOST_LISTED:
            self.listed.append(gap)
        else:
            self.more += 1


def tell_gaps(conn: Connection, zone: ZoneInfo, now: datetime) -> int:
    """Tell managers of gaps at or below their place, once a day after 08:00 local time.

    Where no manager can be told, administrators are. Nothing where there is none. A service that first runs later in the day begins with
    the next morning. In the caller's transaction, which must hold the lock of
    ``duty_progress``. Returns how many messages there were.
    """
    row = conn.execute(QUERIES["lock_progress"]).fetchone()
    local = now.astimezone(zone)
    last, today = row[1] if row else None, local.date()
    if last == today or (local.hour < MORNING_H and last is not None):
        return 0
    day = today if local.hour >= MORNING_H else today - timedelta(days=1)
    conn.execute(QUERIES["gaps_told"], {"day": day})
    if last is None:
        return 0
    return _tell(conn, now, f"{KIND}:{today}")


def _tell(conn: Connection, now: datetime, key: str) -> int:
    people = defaultdict[UUID | None, list[UUID]](list)
    for one in watching.managers(conn, now):
        people[one.place_id].append(one.person_id)
    ahead = watching.gaps_between(conn, now, now + AHEAD)
    tallies = _tallies(ahead, frozenset(people))
    people[None] = watching.administrators(conn)
    names = _names(conn, tallies.values())
    told = [(place, tally) for place, tally in tallies.items() if people[place]]
    for place, tally in told:
        content = {
            "gaps": [_shown(gap, names) for gap in tally.listed],
            "more": tally.more,
            "seniors": sum(tally.homes.values()),
            "places": len(tally.homes),
        }
        messages.tell(
            conn,
            KIND,
            people[place],
            now,
            content=content,
            place_id=place,
            expires_at=now + timedelta(hours=12),
            key=f"{key}:{place or 'administrators'}",
        )
    return len(told)


def _tallies(
    gaps: Iterable[Gap], wanted: frozenset[UUID | None]
) -> dict[UUID | None, Tally]:
    """Gaps by each wanted place they lie at or below, the earliest of a home first.

    Under None those of homes that lie below none of them.
    """
    found: dict[UUID | None, Tally] = {}
    for gap in gaps:
        for place in wanted.intersection(gap.home.path) or {None}:
            found.setdefault(place, Tally()).add(gap)
    return found


def _names(conn: Connection, tallies: Iterable[Tally]) -> dict[UUID, str]:
    places = {gap.home.place_id for tally in tallies for gap in tally.listed}
    rows = conn.execute(QUERIES["place_names"], {"places": list(places)})
    return dict(rows.fetchall())


def _shown(gap: Gap, names: dict[UUID, str]) -> dict[str, Any]:
    return {
        "place": names[gap.home.place_id],
        "from": gap.starts_at.isoformat(),
        "to": gap.ends_at.isoformat(),
        "reach": gap.reach,
        "cause": gap.cause,
        "seniors": gap.home.seniors,
    }
