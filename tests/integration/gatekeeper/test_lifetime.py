"""Starting, stopping and dying of the gatekeeper process itself."""

import asyncio
import threading
from pathlib import Path

import psycopg
import pytest

from core.errors import SettingsError, UnavailableError
from core.settings import Settings
from ingest.gatekeeper import service, snapshot
from ingest.gatekeeper.link import Link
from tests.support import gate
from tests.support.gate import Gate, Guests, Wristbands
from tests.support.servers import Broker
from tests.support.waiting import until
from yinling.embedded.ports import free_port


def test_says_which_settings_it_needs(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="YINLING_NATS_URL"):
        service.run(Settings(data_dir=tmp_path), threading.Event())


def test_stops_while_neither_broker_nor_database_is_there(tmp_path: Path) -> None:
    nowhere = f"127.0.0.1:{free_port()}"
    lonely = Gate(f"nats://{nowhere}", f"postgresql://{nowhere}/none", tmp_path)
    assert not lonely.ready.wait(1)
    lonely.stop()
    assert lonely.failure is None


@pytest.mark.db
@pytest.mark.broker
def test_waits_for_a_broker_that_starts_later(
    broker: Broker, database_url: str, wristbands: Wristbands, guests: Guests
) -> None:
    broker.kill()
    early = Gate(broker.nats_url, database_url, broker.data_dir)
    assert not early.ready.wait(1)
    broker.restart()
    assert early.ready.wait(10)
    guests.enter("wb-1", wristbands.add("wb-1"))
    early.stop()
    assert early.failure is None


@pytest.mark.broker
def test_a_connection_closed_for_good_is_a_failure(broker: Broker) -> None:
    async def close() -> None:
        link = Link(broker.nats_url, lambda: None)
        await link.connect()
        await link.close()
        await link.fail_when_closed()

    with pytest.raises(UnavailableError):
        asyncio.run(close())


@pytest.mark.db
@pytest.mark.broker
def test_a_dead_part_ends_the_process(broker: Broker, empty_database_url: str) -> None:
    gatekeeper = Gate(broker.nats_url, empty_database_url, broker.data_dir)
    until(lambda: not gatekeeper.alive, 10, "the end: there is no table to ask")
    assert isinstance(gatekeeper.failure, psycopg.errors.UndefinedTable)


@pytest.mark.db
@pytest.mark.broker
@pytest.mark.usefixtures("gatekeeper")
def test_heartbeat_is_written(database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        until(
            lambda: connection.execute(
                "SELECT 1 FROM service_heartbeat WHERE service = 'gatekeeper'"
            ).fetchone(),
            5,
            "the heartbeat",
        )


@pytest.mark.db
@pytest.mark.broker
def test_goes_on_where_the_snapshot_cannot_be_written(
    broker: Broker,
    database_url: str,
    wristbands: Wristbands,
    guests: Guests,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    failed = threading.Event()

    def full_disk(_data_dir: Path, _digests: snapshot.Digests) -> None:
        failed.set()
        raise OSError("no space left on device")

    with gate.running(broker.nats_url, database_url, broker.data_dir):
        monkeypatch.setattr(snapshot, "write", full_disk)
        password = wristbands.add("wb-1")
        guests.enter("wb-1", password)
        assert failed.wait(5)
        guests.enter("wb-1", password)
