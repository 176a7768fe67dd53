"""The alerts service: escalation, silence, notifications and commands, a thread each."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import psycopg
from psycopg import Connection
from pydantic import SecretStr

from alerts.duty import Keeper
from alerts.escalation import silence, worker
from alerts.escalation.record import QUERIES
from alerts.escalation.terms import Timing
from alerts.incidents import drilling
from alerts.incidents.ledger import ALERTS_CHANNEL, OUTBOX_CHANNEL
from alerts.notify import commands
from alerts.notify.message import Stationery
from alerts.notify.outbox import Outbox
from alerts.response import worker as response
from alerts.response.waking import WakingHours
from alerts.retention import Retention
from alerts.sealing import Sealer
from alerts.voice.station import Station
from core import database, logs, statistics
from core.clock import Clock, SystemClock
from core.errors import SettingsError, UnavailableError
from core.registry import changes
from core.secrets import signing_key
from core.settings import Settings

LONGEST_WAIT_S = 5.0
LEAST_WAIT_S = 0.02
SILENCE_EVERY_S = 5.0
BEAT_EVERY_S = 5.0
RECONNECT_AFTER_S = 1.0
FORGET_EVERY = timedelta(hours=1)
CHANGES_KEPT = timedelta(days=1)
"""How long the registry's changes are listed; every worker sees them within seconds."""
log = logs.get("alerts")


@dataclass
class Part:
    """A named thread that does one kind of work over a connection of its own.

    ``work`` does what is due and returns how long nothing will be [s]; `wake` ends
    that wait early. A lost database connection is opened again; anything else that
    `work` raises ends the service.
    """

    name: str
    work: Callable[[Connection], float]
    wake: threading.Event = field(default_factory=threading.Event)
    failure: BaseException | None = None

    def run(self, url: str, stop: threading.Event) -> None:
        """Work until `stop`; what ends it early is left in `failure`."""
        try:
            while not stop.is_set():
                self._connected(url, stop)
        except Exception as error:  # noqa: BLE001 - the service says it aloud and ends
            self.failure = error

    def _connected(self, url: str, stop: threading.Event) -> None:
        try:
            with database.connect(url, f"alerts {self.name}") as connection:
                connection.autocommit = True
                while not stop.is_set():
                    self.wake.clear()
                    self.wake.wait(self.work(connection))
        except (
            UnavailableError,
            psycopg.OperationalError,
            psycopg.InterfaceError,
        ) as error:
            log.warning(
                "the database is away", thread=self.name, error=str(error)[:200]
            )
            stop.wait(RECONNECT_AFTER_S)


