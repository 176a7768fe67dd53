"""What must never stall, be lost or be written twice."""

import threading

import pytest
from prometheus_client import Counter
from pydantic import SecretStr

from bench import plain_broker
from core.clock import SystemClock
from core.errors import SettingsError, UnavailableError
from core.settings import Settings
from ingest import inbox, metrics, service
from tests.support.ingesting import (
    Database,
    Wearers,
    ago,
    devices,
    ingesting,
)
from tests.support.servers import Broker
from tests.support.waiting import until

pytestmark = [pytest.mark.db, pytest.mark.broker]


def counted(counter: Counter) -> float:
    (metric,) = counter.collect()
    return metric.samples[0].value


def test_a_culprit_is_set_aside_and_the_rest_is_stored(
    database_url: str,
    broker: Broker,
    mqtt_port: int,
    wearers: Wearers,
    stored: Database,
) -> None:
    names = wearers.add(3)
    stored.run("ALTER TABLE reading ADD CHECK (heart_rate IS DISTINCT FROM 66)")
    with (
        ingesting(database_url, broker.ingest_url, batch_age_ms=500),
        devices(mqtt_port, wearers, names) as connected,
    ):
        for n in range(40):
            at = ago(100 - n)
            rate = 66 if n == 17 else 70
            connected[n % 3].report({"time": at, "seq": n, "heart_rate": rate})
        until(lambda: stored.one("SELECT count(*) FROM rejected") == 1)
        until(lambda: stored.one("SELECT count(*) FROM reading") == 39)
    ((idx, reasons),) = stored.rows("SELECT idx, reasons FROM rejected")
    assert (idx, reasons[0]["reason"]) == (-1, "cannot be stored: CheckViolation")


def test_a_database_that_is_not_ours_ends_the_process(
    database_url: str,
    broker: Broker,
    mqtt_port: int,
    wearers: Wearers,
    stored: Database,
) -> None:
    (name,) = wearers.add(1)
    settings = Settings(
        database_url=SecretStr(database_url), mqtt_url=SecretStr(broker.ingest_url)
    )
    running = service.Ingest(settings, SystemClock(), threading.Event())
    running.start()
    until(lambda: running.ready)
    with devices(mqtt_port, wearers, [name]) as (device,):
        stored.run("ALTER TABLE reading RENAME TO other")
        device.report({"time": ago(1)})
        until(lambda: not all(part.alive for part in running.parts))
    with pytest.raises(UnavailableError, match="writer thread ended"):
        running.check()
    running.end()


def test_a_second_worker_takes_over(
    database_url: str,
    broker: Broker,
    mqtt_port: int,
    wearers: Wearers,
    stored: Database,
) -> None:
    (name,) = wearers.add(1)
    settings = Settings(
        database_url=SecretStr(database_url), mqtt_url=SecretStr(broker.ingest_url)
    )
    other = service.Ingest(settings, SystemClock(), threading.Event())
    with devices(mqtt_port, wearers, [name]) as (device,):
        with ingesting(database_url, broker.ingest_url):
            owned = "SELECT count(*) FROM ingest_partition WHERE epoch = 1"
            until(lambda: stored.one(owned) == settings.partitions)
            other.start()
            device.report({"time": ago(3)})
            until(lambda: stored.one("SELECT count(*) FROM reading") == 1)
            assert not other.ready
        device.report({"time": ago(2)})
        device.sos({"seq": 1})
        until(lambda: other.ready, 15, "the second worker")
        until(lambda: stored.one("SELECT count(*) FROM reading") == 2)
        until(lambda: device.commands)
        other.check()
    other.end()
    assert stored.rows("SELECT DISTINCT epoch FROM ingest_partition") == [(2,)]


def test_a_full_queue_pauses_the_senders_and_loses_nothing(
    *,
    database_url: str,
    broker: Broker,
    mqtt_port: int,
    wearers: Wearers,
    stored: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names = wearers.add(4)
    monkeypatch.setattr(inbox, "MAX_BYTES", 50_000)
    with (
        ingesting(database_url, broker.ingest_url, batch_size=20),
        devices(mqtt_port, wearers, names) as connected,
    ):
        for n in range(2000):
            connected[n % 4].report({"time": ago(4000 - n), "seq": n})
        until(lambda: stored.one("SELECT count(*) FROM reading") == 2000, 18)


def test_a_subscription_that_is_refused_is_not_ready(
    database_url: str, broker: Broker
) -> None:
    settings = Settings(
        database_url=SecretStr(database_url), mqtt_url=SecretStr(broker.alerts_url)
    )
    running = service.Ingest(settings, SystemClock(), threading.Event())
    refused = metrics.REFUSED.labels("yinling:sos")
    before = counted(refused)
    running.start()
    until(lambda: counted(refused) > before)
    assert not running.ready
    running.check()
    running.end()


def test_one_partition_for_other_brokers(
    database_url: str, wearers: Wearers, stored: Database
) -> None:
    (name,) = wearers.add(1)
    with plain_broker.running() as url:
        port = int(url.rpartition(":")[2])
        with (
            ingesting(database_url, url, partitions=1),
            devices(port, wearers, [name]) as (device,),
        ):
            device.report({"time": ago(1)})
            device.sos({})
            until(lambda: stored.one("SELECT count(*) FROM reading") == 1)
            until(lambda: device.commands)


def test_partitions_say_that_they_keep_up(
    database_url: str, broker: Broker, stored: Database
) -> None:
    with ingesting(database_url, broker.ingest_url):
        until(
            lambda: (
                stored.one(
                    "SELECT count(*) FROM ingest_partition WHERE current_since IS NOT NULL"
                    " AND heartbeat_at IS NOT NULL"
                )
                == 16
            ),
            12,
        )


@pytest.mark.parametrize("given", [{}, {"database_url": SecretStr("postgresql://x")}])
def test_settings_that_are_missing_are_named(given: dict[str, SecretStr]) -> None:
    with pytest.raises(SettingsError, match="YINLING_MQTT_URL"):
        service.run(Settings(**given), threading.Event())


def test_the_service_beats_and_ends(
    database_url: str, broker: Broker, stored: Database
) -> None:
    settings = Settings(
        database_url=SecretStr(database_url), mqtt_url=SecretStr(broker.ingest_url)
    )
    stop = threading.Event()
    thread = threading.Thread(target=service.run, args=(settings, stop))
    thread.start()
    try:
        until(lambda: stored.rows("SELECT 1 FROM service_heartbeat"), 15, "a beat")
    finally:
        stop.set()
        thread.join(10)
    assert not thread.is_alive()
    assert stored.rows("SELECT service, detail FROM service_heartbeat") == [
        ("ingest", {"telemetry": True, "sos": True})
    ]
