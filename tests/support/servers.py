"""Real servers for tests: PostgreSQL, the NATS broker, and the whole of Yinling."""

import contextlib
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psycopg
from psycopg import sql

from core import database
from ingest.gatekeeper import broker_config
from tests.support.waiting import until
from yinling import process
from yinling.embedded.nats import Nats
from yinling.embedded.ports import free_port
from yinling.embedded.postgres import ROLE, Postgres

START_TIMEOUT_S = 60
TEMPLATE = "yinling_template"
_UP = (sys.executable, "-m", "yinling", "up", "--json")
_UP += ("--api-port", "0", "--internal-port", "0")
_UP += ("--mqtt-port", "0", "--database-port", "0")


@contextlib.contextmanager
def folder(prefix: str) -> Iterator[Path]:
    """A temporary directory that the unprivileged database user may enter."""
    path = Path(tempfile.mkdtemp(prefix=f"yinling-{prefix}-"))
    path.chmod(0o711)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@contextlib.contextmanager
def running(server: Postgres | Nats, where: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Start `server`, wait until it is healthy, stop it at the end."""
    program = server.prepare()
    child = process.start(program, where / f"{program.name}.log")
    try:
        until(
            lambda: child.poll() is not None or server.healthy(),
            START_TIMEOUT_S,
            program.name,
        )
        log = where / f"{program.name}.log"
        assert child.poll() is None, log.read_text()[-2000:]
        yield child
    finally:
        process.stop(child, program.stop_signal, 5)


class TestDatabases:
    """A PostgreSQL server that hands out databases made from a migrated template."""

    __test__ = False

    def __init__(self, server: Postgres) -> None:
        self._server = server
        server.provide_database()
        self._admin(sql.SQL("CREATE DATABASE {} OWNER {}"), TEMPLATE, ROLE)
        database.migrate(self.url(TEMPLATE))

    def url(self, name: str) -> str:
        """How to reach database `name` as the services' own role."""
        return self._server.url.rsplit("/", 1)[0] + f"/{name}"

    def admin_url(self, name: str) -> str:
        """How to reach database `name` as a superuser."""
        return self._server.admin_url.rsplit("/", 1)[0] + f"/{name}"

    def create(self) -> str:
        """A fresh migrated database; its name."""
        name = f"test_{secrets.token_hex(6)}"
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}")
        self._admin(statement, name, TEMPLATE, ROLE)
        return name

    def create_empty(self) -> str:
        """A database without any table; its name."""
        name = f"test_{secrets.token_hex(6)}"
        self._admin(sql.SQL("CREATE DATABASE {} OWNER {}"), name, ROLE)
        return name

    def drop(self, name: str) -> None:
        """Drop database `name`, whoever is still connected."""
        self._admin(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)"), name)

    def _admin(self, statement: sql.SQL, *names: str) -> None:
        with psycopg.connect(self._server.admin_url, autocommit=True) as connection:
            connection.execute(statement.format(*map(sql.Identifier, names)))


@dataclass
class Broker:
    """A running nats-server, configured as shipped."""

    data_dir: Path
    server: Nats
    child: subprocess.Popen[bytes]
    host: str = "127.0.0.1"

    @property
    def mqtt_port(self) -> int:
        return self.server.mqtt_port

    @property
    def nats_url(self) -> str:
        """The gatekeeper's address, with its password."""
        return self.server.gatekeeper_url

    @property
    def ingest_url(self) -> str:
        """``mqtt://`` address with ingest's user and password."""
        return self.server.service_url(broker_config.INGEST_USER)

    @property
    def alerts_url(self) -> str:
        """``mqtt://`` address with the alerts service's user and password."""
        return self.server.service_url(broker_config.ALERTS_USER)

    def password(self, user: str) -> str:
        """Password of a service user such as ``yinling-ingest``."""
        return self.server.password(user)

    def kill(self) -> None:
        """End it as a crash would."""
        self.child.kill()
        self.child.wait()

    def restart(self) -> None:
        """Start it again on the same ports and files (after :meth:`kill`)."""
        program = self.server.prepare()
        self.child = process.start(program, self.data_dir / "nats-server.log")
        until(self.server.healthy, START_TIMEOUT_S, "the broker")

    def close(self) -> None:
        """Stop it."""
        process.stop(self.child, signal.SIGTERM, 5)


@contextlib.contextmanager
def running_broker(partitions: int = 16) -> Iterator[Broker]:
    """A nats-server of its own, with empty store, sessions and accounts."""
    with folder("broker") as where:
        server = Nats(where, free_port(), free_port(), partitions=partitions)
        program = server.prepare()
        child = process.start(program, where / "nats-server.log")
        broker = Broker(where, server, child)
        try:
            until(server.healthy, START_TIMEOUT_S, "the broker")
            yield broker
        finally:
            broker.close()


@dataclass
class Yinling:
    """A running ``yinling up`` and an HTTP client logged in as its administrator."""

    child: subprocess.Popen[str]
    ready: dict[str, object]
    data_dir: Path
    client: httpx.Client
    errors: list[str] = field(default_factory=list)

    @property
    def api(self) -> str:
        return str(self.ready["api"])

    @property
    def internal(self) -> str:
        return str(self.ready["internal"])

    @property
    def database_url(self) -> str:
        return str(self.ready["database"])

    @property
    def mqtt_host(self) -> str:
        return "127.0.0.1"

    @property
    def mqtt_port(self) -> int:
        return int(str(self.ready["mqtt"]).rsplit(":", 1)[1])

    def login(self, username: str, password: str) -> httpx.Client:
        """A client with a token of `username`; close it yourself."""
        return log_in(self.api, username, password)


def log_in(api: str, username: str, password: str) -> httpx.Client:
    """A client of the REST API with a bearer token."""
    answer = httpx.post(
        f"{api}/v1/auth/token",
        data={"username": username, "password": password},
        timeout=20,
        trust_env=False,
    )
    assert answer.status_code == 200, answer.text
    bearer = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    return httpx.Client(base_url=api, headers=bearer, timeout=20, trust_env=False)


@contextlib.contextmanager
def running_yinling(
    environment: Mapping[str, str] | None = None,
    *arguments: str,
    data_dir: Path | None = None,
) -> Iterator[Yinling]:
    """Start ``yinling up --json`` on free ports; stop it at the end.

    Parameters
    ----------
    environment : settings beside the present environment, e.g. faster escalation.
    arguments : more of the command line.
    data_dir : where its state is kept; a temporary directory if None.
    """
    with contextlib.ExitStack() as stack:
        where = data_dir or stack.enter_context(folder("up"))
        child = subprocess.Popen(
            [*_UP, "--data-dir", str(where), *arguments],
            env=os.environ | dict(environment or {}),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        errors: list[str] = []
        reader = threading.Thread(target=_collect, args=(child, errors), daemon=True)
        reader.start()
        try:
            assert child.stdout is not None
            line = child.stdout.readline()
            assert line, "yinling up ended:\n" + "\n".join(errors[-30:])
            ready = json.loads(line)
            admin = ready["admin"]
            with log_in(ready["api"], admin["username"], admin["password"]) as client:
                yield Yinling(child, ready, where, client, errors)
        finally:
            _end(child)
            reader.join(5)


def _collect(child: subprocess.Popen[str], lines: list[str]) -> None:
    assert child.stderr is not None
    lines.extend(child.stderr)


def _end(child: subprocess.Popen[str]) -> None:
    child.send_signal(signal.SIGTERM)
    try:
        child.wait(15)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
    for stream in (child.stdout, child.stderr):
        if stream is not None:
            stream.close()
