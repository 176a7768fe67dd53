"""Urgent events: each becomes an alert and an answer, whatever its bytes."""

import hashlib
import json

import pytest

from ingest import metrics
from tests.support.ingesting import Database, Wearers, ago, devices, ingesting
from tests.support.servers import Broker
from tests.support.waiting import until

pytestmark = [pytest.mark.db, pytest.mark.broker]


def _alerts(stored: Database) -> list[tuple[object, ...]]:
    return stored.rows("SELECT senior_id, kind, severity, device_id FROM alert")


def test_a_press_opens_an_alert_and_is_answered(
    database_url: str,
    broker: Broker,
    mqtt_port: int,
    wearers: Wearers,
    stored: Database,
) -> None:
    (name,) = wearers.add(1)
    at = ago(3)
    event = {"time": at, "seq": 9, "trigger": "button", "heart_rate": 88, "battery": 0}
    event |= {"latitude": 34.3416, "longitude": 108.9398, "accuracy": 12, "spo2": 300}
    with (
        ingesting(database_url, broker.ingest_url),
        devices(mqtt_port, wearers, [name]) as (device,),
    ):
        device.sos(event)
        until(lambda: device.commands)
        assert device.commands == [{"command": "sos_received", "seq": 9, "time": at}]
        device.sos(event)
        until(lambda: len(device.commands) == 2)
    ((senior, kind, severity, _),) = _alerts(stored)
    assert (senior, kind, severity) == (wearers.seniors[name], "sos", "critical")
    evidence = stored.one("SELECT evidence FROM alert")
    assert evidence == {
        "trigger": "button",
        "heart_rate": 88,
        "battery": 0,
        "latitude": 34.3416,
        "longitude": 108.9398,
        "accuracy": 12,
    }
    assert stored.one("SELECT count(*) FROM sos_press") == 1
    latest = (
        "SELECT heart_rate, battery, latitude, accuracy, location_at FROM last_known"
    )
    ((*values, located_at),) = stored.rows(latest)
    assert values == [88, 0, 34.3416, 12]
    assert located_at.isoformat().startswith(at[:19])


@pytest.mark.parametrize(
    ("payload", "kind"),
    [
        (b"{}", "sos"),
        (b"", "sos"),
        (b"help!", "sos"),
        (b"\xff\x00\xfe", "sos"),
        (b"[" * 50_000, "sos"),
        (b'[{"trigger": "fall"}]', "sos"),
        (b'{"trigger": "scream", "seq": "x", "time": []}', "sos"),
        (b'{"trigger": "fall"}', "fall"),
        (b'{"trigger": "fall", "x": "' + b"y" * 200_000 + b'"}', "fall"),
        (b'{"time": 1e300, "seq": 1e300, "latitude": "\\u0000"}', "sos"),
        (b'{"time": 1e400}', "sos"),
    ],
)
def test_nothing_on_the_topic_is_dropped(
    *,
    database_url: str,
    broker: Broker,
    mqtt_port: int,
    wearers: Wearers,
    stored: Database,
    payload: bytes,
    kind: str,
) -> None:
    (name,) = wearers.add(1)
    with (
        ingesting(database_url, broker.ingest_url),
        devices(mqtt_port, wearers, [name]) as (device,),
    ):
        device.sos(payload)
        until(lambda: device.commands)
    ((senior, found, _, _),) = _alerts(stored)
    assert (senior, found) == (wearers.seniors[name], kind)
    assert bytes(stored.one("SELECT payload FROM sos_press")) == payload
    (answer,) = device.commands
    answer.pop("time", None)  # as it came, where it is a time
    assert answer == {"command": "sos_received", "seq": None}


def test_nobody_wears_it_the_alert_is_of_the_wristband(
    database_url: str,
    broker: Broker,
    mqtt_port: int,
    wearers: Wearers,
    stored: Database,
) -> None:
    (name,) = wearers.add(1, worn=False)
    with (
        ingesting(database_url, broker.ingest_url),
        devices(mqtt_port, wearers, [name]) as (device,),
    ):
        device.sos({"seq": 1})
        until(lambda: device.commands)
    assert _alerts(stored) == [(None, "sos", "critical", name)]


