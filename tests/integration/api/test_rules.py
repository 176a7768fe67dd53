"""Rules through the API: who may, what is refused and how, what was and is in force."""

from typing import Any

import psycopg
import pytest

from api.schemas import rules as schemas
from core.registry.rulebook import keep_versions
from core.rules.book import SHIPPED, resolve
from tests.support.api import Login, Town

pytestmark = pytest.mark.db
WARNING = {"heart_rate_high": {"warning": 120}}


def toml(login: Login, method: str, path: str, text: str) -> Any:
    return login.client.request(
        method,
        path,
        content=text.encode(),
        headers={**login.headers, "Content-Type": "application/toml"},
    )


def effective(login: Login, senior: str, name: str) -> tuple[float, str]:
    found = login.ok("GET", f"/v1/seniors/{senior}/rules/effective")
    schemas.EffectiveRules.model_validate(found)
    (figure,) = (one for one in found["figures"] if one["name"] == name)
    return figure["value"], figure["origin"]["scope"]


def test_rules_are_set_shown_and_withdrawn(town: Town) -> None:
    admin = town.admin
    empty = schemas.Rules.model_validate(admin.ok("GET", "/v1/rules"))
    assert (empty.revision, empty.rules) == (None, {})
    text = "# for winter\n[heart_rate_high]\nwarning = 120 # bpm\n"
    shown = toml(admin, "PUT", "/v1/rules?note=winter", text).json()
    schemas.Rules.model_validate(shown)
    assert shown["rules"] == WARNING
    assert (shown["body"], shown["format"], shown["note"]) == (text, "toml", "winter")
    assert shown["set_by"]["name"] == "Administrator"
    assert effective(admin, town.mother, "heart_rate_high.warning") == (120, "service")
    place = f"/v1/places/{town.community}/rules"
    admin.ok("PUT", place, {"heart_rate_high": {"warning": 125, "enabled": True}})
    senior = f"/v1/seniors/{town.mother}/rules"
    admin.ok("PUT", senior, {"heart_rate_high": {"margin": 3}})
    name = "heart_rate_high.warning"
    assert effective(admin, town.mother, name) == (125, "place")
    assert effective(admin, town.stranger, name) == (120, "service")
    assert effective(admin, town.mother, "heart_rate_high.margin") == (3, "senior")
    limits = {"heart_rate_high": {"warning": 128}}
    admin.ok("PUT", f"/v1/seniors/{town.mother}/thresholds", limits)
    assert effective(admin, town.mother, name) == (128, "thresholds")
    gone = admin.ok("DELETE", place)
    assert (gone["rules"], gone["body"]) == ({}, None)
    assert admin.call("DELETE", place).status_code == 404


def test_rules_come_back_as_the_file_that_was_given(town: Town) -> None:
    admin = town.admin
    admin.ok("PUT", "/v1/rules", {"spo2_low": {"readings": 4}})
    headers = admin.headers | {"Accept": "application/toml"}
    found = admin.client.get("/v1/rules", headers=headers)
    assert found.headers["content-type"].startswith("application/toml")
    assert "[spo2_low]\nreadings = 4  # readings: " in found.text
    text = "[spo2_low]\nreadings = 5"
    assert toml(admin, "PUT", "/v1/rules", text).is_success
    assert admin.client.get("/v1/rules", headers=headers).text == text
    senior = f"/v1/seniors/{town.mother}/rules"
    assert admin.client.get(senior, headers=headers).text == ""


def test_a_bad_rule_is_refused_with_line_key_and_reason(town: Town) -> None:
    text = "[heart_rate_high]\nwarning = 90\n\n[spo2]\nwarning = 1\n"
    answer = toml(town.admin, "PUT", "/v1/rules", text)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["errors"] == [
        {
            "line": 2,
            "field": "heart_rate_high.warning",
            "reason": "90 is outside 100 to 150 1/min",
        },
        {
            "line": 4,
            "field": "spo2",
            "reason": "unknown section, did you mean spo2_low?",
        },
    ]
    assert town.admin.ok("GET", "/v1/rules")["revision"] is None
    for body in ([], "x", {"sos": {"enabled": False}}, {"fall": {"enabled": False}}):
        assert town.admin.call("PUT", "/v1/rules", body).status_code == 422
    client, headers = town.admin.client, town.admin.headers
    for content, kind in (
        (b"{", "application/json"),
        (b"\xff", "application/toml"),
        (b"[a", "application/toml"),
        (b"1", "text/plain"),
    ):
        sent = headers | {"Content-Type": kind}
        answer = client.put("/v1/rules", content=content, headers=sent)
        assert answer.status_code == 422, content


def test_a_check_stores_nothing_and_says_what_would_change(town: Town) -> None:
    found = town.admin.ok("POST", f"/v1/rules/check?place_id={town.street}", WARNING)
    schemas.RuleCheck.model_validate(found)
    change = {"name": "heart_rate_high.warning", "before": None, "after": 120}
    assert found == {"changes": [change], "seniors": 1}
    assert town.admin.ok("GET", "/v1/rules/history")["items"] == []
    both = f"place_id={town.street}&senior_id={town.mother}"
    assert town.admin.call("POST", f"/v1/rules/check?{both}", {}).status_code == 422
    bad = {"spo2_low": {"warning": 1}}
    assert town.admin.call("POST", "/v1/rules/check", bad).status_code == 422


