"""Who may do what in the registry: every call by every role."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.support.api import HOME, Login, Town

pytestmark = [pytest.mark.db, pytest.mark.timeout(120)]

ROLES = ("nobody", "relative", "worker", "manager", "admin")
NO_ID = "018f0000-0000-7000-8000-000000000000"
AWAY = {"from": "2026-11-01T00:00:00Z", "to": "2026-11-09T00:00:00Z", "reason": "x"}
CIRCLE = {"type": "circle", "radius": 500} | HOME
LEAVE = {"place_id": "{community}", "remove_person_id": "{worker}"}
_SOON = datetime.now(UTC) + timedelta(days=1)
LEAVE |= {
    "starts_at": _SOON.isoformat(),
    "ends_at": (_SOON + timedelta(days=1)).isoformat(),
}
WORKED = {"working": True, "name": "x"}
FENCE = {"name": "家", "shape": CIRCLE, "alert_on": "exit"}

# The call, and what each of ROLES is answered.
MATRIX: list[tuple[str, str, Any, tuple[int, int, int, int, int]]] = [
    ("GET", "/v1/me", None, (401, 200, 200, 200, 200)),
    ("GET", "/v1/seniors", None, (401, 200, 200, 200, 200)),
    ("GET", "/v1/places", None, (401, 403, 403, 200, 200)),
    ("GET", "/v1/people", None, (401, 403, 403, 200, 200)),
    ("GET", "/v1/wristbands", None, (401, 403, 403, 200, 200)),
    ("GET", "/v1/shifts", None, (401, 403, 403, 200, 200)),
    ("GET", "/v1/rejected", None, (401, 403, 403, 403, 200)),
    ("GET", "/v1/audit", None, (401, 403, 403, 403, 200)),
    # what lies in the manager's street
    ("GET", "/v1/seniors/{mother}", None, (401, 200, 200, 200, 200)),
    ("PATCH", "/v1/seniors/{mother}", {"name": "王"}, (401, 403, 403, 200, 200)),
    ("GET", "/v1/places/{building}", None, (401, 404, 200, 200, 200)),
    ("PATCH", "/v1/places/{building}", {"name": "1"}, (401, 404, 403, 200, 200)),
    ("PATCH", "/v1/places/{community}", {"name": "甲"}, (401, 404, 403, 200, 200)),
    ("DELETE", "/v1/places/{community}", None, (401, 404, 403, 409, 409)),
    ("GET", "/v1/people/{worker}", None, (401, 404, 200, 200, 200)),
    ("PATCH", "/v1/people/{worker}", {"name": "w"}, (401, 404, 403, 200, 200)),
    ("GET", "/v1/people/{relative}", None, (401, 200, 404, 200, 200)),
    ("GET", "/v1/wristbands/861", None, (401, 404, 200, 200, 200)),
    ("PATCH", "/v1/wristbands/861", {"model": "B"}, (401, 404, 403, 200, 200)),
    ("DELETE", "/v1/wristbands/861", None, (401, 404, 403, 409, 409)),
    ("GET", "/v1/shifts/{shift}", None, (401, 404, 200, 200, 200)),
    ("PATCH", "/v1/shifts/{shift}", {}, (401, 404, 403, 200, 200)),
    ("GET", "/v1/coverage", None, (401, 403, 403, 200, 200)),
    ("GET", "/v1/rota", None, (401, 403, 200, 200, 422)),
    ("GET", "/v1/rota?place_id={building}", None, (401, 403, 200, 200, 200)),
    ("GET", "/v1/places/{building}/handover", None, (401, 404, 200, 200, 200)),
    ("GET", "/v1/overrides", None, (401, 200, 200, 200, 200)),
    ("POST", "/v1/overrides", LEAVE, (401, 403, 403, 201, 201)),
    ("GET", "/v1/swaps", None, (401, 200, 200, 200, 200)),
    ("GET", "/v1/holidays?year=2026", None, (401, 403, 200, 200, 200)),
    ("PUT", "/v1/holidays/2026-01-01", WORKED, (401, 403, 403, 403, 200)),
    ("POST", "/v1/people/{worker}/calendar", None, (401, 404, 201, 403, 403)),
    ("GET", "/v1/seniors/{mother}/family", None, (401, 403, 200, 200, 200)),
    ("GET", "/v1/seniors/{mother}/geofences", None, (401, 403, 200, 200, 200)),
    ("POST", "/v1/seniors/{mother}/geofences", FENCE, (401, 403, 403, 201, 201)),
    ("GET", "/v1/seniors/{mother}/thresholds", None, (401, 200, 200, 200, 200)),
    ("PUT", "/v1/seniors/{mother}/thresholds", {}, (401, 403, 403, 200, 200)),
    ("PUT", "/v1/seniors/{mother}/routine", {}, (401, 403, 403, 200, 200)),
    ("POST", "/v1/seniors/{mother}/absence", AWAY, (401, 201, 403, 201, 201)),
    # administrators' own
    ("POST", "/v1/wristbands", {"device_id": "9"}, (401, 403, 403, 403, 201)),
    (
        "PUT",
        "/v1/wristbands/861/binding",
        {"senior_id": "{mother}"},
        (401, 404, 403, 403, 200),
    ),
    ("POST", "/v1/wristbands/862/revoke", None, (401, 404, 404, 404, 200)),
    ("DELETE", "/v1/wristbands/862/binding", None, (401, 404, 404, 404, 204)),
    (
        "POST",
        "/v1/seniors/{mother}/family",
        {"person_id": "{relative}", "relation": "x", "scopes": ["status"]},
        (401, 403, 403, 403, 409),
    ),
    # invitations, special care, what was worn, what changes hands
    ("GET", "/v1/seniors?list=special_care", None, (401, 403, 200, 200, 200)),
    ("GET", "/v1/seniors/{mother}/wristbands", None, (401, 200, 200, 200, 200)),
    ("GET", "/v1/seniors/{stranger}/wristbands", None, (401, 404, 404, 404, 200)),
    ("GET", "/v1/wristbands/861/bindings", None, (401, 404, 200, 200, 200)),
    ("GET", "/v1/wristbands/863/bindings", None, (401, 404, 404, 404, 200)),
    (
        "POST",
        "/v1/wristbands/861/replace",
        {"device_id": "861", "reason": "x"},
        (401, 404, 403, 403, 422),
    ),
    ("POST", "/v1/wristbands/862/return", {"reason": "x"}, (401, 404, 404, 404, 200)),
    ("POST", "/v1/wristbands/863/password", None, (401, 404, 404, 404, 201)),
    ("POST", "/v1/people/{worker}/invitation", None, (401, 404, 403, 403, 201)),
    ("DELETE", "/v1/people/{worker}/invitation", None, (401, 404, 403, 204, 204)),
    ("POST", "/v1/people/{relative}/invitation", None, (401, 403, 404, 403, 201)),
    # what does not: another street's
    ("GET", "/v1/seniors/{stranger}", None, (401, 404, 404, 404, 200)),
    ("PATCH", "/v1/seniors/{stranger}", {}, (401, 404, 404, 404, 200)),
    ("DELETE", "/v1/seniors/{stranger}", None, (401, 404, 404, 404, 409)),
    ("GET", "/v1/places/{other_building}", None, (401, 404, 404, 404, 200)),
    ("PATCH", "/v1/places/{district}", {}, (401, 404, 404, 404, 200)),
    ("GET", "/v1/wristbands/863", None, (401, 404, 404, 404, 200)),
    ("PUT", "/v1/seniors/{stranger}/thresholds", {}, (401, 404, 404, 404, 200)),
    ("PUT", "/v1/seniors/{stranger}/routine", {}, (401, 404, 404, 404, 200)),
    ("POST", "/v1/seniors/{stranger}/geofences", FENCE, (401, 404, 404, 404, 201)),
    ("POST", "/v1/seniors/{stranger}/absence", AWAY, (401, 404, 404, 404, 201)),
    ("GET", f"/v1/seniors/{NO_ID}", None, (401, 404, 404, 404, 404)),
    ("GET", "/v1/wristbands/nobody", None, (401, 404, 404, 404, 404)),
    # contacts: one's own, and administrators'
    ("GET", "/v1/people/{worker}/contacts", None, (401, 404, 200, 403, 200)),
    (
        "POST",
        "/v1/people/{worker}/contacts",
        {"kind": "push", "url": "json://127.0.0.1:9/x"},
        (401, 404, 201, 403, 201),
    ),
    (
        "POST",
        "/v1/people/{worker}/contacts",
        {"kind": "push", "url": "json://127.0.0.1:9/x", "verified": True},
        (401, 404, 403, 403, 201),
    ),
]


def filled(value: Any, names: dict[str, str]) -> Any:
    """`value` with the names in braces replaced by ids."""
    if isinstance(value, str) and value.startswith(("{", "/")):
        return value.format_map(names)
    if isinstance(value, dict) and value not in (FENCE, AWAY):
        return {key: filled(item, names) for key, item in value.items()}
    return value


def inhabited(town: Town) -> dict[str, str]:
    """Add the people, wristbands and shift of the matrix; return all ids by name."""
    people = {
        "manager": town.person("street_manager", town.street, "manager"),
        "worker": town.person("grid_worker", town.community, "worker"),
        "relative": town.relative(
            "relative", town.mother, "status", "vitals", "alerts"
        ),
    }
    for device_id in ("861", "862", "863"):
        town.admin.ok("POST", "/v1/wristbands", {"device_id": device_id})
    for device_id, senior in (("861", town.mother), ("863", town.stranger)):
        body = {"senior_id": senior}
        town.admin.ok("PUT", f"/v1/wristbands/{device_id}/binding", body)
    shift = {"person_id": people["worker"], "place_id": town.community}
    shift |= {"starts_at": "2026-11-01T00:00:00Z", "ends_at": "2026-11-01T08:00:00Z"}
    made = town.admin.ok("POST", "/v1/shifts", shift)
    places = {name: value for name, value in vars(town).items() if name != "admin"}
    return places | people | {"shift": made["id"]}


def test_every_call_by_every_role(town: Town):
    names = inhabited(town)
    logins = {name: town.login(name) for name in ("relative", "worker", "manager")}
    logins |= {"admin": town.admin}
    wrong: list[str] = []
    for method, path, body, expected in MATRIX:
        for role, status in zip(ROLES, expected, strict=True):
            url, sent = filled(path, names), filled(body, names)
            login = logins.get(role)
            if login is None:
                answer = town.admin.client.request(method, url, json=sent)
            else:
                answer = login.call(method, url, sent)
            if answer.status_code != status:
                wrong.append(
                    f"{method} {path} by {role}: {answer.status_code}, not {status}"
                    f" {answer.text[:120]}"
                )
    assert not wrong, "\n".join(wrong)


def new_person(role: str, place_id: str | None, **more: str) -> dict[str, Any]:
    return {"name": "x", "role": role, "place_id": place_id} | more


def test_a_manager_adds_at_or_below_their_place_only(town: Town):
    town.person("street_manager", town.street, "manager")
    manager = town.login("manager")
    building = {"name": "2号楼", "level": "building", "parent_id": town.compound}
    manager.ok("POST", "/v1/places", building)
    elsewhere = building | {"parent_id": town.other_street}
    assert manager.call("POST", "/v1/places", elsewhere).status_code == 404
    district = {"name": "区", "level": "district"}
    assert manager.call("POST", "/v1/places", district).status_code == 403
    senior = {"name": "x", "birth_date": "1950-01-01", "sex": "male", "home": HOME}
    manager.ok("POST", "/v1/seniors", senior | {"place_id": town.building})
    for place, status in ((town.other_building, 404), (NO_ID, 404)):
        answer = manager.call("POST", "/v1/seniors", senior | {"place_id": place})
        assert answer.status_code == status
    moved = manager.call(
        "PATCH", f"/v1/seniors/{town.mother}", {"place_id": town.other_building}
    )
    assert moved.status_code == 404


def test_nobody_grants_a_role_above_their_own(town: Town):
    town.person("street_manager", town.street, "manager")
    boss = town.person("district_manager", town.street, "boss")
    manager = town.login("manager")
    worker = manager.ok("POST", "/v1/people", new_person("grid_worker", town.street))
    for role, place in (
        ("admin", town.street),
        ("district_manager", town.street),
        ("family", None),
    ):
        answer = manager.call("POST", "/v1/people", new_person(role, place))
        assert answer.status_code == 403, role
    for role in ("admin", "district_manager"):
        change = manager.call("PATCH", f"/v1/people/{worker['id']}", {"role": role})
        assert change.status_code == 403
    manager.ok("PATCH", f"/v1/people/{worker['id']}", {"role": "street_manager"})
    assert manager.call("PATCH", f"/v1/people/{boss}", {"name": "y"}).status_code == 403
    assert manager.call("DELETE", f"/v1/people/{boss}").status_code == 403
    me = manager.ok("GET", "/v1/me")["id"]
    answer = manager.call("PATCH", f"/v1/people/{me}", {"role": "admin"})
    assert answer.status_code == 403


def test_contacts_show_their_address_to_their_owner_only(town: Town):
    worker_id = town.person("grid_worker", town.community, "worker")
    worker = town.login("worker")
    path = f"/v1/people/{worker_id}/contacts"
    url = "json://127.0.0.1:9/secret-path"
    made = town.admin.ok("POST", path, {"kind": "push", "url": url, "verified": True})
    assert (made["kind"], made["url"], made["verified"]) == ("push", url, True)
    assert worker.ok("GET", path)["items"][0]["url"] == url
    assert "secret-path" not in town.admin.call("GET", path).text
    own = worker.ok("POST", path, {"kind": "push", "url": url})
    assert own["verified"] is False
    for wrong in ("json://10.0.0.1/x", "file:///etc/passwd", "gopher://x/y", ""):
        body = {"kind": "push", "url": wrong}
        assert worker.call("POST", path, body).status_code == 422, wrong
    worker.ok("DELETE", f"{path}/{made['id']}")
    assert len(worker.ok("GET", path)["items"]) == 1


def test_reads_by_administrators_and_changes_are_audited(town: Town):
    town.admin.ok("GET", f"/v1/seniors/{town.mother}")
    url = f"/v1/audit?senior_id={town.mother}"
    entries = town.admin.ok("GET", url)["items"]
    assert [entry["action"] for entry in entries] == ["senior.read", "senior.create"]
    assert entries[0]["actor"]["name"] == "Administrator"
    assert entries[0]["address"] == "127.0.0.1"
    town.admin.ok("GET", "/v1/me")
    entries = town.admin.ok("GET", url)["items"]
    assert [entry["action"] for entry in entries[:2]] == ["senior.read"] * 2
    page = town.admin.ok("GET", "/v1/audit?limit=2&action=place.create")
    assert len(page["items"]) == 2
    more = town.admin.ok(
        "GET", f"/v1/audit?action=place.create&cursor={page['next_cursor']}"
    )
    shown = [entry["id"] for entry in page["items"] + more["items"]]
    assert len(shown) == len(set(shown)) == 7


def test_a_roles_change_is_felt_by_tokens_in_hand(town: Town):
    worker = town.person("grid_worker", town.community, "worker")
    login: Login = town.login("worker")
    assert login.call("GET", "/v1/places").status_code == 403
    town.admin.ok("PATCH", f"/v1/people/{worker}", {"role": "community_manager"})
    login.ok("GET", "/v1/places")