def test_presses_before_the_binding_are_the_present_wearers(
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
        device.sos({"seq": 1, "time": "2025-06-01T00:00:00Z"})
        until(lambda: device.commands)
    assert _alerts(stored)[0][0] == wearers.seniors[name]


def test_a_press_waits_for_an_ingest_that_is_away(
    database_url: str,
    broker: Broker,
    mqtt_port: int,
    wearers: Wearers,
    stored: Database,
) -> None:
    names = wearers.add(3)
    with ingesting(database_url, broker.ingest_url):
        pass
    with devices(mqtt_port, wearers, names) as pressed:
        for device in pressed:
            device.sos({"seq": 5, "time": ago(0)})
            device.settle()
        with ingesting(database_url, broker.ingest_url):
            until(lambda: all(device.commands for device in pressed))
    assert len(_alerts(stored)) == 3


def test_a_lock_that_holds_one_press_up_is_waited_out(
    database_url: str,
    broker: Broker,
    mqtt_port: int,
    wearers: Wearers,
    stored: Database,
) -> None:
    held, free = wearers.add(2)
    with (
        ingesting(database_url, broker.ingest_url),
        devices(mqtt_port, wearers, [held, free]) as (first, second),
    ):
        first.sos({"seq": 1})
        until(lambda: first.commands)
        with stored.holding("SELECT 1 FROM alert FOR UPDATE"):
            first.sos({"seq": 2})
            second.sos({"seq": 1})
            until(lambda: second.commands, 8, "the other's answer")
            assert len(first.commands) == 1
        until(lambda: len(first.commands) == 2)
    assert json.dumps(first.commands[1]) == '{"command": "sos_received", "seq": 2}'


def test_a_retained_press_is_no_new_one_at_each_start(
    database_url: str,
    broker: Broker,
    mqtt_port: int,
    wearers: Wearers,
    stored: Database,
) -> None:
    (name,) = wearers.add(1)
    with devices(mqtt_port, wearers, [name]) as (device,):
        for start in range(3):
            with ingesting(database_url, broker.ingest_url):
                if start == 0:
                    device.raw(f"wb/{name}/sos", b"{}", retain=True)
                until(lambda n=start: len(device.commands) > n)
            stored.run("UPDATE alert SET status = 'resolved', next_due_at = NULL")
    assert len(_alerts(stored)) == 1


def test_what_could_not_be_read_is_listed_and_a_resend_counts_up(
    database_url: str,
    broker: Broker,
    mqtt_port: int,
    wearers: Wearers,
    stored: Database,
) -> None:
    (name,) = wearers.add(1)
    partly = b'{"time": "noon", "seq": 4, "heart_rate": 999}'
    with (
        ingesting(database_url, broker.ingest_url),
        devices(mqtt_port, wearers, [name]) as (device,),
    ):
        for payload in (b"help!", partly, b'{"seq": 5}', partly):
            device.sos(payload)
        until(lambda: len(device.commands) == 4)
        until(lambda: stored.one("SELECT sum(count)::int FROM rejected") == 3)
    rows = stored.rows(
        "SELECT topic, sha256, idx, device_id, payload, count, reasons FROM rejected"
        " ORDER BY count"
    )
    assert [row[:6] for row in rows] == [
        (f"wb/{name}/sos", hashlib.sha256(payload).digest(), -1, name, payload, count)
        for payload, count in ((b"help!", 1), (partly, 2))
    ]
    assert [one["field"] for one in rows[1][6]] == ["time", "heart_rate"]


def test_a_list_that_is_locked_delays_no_press(
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
        with stored.holding("LOCK TABLE rejected"):
            for count in range(1, 6):
                device.sos(b"help!")
                until(lambda n=count: len(device.commands) == n, 2, "the answer")
        until(lambda: stored.rows("SELECT count FROM rejected") == [(5,)])


def test_a_list_that_cannot_be_written_fails_no_press(
    database_url: str,
    broker: Broker,
    mqtt_port: int,
    wearers: Wearers,
    stored: Database,
) -> None:
    (name,) = wearers.add(1)
    stored.run("ALTER TABLE rejected RENAME TO other")
    before = _unlisted()
    with (
        ingesting(database_url, broker.ingest_url) as running,
        devices(mqtt_port, wearers, [name]) as (device,),
    ):
        device.sos(b"help!")
        until(lambda: device.commands)
        until(lambda: _unlisted() == before + 1)
        device.sos({"seq": 1})
        until(lambda: len(device.commands) == 2)
        running.check()


def _unlisted() -> float:
    (family,) = metrics.SOS_UNLISTED.collect()
    return family.samples[0].value
