"""The gatekeeper process: decides who may enter the broker, database up or down."""

import asyncio
import threading
from pathlib import Path
from typing import Final

import nats
import uvloop
from nats.aio.client import Client
from nats.errors import SlowConsumerError

from core import logs
from core.clock import Clock, SystemClock
from core.errors import SettingsError, UnavailableError
from core.settings import Settings
from ingest.gatekeeper import issuer, metrics, snapshot
from ingest.gatekeeper.answers import Answers
from ingest.gatekeeper.broker_config import GATEKEEPER_INBOX, GATEKEEPER_USER
from ingest.gatekeeper.connections import Connections
from ingest.gatekeeper.registry import Registry
from ingest.gatekeeper.roster import Roster

_RECONNECT_S: Final = 0.5
_STOP_POLL_S: Final = 0.1
# A snapshot is written at most this often, and less often the larger it is.
_SNAPSHOT_LEAST_S: Final = 1.0
_SNAPSHOT_WRISTBANDS_A_SECOND: Final = 20_000
log = logs.get("gatekeeper")


def run(
    settings: Settings, stop: threading.Event, ready: threading.Event | None = None
) -> None:
    """Answer the broker's auth callout until `stop` is set.

    `ready` is set once logins are answered and there is a roster to judge them by.

    Raises
    ------
    SettingsError
        If ``YINLING_NATS_URL`` or ``YINLING_DATABASE_URL`` is missing.
    UnavailableError
        If the connection to the broker is closed for good.
    """
    if settings.nats_url is None or settings.database_url is None:
        raise SettingsError(
            "the gatekeeper needs YINLING_NATS_URL and YINLING_DATABASE_URL"
        )
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(
            Gatekeeper(
                nats_url=settings.nats_url.get_secret_value(),
                database_url=settings.database_url.get_secret_value(),
                data_dir=settings.data_dir,
                partitions=settings.partitions,
                clock=SystemClock(),
            ).run(stop, ready or threading.Event())
        )


class Gatekeeper:
    """Composes the parts; the first one to fail takes the process with it."""

    def __init__(
        self,
        *,
        nats_url: str,
        database_url: str,
        data_dir: Path,
        partitions: int,
        clock: Clock,
    ) -> None:
        self._nats_url = nats_url
        self._data_dir = data_dir
        self._partitions = partitions
        self._clock = clock
        self._issuer = issuer.load(data_dir)
        known = snapshot.read(data_dir)
        self._roster = Roster(known)
        self._usable = asyncio.Event()
        if known is not None:
            self._usable.set()
        self._left = asyncio.Event()
        self._sweep = asyncio.Event()
        self._registry = Registry(
            database_url, self._roster, clock, on_left=self._left, on_whole=self._sweep
        )

    async def run(self, stop: threading.Event, ready: threading.Event) -> None:
        """Serve until `stop` is set; raise what a dead part raised."""
        closed = asyncio.Event()
        broker = await self._connect(closed)
        connections = Connections(broker, self._roster)
        answers = Answers(
            broker,
            issuer=self._issuer,
            roster=self._roster,
            registry=self._registry,
            partitions=self._partitions,
            clock=self._clock,
        )
        await connections.open()
        await answers.open()
        await broker.flush()
        parts = {
            asyncio.create_task(part, name=name)
            for name, part in (
                ("registry", self._registry.run()),
                ("listener", self._registry.listen()),
                ("kicks", self._end_left(connections)),
                ("sweeps", self._sweep_when_whole(connections)),
                ("snapshot", self._keep_snapshot()),
                ("closed", _fail_when(closed)),
                ("ready", self._tell_ready(broker, ready)),
                ("stop", _until_set(stop)),
            )
        }
        try:
            await _until_stopped(parts)
        finally:
            for part in parts:
                part.cancel()
            await asyncio.gather(*parts, return_exceptions=True)
            await broker.close()
            await asyncio.to_thread(self._write_snapshot)

    async def _connect(self, closed: asyncio.Event) -> Client:
        async def on_closed() -> None:
            closed.set()

        async def on_lost() -> None:
            log.warning("broker away")

        async def on_back() -> None:
            log.info("broker back")
            if self._roster.complete:
                self._sweep.set()

        async def on_error(error: Exception) -> None:
            if isinstance(error, SlowConsumerError):
                metrics.DROPPED.inc()
            else:
                log.warning("broker error", reason=type(error).__name__)

        return await nats.connect(  # pyright: ignore[reportUnknownMemberType]
            self._nats_url,
            name=GATEKEEPER_USER,
            inbox_prefix=GATEKEEPER_INBOX,
            max_reconnect_attempts=-1,
            reconnect_time_wait=_RECONNECT_S,
            ping_interval=5,
            closed_cb=on_closed,
            disconnected_cb=on_lost,
            reconnected_cb=on_back,
            error_cb=on_error,
        )

    async def _tell_ready(self, broker: Client, ready: threading.Event) -> None:
        await self._usable.wait()
        await broker.flush()
        log.info("ready", wristbands=len(self._roster))
        ready.set()

    async def _end_left(self, connections: Connections) -> None:
        """End connections soon after their wristbands left service."""
        async with asyncio.TaskGroup() as group:
            while True:
                await self._left.wait()
                self._left.clear()
                group.create_task(connections.end(self._roster.take_left()))

    async def _sweep_when_whole(self, connections: Connections) -> None:
        """Check everyone connected whenever the roster or the broker is new to us."""
        while True:
            await self._sweep.wait()
            self._sweep.clear()
            self._usable.set()
            await connections.sweep()

    async def _keep_snapshot(self) -> None:
        while True:
            wristbands = len(self._roster)
            pause_s = wristbands / _SNAPSHOT_WRISTBANDS_A_SECOND
            await asyncio.sleep(max(_SNAPSHOT_LEAST_S, pause_s))
            if self._roster.changed:
                digests = self._roster.copy()
                await asyncio.to_thread(snapshot.write, self._data_dir, digests)

    def _write_snapshot(self) -> None:
        if self._roster.changed:
            snapshot.write(self._data_dir, self._roster.copy())


async def _fail_when(closed: asyncio.Event) -> None:
    await closed.wait()
    raise UnavailableError("the connection to the broker is closed for good")


async def _until_set(stop: threading.Event) -> None:
    while not stop.is_set():  # noqa: ASYNC110 - it belongs to another thread
        await asyncio.sleep(_STOP_POLL_S)


async def _until_stopped(parts: set[asyncio.Task[None]]) -> None:
    """Return when the part ``stop`` is done; raise as soon as another fails."""
    running = parts
    while True:
        done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
        for part in done:
            part.result()
            if part.get_name() == "stop":
                return
