"""Who is let in: only a wristband in service, as itself, over MQTT."""

import json
import socket

import pytest

from ingest.gatekeeper import broker_config
from tests.support.gate import Gate, Guest, Guests, Wristbands
from tests.support.servers import Broker
from tests.support.waiting import until

pytestmark = [pytest.mark.db, pytest.mark.broker]


@pytest.mark.usefixtures("gatekeeper")
def test_enters_the_moment_it_is_registered(
    wristbands: Wristbands, guests: Guests
) -> None:
    for number in range(5):
        device_id = f"860000000000{number:03}"
        guests.enter(device_id, wristbands.add(device_id))


@pytest.mark.usefixtures("gatekeeper")
def test_wrong_password_is_refused_and_the_right_one_still_works(
    wristbands: Wristbands, guests: Guests
) -> None:
    password = wristbands.add("wb-1")
    assert guests("wb-1", "wrong").connack == "Not authorized"
    assert guests("wb-1", "").connack == "Not authorized"
    guests.enter("wb-1", password)


@pytest.mark.usefixtures("gatekeeper")
def test_client_id_must_be_the_device_id(
    wristbands: Wristbands, guests: Guests
) -> None:
    password = wristbands.add("wb-1")
    wristbands.add("wb-2")
    for client_id in ("wb-2", "yinling:ingest:3", "yinling:sos", "WB-1", ""):
        assert not guests("wb-1", password, client_id=client_id).inside, client_id
    assert not guests("wb-2", password, client_id="wb-1").inside


@pytest.mark.usefixtures("gatekeeper")
def test_cannot_erase_the_session_of_ingest(
    broker: Broker, wristbands: Wristbands, guests: Guests, sos_lane: Guest
) -> None:
    password = wristbands.add("wb-1")
    sos_lane.close()
    guests("wb-1", password, client_id="yinling:sos", clean=True)
    assert guests.enter("wb-1", password).publish("wb/wb-1/sos", b"{}")
    user = broker_config.INGEST_USER
    again = guests.enter(
        user, broker.password(user), client_id="yinling:sos", clean=False
    )
    until(lambda: again.received == [("wb/wb-1/sos", b"{}")], 5, "the kept SOS")


@pytest.mark.usefixtures("gatekeeper")
@pytest.mark.parametrize(
    "device_id", [".", "*", ">", "wb.1", "wb-1.>", "#", "+", "a/b", "a b", "x" * 65]
)
def test_wildcards_are_no_device_ids(guests: Guests, device_id: str) -> None:
    assert not guests(device_id, "whatever").inside


@pytest.mark.usefixtures("gatekeeper")
@pytest.mark.parametrize("user", sorted(broker_config.SERVICE_USERS))
def test_service_names_are_no_wristbands(
    wristbands: Wristbands, guests: Guests, user: str
) -> None:
    assert not guests(user, wristbands.add(user)).inside


def test_password_opens_no_plain_nats_connection(
    broker: Broker, gatekeeper: Gate, wristbands: Wristbands, guests: Guests
) -> None:
    password = wristbands.add("wb-1")
    guests.enter("wb-1", password)
    port = broker.server.client_port
    assert b"Authorization Violation" in _plain_nats(port, "wb-1", password)
    for user in (broker_config.INGEST_USER, broker_config.ALERTS_USER):
        answer = _plain_nats(port, user, broker.password(user))
        assert b"Authorization Violation" in answer
    user = broker_config.GATEKEEPER_USER
    assert _plain_nats(port, user, broker.password(user)).startswith(b"PONG")
    assert gatekeeper.alive


def _plain_nats(port: int, user: str, password: str) -> bytes:
    """First answer of the plain NATS port to these credentials."""
    login = {"user": user, "pass": password, "verbose": False}
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.recv(4096)
        connection.sendall(f"CONNECT {json.dumps(login)}\r\nPING\r\n".encode())
        return connection.recv(4096)


def test_gatekeeper_has_no_way_in_over_mqtt(broker: Broker, guests: Guests) -> None:
    user = broker_config.GATEKEEPER_USER
    assert not guests(user, broker.password(user)).inside
