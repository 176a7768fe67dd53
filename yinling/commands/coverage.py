"""`yinling coverage`: the same look at the database as the api's."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
from psycopg import Connection

from api.duty import coverage
from core.errors import NotFoundError
from core.settings import Settings
from yinling.commands import records

MOST_SENIORS = 100_000


@dataclass(frozen=True, slots=True)
class Report:
    """What is printed; instants are aware, `zone` is how people read them."""

    as_of: datetime
    counts: dict[str, Any]
    items: list[dict[str, Any]]
    gaps: list[dict[str, Any]]
    gaps_left_off: int
    zone: ZoneInfo

    def plain(self) -> dict[str, Any]:
        """As the api's JSON has it."""
        whole = {"as_of": self.as_of, **self.counts, "items": self.items}
        whole |= {"gaps": self.gaps, "gaps_left_off": self.gaps_left_off}
        return orjson.loads(orjson.dumps(whole, option=orjson.OPT_UTC_Z))


def look(settings: Settings, place: UUID | None, days: int, *, near: bool) -> Report:
    """Coverage of a place (None: everywhere) now and in the coming days.

    Raises
    ------
    NotFoundError
        If there is no such place.
    """

    def read(conn: Connection, now: datetime) -> Report:
        if place is not None and not coverage.is_place(conn, place):
            raise NotFoundError(f"no such place: {place}")
        roots = None if place is None else [place]
        outlook = coverage.look(conn, roots, now, None, now + timedelta(days=days))
        lacking = {gap.home.place_id: gap for gap in outlook.lacking(near=near)}
        found = coverage.seniors(conn, lacking.values(), None, MOST_SENIORS)
        whose = {
            home: coverage.whose(outlook, gap, None) for home, gap in lacking.items()
        }
        ahead = outlook.ahead(near=near)
        return Report(
            now,
            coverage.counts(outlook),
            [
                coverage.shown(row, lacking[row["place_id"]], whose[row["place_id"]])
                for row in found
            ],
            coverage.gaps_shown(conn, ahead),
            max(0, len(ahead) - coverage.MOST_GAPS),
            settings.zone,
        )

    return records.in_transaction(settings, read)