def test_history_leads_back(town: Town) -> None:
    admin = town.admin
    first = admin.ok("PUT", "/v1/rules", WARNING)["revision"]
    admin.ok("PUT", "/v1/rules", {"heart_rate_high": {"warning": 130}})
    admin.ok("PUT", f"/v1/places/{town.street}/rules", {"spo2_low": {"margin": 2}})
    back = admin.ok("POST", f"/v1/rules/history/{first}/revert")
    assert back["rules"] == WARNING
    assert back["note"] == f"back to revision {first}"
    found = admin.ok("GET", "/v1/rules/history?limit=3")
    schemas.RuleHistory.model_validate(found)
    assert [one["revision"] for one in found["items"]] == [4, 3, 2]
    assert [one["in_force"] for one in found["items"]] == [True, True, False]
    assert found["items"][0]["changes"] == [
        {"name": "heart_rate_high.warning", "before": 130, "after": 120}
    ]
    rest = admin.ok("GET", f"/v1/rules/history?cursor={found['next_cursor']}")
    assert [one["revision"] for one in rest["items"]] == [1]
    of_place = admin.ok("GET", f"/v1/rules/history?place_id={town.street}")
    assert [one["revision"] for one in of_place["items"]] == [3]
    assert admin.call("POST", "/v1/rules/history/99/revert").status_code == 404
    actions = [one["action"] for one in admin.ok("GET", "/v1/audit")["items"]]
    assert actions.count("rules.set") == 3
    assert actions.count("rules.revert") == 1


def test_who_may(town: Town) -> None:
    town.person("street_manager", town.street, "manager")
    town.person("grid_worker", town.community, "worker")
    town.relative("daughter", town.mother, "status", "vitals", "alerts")
    manager, worker, family = map(town.login, ("manager", "worker", "daughter"))
    service = town.admin.ok("PUT", "/v1/rules", WARNING)["revision"]
    far = town.admin.ok("PUT", f"/v1/places/{town.other_street}/rules", WARNING)
    mine = [
        f"/v1/places/{town.street}/rules",
        f"/v1/places/{town.building}/rules",
        f"/v1/seniors/{town.mother}/rules",
    ]
    others = [
        f"/v1/places/{town.district}/rules",
        f"/v1/places/{town.other_street}/rules",
        f"/v1/seniors/{town.stranger}/rules",
    ]
    for path in mine:
        assert manager.call("PUT", path, WARNING).status_code == 200
        assert manager.call("GET", path).status_code == 200
        assert manager.call("DELETE", path).status_code == 200
        assert worker.call("PUT", path, WARNING).status_code in {403, 404}
    for path in others:
        for method in ("GET", "PUT", "DELETE"):
            body = WARNING if method == "PUT" else None
            assert manager.call(method, path, body).status_code == 404
            assert family.call(method, path, body).status_code == 404
    assert manager.call("GET", "/v1/rules").status_code == 200
    assert manager.call("PUT", "/v1/rules", WARNING).status_code == 403
    assert manager.call("DELETE", "/v1/rules").status_code == 403
    revert = "/v1/rules/history/{}/revert"
    assert manager.call("POST", revert.format(service)).status_code == 403
    assert manager.call("POST", revert.format(far["revision"])).status_code == 404
    assert worker.call("POST", revert.format(service)).status_code == 403
    seen = manager.ok("GET", "/v1/rules/history")["items"]
    assert far["revision"] not in {one["revision"] for one in seen}
    for path in ("/v1/rules", "/v1/rules/history", mine[2]):
        assert family.call("GET", path).status_code == 403
        assert worker.call("GET", path).status_code == 403
    whole = "/v1/seniors/{}/rules/effective"
    assert worker.call("GET", whole.format(town.mother)).status_code == 200
    assert worker.call("GET", whole.format(town.stranger)).status_code == 404
    assert family.call("GET", whole.format(town.mother)).status_code == 403
    assert town.admin.client.get("/v1/rules").status_code == 401


def test_limits_and_cards_are_checked_against_the_rules_in_force(town: Town) -> None:
    admin, mother = town.admin, f"/v1/seniors/{town.mother}"
    admin.ok("PUT", f"{mother}/thresholds", {"spo2_low": {"critical": 91}})
    rules = {"spo2_low": {"warning": 91, "critical": 90}}
    refused = admin.call("PUT", "/v1/rules", rules)
    assert refused.status_code == 422
    assert town.mother in refused.text
    admin.ok("PUT", f"/v1/places/{town.other_street}/rules", rules)
    moved = {"place_id": town.other_building}
    assert admin.call("PATCH", mother, moved).status_code == 422
    assert admin.call("PATCH", mother, {"conditions": ["copd"]}).status_code == 422
    admin.ok("PUT", f"{mother}/thresholds", {})
    admin.ok("PATCH", mother, moved)
    limits = {"spo2_low": {"critical": 91}}
    assert admin.call("PUT", f"{mother}/thresholds", limits).status_code == 422


def test_a_moved_place_is_noted_for_ingest(
    town: Town, conn: psycopg.Connection
) -> None:
    path = f"/v1/places/{town.community}"
    town.admin.ok("PATCH", path, {"parent_id": town.other_street})
    noted = conn.execute("SELECT wristband_key FROM registry_change").fetchall()
    assert noted == [(0,)]


def test_what_a_rule_version_stood_for_can_be_looked_up(
    town: Town, conn: psycopg.Connection
) -> None:
    used = resolve(SHIPPED)
    path = f"/v1/rules/versions/{used.version}"
    assert town.admin.call("GET", path).status_code == 404
    row = conn.execute("SELECT now()").fetchone()
    assert row is not None
    keep_versions(conn, [used], row[0])
    conn.commit()
    found = town.admin.ok("GET", path)
    schemas.RuleVersion.model_validate(found)
    assert found["figures"]["spo2_low.warning"] == 94
    town.relative("daughter", town.mother, "alerts")
    assert town.login("daughter").call("GET", path).status_code == 403