class Alerts:
    """The service's parts, wired to each other."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._forget_at = clock.now()
        self._timing = Timing.of(settings)
        paper = Stationery(settings.reached_at, signing_key(settings), settings.zone)
        self._outbox = Outbox(
            paper, settings.notify_hosts, settings.notify_workers, clock
        )
        url = _required(settings.database_url, "DATABASE_URL")
        self._station = Station(settings, paper, url, clock)
        begins_h, ends_h = settings.followup_hours
        self._terms = response.Terms(
            settings.followup_after_s,
            settings.followup_answer_s,
            WakingHours(begins_h, ends_h, settings.zone),
        )
        self._broker = commands.Broker(_required(settings.mqtt_url, "MQTT_URL"))
        self.escalation = Part("escalation", self._escalate)
        self.response = Part("response", self._respond)
        self.commands = Part("commands", self._command)
        self.outbox = Part("outbox", self._send)
        self.calls = Part("calls", self._call)
        self.parts = [
            self.escalation,
            self.outbox,
            self.calls,
            self.commands,
            self.response,
            Part("call back", self._station.call_backs.work),
            Part("silence", self._find_silent),
            Part("listener", self._listen),
            Part("heartbeat", self._beat),
            Part("sealer", Sealer(settings.data_dir, clock).work),
            Part("duty", Keeper(settings.zone, clock).work),
            Part("retention", Retention(settings.zone, clock).work),
            Part("statistics", statistics.analyze_unknown),
        ]

    def start(self, url: str, stop: threading.Event) -> list[threading.Thread]:
        """Start every part."""
        self._stop = stop
        self._broker.start()
        threads = [
            threading.Thread(target=part.run, args=(url, stop), name=part.name)
            for part in self.parts
        ]
        for thread in threads:
            thread.start()
        return threads

    def stop(self) -> None:
        """End every wait, so that all see that they are to stop."""
        for part in self.parts:
            part.wake.set()
        self._wake_senders()
        self._broker.stop()

    def _escalate(self, conn: Connection) -> float:
        now = self._clock.now()
        if worker.run_due(conn, self._timing, self._settings.zone, now):
            self._wake_senders()
        earliest = worker.earliest_due(conn)
        if earliest is None:
            return LONGEST_WAIT_S
        away_s = (earliest - self._clock.now()).total_seconds()
        return min(max(away_s, LEAST_WAIT_S), LONGEST_WAIT_S)

    def _respond(self, conn: Connection) -> float:
        response.run_due(conn, self._terms, self._clock.now())
        response.count_overdue(conn)
        earliest = response.earliest_due(conn)
        if earliest is None:
            return LONGEST_WAIT_S
        away_s = (earliest - self._clock.now()).total_seconds()
        return min(max(away_s, LEAST_WAIT_S), LONGEST_WAIT_S)

    def _send(self, conn: Connection) -> float:
        """Send and wait in one: the outbox wakes for answers as well as for work."""
        self._outbox.step(conn, self._outbox.wait_s(conn, LONGEST_WAIT_S))
        return 0

    def _call(self, conn: Connection) -> float:
        """The same for phones that ring."""
        courier = self._station.courier
        courier.step(conn, courier.wait_s(conn, LONGEST_WAIT_S))
        return 0

    def _wake_senders(self) -> None:
        self._outbox.wake()
        self._station.courier.wake()

    def _command(self, conn: Connection) -> float:
        if not self._broker.connected():
            return RECONNECT_AFTER_S
        commands.send_due(conn, self._broker, self._clock)
        return commands.wait_s(conn, self._clock, LONGEST_WAIT_S)

    def _find_silent(self, conn: Connection) -> float:
        settings = self._settings
        silence.run_silent(conn, settings.partitions, settings.zone, self._clock.now())
        return SILENCE_EVERY_S

    def _listen(self, conn: Connection) -> float:
        """Pass wake-ups on, until the connection breaks or the service stops."""
        conn.execute(f"LISTEN {ALERTS_CHANNEL}")
        conn.execute(f"LISTEN {OUTBOX_CHANNEL}")
        self._wake_all()  # for what came while nobody listened
        while not self._stop.is_set():
            for notice in conn.notifies(timeout=1.0, stop_after=1):
                self._pass_on(notice.channel)
        return 0

    def _pass_on(self, channel: str) -> None:
        if channel == ALERTS_CHANNEL:
            self.escalation.wake.set()
            self.response.wake.set()
            self._station.courier.wake()  # a phone may ring that need not any more
        else:
            self._wake_senders()
            self.commands.wake.set()

    def _wake_all(self) -> None:
        for channel in (ALERTS_CHANNEL, OUTBOX_CHANNEL):
            self._pass_on(channel)

    def _beat(self, conn: Connection) -> float:
        now = self._clock.now()
        conn.execute(QUERIES["beat"], {"now": now})
        drilling.end_overdue(conn, now)
        if now >= self._forget_at:
            changes.forget_changes(conn, now - CHANGES_KEPT)
            self._forget_at = now + FORGET_EVERY
        return BEAT_EVERY_S


def run(
    settings: Settings,
    stop: threading.Event,
    clock: Clock | None = None,
    besides: Mapping[str, Callable[[Connection], float]] | None = None,
) -> None:
    """Serve until `stop` is set.

    Parameters
    ----------
    besides : more parts by name, that only who composes services knows.

    Raises
    ------
    SettingsError
        If database or broker are not given.
    Exception
        Whatever ended a part; the supervisor starts the service again.
    """
    url = _required(settings.database_url, "DATABASE_URL")
    alerts = Alerts(settings, clock or SystemClock())
    alerts.parts += [Part(name, work) for name, work in (besides or {}).items()]
    ended = threading.Event()
    threads = alerts.start(url, ended)
    log.info("ready")
    try:
        while not stop.wait(0.5):
            _raise_failure(alerts.parts, threads)
    finally:
        ended.set()
        alerts.stop()
        for thread in threads:
            thread.join(timeout=5)
    log.info("stopped")


def _raise_failure(parts: list[Part], threads: list[threading.Thread]) -> None:
    for part, thread in zip(parts, threads, strict=True):
        if part.failure is not None:
            log.error("a thread died", thread=part.name)
            raise part.failure
        if not thread.is_alive():
            raise RuntimeError(f"the thread {part.name} ended by itself")


def _required(secret: SecretStr | None, name: str) -> str:
    if secret is None:
        raise SettingsError(f"YINLING_{name} must be given")
    return secret.get_secret_value()
