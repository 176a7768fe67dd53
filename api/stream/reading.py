"""What one stream reads for itself, in the thread pool like every other request."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import Connection
from starlette.concurrency import run_in_threadpool

from api import audit, rows
from api.auth.tokens import Token
from api.deps import Services, find_principal
from api.principal import Principal
from api.purposes import purposes
from api.stream import changes
from api.stream.changes import Batch
from api.stream.feed import Source
from api.stream.position import Position
from api.views import alerts, seniors
from api.views.alerts import Search
from api.views.viewer import Viewer, viewer_of
from core.errors import UnauthenticatedError


def source(services: Services, token: Token, principal: Principal) -> Source:
    """What a stream of this token asks the database for."""

    async def renew() -> Viewer | None:
        return await run_in_threadpool(_renew, services, token, principal)

    async def missed(viewer: Viewer, since: Position) -> Batch:
        return await run_in_threadpool(_missed, services, viewer, since)

    async def record(senior_ids: Sequence[UUID]) -> None:
        await run_in_threadpool(_record, services, principal, senior_ids)

    return Source(renew, missed, record)


def _renew(services: Services, token: Token, principal: Principal) -> Viewer | None:
    if token.expires_at <= services.clock.now():
        return None
    with services.pool.connection() as connection:
        try:
            now = services.clock.now()
            found = find_principal(connection, token, principal.address, now)
        except UnauthenticatedError:
            return None
        return viewer_of(connection, found)


def _missed(services: Services, viewer: Viewer, since: Position) -> Batch:
    now = services.clock.now()
    with services.pool.connection() as connection:
        found = rows.every(
            connection, changes.SQL["alerts_since"], {"seen": str(since.alerts)}
        )
        by_alert = changes.transactions(found)
        missed = alerts.find(connection, viewer, Search(ids=list(by_alert)))
        return Batch(
            before=since,
            after=Position(changes.snapshot_of(found), now),
            now=now,
            alerts=changes.in_order(missed, list(by_alert)),
            transactions=by_alert,
            statuses=_missed_statuses(connection, viewer, since.states, now),
        )


def _missed_statuses(
    connection: Connection, viewer: Viewer, since: datetime, now: datetime
) -> list[dict[str, Any]]:
    """All of a relative's seniors; of staff's, those heard from since."""
    if not viewer.staff:
        return seniors.find(connection, viewer, now)
    heard = rows.every(
        connection,
        changes.SQL["states_since"],
        {
            **viewer.parameters(),
            "since": since - changes.OVERLAP,
            "limit": changes.MOST_STATES,
        },
    )
    return seniors.find(connection, viewer, now, [row["senior_id"] for row in heard])


def _record(
    services: Services, principal: Principal, senior_ids: Sequence[UUID]
) -> None:
    with services.pool.connection() as connection:
        why = purposes(connection, principal, senior_ids)
        now = services.clock.now()
        audit.record_reads(
            connection, principal, now, "stream.read", senior_ids, details=why
        )
