"""Alerts by REST: raised, listed, stepped through, and who may do what."""

import pytest

from tests.support.api import Login, Town

pytestmark = pytest.mark.db


@pytest.fixture
def worker(town: Town) -> Login:
    town.person("grid_worker", town.compound, "wang")
    return town.login("wang")


@pytest.fixture
def daughter(town: Town) -> Login:
    town.relative("daughter", town.mother, "status", "vitals", "location", "alerts")
    return town.login("daughter")


def raised(who: Login, senior_id: str, **more: str) -> dict:
    return who.ok("POST", "/v1/alerts", {"senior_id": senior_id, **more})


def test_an_alert_by_hand_has_the_contracts_form(town: Town, worker: Login) -> None:
    alert = raised(worker, town.mother, note="敲门不应")
    assert set(alert) == {
        "id", "senior", "place", "kind", "severity", "status", "drill", "observed_at",
        "opened_at", "delay_s", "summary", "advice", "evidence", "rule_version",
        "outcome", "owner", "family_with", "timeline",
    }  # fmt: skip
    assert alert["senior"] == {"id": town.mother, "name": "王秀英"}
    assert alert["place"] == ["新城区", "一街道", "甲社区", "和平小区", "1号楼"]
    assert (alert["kind"], alert["severity"], alert["status"]) == (
        "sos",
        "critical",
        "open",
    )
    assert alert["delay_s"] == 0
    assert alert["summary"] == "紧急呼救（人工发起）"
    assert alert["opened_at"].endswith("Z")
    first = alert["timeline"][0]
    assert first["event"] == "opened"
    assert first["actor"]["name"] == "wang"
    assert first["detail"]["note"] == "敲门不应"
    assert worker.ok("GET", f"/v1/alerts/{alert['id']}") == alert


def test_steps_lead_from_open_to_resolved(town: Town, worker: Login) -> None:
    alert = f"/v1/alerts/{raised(worker, town.mother)['id']}"
    for step, status in [
        ("acknowledge", "acknowledged"),
        ("depart", "en_route"),
        ("arrive", "on_scene"),
    ]:
        assert worker.ok("POST", f"{alert}/{step}", {})["status"] == status
    assert worker.call("POST", f"{alert}/resolve", {}).status_code == 422
    cleared = worker.call("POST", f"{alert}/resolve", {"outcome": "cleared"})
    assert cleared.status_code == 422
    body = {"outcome": "helped", "note": "扶起来了"}
    resolved = worker.ok("POST", f"{alert}/resolve", body)
    assert (resolved["status"], resolved["outcome"]) == ("resolved", "helped")
    assert [line["event"] for line in resolved["timeline"]] == [
        "opened",
        "acknowledged",
        "departed",
        "arrived",
        "resolved",
    ]
    assert worker.call("POST", f"{alert}/note", {"note": "x"}).status_code == 409
    assert worker.ok("POST", f"{alert}/reopen")["status"] == "open"


def test_family_acknowledges_without_moving_the_alert(
    town: Town, worker: Login, daughter: Login
) -> None:
    alert = f"/v1/alerts/{raised(worker, town.mother)['id']}"
    after = daughter.ok("POST", f"{alert}/acknowledge", {"note": "我在路上"})
    assert after["status"] == "open"
    assert after["timeline"][-1]["event"] == "family_acknowledged"
    for step in ("depart", "arrive", "reopen"):
        assert daughter.call("POST", f"{alert}/{step}", {}).status_code == 403
    body = {"outcome": "helped"}
    assert daughter.call("POST", f"{alert}/resolve", body).status_code == 403
    assert daughter.ok("POST", f"{alert}/note", {"note": "请带药"})
    assert daughter.ok("POST", f"{alert}/escalate")["status"] == "open"


def test_what_one_may_not_see_is_not_there(town: Town, worker: Login) -> None:
    admin = town.admin
    alert = f"/v1/alerts/{raised(admin, town.stranger)['id']}"
    town.relative("nephew", town.mother, "status")
    nephew = town.login("nephew")
    for who in (worker, nephew):
        assert who.call("GET", alert).status_code == 404
        assert who.call("POST", f"{alert}/acknowledge", {}).status_code == 404
        assert who.ok("GET", "/v1/alerts")["items"] == []
    body = {"senior_id": town.stranger}
    assert worker.call("POST", "/v1/alerts", body).status_code == 404
    body = {"senior_id": town.mother}
    assert nephew.call("POST", "/v1/alerts", body).status_code == 403
    assert worker.call("GET", "/v1/alerts/none").status_code == 422


def test_bodies_are_checked(town: Town, worker: Login) -> None:
    wrong: list[dict[str, object]] = [
        {},
        {"senior_id": "x"},
        {"senior_id": town.mother, "kind": "earthquake"},
        {"senior_id": town.mother, "colour": "red"},
    ]
    for body in wrong:
        assert worker.call("POST", "/v1/alerts", body).status_code == 422
    alert = f"/v1/alerts/{raised(worker, town.mother)['id']}"
    half = ({"latitude": 34.3}, {"longitude": 108.9})
    for body in (*half, {"latitude": 91}, {"latitude": "1"}, {"until": 1}):
        assert worker.call("POST", f"{alert}/note", body).status_code == 422


def test_the_list_filters_and_turns_pages(town: Town, worker: Login) -> None:
    raised(worker, town.mother, kind="sos")
    fall = raised(worker, town.mother, kind="fall")
    offline = raised(worker, town.mother, kind="offline")
    worker.ok("POST", f"/v1/alerts/{fall['id']}/resolve", {"outcome": "no_action"})
    raised(town.admin, town.stranger)

    def kinds(query: str) -> list[str]:
        return [
            alert["kind"] for alert in worker.ok("GET", f"/v1/alerts?{query}")["items"]
        ]

    assert kinds("") == ["offline", "fall", "sos"]
    assert kinds("status=open") == ["offline", "sos"]
    assert kinds("status=resolved") == ["fall"]
    assert kinds("kind=sos") == ["sos"]
    assert kinds("severity=warning") == ["offline"]
    assert kinds(f"place_id={town.compound}") == ["offline", "fall", "sos"]
    assert kinds(f"place_id={town.other_street}") == []
    assert kinds(f"senior_id={town.stranger}") == []
    assert kinds(f"from={offline['opened_at']}") == ["offline"]
    assert kinds(f"to={offline['opened_at']}") == ["fall", "sos"]
    first = worker.ok("GET", "/v1/alerts?limit=2")
    assert [alert["kind"] for alert in first["items"]] == ["offline", "fall"]
    rest = worker.ok("GET", f"/v1/alerts?limit=2&cursor={first['next_cursor']}")
    assert [alert["kind"] for alert in rest["items"]] == ["sos"]
    assert rest["next_cursor"] is None
    for query in ("status=x", "severity=x", "kind=x", "from=x", "cursor=x", "limit=0"):
        assert worker.call("GET", f"/v1/alerts?{query}").status_code == 422


def test_reads_and_steps_are_audited(town: Town, worker: Login) -> None:
    alert = raised(worker, town.mother)
    worker.ok("GET", f"/v1/alerts/{alert['id']}")
    worker.ok("POST", f"/v1/alerts/{alert['id']}/acknowledge", {})
    log = town.admin.ok("GET", "/v1/audit?limit=100")["items"]
    actions = {entry["action"] for entry in log}
    assert {"alert.raise", "alert.read", "alert.acknowledge"} <= actions
