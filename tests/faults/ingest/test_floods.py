"""One wristband's flood of garbage stalls nobody, and every piece of it is counted."""

import secrets

import pytest

from core import topics
from ingest import metrics
from tests.support.ingesting import Database, Wearers, ago, devices, ingesting
from tests.support.servers import Broker
from tests.support.waiting import until

pytestmark = [pytest.mark.db, pytest.mark.broker, pytest.mark.slow]

PIECES = 400
SIZE = 1_000_000


def _disconnects() -> float:
    (family,) = metrics.DISCONNECTS.collect()
    return sum(one.value for one in family.samples if one.name.endswith("_total"))


@pytest.mark.timeout(90)
def test_four_hundred_megabytes_of_garbage(
    database_url: str,
    broker: Broker,
    mqtt_port: int,
    wearers: Wearers,
    stored: Database,
) -> None:
    names = wearers.add(49)  # some of them share the first one's partition
    with (
        ingesting(database_url, broker.ingest_url),
        devices(mqtt_port, wearers, names) as (culprit, *others),
    ):
        before = _disconnects()
        for _ in range(PIECES):
            culprit.report(secrets.token_bytes(16) * (SIZE // 16))
        for one in others:
            one.report({"time": ago(1), "heart_rate": 70})
        until(
            lambda: stored.one("SELECT count(*) FROM reading") == len(others),
            15,
            "the others' reports",
        )
        others[0].sos({"seq": 1})
        until(lambda: others[0].commands, 10, "the answer to a press")
        until(
            lambda: stored.one("SELECT count(*) FROM rejected") == PIECES,
            60,
            "all the garbage",
        )
        assert _disconnects() == before
    topic = topics.telemetry(culprit.device_id)
    assert stored.rows(
        "SELECT topic, sum(count)::int, min(length(payload)) FROM rejected GROUP BY topic"
    ) == [(topic, PIECES, SIZE)]
