"""Each service learns what it needs, and nobody else's secrets."""

from pathlib import Path

import pytest

from core.settings import Settings
from yinling.addresses import Addresses

ADDRESSES = Addresses(
    database_url="postgresql://yinling:d@127.0.0.1:5000/yinling",
    ingest_mqtt_url="mqtt://yinling-ingest:i@127.0.0.1:5001",
    alerts_mqtt_url="mqtt://yinling-alerts:a@127.0.0.1:5001",
    nats_url="nats://yinling-gatekeeper:g@127.0.0.1:5002",
    api_port=5003,
    internal_port=5004,
    partitions=16,
)


@pytest.mark.parametrize(
    ("service", "mqtt", "nats"),
    [
        ("ingest", ADDRESSES.ingest_mqtt_url, None),
        ("alerts", ADDRESSES.alerts_mqtt_url, None),
        ("gatekeeper", None, ADDRESSES.nats_url),
        ("api", "mqtt://127.0.0.1:5001", None),
    ],
)
def test_a_service_gets_its_own_addresses_only(
    service: str, mqtt: str | None, nats: str | None
) -> None:
    values = ADDRESSES.environment(service, Settings(), Path("/data"))
    assert values.get("YINLING_MQTT_URL") == mqtt
    assert values.get("YINLING_NATS_URL") == nats
    assert values["YINLING_DATABASE_URL"] == ADDRESSES.database_url
    assert values["PROMETHEUS_MULTIPROC_DIR"] == "/data/metrics"


def test_links_begin_with_the_api_unless_told_otherwise() -> None:
    own = ADDRESSES.environment("alerts", Settings(), Path("/data"))
    assert own["YINLING_PUBLIC_URL"] == "http://127.0.0.1:5003"
    told = Settings(public_url="https://yinling.example")
    given = ADDRESSES.environment("alerts", told, Path("/data"))
    assert given["YINLING_PUBLIC_URL"] == "https://yinling.example"


@pytest.mark.parametrize(
    ("host", "seen"),
    [("0.0.0.0", "127.0.0.1"), ("::", "127.0.0.1"), ("10.1.2.3", "10.1.2.3")],  # noqa: S104
)
def test_an_address_to_connect_to(host: str, seen: str) -> None:
    settings = Settings(api_host=host, internal_host=host)
    assert ADDRESSES.api(settings) == f"http://{seen}:5003"
    assert ADDRESSES.internal(settings) == f"http://{seen}:5004"


def test_the_ready_line_shows_the_broker_without_a_password() -> None:
    assert ADDRESSES.mqtt == "mqtt://127.0.0.1:5001"
