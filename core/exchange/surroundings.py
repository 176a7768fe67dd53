"""What planning an import asks of rules, addresses and the calendar, as the service has them."""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import cache, partial
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from psycopg import Connection

from core import destinations
from core.duty.recurrence import local, parse
from core.errors import InvalidError
from core.exchange.planning.state import Surroundings
from core.ids import new_id
from core.queries import load
from core.registry.outlook import about_senior
from core.registry.rulebook import Rulebook, rulebook
from core.rules import thresholds

_WEB_HOOK: Final = re.compile(r"(jsons?|xmls?|forms?)://[^/?#]+/")
"""What follows the host of a web hook is any path: one answer for all."""


def surroundings(
    conn: Connection, now: datetime, zone: ZoneInfo, hosts: Iterable[str]
) -> Surroundings:
    """As things stand at an instant.

    Parameters
    ----------
    hosts : private hosts that notifications may reach (YINLING_NOTIFY_HOSTS).
    """
    allowed = tuple(hosts)

    def rrule_fault(text: str, starts_at: datetime) -> str | None:
        return _fault(lambda: parse(text, local(starts_at, zone), zone))

    return Surroundings(
        now=now,
        today=now.astimezone(zone).date(),
        mint=new_id,
        url_fault=_url_faults(allowed),
        limits_fault=_limits_faults(conn),
        rrule_fault=rrule_fault,
        is_id=partial(_is_id, conn),
    )


def _is_id(conn: Connection, one: UUID) -> bool:
    row = conn.execute(load("core.exchange")["is_id"], {"id": one}).fetchone()
    return row is not None and bool(row[0])


def _fault(check: Callable[[], object]) -> str | None:
    try:
        check()
    except InvalidError as error:
        return str(error)
    return None


def _url_faults(allowed: Sequence[str]) -> Callable[[str, str], str | None]:
    """Each host is resolved once, each web hook's host read once."""
    resolve = cache(destinations.resolve)

    @cache
    def check(url: str) -> str | None:
        return _fault(lambda: destinations.check(url, allowed, resolve))

    def fault(kind: str, url: str) -> str | None:
        unfit = _fault(lambda: destinations.require_fitting(kind, url))
        if unfit is not None:
            return unfit
        hook = _WEB_HOOK.match(url)
        plain = hook is not None and not re.search(r"[?#\s]", url)
        return check(hook[0] if hook is not None and plain else url)

    return fault


def _limits_faults(
    conn: Connection,
) -> Callable[[UUID, Sequence[UUID], Sequence[str]], str | None]:
    book = cache(lambda: rulebook(conn))

    def fault(
        senior_id: UUID, path: Sequence[UUID], conditions: Sequence[str]
    ) -> str | None:
        about = about_senior(conn, senior_id)
        if not about.thresholds and not about.own:
            return None
        return _fault(lambda: _check(book(), senior_id, path, conditions))

    def _check(
        rules: Rulebook,
        senior_id: UUID,
        path: Sequence[UUID],
        conditions: Sequence[str],
    ) -> None:
        about = about_senior(conn, senior_id)
        thresholds.check(
            thresholds.Thresholds.model_validate(about.thresholds or {}),
            conditions,
            rules.book(path)[0],
            about.own_rules(),
        )

    return fault
