"""Ingest as a process: its threads, watched, and its sign of life."""

import sys
from collections.abc import Callable
from threading import Event, Thread
from typing import Final

import psycopg
from psycopg import Connection
from psycopg.types.json import Jsonb

from core import database, logs
from core.clock import Clock, SystemClock
from core.errors import SettingsError, UnavailableError
from core.queries import load
from core.settings import Settings
from ingest import address
from ingest.aside import Aside
from ingest.inbox import Inbox
from ingest.loop import Loop
from ingest.ownership import Ownership
from ingest.sos import Lane, Tell
from ingest.state import Roster
from ingest.subscriber import Subscriber
from ingest.worker import Worker
from ingest.writer import Writer

SQL: Final = load("ingest")
BEAT_S: Final = 5.0
FAREWELL_S: Final = 8.0
_LOOK_S: Final = 0.1
_SWITCH_S: Final = 0.001  # a press waits no longer for the interpreter
log = logs.get("ingest")


class Part:
    """A named thread that must not end by itself."""

    def __init__(self, name: str, work: Callable[[], None]) -> None:
        self._work = work
        self.name = name
        self.error: Exception | None = None
        self._thread = Thread(target=self._run, name=name, daemon=True)

    @property
    def alive(self) -> bool:
        """Whether it still works."""
        return self._thread.is_alive()

    def start(self) -> None:
        """Begin its work."""
        self._thread.start()

    def join(self, timeout_s: float) -> None:
        """Wait for its end."""
        self._thread.join(timeout_s)

    def _run(self) -> None:
        try:
            self._work()
        except Exception as error:  # noqa: BLE001  raised again by the main thread
            self.error = error


class Ingest:
    """Everything of one ingest process.

    Parameters
    ----------
    stop : ends all its threads.
    tell : tells the first step of presses while the database is away.
    """

    def __init__(
        self, settings: Settings, clock: Clock, stop: Event, tell: Tell | None = None
    ) -> None:
        self._url, mqtt_url = _urls(settings)
        broker = address.parse(mqtt_url)
        self._clock = clock
        self._stop = stop
        self._loop = Loop(clock, stop)
        self._sos_loop = Loop(clock, stop)
        inbox = Inbox(clock, settings.batch_size, settings.batch_age_ms / 1000)
        roster = Roster(clock)
        self.worker = Worker(
            url=self._url,
            inbox=inbox,
            subscriber=Subscriber(self._loop, inbox, broker, settings.partitions),
            ownership=Ownership(clock, settings.partitions),
            roster=roster,
            writer=Writer(roster, clock, settings.zone),
            clock=clock,
            stop=stop,
        )
        self._aside = Aside(self._url, clock, stop)
        self.lane = Lane(
            self._url,
            broker,
            self._sos_loop,
            self._aside,
            clock=clock,
            stop=stop,
            tell=tell,
        )
        self.parts = [
            Part("sos", self.lane.run),
            Part("sos-mqtt", self._sos_loop.run),
            Part("sos-aside", self._aside.run),
            Part("writer", self.worker.run),
            Part("mqtt", self._loop.run),
        ]
        self._conn: Connection | None = None

    @property
    def ready(self) -> bool:
        """Whether reports and presses can arrive."""
        return self.worker.ready and self.lane.ready

    def start(self) -> None:
        """Begin all the work."""
        for part in self.parts:
            part.start()

    def end(self) -> None:
        """Stop all the work, finishing what is in hand."""
        self._stop.set()
        self.lane.wake()
        self._aside.wake()
        for part in self.parts:
            part.join(FAREWELL_S / len(self.parts))
        if self._conn is not None:
            self._conn.close()

    def check(self) -> None:
        """Raise if a part has ended.

        Raises
        ------
        UnavailableError
            Naming the part; its own error is the cause.
        """
        for part in self.parts:
            if not part.alive:
                raise UnavailableError(
                    f"ingest's {part.name} thread ended"
                ) from part.error

    def beat(self) -> None:
        """Write the sign of life; a database that is away is not our death."""
        try:
            if self._conn is None or self._conn.closed:
                self._conn = database.connect(self._url, "ingest beat")
                self._conn.autocommit = True
            detail = {"telemetry": self.worker.ready, "sos": self.lane.ready}
            values = {"now": self._clock.now(), "detail": Jsonb(detail)}
            self._conn.execute(SQL["beat_service"], values)
        except (UnavailableError, psycopg.OperationalError) as error:
            log.warning("no sign of life", error=type(error).__name__)
            if self._conn is not None:
                self._conn.close()


def run(settings: Settings, stop: Event, tell: Tell | None = None) -> None:
    """Run ingest until `stop` is set.

    Parameters
    ----------
    tell : tells the first step of an SOS while the database is away; none yet.

    Raises
    ------
    SettingsError
        If the database or the broker is not given.
    UnavailableError
        If one of its parts has died.
    """
    sys.setswitchinterval(_SWITCH_S)
    clock = SystemClock()
    ended = Event()
    ingest = Ingest(settings, clock, ended, tell)
    ingest.start()
    try:
        _watch(ingest, clock, stop)
    finally:
        ingest.end()
    log.info("stopped")


def _watch(ingest: Ingest, clock: Clock, stop: Event) -> None:
    ready = False
    beat_at_s = 0.0
    while not stop.wait(_LOOK_S):
        ingest.check()
        if not ready and ingest.ready:
            ready = True
            log.info("ready")
        if ready and clock.monotonic_s() >= beat_at_s:
            beat_at_s = clock.monotonic_s() + BEAT_S
            ingest.beat()


def _urls(settings: Settings) -> tuple[str, str]:
    """Database and broker.

    Raises
    ------
    SettingsError
        If one is missing.
    """
    if settings.database_url is None or settings.mqtt_url is None:
        raise SettingsError(
            "ingest needs YINLING_DATABASE_URL and YINLING_MQTT_URL; "
            "`yinling up` gives both"
        )
    return (
        settings.database_url.get_secret_value(),
        settings.mqtt_url.get_secret_value(),
    )
