"""Crashes in the middle of a flood change no count, and lose no press."""

import threading
import time
from pathlib import Path

import pytest

from tests.support import gate
from tests.support.crashing import crashing
from tests.support.flood import Flood
from tests.support.ingesting import (
    Database,
    Device,
    Process,
    Wearers,
    devices,
    ingesting,
)
from tests.support.servers import Broker
from tests.support.waiting import until

pytestmark = [pytest.mark.db, pytest.mark.broker, pytest.mark.slow]


def _stored_some(stored: Database) -> bool:
    return stored.one("SELECT count(*) FROM reading") > 2000


@pytest.mark.timeout(120)
def test_twenty_thousand_reports_are_counted_exactly(
    database_url: str,
    broker: Broker,
    mqtt_port: int,
    wearers: Wearers,
    stored: Database,
) -> None:
    flood = Flood(wearers.add(20))
    with (
        ingesting(database_url, broker.ingest_url),
        devices(mqtt_port, wearers, flood.names) as connected,
    ):
        flood.pour(connected)
        flood.check(stored, 90)


@pytest.mark.timeout(120)
def test_ingest_is_killed(
    *,
    database_url: str,
    broker: Broker,
    mqtt_port: int,
    wearers: Wearers,
    stored: Database,
    tmp_path: Path,
) -> None:
    flood = Flood(wearers.add(20))
    process = Process(database_url, broker.ingest_url, tmp_path)
    try:
        until(
            lambda: stored.rows(
                "SELECT 1 FROM service_heartbeat WHERE service = 'ingest'"
            ),
            20,
            "ingest",
        )
        with devices(mqtt_port, wearers, flood.names) as connected:
            flood.pour(connected)
            for _ in range(3):
                until(lambda: _stored_some(stored), 30, "the first readings")
                process.kill_and_restart()
            flood.check(stored, 90)
    finally:
        process.close()


@pytest.mark.timeout(120)
def test_the_broker_is_killed(
    database_url: str,
    broker: Broker,
    mqtt_port: int,
    wearers: Wearers,
    stored: Database,
) -> None:
    flood = Flood(wearers.add(20))
    with (
        ingesting(database_url, broker.ingest_url),
        devices(mqtt_port, wearers, flood.names) as connected,
    ):
        flood.pour(connected)
        until(lambda: _stored_some(stored), 30, "the first readings")
        broker.kill()
        broker.restart()
        flood.check(stored, 90)


@pytest.mark.timeout(120)
def test_the_database_is_killed(broker: Broker) -> None:
    with crashing() as database:
        wearers, stored = Wearers(database.url), Database(database.url)
        flood = Flood(wearers.add(20))
        with (
            gate.running(broker.nats_url, database.url, broker.data_dir),
            ingesting(database.url, broker.ingest_url),
            devices(broker.mqtt_port, wearers, flood.names) as connected,
        ):
            flood.pour(connected)
            until(lambda: _stored_some(stored), 30, "the first readings")
            database.kill()
            database.restart()
            flood.check(stored, 90)


def _press(device: Device, seq: int) -> float:
    """How long the answer to a press took [s]."""
    before = len(device.commands)
    start = time.monotonic()
    device.sos({"seq": seq, "time": 5})
    until(lambda: len(device.commands) > before, 10, "the answer")
    return time.monotonic() - start


@pytest.mark.timeout(120)
def test_presses_are_answered_at_once_under_load(
    database_url: str,
    broker: Broker,
    mqtt_port: int,
    wearers: Wearers,
    stored: Database,
) -> None:
    flood = Flood(wearers.add(20), count=15_000)
    presser = wearers.add(1, prefix="sos")
    waits: list[float] = []
    with (
        ingesting(database_url, broker.ingest_url),
        devices(mqtt_port, wearers, flood.names) as connected,
        devices(mqtt_port, wearers, presser) as (device,),
    ):
        pouring = threading.Thread(target=flood.pour, args=(connected,))
        pouring.start()
        while pouring.is_alive():
            waits.append(_press(device, 10**6 + len(waits)))
        pouring.join()
        flood.presses += len(waits)
        flood.check(stored, 60)
    assert sorted(waits)[len(waits) // 2] < 2, waits
