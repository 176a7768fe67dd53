"""Coverage over the api: who is listed, why, for whose eyes, page by page."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.support.api import Login, Town

pytestmark = pytest.mark.db


def soon(**more: float) -> str:
    return (datetime.now(UTC) + timedelta(**more)).isoformat()


def phone(town: Town, person_id: str) -> str:
    body = {"kind": "push", "url": "json://127.0.0.1:1/hook", "verified": True}
    return town.admin.ok("POST", f"/v1/people/{person_id}/contacts", body)["id"]


def lacking(login: Login, query: str = "") -> dict[str, Any]:
    """Each listed senior's item by id."""
    items = login.ok("GET", f"/v1/coverage{query}")["items"]
    return {item["senior_id"]: item for item in items}


def test_a_senior_is_listed_until_somebody_can_be_reached(town: Town):
    found = lacking(town.admin)
    assert set(found) == {town.mother, town.stranger}
    assert found[town.mother]["cause"] == "no_one_assigned"
    assert found[town.mother]["place"][-1] == "1号楼"
    head = town.person("building_head", town.building, "head")
    assert lacking(town.admin)[town.mother]["cause"] == "no_verified_contact"
    assert lacking(town.admin)[town.mother]["people"][0]["name"] == "head"
    contact = phone(town, head)
    assert set(lacking(town.admin)) == {town.stranger}
    shift = {"person_id": head, "place_id": town.building}
    shift |= {"starts_at": soon(hours=1), "ends_at": soon(hours=2)}
    made = town.admin.ok("POST", "/v1/shifts", shift)
    assert lacking(town.admin)[town.mother]["cause"] == "off_shift"
    town.admin.ok("PATCH", f"/v1/shifts/{made['id']}", {"starts_at": soon(hours=-1)})
    assert set(lacking(town.admin)) == {town.stranger}
    town.admin.ok("DELETE", f"/v1/shifts/{made['id']}")
    assert set(lacking(town.admin)) == {town.stranger}
    town.admin.ok("DELETE", f"/v1/people/{head}/contacts/{contact}")
    assert set(lacking(town.admin)) == {town.mother, town.stranger}


def test_family_is_counted_and_is_no_responder(town: Town):
    phone(town, town.relative("daughter", town.mother, "status", "alerts"))
    phone(town, town.relative("son", town.mother, "status"))
    assert lacking(town.admin)[town.mother]["family_reachable"] == 1


def test_managers_see_their_own_places_others_nothing(town: Town):
    for role, place in (
        ("street_manager", town.street),
        ("grid_worker", town.community),
    ):
        town.person(role, place, role)
    town.relative("daughter", town.mother, "status", "vitals", "location", "alerts")
    manager = town.login("street_manager")
    assert set(lacking(manager)) == {town.mother}
    assert set(lacking(manager, f"?place_id={town.compound}")) == {town.mother}
    other = f"/v1/coverage?place_id={town.other_street}"
    assert manager.call("GET", other).status_code == 404
    for username in ("grid_worker", "daughter"):
        assert town.login(username).call("GET", "/v1/coverage").status_code == 403


def test_help_from_above_only_is_listed_when_asked_for(town: Town):
    phone(town, town.person("street_manager", town.street, "manager"))
    assert set(lacking(town.admin)) == {town.stranger}
    found = lacking(town.admin, "?near=true")
    assert found[town.mother]["reach"] == "above"
    whole = town.admin.ok("GET", "/v1/coverage")
    assert (whole["seniors"], whole["uncovered"], whole["only_from_above"]) == (2, 1, 1)


def test_gaps_of_the_coming_days_are_spans(town: Town):
    head = town.person("building_head", town.building, "head")
    phone(town, head)
    starts = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=2)
    shift = {"person_id": head, "place_id": town.building, "rrule": "FREQ=DAILY"}
    shift |= {"starts_at": starts.isoformat()}
    shift |= {"ends_at": (starts + timedelta(hours=10)).isoformat()}
    town.admin.ok("POST", "/v1/shifts", shift)
    whole = town.admin.ok("GET", f"/v1/coverage?place_id={town.street}")
    gaps = [
        (datetime.fromisoformat(gap["from"]), datetime.fromisoformat(gap["to"]))
        for gap in whole["gaps"]
    ]
    assert gaps[0][1] == starts
    assert (
        gaps[1:]
        == [
            (
                starts + timedelta(days=day, hours=10),
                min(
                    starts + timedelta(days=day + 1),
                    datetime.fromisoformat(whole["to"]),
                ),
            )
            for day in range(7)
        ][: len(gaps) - 1]
    )
    assert len(gaps) in {7, 8}
    assert {gap["cause"] for gap in whole["gaps"]} == {"off_shift"}
    assert (
        town.admin.call(
            "GET", f"/v1/coverage?to={soon(days=60).replace('+', '%2B')}"
        ).status_code
        == 422
    )


def test_pages_follow_each_other(town: Town):
    first = town.admin.ok("GET", "/v1/coverage?limit=1")
    assert len(first["items"]) == 1
    second = town.admin.ok("GET", f"/v1/coverage?limit=1&cursor={first['next_cursor']}")
    listed = {item["id"] for page in (first, second) for item in page["items"]}
    assert listed == {town.mother, town.stranger}
    assert second["next_cursor"] is None
    assert (bool(first["gaps"]), second["gaps"]) == (True, [])
