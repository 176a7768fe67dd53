"""A gatekeeper in a thread, and MQTT clients that try to get past it."""

import contextlib
import hashlib
import secrets
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
import psycopg
from paho.mqtt.enums import CallbackAPIVersion
from pydantic import SecretStr

from core.settings import Settings
from ingest.gatekeeper import service
from tests.support.waiting import until


class Gate:
    """One run of the gatekeeper; ``failure`` is what ended it before its time."""

    def __init__(self, nats_url: str, database_url: str, data_dir: Path) -> None:
        self._settings = Settings(
            nats_url=SecretStr(nats_url),
            database_url=SecretStr(database_url),
            data_dir=data_dir,
        )
        self._stop = threading.Event()
        self.ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="gatekeeper")
        self.failure: BaseException | None = None
        self._thread.start()

    def _run(self) -> None:
        try:
            service.run(self._settings, self._stop, self.ready)
        except BaseException as error:  # noqa: BLE001 - told to the test
            self.failure = error

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(10)
        assert not self._thread.is_alive()


@contextlib.contextmanager
def running(nats_url: str, database_url: str, data_dir: Path) -> Iterator[Gate]:
    """A gatekeeper, stopped at the end; it must not have failed."""
    gate = Gate(nats_url, database_url, data_dir)
    try:
        assert gate.ready.wait(20), gate.failure
        yield gate
    finally:
        gate.stop()
    assert gate.failure is None, gate.failure


class Wristbands:
    """Registers wristbands as the api does: the row and the NOTIFY in one commit."""

    def __init__(self, database_url: str) -> None:
        self._url = database_url

    def add(self, device_id: str) -> str:
        """A new wristband; its password."""
        password = secrets.token_urlsafe(24)
        self._execute(
            "INSERT INTO wristband (device_id, password_sha256, created_at)"
            " VALUES (%s, %s, %s)",
            device_id,
            (device_id, hashlib.sha256(password.encode()).digest(), datetime.now(UTC)),
        )
        return password

    def register_anew(self, device_id: str) -> str:
        """Another password for a wristband that is registered; the password."""
        password = secrets.token_urlsafe(24)
        self._execute(
            "UPDATE wristband SET password_sha256 = %s WHERE device_id = %s",
            device_id,
            (hashlib.sha256(password.encode()).digest(), device_id),
        )
        return password

    def revoke(self, device_id: str) -> None:
        self._execute(
            "UPDATE wristband SET revoked_at = %s WHERE device_id = %s",
            device_id,
            (datetime.now(UTC), device_id),
        )

    def archive(self, device_id: str) -> None:
        self._execute(
            "UPDATE wristband SET archived_at = %s WHERE device_id = %s",
            device_id,
            (datetime.now(UTC), device_id),
        )

    def _execute(
        self, statement: Any, device_id: str, parameters: tuple[Any, ...]
    ) -> None:
        with psycopg.connect(self._url) as connection:
            connection.execute(statement, parameters)
            connection.execute(
                "SELECT pg_notify('yinling_wristbands', %s)", (device_id,)
            )


class Guest:
    """An MQTT client that never comes back by itself and keeps what it is sent."""

    def __init__(
        self,
        port: int,
        user: str,
        password: str,
        *,
        client_id: str | None = None,
        clean: bool = True,
        will: tuple[str, bytes, bool] | None = None,
        host: str = "127.0.0.1",
    ) -> None:
        self.connack: str | None = None
        self.subacks: list[str] = []
        self.received: list[tuple[str, bytes]] = []
        self.over = threading.Event()
        self.over_at = 0.0
        self._settled = threading.Event()
        self._client = mqtt.Client(
            CallbackAPIVersion.VERSION2,
            client_id=user if client_id is None else client_id,
            clean_session=clean,
            reconnect_on_failure=False,
        )
        self._login = (port, user, password, client_id, clean)
        self._client.username_pw_set(user, password)
        if will is not None:
            topic, payload, retain = will
            self._client.will_set(topic, payload, qos=1, retain=retain)
        self._client.on_connect = self._on_connect
        self._client.on_disconnect = self._on_disconnect
        self._client.on_subscribe = self._on_subscribe
        self._client.on_message = self._on_message
        self._client.connect(host, port, keepalive=30)
        self._client.loop_start()
        self._settled.wait(12)

    def _on_connect(self, _c: Any, _u: Any, _f: Any, code: Any, _p: Any) -> None:
        self.connack = str(code)
        self._settled.set()

    def _on_disconnect(self, *_: Any) -> None:
        self.over_at = time.monotonic()
        self.over.set()
        self._settled.set()

    def _on_subscribe(self, _c: Any, _u: Any, _m: Any, codes: Any, _p: Any) -> None:
        self.subacks += [str(code) for code in codes]

    def _on_message(self, _c: Any, _u: Any, message: mqtt.MQTTMessage) -> None:
        self.received.append((message.topic, message.payload))

    @property
    def inside(self) -> bool:
        """Whether the broker let it in."""
        return self.connack == "Success"

    def subscribe(self, topic: str, qos: int = 1) -> str:
        """The SUBACK's code, or ``cut`` where the broker ended the connection."""
        expected = len(self.subacks) + 1
        self._client.subscribe(topic, qos)
        until(lambda: len(self.subacks) >= expected or self.over.is_set(), 5, "SUBACK")
        return self.subacks[-1] if len(self.subacks) >= expected else "cut"

    def publish(
        self, topic: str, payload: bytes, qos: int = 1, *, retain: bool = False
    ) -> bool:
        """Publish; whether a PUBACK came while the connection lived."""
        sent = self._client.publish(topic, payload, qos, retain)
        until(lambda: sent.is_published() or self.over.is_set(), 5, "PUBACK or the end")
        return sent.is_published()

    def again(self) -> "Guest":
        """The same session in a new connection."""
        port, user, password, client_id, clean = self._login
        return Guest(port, user, password, client_id=client_id, clean=clean)

    def vanish(self) -> None:
        """Drop the connection without DISCONNECT, so that the will is published."""
        self._client.loop_stop()
        connection = self._client.socket()
        if connection is not None:
            connection.close()

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


class Guests:
    """Makes guests for one broker and sees them off."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._all: list[Guest] = []

    def __call__(self, user: str, password: str, **more: Any) -> Guest:
        guest = Guest(self.port, user, password, **more)
        self._all.append(guest)
        return guest

    def enter(self, user: str, password: str, **more: Any) -> Guest:
        """A guest that must be let in."""
        guest = self(user, password, **more)
        assert guest.inside, (user, guest.connack)
        return guest

    def close(self) -> None:
        for guest in self._all:
            guest.close()


def address(database_url: str) -> tuple[str, int]:
    """Host and port of the database, for a cable to it."""
    host, _, port = database_url.rsplit("/", 1)[0].rpartition("@")[2].rpartition(":")
    return host, int(port)


def through(database_url: str, port: int) -> str:
    """The database's address by way of a cable on `port`."""
    return database_url.replace(f":{address(database_url)[1]}/", f":{port}/")
