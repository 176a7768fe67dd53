"""Whether each thing that a working service needs is there."""

import socket
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import psycopg
from psycopg_pool import ConnectionPool, PoolTimeout

from api import rows
from core.queries import load
from core.settings import Settings

FRESH = timedelta(seconds=15)
BROKER_TIMEOUT_S = 2.0
State = dict[str, object]


def dependencies(
    settings: Settings, pool: ConnectionPool, now: datetime
) -> dict[str, State]:
    """State of every dependency: ``ok``, and why not."""
    database, beats = _database(pool)
    found = {"database": database, "broker": _broker(settings)}
    services = ["ingest", "alerts"]
    if settings.partitions > 1:  # NATS, which asks the gatekeeper who may enter
        services.append("gatekeeper")
    return found | {name: _service(beats.get(name), now) for name in services}


def _database(pool: ConnectionPool) -> tuple[State, dict[str, datetime]]:
    try:
        with pool.connection(timeout=2) as connection:
            found = rows.every(connection, load("api.registry")["heartbeats"], {})
    except (psycopg.Error, PoolTimeout):
        return {"ok": False, "reason": "does not answer"}, {}
    return {"ok": True}, {row["service"]: row["at"] for row in found}


def _broker(settings: Settings) -> State:
    if settings.mqtt_url is None:
        return {"ok": False, "reason": "no address given"}
    url = urlsplit(settings.mqtt_url.get_secret_value())
    port = url.port or (8883 if url.scheme == "mqtts" else 1883)
    try:
        socket.create_connection(
            (url.hostname or "127.0.0.1", port), BROKER_TIMEOUT_S
        ).close()
    except OSError:
        return {"ok": False, "reason": "does not answer"}
    return {"ok": True}


def _service(beat: datetime | None, now: datetime) -> State:
    if beat is None:
        return {"ok": False, "reason": "never seen"}
    if now - beat > FRESH:
        return {"ok": False, "reason": "silent", "last_seen": beat}
    return {"ok": True, "last_seen": beat}
