"""Topics are taken apart exactly, and partitions are the broker's own."""

import pytest

from core import topics
from ingest.gatekeeper import broker_config


@pytest.mark.parametrize(
    ("topic", "expected"),
    [
        ("wb/861234567890123/telemetry", ("861234567890123", "telemetry")),
        ("wb/a-b_C/sos", ("a-b_C", "sos")),
        ("wbp/3/dev1/telemetry", ("dev1", "telemetry")),
        ("wb//telemetry", None),
        ("wb/a.b/telemetry", None),
        ("wb/a/b/telemetry", None),
        ("xx/a/telemetry", None),
        ("wb/" + "a" * 65 + "/sos", None),
        ("wb/a/sos\n", ("a", "sos\n")),
    ],
)
def test_parse(topic, expected):
    assert topics.parse(topic) == expected


def test_no_wristband_has_the_name_of_a_service_at_the_broker():
    assert topics.SERVICE_USERS == broker_config.SERVICE_USERS
    for name in topics.SERVICE_USERS:
        assert topics.device_id_fault(name)
    assert topics.device_id_fault("yinling-ingest-2") is None


def test_a_trailing_newline_makes_no_device_id():
    assert not topics.is_device_id("abc\n")
    assert not topics.is_device_id("")


def test_partition_is_fnv1a_32_modulo_16():
    # Published FNV-1a 32 test vectors: "" 811c9dc5, "a" e40c292c, "foobar" bf9cf968.
    assert topics.partition("") == 0x811C9DC5 % 16
    assert topics.partition("a") == 0xE40C292C % 16
    assert topics.partition("foobar") == 0xBF9CF968 % 16
    assert topics.partition("foobar", 1) == 0


def test_builders_and_parser_agree():
    for build, channel in (
        (topics.telemetry, "telemetry"),
        (topics.sos, "sos"),
        (topics.command, "command"),
    ):
        assert topics.parse(build("dev-1")) == ("dev-1", channel)
