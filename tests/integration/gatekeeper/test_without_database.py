"""Wristbands come back and press SOS while the database is away."""

import contextlib
import stat

import pytest

from tests.support import gate
from tests.support.cable import plugged_in
from tests.support.gate import Guest, Guests, Wristbands
from tests.support.servers import Broker
from tests.support.waiting import until

pytestmark = [pytest.mark.db, pytest.mark.broker]


def test_comes_back_and_presses_sos(
    broker: Broker,
    database_url: str,
    wristbands: Wristbands,
    guests: Guests,
    sos_lane: Guest,
) -> None:
    with plugged_in(*gate.address(database_url)) as cable:
        through = gate.through(database_url, cable.port)
        with gate.running(broker.nats_url, through, broker.data_dir):
            password = wristbands.add("wb-1")
            guests.enter("wb-1", password).close()
            sos_lane.close()
            cable.pull()
            assert guests.enter("wb-1", password).publish("wb/wb-1/sos", b'{"seq":7}')
            assert not guests("wb-1", "wrong").inside
            assert not guests("stranger", password).inside
    with contextlib.closing(sos_lane.again()) as lane:
        until(
            lambda: lane.received == [("wb/wb-1/sos", b'{"seq":7}')], 5, "the kept SOS"
        )


def test_cold_start_from_the_snapshot(
    broker: Broker, database_url: str, wristbands: Wristbands, guests: Guests
) -> None:
    kept, revoked = wristbands.add("wb-1"), wristbands.add("wb-2")
    with gate.running(broker.nats_url, database_url, broker.data_dir):
        wristbands.revoke("wb-2")
        until(lambda: not guests("wb-2", revoked).inside, 5, "the revocation")
    with plugged_in(*gate.address(database_url)) as cable:
        cable.pull()
        through = gate.through(database_url, cable.port)
        with gate.running(broker.nats_url, through, broker.data_dir):
            guests.enter("wb-1", kept)
            assert not guests("wb-2", revoked).inside
            new = wristbands.add("wb-3")
            cable.plug()
            until(lambda: guests("wb-3", new).inside, 10, "the new wristband")


def test_snapshot_holds_no_password_and_is_private(
    broker: Broker, database_url: str, wristbands: Wristbands, guests: Guests
) -> None:
    password = wristbands.add("wb-1")
    with gate.running(broker.nats_url, database_url, broker.data_dir):
        guests.enter("wb-1", password)
    path = broker.data_dir / "gatekeeper.snapshot"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert b"wb-1" in path.read_bytes()
    assert password.encode() not in path.read_bytes()


def test_an_unknown_one_waits_for_the_database_to_come_back(
    broker: Broker, database_url: str, wristbands: Wristbands, guests: Guests
) -> None:
    with plugged_in(*gate.address(database_url)) as cable:
        through = gate.through(database_url, cable.port)
        with gate.running(broker.nats_url, through, broker.data_dir):
            cable.pull()
            password = wristbands.add("wb-1")
            cable.plug()
            guests.enter("wb-1", password)
