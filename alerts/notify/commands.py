"""Publishes queued commands to wristbands, each until the broker has confirmed it."""

import json
import secrets
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import UUID

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from psycopg import Connection
from psycopg.rows import class_row

from alerts import metrics
from alerts.notify.outbox import QUERIES
from core import logs, topics
from core.clock import Clock
from core.errors import SettingsError

BATCH = 100
PUBACK_WITHIN_S = 3.0
LEASE = timedelta(seconds=10)
LONGEST_WAIT_S = 60.0
_PORTS = {"mqtt": 1883, "mqtts": 8883}
log = logs.get("commands")


@dataclass(frozen=True, slots=True)
class Command:
    """A command as queued."""

    id: UUID
    device_id: str
    command: dict[str, Any]
    attempts: int
    expires_at: datetime


class Broker:
    """A connection that publishes with QoS 1 and reconnects by itself.

    Raises
    ------
    SettingsError
        If the address is none.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise SettingsError("YINLING_MQTT_URL: give mqtt://user:password@host:port")
        self._where = (parts.hostname, parts.port or _PORTS[parts.scheme])
        self._connected = Event()
        name = f"yinling:alerts:{secrets.token_hex(4)}"
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, name)
        if parts.username:
            self._client.username_pw_set(
                unquote(parts.username), unquote(parts.password or "")
            )
        if parts.scheme == "mqtts":
            self._client.tls_set_context(ssl.create_default_context())  # pyright: ignore[reportUnknownMemberType]
        self._client.reconnect_delay_set(1, 10)
        self._client.on_connect = self._on_connect
        self._client.on_disconnect = self._on_disconnect

    def start(self) -> None:
        """Connect in the background, again and again."""
        self._client.connect_async(*self._where, keepalive=20)
        self._client.loop_start()

    def stop(self) -> None:
        """Disconnect."""
        self._client.disconnect()
        self._client.loop_stop()

    def connected(self, wait_s: float = 0) -> bool:
        """Whether the broker is there, waiting up to `wait_s` for it [s]."""
        return self._connected.wait(wait_s)

    def publish(self, commands: Sequence[Command], clock: Clock) -> list[bool]:
        """Publish all, and say of each whether the broker confirmed it in time."""
        handed = [self._hand_over(command) for command in commands]
        until_s = clock.monotonic_s() + PUBACK_WITHIN_S
        return [
            _confirmed(one, max(0.0, until_s - clock.monotonic_s())) for one in handed
        ]

    def _hand_over(self, command: Command) -> mqtt.MQTTMessageInfo | None:
        if not self.connected():
            return None
        text = json.dumps(command.command, ensure_ascii=False)
        topic = topics.command(command.device_id)
        return self._client.publish(topic, text.encode(), qos=1)

    def _on_connect(self, *answer: Any) -> None:  # noqa: ANN401 - paho's own objects
        if answer[3].is_failure:
            log.warning("the broker refused the login", reason=str(answer[3]))
        else:
            self._connected.set()

    def _on_disconnect(self, *_: object) -> None:
        self._connected.clear()


def send_due(conn: Connection, broker: Broker, clock: Clock) -> int:
    """Publish the commands that are due; how many were claimed.

    One that expired is dropped, one that was not confirmed comes again later.
    """
    if not broker.connected():
        return 0
    now = clock.now()
    with conn.transaction(), conn.cursor(row_factory=class_row(Command)) as cursor:
        values = {"now": now, "lease": now + LEASE, "limit": BATCH}
        claimed = cursor.execute(QUERIES["claim_commands"], values).fetchall()
    fresh = [one for one in claimed if one.expires_at > now]
    stale = [one for one in claimed if one.expires_at <= now]
    confirmed = broker.publish(fresh, clock)
    with conn.transaction():
        _keep(conn, "command_expired", stale, "expired", clock.now())
        sent = [one for one, done in zip(fresh, confirmed, strict=True) if done]
        _keep(conn, "command_sent", sent, "sent", clock.now())
        failed = [one for one, done in zip(fresh, confirmed, strict=True) if not done]
        for one in failed:
            _retry(conn, one, clock.now())
    return len(claimed)


def wait_s(conn: Connection, clock: Clock, longest_s: float) -> float:
    """How long no command is due, at most `longest_s` [s]."""
    with conn.transaction():
        row = conn.execute(QUERIES["earliest_command"]).fetchone()
    earliest: datetime | None = row[0] if row else None
    if earliest is None:
        return longest_s
    return min(max((earliest - clock.now()).total_seconds(), 0.02), longest_s)


def _keep(
    conn: Connection, query: str, commands: list[Command], result: str, now: datetime
) -> None:
    if commands:
        conn.execute(QUERIES[query], {"ids": [one.id for one in commands], "now": now})
        metrics.COMMANDS.labels(result).inc(len(commands))


def _retry(conn: Connection, command: Command, now: datetime) -> None:
    metrics.COMMANDS.labels("failed").inc()
    wait = timedelta(seconds=min(2.0**command.attempts, LONGEST_WAIT_S))
    conn.execute(QUERIES["command_failed"], {"id": command.id, "until": now + wait})


def _confirmed(handed: mqtt.MQTTMessageInfo | None, wait_s: float) -> bool:
    if handed is None or handed.rc != MQTTErrorCode.MQTT_ERR_SUCCESS:
        return False
    try:
        handed.wait_for_publish(wait_s)
    except (RuntimeError, ValueError):
        return False
    return handed.is_published()
