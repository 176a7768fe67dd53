"""Somebody presses SOS, and somebody comes."""

import json
import shutil
import subprocess
from datetime import datetime

import pytest

from tests.support.band import ago, worn
from tests.support.waiting import until
from tests.support.world import PASSWORD

pytestmark = [pytest.mark.db, pytest.mark.broker, pytest.mark.timeout(90)]


def _events(alert):
    return [entry["event"] for entry in alert["timeline"]]


def test_from_the_button_to_the_closed_alert(yinling, world, phones):
    """Pressed, told, acknowledged, on the way, there, closed: everyone sees it."""
    wearer = world.wearer()
    worker = "wang-" + wearer.device_id
    daughter = "li-" + wearer.device_id
    world.person(worker, "grid_worker", "compound")
    world.relative(daughter, wearer.senior_id, "status", "vitals", "alerts")
    with (
        worn(wearer, yinling.mqtt_host, yinling.mqtt_port) as band,
        yinling.login(worker, PASSWORD) as grid,
        yinling.login(daughter, PASSWORD) as family,
    ):
        band.report({"time": ago(), "seq": 1, "heart_rate": 74, "battery": 80})
        band.sos(time=ago(), seq=2, trigger="button", heart_rate=95)
        assert band.wait_command("sos_received")["seq"] == 2
        call = phones.wait(worker, kind="sos")
        assert (
            phones.wait(daughter, kind="sos").body["alert_id"] == call.body["alert_id"]
        )
        assert call.body["senior"] == "张秀英"
        assert call.body["severity"] == "critical"
        assert call.body["status"] == "open"
        assert {type(call.body[key]) for key in ("delay_s", "drill", "step", "id")} == {
            str
        }

        status_path = f"/v1/seniors/{wearer.senior_id}/status"
        assert family.get(status_path).json()["level"] == "urgent"
        alert_path = f"/v1/alerts/{call.body['alert_id']}"
        for step, status in (
            ("acknowledge", "acknowledged"),
            ("depart", "en_route"),
            ("arrive", "on_scene"),
        ):
            answer = grid.post(f"{alert_path}/{step}", json={})
            assert (answer.status_code, answer.json()["status"]) == (200, status)
            assert family.get(status_path).json()["responder"]["name"] == worker
        assert worker in band.wait_command("notice")["text"]
        assert grid.post(f"{alert_path}/resolve", json={}).status_code == 422
        done = grid.post(f"{alert_path}/resolve", json={"outcome": "helped"})
        assert (done.status_code, done.json()["status"]) == (200, "resolved")
        assert family.get(status_path).json()["level"] == "ok"

    events = _events(world.alert(call.body["alert_id"]))
    assert [e for e in events if e != "told"] == [
        "opened",
        "acknowledged",
        "departed",
        "arrived",
        "resolved",
    ]


def test_published_by_hand_with_mosquitto_pub(yinling, world, phones, require):
    """A device maker's first try: Debian's client and a provisioned wristband."""
    require(shutil.which("mosquitto_pub") is not None, "mosquitto-clients is absent")
    wearer = world.wearer()
    head = "head-" + wearer.device_id
    world.person(head, "building_head", "building")
    command = ["mosquitto_pub", "-h", yinling.mqtt_host, "-p", str(yinling.mqtt_port)]
    command += ["-i", wearer.device_id, "-u", wearer.device_id, "-P", wearer.password]
    command += ["-q", "1"]
    report = {"time": ago(), "seq": 7, "heart_rate": 71, "temperature": 36.4}
    topic = f"wb/{wearer.device_id}"
    for channel, body in (("telemetry", json.dumps(report)), ("sos", "{}")):
        call = [*command, "-t", f"{topic}/{channel}", "-m", body]
        subprocess.run(call, check=True, timeout=10)
    assert phones.wait(head).body["kind"] == "sos"
    (point,) = until(
        lambda: world.admin.get(
            f"/v1/seniors/{wearer.senior_id}/readings", params={"metric": "temperature"}
        ).json()["points"],
        what="the reading",
    )
    assert point["value"] == 36.4
    assert datetime.fromisoformat(point["time"]) == datetime.fromisoformat(
        report["time"]
    )


