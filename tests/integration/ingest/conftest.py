from collections.abc import Iterator

import psycopg
import pytest

from tests.support import gate, servers
from tests.support.batches import Bench
from tests.support.ingesting import Database, Wearers


@pytest.fixture
def wearers(database_url: str) -> Wearers:
    return Wearers(database_url)


@pytest.fixture
def stored(database_url: str) -> Database:
    return Database(database_url)


@pytest.fixture
def mqtt_port(broker: servers.Broker, database_url: str) -> Iterator[int]:
    """Port of a broker that lets registered wristbands in."""
    with gate.running(broker.nats_url, database_url, broker.data_dir):
        yield broker.mqtt_port


@pytest.fixture
def bench(conn: psycopg.Connection) -> Bench:
    return Bench(conn)
