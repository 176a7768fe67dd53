"""One reader's stream: what they missed, then what comes, as server-sent events."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from api.answers import encode
from api.stream.changes import Batch
from api.stream.hub import Hub, Listener
from api.stream.position import Position
from api.stream.snapshot import Snapshot
from api.views import alerts, seniors
from api.views.viewer import Viewer

KEEP_ALIVE_S: Final = 4.0
RETRY_MS: Final = 2000
Told = tuple[str, dict[str, Any]]
"""An event's name and its object."""


@dataclass(frozen=True, slots=True)
class Source:
    """What a stream asks the database for, besides the hub.

    Attributes
    ----------
    renew : the viewer as the database knows them now; None when the token is void.
    missed : what changed between a position and now, up to the batch's own position.
    audit : writes down whose vital signs or position were sent for the first time.
    """

    renew: Callable[[], Awaitable[Viewer | None]]
    missed: Callable[[Viewer, Position], Awaitable[Batch]]
    audit: Callable[[Sequence[UUID]], Awaitable[None]]


class Feed:
    """The text of one stream; ends when the token is void or the reader too slow."""

    def __init__(self, hub: Hub, source: Source, listener: Listener) -> None:
        self._hub = hub
        self._source = source
        self._listener = listener
        self._audited: set[UUID] = set()

    async def text(
        self, position: Position, resume: Position | None
    ) -> AsyncIterator[bytes]:
        """Blocks of the stream.

        Parameters
        ----------
        position : the hub's when the listener joined, before this, so that nothing
            falls between.
        resume : where the reader left off, if it says so.
        """
        try:
            yield f"retry: {RETRY_MS}\nid: {resume or position}\n: hello\n\n".encode()
            seen: Snapshot | None = None
            if resume is not None:
                batch = await self._source.missed(self._listener.viewer, resume)
                seen, position = batch.after.alerts, batch.after
                yield await self._blocks(batch, None)
            async for block in self._live(position, seen):
                yield block
        finally:
            self._hub.leave(self._listener)

    async def _live(
        self, position: Position, seen: Snapshot | None
    ) -> AsyncIterator[bytes]:
        loop = asyncio.get_running_loop()
        due = loop.time() + KEEP_ALIVE_S
        while True:
            try:
                async with asyncio.timeout_at(due):
                    batch = await self._listener.batches.get()
            except TimeoutError:
                due = loop.time() + KEEP_ALIVE_S
                viewer = await self._source.renew()
                if viewer is None:
                    return
                self._listener.viewer = viewer
                yield f"id: {position}\n: keep-alive\n\n".encode()
                continue
            if batch is None:
                return
            position = batch.after
            blocks = await self._blocks(batch, seen)
            if blocks:
                yield blocks

    async def _blocks(self, batch: Batch, seen: Snapshot | None) -> bytes:
        """A batch as events; only the last one's id says that all were sent."""
        told = self._told(batch, seen)
        await self._audit(told)
        ids = [batch.before] * (len(told) - 1) + [batch.after]
        return b"".join(
            b"event: %b\nid: %b\ndata: %b\n\n"
            % (name.encode(), str(position).encode(), encode(thing))
            for (name, thing), position in zip(told, ids, strict=False)
        )

    def _told(self, batch: Batch, seen: Snapshot | None) -> list[Told]:
        told: list[Told] = []
        for row in batch.alerts:
            alert = alerts.shown(row, self._listener.viewer)
            if alert is not None and batch.news_to(row["id"], seen):
                told.append(("alert", alert))
        for row in batch.statuses:
            status = seniors.shown(row, self._listener.viewer, batch.now)
            if status is not None:
                told.append(("status", status))
        return [(name, thing) for name, thing in told if name in self._listener.names]

    async def _audit(self, told: Sequence[Told]) -> None:
        statuses = [thing for name, thing in told if name == "status"]
        read = {
            *alerts.shown_seniors(thing for name, thing in told if name == "alert"),
            *(each["senior_id"] for each in statuses if seniors.parts_told(each)),
        }
        fresh = read - self._audited
        if fresh:
            await self._source.audit(sorted(fresh))
            self._audited |= fresh