def test_a_resend_is_answered_and_does_nothing_else(yinling, world, phones):
    wearer = world.wearer()
    head = "head-" + wearer.device_id
    world.person(head, "building_head", "building")
    event = {"time": ago(), "seq": 41, "trigger": "button"}
    with worn(wearer, yinling.mqtt_host, yinling.mqtt_port) as band:
        band.sos(**event)
        band.wait_command("sos_received")
        phones.wait(head, kind="sos")
        band.sos(**event)
        until(lambda: len(band.commands) == 2, what="the second answer")
        band.sos(time=ago(), seq=42)
        until(lambda: len(band.commands) == 3, what="the third answer")
    (alert,) = world.alerts(senior_id=wearer.senior_id)
    events = _events(world.alert(alert["id"]))
    assert events.count("opened") == 1
    assert events.count("pressed") == 1


def test_anything_on_the_sos_topic_is_an_sos(yinling, world):
    for payload in (
        b"{}",
        b"\xff\x00not json",
        b"[]",
        b'{"trigger": "unheard-of"}',
        b"",
    ):
        wearer = world.wearer()
        with worn(wearer, yinling.mqtt_host, yinling.mqtt_port) as band:
            band.raw(f"wb/{wearer.device_id}/sos", payload)
            band.wait_command("sos_received")
        (alert,) = world.alerts(senior_id=wearer.senior_id)
        assert (alert["kind"], alert["status"]) == ("sos", "open")


def test_the_ladder_climbs_while_nobody_answers(yinling, world, phones):
    wearer = world.wearer()
    names = {}
    for level, role in (
        ("building", "building_head"),
        ("compound", "grid_worker"),
        ("community", "community_manager"),
        ("street", "street_manager"),
        ("district", "district_manager"),
    ):
        names[level] = f"{level}-{wearer.device_id}"
        world.person(names[level], role, level)
    with worn(wearer, yinling.mqtt_host, yinling.mqtt_port) as band:
        band.sos(time=ago(), seq=1)
        first = phones.wait(names["building"])
    assert abs(phones.wait(names["compound"]).at_s - first.at_s) < 1
    for level, delay in (("community", 2), ("street", 4), ("district", 6)):
        told = phones.wait(names[level], 12)
        assert delay - 1 < told.at_s - first.at_s < delay + 1.5, level
    until(lambda: len(phones.of(names["district"])) > 1, 8, "the top told again")


def test_an_acknowledgement_without_departure_expires(yinling, world, phones):
    wearer = world.wearer()
    worker = "slow-" + wearer.device_id
    manager = "next-" + wearer.device_id
    world.person(worker, "grid_worker", "compound")
    world.person(manager, "community_manager", "community")
    with (
        worn(wearer, yinling.mqtt_host, yinling.mqtt_port) as band,
        yinling.login(worker, PASSWORD) as grid,
    ):
        band.sos(time=ago(), seq=1)
        alert_id = phones.wait(worker).body["alert_id"]
        grid.post(f"/v1/alerts/{alert_id}/acknowledge", json={}).raise_for_status()
        until(lambda: len(phones.of(worker)) > 1, 10, "told again after expiry")
        phones.wait(manager, 5)
    alert = world.alert(alert_id)
    assert alert["status"] == "open"
    assert "expired" in _events(alert)


def test_an_absence_is_told_to_the_grid_worker(world, phones):
    senior_id = world.senior()
    worker = "grid-" + senior_id
    world.person(worker, "grid_worker", "community")
    away = {"from": ago(), "to": ago(-3600), "reason": "住院"}
    world.post(f"/v1/seniors/{senior_id}/absence", away)
    assert "住院" in phones.wait(worker, kind="absence").body["message"]
