"""Who is on duty for another place sees and answers there, and keeps nothing there."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.api import Login, Town

pytestmark = pytest.mark.db


def soon(**more: float) -> str:
    return (datetime.now(UTC) + timedelta(**more)).isoformat()


def on_duty(town: Town, person: str, place: str, *hours: float) -> str:
    body = {"person_id": person, "place_id": place}
    body |= {"starts_at": soon(hours=hours[0]), "ends_at": soon(hours=hours[1])}
    return town.admin.ok("POST", "/v1/shifts", body)["id"]


def test_a_helper_sees_and_answers_while_on_duty(town: Town):
    helper = town.person("volunteer", town.other_street, "helper")
    alert = town.admin.ok("POST", "/v1/alerts", {"senior_id": town.mother})["id"]
    login = town.login("helper")
    paths = f"/v1/seniors/{town.mother}", f"/v1/alerts/{alert}"
    status = f"/v1/seniors/{town.mother}/status"
    for path in (*paths, status):
        assert login.call("GET", path).status_code == 404
    shift = on_duty(town, helper, town.community, -1, 1)
    for path in (*paths, status):
        assert login.call("GET", path).status_code == 200, path
    assert {one["id"] for one in login.ok("GET", "/v1/alerts")["items"]} == {alert}
    login.ok("POST", f"/v1/alerts/{alert}/acknowledge", {})
    seniors = {one["id"] for one in login.ok("GET", "/v1/seniors")["items"]}
    assert seniors == {town.mother, town.stranger}
    assert login.ok("GET", f"/v1/rota?place_id={town.community}")["places"]
    town.admin.ok("DELETE", f"/v1/shifts/{shift}")
    for path in (*paths, status):
        assert login.call("GET", path).status_code == 404


def test_duty_is_seen_from_an_hour_before_to_an_hour_after(
    town: Town, login: Callable[[str], Login]
):
    cases = {
        "early": (0.9, 9),
        "late": (-9, -0.9),
        "tooearly": (1.1, 9),
        "gone": (-9, -1.1),
    }
    seen: dict[str, int] = {}
    for username, hours in cases.items():
        person = town.person("volunteer", town.other_street, username)
        on_duty(town, person, town.building, *hours)
        answer = login(username).call("GET", f"/v1/seniors/{town.mother}")
        seen[username] = answer.status_code
    assert seen == {"early": 200, "late": 200, "tooearly": 404, "gone": 404}


def test_a_manager_on_duty_elsewhere_keeps_no_registry_there(town: Town):
    person = town.person("street_manager", town.other_street, "manager")
    on_duty(town, person, town.building, -1, 1)
    manager = town.login("manager")
    senior = f"/v1/seniors/{town.mother}"
    assert manager.call("GET", senior).status_code == 200
    assert manager.call("PATCH", senior, {"name": "x"}).status_code == 403
    assert manager.call("PUT", f"{senior}/thresholds", {}).status_code == 403
    assert manager.call("GET", f"/v1/places/{town.building}").status_code == 404
    own = f"/v1/seniors/{town.stranger}"
    assert manager.call("PATCH", own, {"name": "李大爷"}).status_code == 200
