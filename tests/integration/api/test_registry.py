"""The registry's calls: adding, reading, changing, archiving."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.support.api import HOME, PASSWORD, Town

pytestmark = pytest.mark.db


def soon(**span: float) -> str:
    """An instant from now on."""
    return (datetime.now(UTC) + timedelta(**span)).isoformat()


def test_a_place_shows_its_path_and_moves_with_what_lies_in_it(town: Town):
    place = town.admin.ok("GET", f"/v1/places/{town.building}")
    assert place["place"] == ["新城区", "一街道", "甲社区", "和平小区", "1号楼"]
    town.admin.ok(
        "PATCH", f"/v1/places/{town.community}", {"parent_id": town.other_street}
    )
    place = town.admin.ok("GET", f"/v1/places/{town.building}")
    assert place["place"] == ["新城区", "二街道", "甲社区", "和平小区", "1号楼"]
    answer = town.admin.call(
        "PATCH", f"/v1/places/{town.community}", {"parent_id": town.compound}
    )
    assert answer.status_code in {409, 422}


@pytest.mark.parametrize(
    ("level", "parent"),
    [
        ("street", "building"),
        ("street", "other_street"),
        ("district", "street"),
        ("street", None),
    ],
)
def test_a_place_lies_in_one_of_a_higher_level(town: Town, level, parent):
    parent_id = getattr(town, parent) if parent else None
    body = {"name": "x", "level": level, "parent_id": parent_id}
    assert town.admin.call("POST", "/v1/places", body).status_code == 422


def test_a_place_in_use_is_not_archived(town: Town):
    for place in (town.street, town.building):
        assert town.admin.call("DELETE", f"/v1/places/{place}").status_code == 409
    empty = town.place("building", town.compound, "2号楼")
    town.admin.ok("DELETE", f"/v1/places/{empty}")
    assert town.admin.call("GET", f"/v1/places/{empty}").status_code == 404


def test_a_senior_has_a_card(town: Town):
    town.relative("daughter", town.mother, "status")
    card = town.admin.ok("GET", f"/v1/seniors/{town.mother}")
    assert card["name"] == "王秀英"
    assert card["age"] in {80, 81, 82, 83, 84}
    assert card["place"][-1] == "1号楼"
    assert card["home"] == HOME
    assert card["expected_interval_s"] == 300
    assert [c["relation"] for c in card["contacts"]] == ["女儿"]
    change = {"lives_alone": True, "risk": "high", "conditions": ["dementia"]}
    card = town.admin.ok("PATCH", f"/v1/seniors/{town.mother}", change)
    assert card["flags"] == ["lives_alone", "high_risk", "dementia"]
    assert card["name"] == "王秀英"


def test_a_wristband_is_provisioned_once_and_bound_and_archived(town: Town):
    admin = town.admin
    made = admin.ok("POST", "/v1/wristbands", {"device_id": "861", "model": "A1"})
    assert made["id"] == made["device_id"] == "861"
    assert len(made["password"]) >= 22
    again = admin.call("POST", "/v1/wristbands", {"device_id": "861"})
    assert again.status_code == 409
    binding = admin.ok("PUT", "/v1/wristbands/861/binding", {"senior_id": town.mother})
    assert binding["senior_id"] == town.mother
    shown = admin.ok("GET", "/v1/wristbands/861")
    assert shown["senior_id"] == town.mother
    assert "password" not in shown
    assert admin.call("DELETE", "/v1/wristbands/861").status_code == 409
    assert admin.call("DELETE", f"/v1/seniors/{town.mother}").status_code == 409
    admin.ok("DELETE", "/v1/wristbands/861/binding")
    admin.ok("DELETE", "/v1/wristbands/861/binding")
    admin.ok("DELETE", "/v1/wristbands/861")
    assert admin.call("GET", "/v1/wristbands/861").status_code == 404
    admin.ok("DELETE", f"/v1/seniors/{town.mother}")
    assert admin.call("GET", f"/v1/seniors/{town.mother}").status_code == 404
    renewed = admin.ok("POST", "/v1/wristbands", {"device_id": "861"})
    assert renewed["password"] != made["password"]


def test_a_revoked_wristband_cannot_be_worn(town: Town):
    town.admin.ok("POST", "/v1/wristbands", {"device_id": "861"})
    revoked = town.admin.ok("POST", "/v1/wristbands/861/revoke")
    assert revoked["revoked_at"]
    answer = town.admin.call(
        "PUT", "/v1/wristbands/861/binding", {"senior_id": town.mother}
    )
    assert answer.status_code == 409


@pytest.mark.parametrize(
    "device_id", ["a.b", "a*", ">", "", "x" * 65, "a/b", "é", "yinling-ingest"]
)
def test_no_other_device_id_is_provisioned(town: Town, device_id):
    answer = town.admin.call("POST", "/v1/wristbands", {"device_id": device_id})
    assert answer.status_code == 422


def test_a_relative_is_linked_and_unlinked(town: Town):
    town.relative("daughter", town.mother, "status", "alerts")
    daughter = town.login("daughter")
    assert [s["id"] for s in daughter.ok("GET", "/v1/seniors")["items"]] == [
        town.mother
    ]
    links = town.admin.ok("GET", f"/v1/seniors/{town.mother}/family")["items"]
    assert links[0]["scopes"] == ["alerts", "status"]
    assert links[0]["consent_at"]
    town.admin.ok("DELETE", f"/v1/seniors/{town.mother}/family/{links[0]['id']}")
    assert daughter.ok("GET", "/v1/seniors")["items"] == []
    assert daughter.call("GET", f"/v1/seniors/{town.mother}").status_code == 404


def test_a_card_hides_what_a_relative_has_no_scope_for(town: Town):
    town.relative("daughter", town.mother, "status")
    town.relative("son", town.mother, "vitals", "location")
    path = f"/v1/seniors/{town.mother}"
    card = town.login("daughter").ok("GET", path)
    assert (card["home"], card["conditions"], card["risk"]) == (None, None, None)
    card = town.login("son").ok("GET", path)
    assert (card["home"], card["conditions"], card["risk"]) == (HOME, [], "normal")


def test_geofences_are_checked_and_kept(town: Town):
    path = f"/v1/seniors/{town.mother}/geofences"
    shape = {"type": "circle", "radius": 500} | HOME
    body = {"name": "家", "shape": shape, "alert_on": "exit"}
    made = town.admin.ok("POST", path, body)
    assert (made["shape"], made["alert_on"]) == (shape, "exit")
    ring = [[108.9, 34.3], [108.95, 34.3], [108.95, 34.35], [108.9, 34.3]]
    polygon = {"type": "Polygon", "coordinates": [ring]}
    town.admin.ok("POST", path, {"name": "区", "shape": polygon, "alert_on": "enter"})
    assert len(town.admin.ok("GET", path)["items"]) == 2
    for wrong in (
        body | {"alert_on": "both"},
        body | {"shape": shape | {"radius": -1}},
        body | {"shape": {"type": "Polygon", "coordinates": [ring[:2]]}},
        body | {"colour": "red"},
        {"name": "x", "shape": shape},
    ):
        assert town.admin.call("POST", path, wrong).status_code == 422, wrong
    town.admin.ok("DELETE", f"{path}/{made['id']}")
    assert len(town.admin.ok("GET", path)["items"]) == 1


def test_thresholds_stay_within_the_corridor(town: Town):
    path = f"/v1/seniors/{town.mother}/thresholds"
    body = {"heart_rate_high": {"warning": 120, "critical": None}, "spo2_low": None}
    assert town.admin.ok("PUT", path, body) == {"heart_rate_high": {"warning": 120}}
    assert town.admin.ok("GET", path) == {"heart_rate_high": {"warning": 120}}
    for wrong in (
        {"heart_rate_high": {"warning": 300}},
        {"heart_rate_high": {"warning": 140, "critical": 115}},
        {"pulse": {"warning": 120}},
    ):
        assert town.admin.call("PUT", path, wrong).status_code == 422, wrong
    assert town.admin.ok("PUT", path, {}) == {}


def test_the_routine_is_replaced(town: Town):
    path = f"/v1/seniors/{town.mother}/routine"
    body = {"quiet_hours": [{"from": "12:30:00", "to": "14:00:00"}]}
    assert town.admin.ok("PUT", path, body) == body
    assert town.admin.ok("GET", path) == body
    for nothing in ({"quiet_hours": None}, {}):
        town.admin.ok("PUT", path, body)
        assert town.admin.ok("PUT", path, nothing) == {"quiet_hours": []}


def test_a_place_has_a_boundary(town: Town):
    path = f"/v1/places/{town.building}"
    ring = [[108.9, 34.3], [108.95, 34.3], [108.95, 34.35], [108.9, 34.3]]
    for shape, coordinates in (("Polygon", [ring]), ("MultiPolygon", [[ring]])):
        body = {"boundary": {"type": shape, "coordinates": coordinates}}
        assert town.admin.ok("PATCH", path, body)["boundary"] == body["boundary"]
    assert town.admin.ok("PATCH", path, {"boundary": None})["boundary"]
    body = {"name": "x", "level": "district"}
    for wrong in ({}, {"type": "Polygon", "coordinates": [ring[:2]]}, "here"):
        answer = town.admin.call("POST", "/v1/places", body | {"boundary": wrong})
        assert answer.status_code == 422, wrong


def test_an_absence_is_at_most_thirty_days(town: Town):
    town.relative("daughter", town.mother, "status", "alerts")
    town.relative("son", town.mother, "status")
    path = f"/v1/seniors/{town.mother}/absence"
    body = {"from": soon(hours=-1), "to": soon(days=29), "reason": "住院"}
    daughter = town.login("daughter")
    made = daughter.ok("POST", path, body)
    assert made["reason"] == "住院"
    assert town.login("son").call("POST", path, body).status_code == 403
    long = body | {"to": soon(days=31)}
    assert daughter.call("POST", path, long).status_code == 422
    backwards = body | {"to": soon(hours=-2)}
    assert daughter.call("POST", path, backwards).status_code == 422
    daughter.ok("DELETE", f"{path}/{made['id']}")
    ended = daughter.ok("GET", path)["items"][0]
    assert ended["to"] < soon()


def test_a_shift_is_of_a_responder_and_may_repeat(town: Town):
    worker = town.person("grid_worker", town.community, "worker")
    body = {"person_id": worker, "place_id": town.community, "ends_at": soon(hours=9)}
    body |= {"starts_at": soon(hours=1), "rrule": "FREQ=WEEKLY;BYDAY=MO,TU"}
    made = town.admin.ok("POST", "/v1/shifts", body)
    assert made["rrule"] == body["rrule"]
    path = f"/v1/shifts/{made['id']}"
    moved = town.admin.ok("PATCH", path, {"place_id": town.compound})
    assert (moved["place_id"], moved["person_id"]) == (town.compound, worker)
    for wrong in (
        {"rrule": "every day"},
        {"ends_at": soon(hours=-9)},
    ):
        assert town.admin.call("PATCH", path, wrong).status_code == 422, wrong
    relative = town.relative("daughter", town.mother, "status")
    wrong = body | {"person_id": relative}
    assert town.admin.call("POST", "/v1/shifts", wrong).status_code == 422
    town.admin.ok("DELETE", path)
    assert town.admin.call("GET", path).status_code == 404


def test_a_person_is_changed_and_leaves(town: Town):
    worker = town.person("grid_worker", town.community, "worker")
    path = f"/v1/people/{worker}"
    phone = {"phone": "029-8765 4321"}
    assert town.admin.ok("PATCH", path, phone)["phone"] == phone["phone"]
    assert town.admin.call("PATCH", path, {"phone": "ring me"}).status_code == 422
    shown = town.admin.ok("PATCH", path, {"name": "王网格员", "locale": "en"})
    assert (shown["name"], shown["locale"], shown["role"]) == (
        "王网格员",
        "en",
        "grid_worker",
    )
    assert "password" not in str(shown)
    old = town.login("worker")
    town.admin.ok("PATCH", path, {"password": PASSWORD})
    assert old.call("GET", "/v1/me").status_code == 401
    fresh = town.login("worker")
    town.admin.ok("DELETE", path)
    assert fresh.call("GET", "/v1/me").status_code == 401
    town.person("grid_worker", town.community, "worker")


def test_a_user_name_is_taken_once_whatever_its_case(town: Town):
    town.person("grid_worker", town.community, "worker")
    body = {"name": "x", "role": "grid_worker", "place_id": town.community}
    body |= {"username": "Worker", "password": PASSWORD}
    assert town.admin.call("POST", "/v1/people", body).status_code == 409
    other = town.person("grid_worker", town.community, "other")
    answer = town.admin.call("PATCH", f"/v1/people/{other}", {"username": "WORKER"})
    assert answer.status_code == 409


def test_the_last_administrator_stays(town: Town):
    me = town.admin.ok("GET", "/v1/me")["id"]
    assert town.admin.call("DELETE", f"/v1/people/{me}").status_code == 409
    answer = town.admin.call("PATCH", f"/v1/people/{me}", {"role": "family"})
    assert answer.status_code == 409


def test_lists_come_in_pages(town: Town):
    for number in range(5):
        town.place("building", town.compound, f"{number}栋")
    whole = town.admin.ok("GET", "/v1/places?limit=1000")
    assert whole["next_cursor"] is None
    names: list[str] = []
    cursor = ""
    while cursor is not None:
        page = town.admin.ok("GET", f"/v1/places?limit=3&cursor={cursor}")
        assert len(page["items"]) <= 3
        names += [item["name"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert names == [item["name"] for item in whole["items"]]
    for wrong in ("limit=0", "limit=1001", "cursor=x", "cursor=WzFd", "limit=many"):
        assert town.admin.call("GET", f"/v1/places?{wrong}").status_code == 422, wrong
