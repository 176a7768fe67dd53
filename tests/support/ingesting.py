"""Wristbands worn by seniors, an ingest to report to, and what it wrote."""

import contextlib
import hashlib
import json
import os
import secrets
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import paho.mqtt.client as mqtt
import psycopg
from paho.mqtt.enums import CallbackAPIVersion
from pydantic import SecretStr

from core import topics
from core.ids import new_id
from core.settings import Settings
from ingest import service
from tests.support.waiting import until

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


class Wearers:
    """Registers seniors who wear wristbands, all in one compound."""

    def __init__(self, database_url: str) -> None:
        self.url = database_url
        self.place = new_id()
        self.seniors: dict[str, UUID] = {}
        self.bindings: dict[str, UUID] = {}
        self.passwords: dict[str, str] = {}
        with psycopg.connect(database_url) as conn:
            conn.execute(
                "INSERT INTO place (id, level, name, path, created_at)"
                " VALUES (%s, 'compound', 'one', ARRAY[%s], %s)",
                (self.place, self.place, LONG_AGO),
            )

    def add(self, count: int, *, worn: bool = True, prefix: str = "wb") -> list[str]:
        """New wristbands, each on a new senior if `worn`; their ids."""
        start = len(self.passwords)
        names = [f"{prefix}-{start + n}" for n in range(count)]
        with psycopg.connect(self.url) as conn:
            for name in names:
                self.passwords[name] = secrets.token_urlsafe(24)
                digest = hashlib.sha256(self.passwords[name].encode()).digest()
                row = conn.execute(
                    "INSERT INTO wristband (device_id, password_sha256, created_at)"
                    " VALUES (%s, %s, %s) RETURNING key",
                    (name, digest, LONG_AGO),
                ).fetchone()
                assert row is not None
                if worn:
                    self._wear(conn, name, row[0])
        return names

    def _wear(self, conn: psycopg.Connection, name: str, key: int) -> None:
        self.seniors[name], self.bindings[name] = new_id(), new_id()
        conn.execute(
            "INSERT INTO senior (id, name, birth_date, sex, place_id, home_latitude,"
            " home_longitude, created_at) VALUES (%s, %s, %s, 'female', %s, 34, 108, %s)",
            (self.seniors[name], name, date(1940, 2, 3), self.place, LONG_AGO),
        )
        conn.execute(
            "INSERT INTO binding (id, wristband_key, senior_id, starts_at, created_at)"
            " VALUES (%s, %s, %s, %s, %s)",
            (self.bindings[name], key, self.seniors[name], LONG_AGO, LONG_AGO),
        )


class Database:
    """Asks the database, each time in a connection of its own."""

    def __init__(self, url: str) -> None:
        self._url = url

    def rows(self, statement: Any, *values: Any) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        with psycopg.connect(self._url, options="-c timezone=UTC") as conn:
            return conn.execute(statement, values).fetchall()

    def one(self, statement: Any, *values: Any) -> Any:
        """The first column of a query's only row."""
        ((value,),) = self.rows(statement, *values)
        return value

    def run(self, statement: Any, *values: Any) -> None:
        """A statement without an answer."""
        with psycopg.connect(self._url) as conn:
            conn.execute(statement, values)

    @contextlib.contextmanager
    def holding(self, statement: Any) -> Iterator[None]:
        """A transaction that keeps the locks of `statement` until the end."""
        with psycopg.connect(self._url) as conn:
            conn.execute(statement)
            yield


class Device:
    """A connected wristband that publishes without waiting for each PUBACK."""

    def __init__(self, port: int, device_id: str, password: str) -> None:
        self.device_id = device_id
        self.commands: list[dict[str, Any]] = []
        self._sent: list[mqtt.MQTTMessageInfo] = []
        self._there = threading.Event()
        self._client = mqtt.Client(
            CallbackAPIVersion.VERSION2, client_id=device_id, clean_session=False
        )
        self._client.username_pw_set(device_id, password)
        self._client.max_inflight_messages_set(200)
        self._client.reconnect_delay_set(1, 1)
        self._client.on_connect = lambda c, *_: c.subscribe(
            topics.command(device_id), 1
        )
        self._client.on_subscribe = lambda *_: self._there.set()
        self._client.on_message = self._on_message
        self._client.connect("127.0.0.1", port, keepalive=10)
        self._client.loop_start()
        assert self._there.wait(10), "the wristband's subscription"

    def report(self, *payloads: object) -> None:
        """Publish reports: bytes as they are, anything else as JSON."""
        for one in payloads:
            self.raw(topics.telemetry(self.device_id), one)

    def sos(self, payload: object) -> None:
        """Publish an urgent event."""
        self.raw(topics.sos(self.device_id), payload)

    def raw(self, topic: str, payload: object, *, retain: bool = False) -> None:
        """Publish anything."""
        body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        self._sent.append(self._client.publish(topic, body, 1, retain))

    def settle(self, timeout_s: float = 15) -> None:
        """Wait until the broker has taken everything."""
        until(lambda: all(s.is_published() for s in self._sent), timeout_s, "PUBACKs")
        self._sent.clear()

    def close(self) -> None:
        """Leave."""
        self._client.disconnect()
        self._client.loop_stop()

    def _on_message(self, _c: object, _u: object, message: mqtt.MQTTMessage) -> None:
        self.commands.append(json.loads(message.payload))


@contextlib.contextmanager
def devices(
    port: int, wearers: Wearers, names: Sequence[str]
) -> Iterator[list[Device]]:
    """Connected wristbands."""
    made: list[Device] = []
    try:
        made.extend(Device(port, name, wearers.passwords[name]) for name in names)
        yield made
    finally:
        for one in made:
            one.close()


@contextlib.contextmanager
def ingesting(
    database_url: str, mqtt_url: str, **settings: Any
) -> Iterator[service.Ingest]:
    """An ingest in threads of this process, ready; it must not have failed."""
    known = Settings(
        database_url=SecretStr(database_url), mqtt_url=SecretStr(mqtt_url), **settings
    )
    running = service.Ingest(known, service.SystemClock(), threading.Event())
    running.start()
    try:
        until(lambda: running.check() or running.ready, 15, "ingest")
        yield running
        running.check()
    finally:
        running.end()


class Process:
    """An ingest as a process of its own, to be killed."""

    def __init__(self, database_url: str, mqtt_url: str, where: Path) -> None:
        self._log = (where / "ingest.log").open("ab")
        self._environment = os.environ | {
            "YINLING_DATABASE_URL": database_url,
            "YINLING_MQTT_URL": mqtt_url,
        }
        self.child = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        code = "import threading; from core import logs, settings; logs.configure();"
        code += "from ingest import service; service.run(settings.load(), threading.Event())"
        return subprocess.Popen(
            [sys.executable, "-c", code], env=self._environment, stderr=self._log
        )

    def kill_and_restart(self) -> None:
        """End it as a crash would, and start another."""
        self.child.kill()
        self.child.wait()
        self.child = self._start()

    def close(self) -> None:
        """Stop it."""
        self.child.kill()
        self.child.wait()
        self._log.close()


def ago(seconds: float) -> str:
    """The instant `seconds` ago, to the millisecond."""
    at = datetime.now(UTC) - timedelta(seconds=seconds)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
