"""A senior's card for whoever goes there, and the lists of those who need special care."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.support.api import Town

pytestmark = pytest.mark.db
CARD = {
    "medication_note": "二甲双胍，早晚各一片",
    "key_holder": {"name": "赵大妈", "phone": "029-8765 4321", "note": None},
    "hospital": "市第一医院",
    "language": "en",
}
HEALTH = ("medication_note", "hospital", "discharged_on")


def today(days: int = 0, years: int = 0) -> str:
    """A local day from now."""
    day = datetime.now(UTC).astimezone(ZoneInfo("Asia/Shanghai")).date()
    return str((day + timedelta(days=days)).replace(year=day.year + years))


def test_a_card_says_what_whoever_goes_there_should_know(town: Town):
    path = f"/v1/seniors/{town.mother}"
    bare = town.admin.ok("GET", path)
    assert {name: bare[name] for name in CARD} == dict.fromkeys(CARD) | {
        "language": "zh-CN"
    }
    body = CARD | {"discharged_on": today(-3)}
    shown = town.admin.ok("PATCH", path, body)
    assert {name: shown[name] for name in body} == body
    assert shown["flags"] == ["recently_in_hospital"]
    assert town.admin.ok("PATCH", path, {"lives_alone": True})["hospital"]
    other = town.senior("张", town.building, **body)
    assert (
        town.admin.ok("GET", f"/v1/seniors/{other}")["key_holder"]["name"] == "赵大妈"
    )
    holder = {"key_holder": {"name": "钱大爷"}}
    shown = town.admin.ok("PATCH", path, holder)
    assert shown["key_holder"] == {"name": "钱大爷", "phone": None, "note": None}
    cleared = {"clear": ["medication_note", "key_holder", "discharged_on"]}
    shown = town.admin.ok("PATCH", path, cleared)
    assert shown["medication_note"] is shown["key_holder"] is None
    assert (shown["flags"], shown["hospital"]) == (["lives_alone"], CARD["hospital"])
    for wrong in (
        {"language": "fr"},
        {"discharged_on": today(3)},
        {"key_holder": {"phone": "1234567"}},
        {"key_holder": {"name": "x", "phone": "ring the bell"}},
        {"clear": ["name"]},
        {"clear": ["hospital"], "hospital": "x"},
    ):
        assert town.admin.call("PATCH", path, wrong).status_code == 422, wrong


def test_who_reads_what_of_it(town: Town):
    path = f"/v1/seniors/{town.mother}"
    town.admin.ok("PATCH", path, CARD | {"discharged_on": today(-3)})
    town.relative("daughter", town.mother, "status", "alerts")
    town.relative("son", town.mother, "vitals")
    town.relative("niece", town.mother, "location")
    town.person("volunteer", town.building, "neighbour")
    seen: dict[str, Any] = {}
    for name in ("daughter", "son", "niece", "neighbour"):
        login = town.login(name)
        card = seen[name] = login.ok("GET", path)
        assert login.ok("GET", "/v1/seniors")["items"] == [card]
    told = {name: [bool(card[key]) for key in HEALTH] for name, card in seen.items()}
    assert told == {
        "daughter": [False] * 3,
        "son": [True] * 3,
        "niece": [False] * 3,
        "neighbour": [True] * 3,
    }
    holders = {name for name, card in seen.items() if card["key_holder"]}
    assert holders == {"niece", "neighbour"}
    assert "recently_in_hospital" not in seen["daughter"]["flags"]
    audited = str(town.admin.ok("GET", "/v1/audit")["items"])
    assert "赵大妈" not in audited
    assert "二甲双胍" not in audited


def test_special_care_lists_and_their_counts(town: Town):
    admin = town.admin
    young = "1960-01-01"
    people = {
        "alone": {"lives_alone": True},
        "eighty": {"birth_date": today(years=-80)},
        "nearly": {"birth_date": today(days=1, years=-80)},
        "forgetful": {"conditions": ["copd", "dementia"]},
        "out": {"discharged_on": today(-30)},
        "long out": {"discharged_on": today(-31)},
        "frail": {"risk": "high", "lives_alone": True},
        "private": {"risk": "high", "health_consent": False},
        "fine": {},
    }
    for senior in (town.mother, town.stranger):
        admin.ok("PATCH", f"/v1/seniors/{senior}", {"birth_date": young})
    for name, more in people.items():
        town.senior(name, town.building, **{"birth_date": young} | more)
    town.senior("elsewhere", town.other_building, birth_date=young, lives_alone=True)
    expected = {
        "living_alone": {"alone", "frail"},
        "over_80": {"eighty"},
        "dementia": {"forgetful"},
        "recently_in_hospital": {"out"},
        "high_risk": {"frail"},
        "special_care": {"alone", "eighty", "forgetful", "out", "frail"},
    }
    town.person("community_manager", town.community, "manager")
    manager = town.login("manager")
    for name, members in expected.items():
        path = f"/v1/seniors?list={name}"
        answer = manager.ok("GET", path)
        assert {one["name"] for one in answer["items"]} == members, name
        assert answer["counts"] == {k: len(v) for k, v in expected.items()}
        near = admin.ok("GET", f"{path}&place_id={town.compound}")
        assert [one["id"] for one in near["items"]] == [
            one["id"] for one in answer["items"]
        ]
    everywhere = admin.ok("GET", "/v1/seniors?list=living_alone&limit=2")
    assert everywhere["counts"]["living_alone"] == 3
    rest = admin.ok(
        "GET",
        f"/v1/seniors?list=living_alone&limit=2&cursor={everywhere['next_cursor']}",
    )
    assert ([one["name"] for one in rest["items"]], "counts" in rest) == (
        ["elsewhere"],
        False,
    )
    assert "counts" not in admin.ok("GET", "/v1/seniors")
    assert admin.call("GET", "/v1/seniors?list=rich").status_code == 422
    town.relative("daughter", town.mother, "status", "vitals")
    told = town.login("daughter").call("GET", "/v1/seniors?list=over_80")
    assert told.status_code == 403
