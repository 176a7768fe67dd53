"""Wristbands that change hands, through the REST calls; who wore which and when."""

import pytest

from tests.support.api import Town

pytestmark = pytest.mark.db


def test_a_wristband_is_replaced_and_returned_and_its_history_kept(town: Town):
    admin = town.admin
    for device_id, senior in (("861", town.mother), ("862", town.stranger)):
        admin.ok("POST", "/v1/wristbands", {"device_id": device_id, "model": "A1"})
        body = {"senior_id": senior}
        admin.ok("PUT", f"/v1/wristbands/{device_id}/binding", body)
    body = {"device_id": "900", "reason": "屏幕碎了"}
    done = admin.call("POST", "/v1/wristbands/861/replace", body)
    assert done.status_code == 201
    made = done.json()
    assert (made["device_id"], made["replaced"]) == ("900", "861")
    assert (made["senior_id"], len(made["password"]) >= 22) == (town.mother, True)
    again = admin.call("POST", "/v1/wristbands/861/replace", body)
    assert (again.status_code, again.json()) == (200, made | {"password": None})
    assert admin.ok("GET", "/v1/wristbands/861")["revoked_at"]
    back = admin.ok("POST", "/v1/wristbands/900/return", {"reason": "去世"})
    assert (back["return_reason"], back["senior_id"]) == ("去世", None)
    assert admin.ok("POST", "/v1/wristbands/900/return", {"reason": "x"}) == back
    issued = admin.ok("POST", "/v1/wristbands", {"device_id": "900"})
    assert (issued["returned_at"], issued["model"]) == (None, None)
    renewed = admin.ok("POST", "/v1/wristbands/900/password")
    assert renewed["password"] not in {issued["password"], made["password"]}

    worn = admin.ok("GET", f"/v1/seniors/{town.mother}/wristbands")["items"]
    assert [(one["device_id"], one["ended_as"], one["reason"]) for one in worn] == [
        ("900", "returned", "去世"),
        ("861", "replaced", "屏幕碎了"),
    ]
    assert worn[1]["to"] == worn[0]["from"] == made["from"]
    page = admin.ok("GET", f"/v1/seniors/{town.mother}/wristbands?limit=1")
    rest = admin.ok(
        "GET",
        f"/v1/seniors/{town.mother}/wristbands?limit=1&cursor={page['next_cursor']}",
    )
    assert page["items"] + rest["items"] == worn
    admin.ok("DELETE", "/v1/wristbands/861")
    assert admin.ok("GET", "/v1/wristbands/861/bindings")["items"] == worn[1:]
    assert admin.call("GET", "/v1/wristbands/863/bindings").status_code == 404
    actions = [one["action"] for one in admin.ok("GET", "/v1/audit")["items"]]
    for action in ("replace", "return", "renew_password"):
        assert actions.count(f"wristband.{action}") == 1, action


def test_the_history_is_of_those_whom_the_asker_sees(town: Town):
    admin = town.admin
    admin.ok("POST", "/v1/wristbands", {"device_id": "861"})
    for senior in (town.stranger, town.mother):
        admin.ok("PUT", "/v1/wristbands/861/binding", {"senior_id": senior})
    town.relative("daughter", town.mother, "status")
    town.relative("son", town.mother, "alerts")
    town.person("grid_worker", town.community, "worker")
    daughter, son = town.login("daughter"), town.login("son")
    worker = town.login("worker")
    both = admin.ok("GET", "/v1/wristbands/861/bindings")["items"]
    assert [one["senior"] for one in both] == ["王秀英", "李大爷"]
    assert both[1]["ended_as"] == "moved"
    seen = worker.ok("GET", "/v1/wristbands/861/bindings")["items"]
    assert [one["senior"] for one in seen] == ["王秀英"]
    path = f"/v1/seniors/{town.mother}/wristbands"
    replaced = {"device_id": "862", "reason": "broken"}
    admin.ok("POST", "/v1/wristbands/861/replace", replaced)
    assert worker.ok("GET", path)["items"][1]["reason"] == "broken"
    assert daughter.ok("GET", path)["items"][1]["reason"] is None
    assert son.call("GET", path).status_code == 403
    assert (
        daughter.call("GET", f"/v1/seniors/{town.stranger}/wristbands").status_code
        == 404
    )
