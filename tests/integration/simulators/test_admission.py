"""The fleet at the gatekeeper's door: own passwords, own topics."""

import threading
from zoneinfo import ZoneInfo

import psycopg
import pytest

from core import registry
from core.clock import SystemClock
from simulators import broker, cohort, scenarios
from simulators.cohort import Wearer
from simulators.fleet import Fleet
from tests.support import gate, servers
from tests.support.waiting import until

pytestmark = [pytest.mark.db, pytest.mark.broker]


def test_those_with_passwords_enter_and_the_others_do_not(
    database_url: str, broker: servers.Broker
) -> None:
    clock = SystemClock()
    names = [f"band-{index}" for index in range(8)]
    with psycopg.connect(database_url) as conn:
        passwords = {
            name: registry.add_wristband(conn, name, None, clock.now())
            for name in names
        }
    passwords["band-3"] = "not its password"
    with gate.running(broker.nats_url, database_url, broker.data_dir):
        fleet = fleet_of(names, passwords, broker.mqtt_port, clock)
        stop = threading.Event()
        thread = threading.Thread(target=fleet.run, args=(stop,))
        thread.start()
        try:
            until(lambda: fleet.counts.connected == 7, 10, "seven enter")
            until(lambda: fleet.counts.refused >= 2, 10, "one is refused, twice")
            until(lambda: fleet.counts.acknowledged >= 21, 10, "reports")
        finally:
            stop.set()
            thread.join(10)
    assert not thread.is_alive()
    assert fleet.wristbands[3].next_at_s > 0


def fleet_of(
    names: list[str], passwords: dict[str, str], port: int, clock: SystemClock
) -> Fleet:
    made = cohort.make(
        [Wearer(name) for name in names],
        scenarios.parse("{name: t, interval_s: 0.5}", "t"),
        seed=1,
        start_s=round(clock.now().timestamp(), 3),
        zone=ZoneInfo("Asia/Shanghai"),
    )
    address = broker.address(f"mqtt://127.0.0.1:{port}")
    return Fleet(made.wristbands, passwords, address, clock)
