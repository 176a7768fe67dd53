"""All services of one data directory, brought up in order: what `up` and `demo` run."""

import contextlib
import fcntl
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from threading import Event
from typing import TextIO

from prometheus_client import multiprocess

from core import database, registry
from core.clock import Clock
from core.errors import UnavailableError
from core.secrets import admin_password
from core.settings import Settings
from yinling import probes
from yinling.addresses import Addresses
from yinling.backing import Backing, WantedPorts
from yinling.process import OURSELVES, Program
from yinling.progress import Progress
from yinling.supervise import Part, Supervisor

_LAYERS = {"gatekeeper": 1, "ingest": 0, "alerts": 0, "api": 0}


class Services:
    """Broker, database, gatekeeper, ingest, alerts and api, supervised.

    Parameters
    ----------
    settings : a database or broker URL in them replaces the embedded one.
    ports : where to listen.
    stop : set when the whole is to end.
    """

    def __init__(
        self,
        settings: Settings,
        ports: WantedPorts,
        clock: Clock,
        stop: Event,
        progress: Progress,
    ) -> None:
        self._settings = settings
        self._wanted = ports
        self._clock = clock
        self._stop = stop
        self._progress = progress
        self._data_dir = settings.data_dir.resolve()
        self._metrics = self._data_dir / "metrics"
        self._lock: TextIO | None = None
        self._supervisor: Supervisor | None = None

    def start(self) -> dict[str, object] | None:
        """Bring everything up; what the ready line says, or None if asked to stop.

        Raises
        ------
        UnavailableError
            If a part does not start, or a port or the directory is taken.
        """
        self._data_dir.mkdir(mode=0o711, parents=True, exist_ok=True)
        self._lock = _lock(self._data_dir)
        _empty(self._metrics)
        supervisor = Supervisor(self._data_dir / "logs", self._clock, self._stop)
        self._supervisor = supervisor
        backing = Backing(self._settings, self._data_dir, self._wanted)
        addresses = backing.addresses()
        if not self._start_backing(backing, supervisor):
            return None
        with self._progress.step("database schema"):
            admin = self._prepare_database(addresses.database_url)
        if not self._start_services(addresses, supervisor):
            return None
        return self._ready_line(addresses, admin)

    def watch(self) -> None:
        """Keep everything running until asked to stop."""
        if self._supervisor is not None:
            self._supervisor.watch()

    def end(self) -> bool:
        """Stop everything; whether nothing had to be killed."""
        willing = self._supervisor is None or self._supervisor.end()
        if self._lock is not None:
            self._lock.close()
        return willing

    def _start_backing(self, backing: Backing, supervisor: Supervisor) -> bool:
        if backing.postgres is None:
            with self._progress.step("database"):
                probes.require_database(self._settings)
        backing.start(supervisor)
        if backing.postgres is not None:
            with self._progress.step("database"):
                if not supervisor.await_ready("postgres"):
                    return False
                backing.postgres.provide_database()
        if backing.nats is None:
            return True
        with self._progress.step("broker"):
            return supervisor.await_ready("nats-server")

    def _prepare_database(self, url: str) -> str:
        """Migrate and provide the first administrator; the password of first start."""
        database.migrate(url)
        word = admin_password(self._settings)
        with database.connect(url, "up") as connection:
            registry.ensure_admin(connection, word, self._clock.now())
        return word

    def _start_services(self, addresses: Addresses, supervisor: Supervisor) -> bool:
        since = self._clock.now()
        names = [n for n in _LAYERS if n != "gatekeeper" or addresses.nats_url]
        for name in names:
            supervisor.start(self._part(name, addresses, since))
        for name in names:
            with self._progress.step(name):
                if not supervisor.await_ready(name):
                    return False
        return True

    def _part(self, name: str, addresses: Addresses, since: datetime) -> Part:
        def program() -> Program:
            return Program(
                name=name,
                arguments=(*OURSELVES, name),
                environment=addresses.environment(name, self._settings, self._data_dir),
            )

        return Part(
            name=name,
            layer=_LAYERS[name],
            prepare=program,
            ready=self._probe(name, addresses, since),
            buried=lambda pid: self._forget_metrics(f"{name}-{pid}"),
        )

    def _probe(
        self, name: str, addresses: Addresses, since: datetime
    ) -> Callable[[], bool]:
        if name == "api":
            url = addresses.internal(self._settings) + "/readyz"
            return lambda: probes.answers_ok(url)
        return lambda: probes.beats(addresses.database_url, name, since)

    def _forget_metrics(self, process: str) -> None:
        """Drop the live gauges of a process that ended."""
        multiprocess.mark_process_dead(process, str(self._metrics))  # pyright: ignore[reportUnknownMemberType]

    def _ready_line(self, addresses: Addresses, admin: str) -> dict[str, object]:
        return {
            "ready": True,
            "api": addresses.api(self._settings),
            "internal": addresses.internal(self._settings),
            "mqtt": addresses.mqtt,
            "database": addresses.database_url,
            "admin": {"username": "admin", "password": admin},
        }


def _lock(data_dir: Path) -> TextIO:
    """Hold the directory for this process; the kernel lets go when it ends.

    Raises
    ------
    UnavailableError
        If another one holds it.
    """
    file = (data_dir / "up.lock").open("a", encoding="utf-8")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise UnavailableError(
            f"another yinling runs on {data_dir}; stop it, or give another --data-dir"
        ) from None
    return file


def _empty(folder: Path) -> None:
    """Make `folder`, without the metrics of processes that are gone."""
    folder.mkdir(mode=0o700, exist_ok=True)
    for path in folder.glob("*.db"):
        with contextlib.suppress(FileNotFoundError):
            path.unlink()
