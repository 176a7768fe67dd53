"""A revoked wristband's live connection ends within 2 s, and it stays outside."""

import time

import pytest

from ingest.gatekeeper import connections
from tests.support import gate
from tests.support.cable import plugged_in
from tests.support.gate import Gate, Guests, Wristbands
from tests.support.servers import Broker
from tests.support.waiting import until

pytestmark = [pytest.mark.db, pytest.mark.broker]
LIMIT_S = 2


@pytest.mark.usefixtures("gatekeeper")
@pytest.mark.parametrize("how", ["revoke", "archive"])
def test_connection_ends_in_time(
    wristbands: Wristbands, guests: Guests, how: str
) -> None:
    password, other = wristbands.add("wb-1"), wristbands.add("wb-2")
    band, bystander = guests.enter("wb-1", password), guests.enter("wb-2", other)
    getattr(wristbands, how)("wb-1")
    assert band.over.wait(LIMIT_S)
    assert guests("wb-1", password).connack == "Not authorized"
    assert bystander.publish("wb/wb-2/sos", b"{}")


@pytest.mark.usefixtures("gatekeeper")
def test_many_end_in_time(wristbands: Wristbands, guests: Guests) -> None:
    bands = {
        device_id: guests.enter(device_id, wristbands.add(device_id))
        for device_id in (f"wb-{number}" for number in range(20))
    }
    revoked_at = {}
    for device_id in bands:
        wristbands.revoke(device_id)
        revoked_at[device_id] = time.monotonic()
    for device_id, band in bands.items():
        assert band.over.wait(LIMIT_S), device_id
        assert band.over_at - revoked_at[device_id] < LIMIT_S, device_id


def test_finds_the_revoked_on_later_pages(
    broker: Broker,
    database_url: str,
    wristbands: Wristbands,
    guests: Guests,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connections, "PAGE", 2)
    ids = [f"wb-{number}" for number in range(7)]
    with gate.running(broker.nats_url, database_url, broker.data_dir):
        bands = [guests.enter(d, wristbands.add(d)) for d in ids]
    for device_id in ids[::2]:
        wristbands.revoke(device_id)
    with gate.running(broker.nats_url, database_url, broker.data_dir):
        for band in bands[::2]:
            assert band.over.wait(LIMIT_S)
        assert all(not band.over.is_set() for band in bands[1::2])


@pytest.mark.usefixtures("gatekeeper")
def test_registered_anew_ends_what_entered_by_the_old_password(
    wristbands: Wristbands, guests: Guests
) -> None:
    old = wristbands.add("wb-1")
    band = guests.enter("wb-1", old)
    new = wristbands.register_anew("wb-1")
    assert band.over.wait(LIMIT_S)
    assert not guests("wb-1", old).inside
    successor = guests.enter("wb-1", new)
    assert not successor.over.wait(LIMIT_S), "it entered by the new one"


def test_registered_anew_while_the_gatekeeper_was_down(
    broker: Broker, database_url: str, wristbands: Wristbands, guests: Guests
) -> None:
    with gate.running(broker.nats_url, database_url, broker.data_dir):
        band = guests.enter("wb-1", wristbands.add("wb-1"))
        bystander = guests.enter("wb-2", wristbands.add("wb-2"))
    wristbands.register_anew("wb-1")
    with gate.running(broker.nats_url, database_url, broker.data_dir):
        assert band.over.wait(LIMIT_S)
        assert bystander.publish("wb/wb-2/sos", b"{}")


def test_revoked_while_the_gatekeeper_was_down(
    broker: Broker, database_url: str, wristbands: Wristbands, guests: Guests
) -> None:
    password = wristbands.add("wb-1")
    with gate.running(broker.nats_url, database_url, broker.data_dir):
        band = guests.enter("wb-1", password)
    wristbands.revoke("wb-1")
    assert band.publish("wb/wb-1/sos", b"{}"), "nobody has ended it yet"
    with gate.running(broker.nats_url, database_url, broker.data_dir):
        assert band.over.wait(LIMIT_S)
        assert not guests("wb-1", password).inside


def test_revoked_while_the_snapshot_was_lost(
    broker: Broker, database_url: str, wristbands: Wristbands, guests: Guests
) -> None:
    password = wristbands.add("wb-1")
    with gate.running(broker.nats_url, database_url, broker.data_dir):
        band = guests.enter("wb-1", password)
    wristbands.revoke("wb-1")
    (broker.data_dir / "gatekeeper.snapshot").unlink()
    with gate.running(broker.nats_url, database_url, broker.data_dir):
        assert band.over.wait(LIMIT_S)


def test_revoked_while_the_gatekeeper_could_not_hear(
    broker: Broker, database_url: str, wristbands: Wristbands, guests: Guests
) -> None:
    with plugged_in(*gate.address(database_url)) as cable:
        through = gate.through(database_url, cable.port)
        with gate.running(broker.nats_url, through, broker.data_dir):
            band = guests.enter("wb-1", wristbands.add("wb-1"))
            cable.pull()
            wristbands.revoke("wb-1")
            assert band.publish("wb/wb-1/sos", b"{}"), "nobody knows yet"
            cable.plug()
            assert band.over.wait(LIMIT_S + 1), "a retry and the kick"


def test_revoked_while_the_broker_was_away(
    broker: Broker, gatekeeper: Gate, wristbands: Wristbands, guests: Guests
) -> None:
    password = wristbands.add("wb-1")
    guests.enter("wb-1", password)
    broker.kill()
    wristbands.revoke("wb-1")
    broker.restart()
    until(lambda: _enters(guests, wristbands), 15, "the gatekeeper at the new broker")
    assert not guests("wb-1", password).inside
    assert gatekeeper.alive


def _enters(guests: Guests, wristbands: Wristbands) -> bool:
    device_id = f"new-{time.monotonic_ns()}"
    return guests(device_id, wristbands.add(device_id)).inside
