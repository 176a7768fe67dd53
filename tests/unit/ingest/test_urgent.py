"""Urgent events: everything is one, and what can be read of it is."""

import json

import pytest

from core.model import Trigger
from ingest import urgent

ARRIVAL_US = 1_795_233_600_000_000


def read(event: object) -> urgent.Urgent:
    return urgent.read(json.dumps(event).encode(), ARRIVAL_US)


@pytest.mark.parametrize(
    "payload", [b"", b"{", b"\xff", b"[]", b"null", b"7", b"[" * 30_000, b"NaN"]
)
def test_unreadable_is_an_sos_at_its_arrival(payload: bytes) -> None:
    assert urgent.read(payload, ARRIVAL_US) == urgent.bare(ARRIVAL_US)


def test_empty_is_an_sos_at_its_arrival() -> None:
    assert read({}) == urgent.bare(ARRIVAL_US)


@pytest.mark.parametrize(
    ("trigger", "kind"),
    [
        ("fall", Trigger.FALL),
        ("button", Trigger.BUTTON),
        ("FALL", Trigger.BUTTON),
        (None, Trigger.BUTTON),
        (["fall"], Trigger.BUTTON),
    ],
)
def test_an_unknown_trigger_is_an_sos(trigger: object, kind: Trigger) -> None:
    assert read({"trigger": trigger}).trigger is kind


@pytest.mark.parametrize(
    ("time", "claimed_ms", "observed_us"),
    [
        ("2026-11-21T03:59:50Z", 1795233590000, 1795233590000000),
        (1795233590, 1795233590000, 1795233590000000),
        (0, 0, ARRIVAL_US),
        (1795237200, 1795237200000, ARRIVAL_US),
        ("yesterday", None, ARRIVAL_US),
        ([], None, ARRIVAL_US),
    ],
)
def test_its_time(time: object, claimed_ms: int | None, observed_us: int) -> None:
    event = read({"time": time})
    assert (event.claimed_ms, event.observed_us) == (claimed_ms, observed_us)


@pytest.mark.parametrize(
    ("seq", "kept"), [(5, 5), (5.0, 5), (0, 0), (-1, None), ("5", None), (True, None)]
)
def test_its_number(seq: object, kept: int | None) -> None:
    assert read({"seq": seq}).seq == kept


def test_only_what_is_possible_becomes_evidence() -> None:
    event = read(
        {"heart_rate": 0, "battery": 5, "spo2": 300, "latitude": 34, "longitude": "x"}
    )
    assert event.evidence == {"trigger": "button", "battery": 5}


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ({"latitude": 0, "longitude": 0, "accuracy": 5}, {}),
        ({"latitude": 34.3, "accuracy": 5}, {}),
        ({"latitude": 91, "longitude": 108.9}, {}),
        ({"latitude": 34.3, "longitude": 108.9, "accuracy": 100_001},
         {"latitude": 34.3, "longitude": 108.9}),
        ({"latitude": 34.3, "longitude": 108.9, "accuracy": 100_000},
         {"latitude": 34.3, "longitude": 108.9, "accuracy": 100_000}),
    ],
)  # fmt: skip
def test_its_position_is_read_as_a_reports(sent: object, kept: object) -> None:
    evidence = urgent.read(json.dumps(sent).encode(), ARRIVAL_US).evidence
    assert evidence == {"trigger": "button"} | kept


def test_its_position_is_converted() -> None:
    sent = {"latitude": 34.3416, "longitude": 108.9398, "coordinates": "gcj02"}
    evidence = urgent.read(json.dumps(sent).encode(), ARRIVAL_US).evidence
    assert 34.3425 < evidence["latitude"] < 34.3435
    assert 108.9345 < evidence["longitude"] < 108.9355


def test_the_answer_names_the_event() -> None:
    assert read({"seq": 4}).answer() == {"command": "sos_received", "seq": 4}
    assert read({"time": 1795233590}).answer() == {
        "command": "sos_received",
        "seq": None,
        "time": 1795233590,
    }


@pytest.mark.parametrize(
    ("payload", "refused"),
    [
        (b"{}", []),
        (b'{"time": 5, "seq": 1, "trigger": "fall", "spo2": 0, "other": []}', []),
        (b'{"latitude": 0, "longitude": 0, "accuracy": null}', []),
        (b"[]", [(None, "not an object")]),
        (b"\xff", [(None, "not UTF-8")]),
        (b'{"time": "noon"}', [("time", "neither RFC 3339 nor epoch seconds")]),
        (b'{"seq": -1}', [("seq", "outside 0 to 2^63-1")]),
        (b'{"trigger": "scream"}', [("trigger", "not one of button, fall")]),
        (b'{"coordinates": 7}', [("coordinates", "not one of wgs84, gcj02")]),
        (b'{"battery": 101}', [("battery", "outside 0 to 100 %")]),
        (b'{"x": "' + b"y" * 65_536 + b'"}', [(None, "larger than 65536 bytes")]),
    ],
)
def test_what_could_not_be_read_is_told(
    payload: bytes, refused: list[tuple[str | None, str]]
) -> None:
    assert list(urgent.read(payload, ARRIVAL_US).refused) == refused


def test_a_large_event_that_is_unreadable_has_both_reasons() -> None:
    refused = urgent.read(b"{" * 70_000, ARRIVAL_US).refused
    assert len(refused) == 2
