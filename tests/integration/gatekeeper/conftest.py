from collections.abc import Iterator

import pytest

from ingest.gatekeeper import broker_config
from tests.support import gate, servers
from tests.support.gate import Gate, Guest, Guests, Wristbands


@pytest.fixture
def wristbands(database_url: str) -> Wristbands:
    return Wristbands(database_url)


@pytest.fixture
def gatekeeper(broker: servers.Broker, database_url: str) -> Iterator[Gate]:
    with gate.running(broker.nats_url, database_url, broker.data_dir) as running:
        yield running


@pytest.fixture
def guests(broker: servers.Broker) -> Iterator[Guests]:
    made = Guests(broker.mqtt_port)
    yield made
    made.close()


@pytest.fixture
def sos_lane(broker: servers.Broker, guests: Guests) -> Guest:
    """What ingest has for SOS: a persistent session of its own."""
    user = broker_config.INGEST_USER
    lane = guests.enter(
        user, broker.password(user), client_id="yinling:sos", clean=False
    )
    assert lane.subscribe("wb/+/sos") == "Granted QoS 1"
    return lane
