"""Escalation policies through the API: who may, what is refused, what is in force where."""

from typing import Any

import pytest

from api.schemas import policies as schemas
from tests.support.api import Login, Town

pytestmark = pytest.mark.db
FASTER = {"critical": {"repeat_s": 120}}


def toml(login: Login, method: str, path: str, text: str) -> Any:
    return login.client.request(
        method,
        path,
        content=text.encode(),
        headers={**login.headers, "Content-Type": "application/toml"},
    )


def contact(town: Town, person_id: str, kind: str = "push") -> None:
    body = {"kind": kind, "url": "json://127.0.0.1:1/hook", "verified": True}
    town.admin.ok("POST", f"/v1/people/{person_id}/contacts", body)


def test_policies_are_set_shown_and_withdrawn_by_place(town: Town) -> None:
    admin = town.admin
    empty = schemas.Policies.model_validate(admin.ok("GET", "/v1/policies"))
    assert (empty.revision, empty.policies) == (None, {})
    assert empty.in_force["critical"].origin.scope == "shipped"
    text = "[warning]\nhold = false # told at night too\n"
    shown = toml(admin, "PUT", "/v1/policies?note=summer", text).json()
    schemas.Policies.model_validate(shown)
    assert (shown["body"], shown["format"], shown["note"]) == (text, "toml", "summer")
    assert "hold" not in shown["policies"]["warning"]
    place = f"/v1/places/{town.community}/policy"
    of_place = admin.ok("PUT", place, FASTER)
    assert of_place["in_force"]["critical"]["origin"]["place_id"] == town.community
    assert of_place["in_force"]["warning"]["origin"]["scope"] == "service"
    below = admin.ok("GET", f"/v1/places/{town.building}/policy")
    assert below["revision"] is None
    assert below["in_force"]["critical"]["policy"]["repeat_s"] == 120
    aside = admin.ok("GET", f"/v1/places/{town.other_building}/policy")
    assert aside["in_force"]["critical"]["policy"]["repeat_s"] == 300
    headers = admin.headers | {"Accept": "application/toml"}
    again = admin.client.get(place, headers=headers).text
    assert "[critical]\nrepeat_s = 120\n" in again
    assert toml(admin, "PUT", place, again).json()["policies"] == of_place["policies"]
    assert admin.client.get("/v1/policies", headers=headers).text == text
    assert admin.ok("DELETE", place)["policies"] == {}
    assert admin.client.get(place, headers=headers).text == ""
    assert admin.call("DELETE", place).status_code == 404


def test_a_bad_policy_is_refused_with_line_key_and_reason(town: Town) -> None:
    text = "[critical]\nrepeat_s = 5\n\n[info]\nrepeat_s = 5\n"
    answer = toml(town.admin, "PUT", "/v1/policies", text)
    assert answer.status_code == 422
    assert answer.json()["errors"] == [
        {"line": 2, "field": "critical.repeat_s", "reason": "5 is outside 30 to 600 s"},
        {"line": 4, "field": "info", "reason": "unknown key"},
    ]
    assert town.admin.ok("GET", "/v1/policies")["revision"] is None


def test_nobody_is_named_who_cannot_be_told(town: Town) -> None:
    admin = town.admin
    worker = town.person("grid_worker", town.compound, "worker")
    relative = town.relative("daughter", town.mother, "alerts")
    gone = town.person("grid_worker", town.compound, "gone")
    for one in (relative, gone):
        contact(town, one)
    admin.ok("DELETE", f"/v1/people/{gone}")

    def refused(person: str) -> str:
        steps = admin.ok("GET", "/v1/policies")["in_force"]["critical"]["policy"][
            "steps"
        ]
        steps[0]["targets"].append({"who": "people", "people": [person]})
        answer = admin.call(
            "POST", "/v1/policies/check", {"critical": {"steps": steps}}
        )
        return answer.json()["errors"][0]["reason"] if answer.is_error else ""

    assert refused(worker) == f"{worker} has no verified contact"
    assert refused(gone) == f"{gone} is archived"
    assert (
        refused(relative) == f"{relative} is neither a responder nor an administrator"
    )
    assert refused(town.mother) == f"{town.mother} is nobody known"
    contact(town, worker)
    assert not refused(worker)


