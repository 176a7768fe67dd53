"""Reports from a wristband's connection to the tables."""

import pytest

from tests.support.ingesting import Database, Wearers, ago, devices, ingesting
from tests.support.servers import Broker
from tests.support.waiting import until

pytestmark = [pytest.mark.db, pytest.mark.broker]


def test_a_report_becomes_a_reading_and_the_latest_state(
    database_url: str,
    broker: Broker,
    mqtt_port: int,
    wearers: Wearers,
    stored: Database,
) -> None:
    (name,) = wearers.add(1)
    with (
        ingesting(database_url, broker.ingest_url),
        devices(mqtt_port, wearers, [name]) as (device,),
    ):
        device.report({"time": ago(1), "seq": 1, "heart_rate": 72, "battery": 83})
        until(lambda: stored.one("SELECT count(*) FROM reading") == 1)
    rows = stored.rows(
        "SELECT binding_id, heart_rate, battery, worn, spo2, silence_due_at IS NULL"
        " FROM wristband_state"
    )
    assert rows == [(wearers.bindings[name], 72, 83, None, None, False)]
