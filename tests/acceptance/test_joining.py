"""A grid worker joins: proves a phone, sets a login, is told; a broken wristband is replaced."""

import re

import httpx
import pytest

from tests.support.band import ago, worn
from tests.support.waiting import until
from tests.support.world import PASSWORD, Wearer

pytestmark = [pytest.mark.db, pytest.mark.broker, pytest.mark.timeout(90)]
CODE = re.compile(r"\b\d{3} \d{3}\b")
LINK = re.compile(r"https?://\S+/invite/[\w-]+")


def test_a_newcomer_proves_a_phone_and_sets_a_login(yinling, world, phones):
    wearer = world.wearer()
    phone = "new-" + wearer.device_id
    body = {"name": "王芳", "role": "grid_worker"}
    body |= {"place_id": world.places["compound"]}
    person = world.post("/v1/people", body)["id"]
    contact = {"kind": "push", "url": phones.url(phone)}
    path = f"/v1/people/{person}/contacts"
    made = world.post(path, contact)
    assert made["verified"] is False
    told = phones.wait(phone, kind="contact_code").body
    assert told["severity"] == "info"
    [code] = CODE.findall(told["message"])
    verify = f"{path}/{made['id']}/verify"
    wrong = world.admin.post(
        verify, json={"code": f"{(int(code[:3]) + 1) % 1000:03} 111"}
    )
    assert (wrong.status_code, "4 tries" in wrong.text) == (422, True)
    assert world.admin.post(verify, json={"code": code}).json()["verified"] is True

    made = world.post(f"/v1/people/{person}/invitation", {})
    assert made["sent_to"] == ["push"]
    sent = phones.wait(phone, kind="invitation").body["message"]
    assert LINK.findall(sent) == [made["url"]]
    username = "wang-" + wearer.device_id
    form = {"username": username, "password": PASSWORD, "again": PASSWORD}
    assert httpx.get(made["url"]).status_code == 200
    assert httpx.post(made["url"], data=form).status_code == 200
    with (
        worn(wearer, yinling.mqtt_host, yinling.mqtt_port) as band,
        yinling.login(username, PASSWORD) as grid,
    ):
        band.sos(time=ago(), seq=1)
        call = phones.wait(phone, kind="sos")
        answer = grid.post(f"/v1/alerts/{call.body['alert_id']}/acknowledge", json={})
        assert answer.status_code == 200


def test_a_broken_wristband_is_replaced_while_it_is_worn(yinling, world, phones):
    old = world.wearer()
    head = "head-" + old.device_id
    world.person(head, "building_head", "building")
    address = yinling.mqtt_host, yinling.mqtt_port
    with worn(old, *address) as broken:
        broken.report({"time": ago(), "seq": 1, "heart_rate": 70})
        body = {"device_id": "new-" + old.device_id, "reason": "屏幕碎了"}
        done = world.post(f"/v1/wristbands/{old.device_id}/replace", body)
        new = Wearer(old.senior_id, done["device_id"], done["password"])
        until(lambda: not broken.connected, 5, "the old one's connection to end")
    with worn(new, *address) as band:
        band.sos(time=ago(), seq=1)
        band.wait_command("sos_received")
    call = phones.wait(head, kind="sos")
    [alert] = world.alerts(senior_id=old.senior_id)
    assert alert["id"] == call.body["alert_id"]
