"""The api service as it runs: two addresses, ready when all it needs is there."""

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import psycopg
import pytest
from pydantic import SecretStr

from api import service
from core.settings import Settings
from tests.support.servers import Broker
from tests.support.waiting import until
from yinling.embedded.ports import free_port

pytestmark = [pytest.mark.db, pytest.mark.broker]


def beat(conn: psycopg.Connection, name: str, seconds_ago: float = 0) -> None:
    at = datetime.now(UTC) - timedelta(seconds=seconds_ago)
    conn.execute(
        "INSERT INTO service_heartbeat (service, at) VALUES (%s, %s)"
        " ON CONFLICT (service) DO UPDATE SET at = excluded.at",
        (name, at),
    )
    conn.commit()


def answers(url: str) -> bool:
    try:
        return httpx.get(url).is_success
    except httpx.TransportError:
        return False


def test_the_service_runs_until_told_to_stop(
    database_url: str, conn: psycopg.Connection, broker: Broker, tmp_path: Path
) -> None:
    settings = Settings(
        data_dir=tmp_path,
        database_url=SecretStr(database_url),
        mqtt_url=SecretStr(f"mqtt://u:p@127.0.0.1:{broker.mqtt_port}"),
        api_port=free_port(),
        internal_port=free_port(),
    )
    stop = threading.Event()
    thread = threading.Thread(target=service.run, args=(settings, stop))
    thread.start()
    internal = f"http://127.0.0.1:{settings.internal_port}"
    try:
        until(lambda: answers(f"{internal}/healthz"), 15, "the internal address")
        unready = httpx.get(f"{internal}/readyz")
        assert unready.status_code == 503
        states = unready.json()["dependencies"]
        assert {name for name, state in states.items() if state["ok"]} == {
            "database",
            "broker",
        }
        for name in ("ingest", "alerts", "gatekeeper"):
            beat(conn, name)
        ready = httpx.get(f"{internal}/readyz")
        assert (ready.status_code, ready.json()["ready"]) == (200, True)
        beat(conn, "ingest", seconds_ago=16)
        silent = httpx.get(f"{internal}/readyz")
        assert silent.status_code == 503
        assert silent.json()["dependencies"]["ingest"]["reason"] == "silent"
        public = f"http://127.0.0.1:{settings.api_port}"
        assert httpx.get(f"{public}/v1/me").status_code == 401
        assert httpx.get(f"{public}/readyz").status_code == 404
        text = httpx.get(f"{internal}/metrics").text
        assert 'yinling_http_requests_total{method="GET",route="/v1/me"' in text
        assert httpx.get(f"{internal}/v1/me").status_code == 404
    finally:
        stop.set()
        thread.join(10)
    assert not thread.is_alive()


def test_a_taken_port_is_said_plainly(database_url: str, tmp_path: Path) -> None:
    settings = Settings(
        data_dir=tmp_path, database_url=SecretStr(database_url), api_port=0
    )
    first = service.listen("127.0.0.1", 0)
    port = first.getsockname()[1]
    with first, pytest.raises(service.UnavailableError, match=f"127.0.0.1:{port}"):
        service.run(settings.model_copy(update={"api_port": port}), threading.Event())