def test_a_check_stores_nothing_and_counts_who_goes_by_it(town: Town) -> None:
    admin = town.admin
    found = admin.ok("POST", f"/v1/policies/check?place_id={town.street}", FASTER)
    schemas.PolicyCheck.model_validate(found)
    assert found["seniors"] == 1
    assert {one["name"] for one in found["changes"]} >= {"critical.repeat_s"}
    assert admin.ok("GET", "/v1/policies/history")["items"] == []
    assert admin.ok("POST", "/v1/policies/check", FASTER)["seniors"] == 2
    admin.ok("PUT", f"/v1/places/{town.community}/policy", FASTER)
    assert admin.ok("POST", "/v1/policies/check", FASTER)["seniors"] == 1


def test_history_leads_back(town: Town) -> None:
    admin = town.admin
    first = admin.ok("PUT", "/v1/policies", FASTER)["revision"]
    admin.ok("PUT", "/v1/policies", {"critical": {"repeat_s": 60}})
    admin.ok("PUT", f"/v1/places/{town.street}/policy", FASTER)
    back = admin.ok("POST", f"/v1/policies/history/{first}/revert")
    assert back["policies"]["critical"]["repeat_s"] == 120
    found = admin.ok("GET", "/v1/policies/history?limit=3")
    schemas.PolicyHistory.model_validate(found)
    assert [one["revision"] for one in found["items"]] == [4, 3, 2]
    assert [one["in_force"] for one in found["items"]] == [True, True, False]
    assert found["items"][0]["changes"] == [
        {"name": "critical.repeat_s", "before": 60, "after": 120}
    ]
    rest = admin.ok("GET", f"/v1/policies/history?cursor={found['next_cursor']}")
    assert [one["revision"] for one in rest["items"]] == [1]
    of_place = admin.ok("GET", f"/v1/policies/history?place_id={town.street}")
    assert [one["revision"] for one in of_place["items"]] == [3]
    assert admin.call("POST", "/v1/policies/history/99/revert").status_code == 404
    actions = [one["action"] for one in admin.ok("GET", "/v1/audit")["items"]]
    assert actions.count("policies.set") == 3
    assert actions.count("policies.revert") == 1


def test_who_may(town: Town) -> None:
    town.person("street_manager", town.street, "manager")
    town.person("grid_worker", town.community, "worker")
    town.relative("daughter", town.mother, "status", "alerts")
    manager, worker, family = map(town.login, ("manager", "worker", "daughter"))
    place, far = (
        f"/v1/places/{one}/policy" for one in (town.street, town.other_street)
    )
    assert manager.call("PUT", place, FASTER).is_success
    assert manager.call("PUT", far, FASTER).status_code == 404
    assert manager.call("GET", "/v1/policies").is_success
    assert manager.call("PUT", "/v1/policies", FASTER).status_code == 403
    preview = f"/v1/seniors/{town.mother}/escalation"
    assert manager.call("GET", preview).is_success
    other = f"/v1/seniors/{town.stranger}/escalation"
    assert manager.call("GET", other).status_code == 404
    for login in (worker, family):
        assert login.call("GET", "/v1/policies").status_code == 403
        assert login.call("GET", preview).status_code == 403
    assert family.call("GET", "/v1/policies/versions/0-x").status_code == 403
    assert worker.call("GET", "/v1/policies/versions/0-x").status_code == 404


def test_a_preview_says_who_when_and_who_not(town: Town) -> None:
    for kind in ("push", "voice"):
        if kind == "push":
            head = town.person("building_head", town.building, "head")
        contact(town, head, kind)
    manager = town.person("street_manager", town.street, "street")
    contact(town, manager)
    silent = town.person("grid_worker", town.compound, "silent")
    path = f"/v1/seniors/{town.mother}/escalation?at=2026-11-22T02:00:00Z"
    found = town.admin.ok("GET", path)
    shown = schemas.EscalationPreview.model_validate(found)
    told = [(f"{one.at:%H:%M:%S}", one.level, one.people[0].id) for one in shown.steps]
    assert [(at, level, str(who)) for at, level, who in told] == [
        ("02:00:00", "first", head), ("02:01:00", "street", manager),
    ]  # fmt: skip
    kinds = [contact.kind for contact in shown.steps[0].people[0].contacts]
    assert sorted(kinds) == ["push", "voice"]
    assert (shown.ending, shown.every_s) == ("repeats", 300)
    left = {(str(one.id), one.why) for one in shown.left_out}
    assert left == {(silent, "no_verified_contact")}
    assert "json://" not in str(found)
    night = town.admin.ok(
        "GET",
        f"/v1/seniors/{town.mother}/escalation?severity=warning&at=2026-11-22T02:00:00%2B08:00",
    )
    assert night["steps"][0]["at"] == "2026-11-21T23:00:00Z"
    nobody = town.admin.ok("GET", f"/v1/seniors/{town.stranger}/escalation")
    assert nobody["ending"] == "alarm"
