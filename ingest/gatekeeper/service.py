"""The gatekeeper process: decides who may enter the broker, database up or down."""

import asyncio
import threading
from pathlib import Path
from typing import Final

import uvloop

from core import logs
from core.clock import Clock, SystemClock
from core.errors import SettingsError
from core.settings import Settings
from ingest.gatekeeper import issuer, snapshot
from ingest.gatekeeper.answers import Answers
from ingest.gatekeeper.connections import Connections
from ingest.gatekeeper.link import Link
from ingest.gatekeeper.registry import Registry
from ingest.gatekeeper.roster import Roster

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
        link = Link(self._nats_url, self._sweep_if_whole)
        parts = {
            asyncio.create_task(part, name=name)
            for name, part in (
                ("broker", self._serve(link, ready)),
                ("closed", link.fail_when_closed()),
                ("registry", self._registry.run()),
                ("listener", self._registry.listen()),
                ("snapshot", self._keep_snapshot()),
                ("stop", _until_set(stop)),
            )
        }
        try:
            await _until_stopped(parts)
        finally:
            await _end(parts)
            await link.close()
            await self._write_snapshot()

    async def _serve(self, link: Link, ready: threading.Event) -> None:
        """Answer logins and end connections, once the broker is there."""
        await link.connect()
        connections = Connections(link.client, self._roster)
        answers = Answers(
            link.client,
            issuer=self._issuer,
            roster=self._roster,
            registry=self._registry,
            partitions=self._partitions,
            clock=self._clock,
        )
        await connections.open()
        await answers.open()
        await link.client.flush()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._end_left(connections))
            group.create_task(self._sweep_when_whole(connections))
            group.create_task(self._tell_ready(ready))

    async def _tell_ready(self, ready: threading.Event) -> None:
        await self._usable.wait()
        log.info("ready", wristbands=len(self._roster))
        ready.set()

    def _sweep_if_whole(self) -> None:
        if self._roster.complete:
            self._sweep.set()

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
            await self._write_snapshot()

    async def _write_snapshot(self) -> None:
        if not self._roster.changed:
            return
        try:
            await asyncio.to_thread(snapshot.write, self._data_dir, self._roster.copy())
        except OSError as error:
            # Answering goes on; it is tried again.
            self._roster.changed = True
            log.warning("snapshot not written", reason=type(error).__name__)


async def _end(parts: set[asyncio.Task[None]]) -> None:
    """Cancel all parts, again where the NATS client swallowed it, and wait."""
    running = parts
    while running:
        for part in running:
            part.cancel()
        _, running = await asyncio.wait(running, timeout=_STOP_POLL_S)
    await asyncio.gather(*parts, return_exceptions=True)


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
