"""The benches' own bytes and sums."""

import pytest

from bench import ingest, load, mqtt, service, sos
from core.errors import UnavailableError


def test_packets_are_mqtt() -> None:
    assert mqtt.connect("ab", "pw") == (
        b"\x10\x16\x00\x04MQTT\x04\xc2\x00\x00\x00\x02ab\x00\x02ab\x00\x02pw"
    )
    topic = mqtt.topic_field("wb/a/sos")
    assert mqtt.publish(topic, 258, b"{}") == b"\x32\x0e\x00\x08wb/a/sos\x01\x02{}"
    long = mqtt.publish(topic, 1, b"x" * 200)
    assert long[:3] == b"\x32\xd4\x01"
    assert mqtt.is_accepted(b"\x20\x02\x00\x00")
    assert not mqtt.is_accepted(b"\x20\x02\x00\x05")
    assert not mqtt.is_accepted(b"")


def test_pubacks_are_counted_whole() -> None:
    received = bytearray(b"\x40\x02\x00\x01\x40\x02\x00\x02\x40\x02")
    assert mqtt.count_pubacks(received) == 2
    assert received == b"\x40\x02"
    with pytest.raises(ValueError, match="0xd0"):
        mqtt.count_pubacks(bytearray(b"\xd0\x00\x00\x00"))


def test_reports_of_the_load_differ() -> None:
    payloads = {load.report("2026-01-01T00:00:00.000Z", seq) for seq in range(1000)}
    assert len(payloads) == 1000


def test_metrics_are_summed_over_labels() -> None:
    text = (
        '# HELP a_total x\na_total{b="1"} 2.0\na_total{b="2"} 3.0\na_total_created 9\n'
    )
    assert service.sum_of(text, "a_total") == 5
    assert service.sum_of(text, "a_total", 'b="2"') == 3
    assert service.sum_of(text, "b_total") == 0


def test_latency_counts_who_was_not_told() -> None:
    found = sos.latency([0.1, None, 0.3, 0.2], 4990)
    assert (found.presses, found.told) == (4, 3)
    assert found.median_s == pytest.approx(0.2)
    assert found.max_s == 0.3
    with pytest.raises(UnavailableError):
        sos.latency([None], 0)


def test_the_ratio_is_of_medians() -> None:
    result = ingest.Result(
        [ingest.Rate(100, 1), ingest.Rate(100, 2), ingest.Rate(100, 4)],
        [ingest.Rate(100, 1)],
    )
    assert result.ratio == pytest.approx(0.5)
