"""What the database knows of wristbands, asked in batches over one connection."""

import asyncio
import contextlib
import math
from typing import Final

import psycopg
from psycopg import AsyncConnection

from core import database, logs, queries
from core.clock import Clock
from ingest.gatekeeper import metrics
from ingest.gatekeeper.roster import Roster

QUERIES: Final = queries.load("ingest.gatekeeper")
HEARTBEAT_S: Final = 5.0
REFRESH_S: Final = 300.0
STATEMENT_TIMEOUT_S: Final = 5.0
LOOK_UP_LIMIT_S: Final = 2.0
MOST_WAITING: Final = 4096
PAGE: Final = 2000
_RETRY_S: Final = 1.0
log = logs.get("gatekeeper")

_Connection = AsyncConnection[tuple[object, ...]]


class Registry:
    """Keeps the roster true to the database, and looks single wristbands up.

    All questions go one after another over one connection, so an older answer never
    overwrites a newer one, and a flood of bad logins costs one statement at a time.

    Parameters
    ----------
    url : of the database.
    roster : what the answers are noted in.
    on_left : set whenever wristbands have left service.
    on_whole : set whenever all wristbands have been asked about.
    """

    def __init__(
        self,
        url: str,
        roster: Roster,
        clock: Clock,
        *,
        on_left: asyncio.Event,
        on_whole: asyncio.Event,
    ) -> None:
        self._url = database.connection_string(url, "gatekeeper", STATEMENT_TIMEOUT_S)
        self._roster = roster
        self._clock = clock
        self._on_left = on_left
        self._on_whole = on_whole
        self._waiting: dict[str, asyncio.Future[None]] = {}
        self._wake = asyncio.Event()
        self._refresh_at = math.inf
        self._beat_at = 0.0
        self._present: bool | None = None

    async def look_up(self, device_id: str) -> bool:
        """Ask the database about one wristband; whether it answered within the limit.

        The answer itself is then in the roster.
        """
        waiting = self._waiting.get(device_id)
        if waiting is None:
            if len(self._waiting) >= MOST_WAITING:
                return False
            waiting = self._enqueue(device_id)
        done, _ = await asyncio.wait([waiting], timeout=LOOK_UP_LIMIT_S)
        return bool(done)

    def note_change(self, device_id: str) -> None:
        """A wristband was provisioned, revoked or archived: ask about it anew."""
        if device_id and len(self._waiting) < MOST_WAITING:
            if device_id not in self._waiting:
                self._enqueue(device_id)
        else:
            self.refresh()

    def refresh(self) -> None:
        """Ask about all wristbands as soon as possible."""
        self._refresh_at = 0.0
        self._wake.set()

    async def run(self) -> None:
        """Serve for ever; come back by itself whenever the database does."""
        while True:
            try:
                async with await AsyncConnection.connect(
                    self._url, autocommit=True
                ) as connection:
                    self._note_presence(None)
                    await self._serve(connection)
            except (psycopg.OperationalError, TimeoutError) as error:
                self._note_presence(error)
                await asyncio.sleep(_RETRY_S)

    async def listen(self) -> None:
        """Hear of changes for ever; after each new connection all are asked about."""
        while True:
            try:
                async with await AsyncConnection.connect(
                    self._url, autocommit=True
                ) as connection:
                    await connection.execute(QUERIES["listen"])
                    self.refresh()
                    async for notification in connection.notifies():
                        self.note_change(notification.payload)
            except psycopg.OperationalError:
                await asyncio.sleep(_RETRY_S)

    def _note_presence(self, error: Exception | None) -> None:
        """Log that the database went or came back, once each."""
        if error is not None and self._present is not False:
            log.warning("database away", reason=type(error).__name__)
        elif error is None and self._present is False:
            log.info("database back")
        self._present = error is None

    def _enqueue(self, device_id: str) -> asyncio.Future[None]:
        waiting = asyncio.get_running_loop().create_future()
        self._waiting[device_id] = waiting
        self._wake.set()
        return waiting

    async def _serve(self, connection: _Connection) -> None:
        while True:
            await self._answer_waiting(connection)
            now_s = self._clock.monotonic_s()
            if now_s >= self._beat_at:
                self._beat_at = now_s + HEARTBEAT_S
                await self._beat(connection)
            if now_s >= self._refresh_at:
                await self._refresh_all(connection, now_s)
            await self._sleep_until(min(self._beat_at, self._refresh_at))

    async def _sleep_until(self, due_s: float) -> None:
        pause_s = max(0.0, due_s - self._clock.monotonic_s())
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(pause_s):
                await self._wake.wait()
        self._wake.clear()

    async def _answer_waiting(self, connection: _Connection) -> None:
        """Settle those waited for; they stay waiting where the database fails."""
        while self._waiting:
            batch = dict(list(self._waiting.items())[:PAGE])
            for device_id in batch:
                del self._waiting[device_id]
            try:
                await self._settle(connection, list(batch))
            except BaseException:
                self._waiting = batch | self._waiting
                raise
            for waiting in batch.values():
                waiting.set_result(None)

    async def _settle(self, connection: _Connection, device_ids: list[str]) -> None:
        metrics.LOOK_UPS.inc(len(device_ids))
        rows = await _fetch(connection, "wristbands_by_id", device_ids=device_ids)
        found = {_text(row[0]): _digest(row[1]) for row in rows}
        for device_id in device_ids:
            self._roster.settle(device_id, found.get(device_id))
        self._announce()

    async def _refresh_all(self, connection: _Connection, now_s: float) -> None:
        # Due again later, unless another is asked for meanwhile or this one fails.
        self._refresh_at = now_s + REFRESH_S
        try:
            await self._refresh(connection)
        except BaseException:
            self._refresh_at = 0.0
            raise

    async def _refresh(self, connection: _Connection) -> None:
        """Page through all wristbands; look-ups are served between pages."""
        unseen = set(self._roster.digests)
        after: object = 0
        while rows := await _fetch(
            connection, "wristbands_after", after=after, most=PAGE
        ):
            for row in rows:
                device_id = _text(row[0])
                unseen.discard(device_id)
                self._roster.settle(device_id, _digest(row[1]))
            after = rows[-1][2]
            await self._answer_waiting(connection)
        self._roster.settle_rest(unseen)
        self._roster.complete = True
        self._announce()
        self._on_whole.set()
        log.debug("roster refreshed", wristbands=len(self._roster))

    def _announce(self) -> None:
        metrics.WRISTBANDS.set(len(self._roster))
        if self._roster.has_left:
            self._on_left.set()

    async def _beat(self, connection: _Connection) -> None:
        await connection.execute(QUERIES["beat"], {"now": self._clock.now()})


async def _fetch(
    connection: _Connection, query: str, **parameters: object
) -> list[tuple[object, ...]]:
    async with asyncio.timeout(STATEMENT_TIMEOUT_S + 1):
        cursor = await connection.execute(QUERIES[query], parameters)
        return await cursor.fetchall()


def _text(value: object) -> str:
    return str(value)


def _digest(value: object) -> bytes | None:
    return value if isinstance(value, bytes) else None
