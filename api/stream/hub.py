"""One reader of changes for all open streams of this process: it listens, reads, hands out."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import psycopg
from psycopg import AsyncConnection
from psycopg.rows import dict_row
from psycopg.sql import SQL

from api.stream import changes
from api.stream.changes import Batch, Watched
from api.stream.position import Position
from api.views.status import gist
from api.views.viewer import Viewer
from core import logs
from core.clock import Clock
from core.database import Row
from core.errors import UnavailableError
from core.model import Role

CONNECT_S: Final = 5.0
POLL_S: Final = 1.0
REFRESH_S: Final = 15.0
MOST_WAITING: Final = 200
MOST_REFRESHED: Final = 500
LONGEST_BACKOFF_S: Final = 5.0
EVENTS: Final = frozenset({"alert", "status"})
log = logs.get("stream")


class Listener:
    """One open stream: who it is for, what of, and the batches it has not yet sent."""

    def __init__(self, viewer: Viewer, names: frozenset[str] = EVENTS) -> None:
        self.viewer = viewer
        self.names = names
        self.batches: asyncio.Queue[Batch | None] = asyncio.Queue(MOST_WAITING)

    def offer(self, batch: Batch) -> bool:
        """Queue a batch; False where the reader is too far behind."""
        try:
            self.batches.put_nowait(batch)
        except asyncio.QueueFull:
            return False
        return True

    def end(self) -> None:
        """Let the stream end, so that its reader comes again and resumes."""
        while not self.batches.empty():
            self.batches.get_nowait()
        self.batches.put_nowait(None)


class Hub:
    """Hands what changed to every listener; reads only while there is one."""

    def __init__(self, conninfo: str, clock: Clock) -> None:
        self._conninfo = conninfo
        self._clock = clock
        self._listeners: set[Listener] = set()
        self._task: asyncio.Task[None] | None = None
        self._position: Position | None = None
        self._ready = asyncio.Event()
        self._sent: dict[UUID, datetime] = {}
        self._known: dict[UUID, object] = {}
        self._refreshed_s = 0.0

    async def join(self, listener: Listener) -> Position:
        """Begin to listen; what is committed after the returned position comes.

        Raises
        ------
        UnavailableError
            If the database does not answer.
        """
        self._listeners.add(listener)
        if self._task is None or self._task.done():
            self._ready.clear()
            self._task = asyncio.create_task(self._run(), name="stream hub")
            self._task.add_done_callback(self._ended)
        try:
            await asyncio.wait_for(self._ready.wait(), CONNECT_S)
        except TimeoutError:
            self.leave(listener)
            raise UnavailableError("the database does not answer") from None
        assert self._position is not None  # noqa: S101 - set before ready
        return self._position

    def leave(self, listener: Listener) -> None:
        """End listening."""
        self._listeners.discard(listener)

    async def _run(self) -> None:
        """Read as long as somebody listens; connect again when the line breaks."""
        backoff_s = 0.1
        self._position = None
        while self._listeners:
            try:
                async with await AsyncConnection[Row].connect(
                    self._conninfo, autocommit=True, row_factory=dict_row
                ) as connection:
                    await self._follow(connection)
            except (psycopg.Error, OSError) as error:
                log.warning("stream lost the database", error=type(error).__name__)
                await asyncio.sleep(backoff_s)
                backoff_s = min(backoff_s * 2, LONGEST_BACKOFF_S)

    async def _follow(self, connection: AsyncConnection[Row]) -> None:
        await connection.execute("LISTEN yinling_alerts")
        await connection.execute("LISTEN yinling_registry")
        if self._position is None:
            self._position = await self._present(connection)
        self._ready.set()
        while self._listeners:
            async for notice in connection.notifies(timeout=POLL_S, stop_after=1):
                if notice.channel == "yinling_registry":
                    self._refreshed_s = 0.0
            batch = await self._read(connection, self._position)
            if batch.alerts or batch.statuses:
                self._hand_out(batch)

    async def _present(self, connection: AsyncConnection[Row]) -> Position:
        cursor = await connection.execute(changes.SQL["present"])
        snapshot = changes.snapshot_of(await cursor.fetchall())
        return Position(snapshot, self._clock.now())

    async def _read(self, connection: AsyncConnection[Row], before: Position) -> Batch:
        """Everything that changed since `before`, and move on."""
        now = self._clock.now()
        found = await _rows(
            connection, changes.SQL["alerts_since"], {"seen": str(before.alerts)}
        )
        by_alert = changes.transactions(found)
        alerts = await _alerts(connection, list(by_alert)) if by_alert else []
        after = Position(changes.snapshot_of(found), now)
        self._position = after
        statuses = await self._statuses(connection, alerts, before.states, now)
        return Batch(before, after, now, alerts, by_alert, statuses)

    async def _statuses(
        self,
        connection: AsyncConnection[Row],
        alerts: Iterable[Row],
        since: datetime,
        now: datetime,
    ) -> list[Row]:
        watched = self._watched()
        ids = await self._written(connection, watched, since)
        ids |= {
            row["senior_id"]
            for row in alerts
            if row["senior_id"] and watched.sees(row["senior_id"], row["path"])
        }
        certain = set(ids)
        if self._clock.monotonic_s() - self._refreshed_s > REFRESH_S:
            self._refreshed_s = self._clock.monotonic_s()
            ids |= set(list(watched.senior_ids)[:MOST_REFRESHED])
        if not ids:
            return []
        parameters = changes.EVERYTHING | {"ids": list(ids), "now": now}
        found = await _rows(connection, changes.VIEWS["statuses"], parameters)
        return [row for row in found if self._differs(row, certain, now)]

    def _differs(self, row: Row, certain: set[UUID], now: datetime) -> bool:
        """Whether a status is worth sending: written to, or changed by time alone."""
        key = gist(row, now)
        known = self._known.get(row["senior_id"])
        self._known[row["senior_id"]] = key
        return row["senior_id"] in certain or (known is not None and key != known)

    async def _written(
        self, connection: AsyncConnection[Row], watched: Watched, since: datetime
    ) -> set[UUID]:
        found = await _rows(
            connection,
            changes.SQL["states_since"],
            {
                **watched.parameters(),
                "since": since - changes.OVERLAP,
                "limit": changes.MOST_STATES,
            },
        )
        fresh = {
            row["senior_id"]: row["updated_at"]
            for row in found
            if self._sent.get(row["senior_id"]) != row["updated_at"]
        }
        horizon = since - 2 * changes.OVERLAP
        self._sent = {
            senior_id: at for senior_id, at in self._sent.items() if at > horizon
        } | fresh
        return set(fresh)

    def _watched(self) -> Watched:
        viewers = [
            listener.viewer
            for listener in self._listeners
            if "status" in listener.names
        ]
        return Watched(
            everything=any(viewer.role is Role.ADMIN for viewer in viewers),
            place_ids=frozenset(
                place_id for viewer in viewers for place_id in viewer.places
            ),
            senior_ids=frozenset(
                senior_id for viewer in viewers for senior_id in viewer.links
            ),
        )

    def _ended(self, task: asyncio.Task[None]) -> None:
        """Let every stream end if the reading failed, so that their readers resume."""
        error = None if task.cancelled() else task.exception()
        if error is not None:
            log.error("stream failed", error=type(error).__name__)
            for listener in list(self._listeners):
                self.leave(listener)
                listener.end()

    def _hand_out(self, batch: Batch) -> None:
        for listener in list(self._listeners):
            if not listener.offer(batch):
                self.leave(listener)
                listener.end()

    async def close(self) -> None:
        """End every stream and the reading."""
        for listener in list(self._listeners):
            self.leave(listener)
            listener.end()
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task


async def _rows(
    connection: AsyncConnection[Row], statement: SQL, parameters: dict[str, Any]
) -> list[Row]:
    cursor = await connection.execute(statement, parameters)
    return await cursor.fetchall()


async def _alerts(connection: AsyncConnection[Row], ids: list[UUID]) -> list[Row]:
    """Rows of these alerts with their `events`, in the order of `ids`."""
    found = await _rows(
        connection,
        changes.VIEWS["alerts"],
        changes.UNLIMITED | changes.EVERYTHING | {"ids": ids},
    )
    timelines: dict[UUID, list[Row]] = {alert_id: [] for alert_id in ids}
    for event in await _rows(connection, changes.VIEWS["alert_events"], {"ids": ids}):
        timelines[event["alert_id"]].append(event)
    for row in found:
        row["events"] = timelines[row["id"]]
    return changes.in_order(found, ids)
