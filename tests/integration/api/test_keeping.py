"""How long things are kept, by REST."""

import pytest

from tests.support.api import Town

pytestmark = pytest.mark.db


def test_administrators_set_it_within_its_corridor(town: Town) -> None:
    town.person("street_manager", town.street, "manager")
    manager, admin = town.login("manager"), town.admin
    path = "/v1/retention"
    assert manager.call("GET", path).status_code == 403
    assert manager.call("PUT", f"{path}/audit", {"days": 400}).status_code == 403
    kinds = {one["kind"]: one for one in admin.ok("GET", path)["items"]}
    audit = kinds["audit"]
    assert (audit["days"], audit["least_days"], audit["set_by_name"]) == (
        1095,
        183,
        None,
    )
    refused = admin.call("PUT", f"{path}/audit", {"days": 30})
    assert refused.status_code == 422
    assert "183" in refused.json()["errors"][0]["reason"]
    assert admin.call("PUT", f"{path}/nothing", {"days": 30}).status_code == 404
    body = {"days": 400, "note": "a year and a bit"}
    told = admin.ok("PUT", f"{path}/audit", body)
    assert (told["days"], told["set_by_name"]) == (400, "Administrator")
    assert admin.ok("PUT", f"{path}/audit", {})["days"] == 1095
    found = admin.ok("GET", "/v1/audit?action=retention.set")["items"]
    assert [one["detail"] for one in found] == [{"days": None}, {"days": 400}]
