"""What managers may not do to the people they keep: become them, or move them."""

import pytest

from tests.support.api import PASSWORD, Town

pytestmark = pytest.mark.db


def test_a_manager_takes_over_nobodys_login(town: Town):
    town.person("street_manager", town.street, "manager")
    peer = town.person("street_manager", town.street, "peer")
    worker = town.person("grid_worker", town.community, "worker")
    relative = town.relative("daughter", town.mother, "location")
    manager = town.login("manager")
    me = manager.ok("GET", "/v1/me")["id"]
    new = {"name": "x", "role": "grid_worker", "place_id": town.community}
    newcomer = manager.ok("POST", "/v1/people", new)["id"]
    for change in (
        {"password": PASSWORD + "!"},
        {"username": "x", "password": PASSWORD},
    ):
        for person in (me, peer, worker, relative):
            answer = manager.call("PATCH", f"/v1/people/{person}", change)
            assert answer.status_code == 403, (person, answer.text)
    first = {"username": "newcomer", "password": PASSWORD}
    colleague = town.admin.ok("POST", "/v1/people", new | {"role": "street_manager"})
    answer = manager.call("PATCH", f"/v1/people/{colleague['id']}", first)
    assert answer.status_code == 403
    manager.ok("PATCH", f"/v1/people/{newcomer}", first)
    town.login("newcomer")
    again = manager.call("PATCH", f"/v1/people/{newcomer}", {"password": PASSWORD})
    assert again.status_code == 403
    family = new | {"role": "family", "username": "son", "password": PASSWORD}
    assert manager.call("POST", "/v1/people", family).status_code == 403
    for name in ("peer", "worker", "daughter"):  # the passwords are the old ones
        town.login(name)


def test_a_manager_makes_no_staff_of_relatives_nor_relatives_of_staff(town: Town):
    town.person("street_manager", town.street, "manager")
    worker = town.person("grid_worker", town.community, "worker")
    relative = town.relative("daughter", town.mother, "location")
    manager = town.login("manager")
    body = {"role": "volunteer", "place_id": town.street}
    answer = manager.call("PATCH", f"/v1/people/{relative}", body)
    assert answer.status_code == 403
    answer = manager.call("PATCH", f"/v1/people/{worker}", {"role": "family"})
    assert answer.status_code == 403
    manager.ok("PATCH", f"/v1/people/{worker}", {"role": "volunteer"})
    manager.ok("PATCH", f"/v1/people/{relative}", {"role": "family", "name": "王芳"})
    assert town.admin.ok("GET", f"/v1/people/{relative}")["role"] == "family"


def test_a_manager_keeps_relatives_of_their_own_seniors_only(town: Town):
    town.person("street_manager", town.street, "manager")
    manager = town.login("manager")
    both = town.relative("daughter", town.mother, "status")
    link = {"person_id": both, "relation": "侄女", "scopes": ["status"]}
    town.admin.ok("POST", f"/v1/seniors/{town.stranger}/family", link)
    own = town.relative("son", town.mother, "status")
    for method, body in (("PATCH", {"name": "x"}), ("DELETE", None)):
        answer = manager.call(method, f"/v1/people/{both}", body)
        assert answer.status_code == 403
        assert "administrator" in answer.json()["detail"]
        manager.ok(method, f"/v1/people/{own}", body)
    town.admin.ok("DELETE", f"/v1/people/{both}")
