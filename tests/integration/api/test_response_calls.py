"""Hand-over, calls for help, departments and follow-ups by REST: who may do what."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from api.schemas import response as schemas
from core.ids import new_id
from tests.support.api import Login, Town

pytestmark = pytest.mark.db
ALL = ("status", "vitals", "location", "alerts")


@pytest.fixture
def worker(town: Town) -> Login:
    town.person("grid_worker", town.compound, "wang")
    return town.login("wang")


@pytest.fixture
def zhao(town: Town) -> str:
    return town.person("grid_worker", town.compound, "zhao")


@pytest.fixture
def manager(town: Town) -> Login:
    town.person("street_manager", town.street, "manager")
    return town.login("manager")


@pytest.fixture
def stranger(town: Town) -> Login:
    town.person("grid_worker", town.other_street, "stranger")
    return town.login("stranger")


@pytest.fixture
def daughter(town: Town) -> Login:
    town.relative("daughter", town.mother, *ALL)
    return town.login("daughter")


@pytest.fixture
def alert(town: Town, worker: Login) -> str:
    body = {"senior_id": town.mother}
    return f"/v1/alerts/{worker.ok('POST', '/v1/alerts', body)['id']}"


def events(who: Login, alert: str) -> list[str]:
    return [line["event"] for line in who.ok("GET", alert)["timeline"]]


def test_an_owner_hands_over_and_stays_until_it_is_accepted(
    town: Town, worker: Login, zhao: str, alert: str
):
    other = town.login("zhao")
    ask = {"person_id": zhao, "note": "我要交班了"}
    assert worker.call("POST", f"{alert}/hand_over", ask).status_code == 409
    worker.ok("POST", f"{alert}/acknowledge")
    chain = worker.ok("GET", f"{alert}/responders")
    schemas.ResponderList.model_validate(chain)
    assert zhao in [one["person_id"] for one in chain["items"]]
    assert other.call("POST", f"{alert}/accept").status_code == 409
    asked = worker.ok("POST", f"{alert}/hand_over", ask)
    assert asked["owner"]["name"] == "wang"
    assert asked["timeline"][-1]["event"] == "hand_over_asked"
    assert asked["timeline"][-1]["detail"]["to"]["id"] == zhao
    again = worker.ok("POST", f"{alert}/hand_over", ask)
    assert len(again["timeline"]) == len(asked["timeline"])
    taken = other.ok("POST", f"{alert}/accept")
    assert taken["owner"] == {"id": zhao, "name": "zhao", "role": "grid_worker"}
    assert taken["timeline"][-1]["event"] == "handed_over"
    assert taken["timeline"][-1]["detail"]["from"]["name"] == "wang"
    assert other.ok("POST", f"{alert}/accept")["timeline"] == taken["timeline"]
    assert worker.call("POST", f"{alert}/hand_over", ask).status_code == 403


def test_acknowledging_accepts_and_declining_leaves_it(
    town: Town, worker: Login, zhao: str, manager: Login, alert: str
):
    other = town.login("zhao")
    worker.ok("POST", f"{alert}/acknowledge")
    worker.ok("POST", f"{alert}/depart")
    worker.ok("POST", f"{alert}/hand_over", {"person_id": zhao})
    left = other.ok("POST", f"{alert}/decline", {"note": "太远"})
    assert (left["owner"]["name"], left["status"]) == ("wang", "en_route")
    assert other.call("POST", f"{alert}/decline").status_code == 409
    manager.ok("POST", f"{alert}/hand_over", {"person_id": zhao})  # of another's
    taken = other.ok("POST", f"{alert}/acknowledge")
    assert (taken["owner"]["name"], taken["status"]) == ("zhao", "acknowledged")
    assert events(worker, alert)[-1] == "handed_over"


@pytest.mark.usefixtures("zhao")
def test_who_may_not_hand_over(
    town: Town, worker: Login, stranger: Login, daughter: Login, alert: str
):
    worker.ok("POST", f"{alert}/acknowledge")
    far = town.person("grid_worker", town.other_street, "far")
    relative = daughter.ok("GET", "/v1/me")["id"]
    mine = worker.ok("GET", "/v1/me")["id"]
    for person_id in (far, relative, mine, str(new_id())):
        wrong = worker.call("POST", f"{alert}/hand_over", {"person_id": person_id})
        assert wrong.status_code == 422
    body = {"person_id": mine}
    assert stranger.call("POST", f"{alert}/hand_over", body).status_code == 404
    assert daughter.call("POST", f"{alert}/hand_over", body).status_code == 403
    assert (
        town.login("zhao").call("POST", f"{alert}/hand_over", body).status_code == 403
    )  # neither owner nor manager
    for path in ("accept", "decline"):
        assert daughter.call("POST", f"{alert}/{path}").status_code == 403
        assert stranger.call("POST", f"{alert}/{path}").status_code == 404
    assert daughter.call("GET", f"{alert}/responders").status_code == 403


def test_a_call_to_120_shows_the_number_and_tells_no_machine(
    town: Town, worker: Login, conn: psycopg.Connection, alert: str
):
    made = worker.call("POST", f"{alert}/whistle", {"to": "hospital", "note": "胸痛"})
    assert made.status_code == 201
    request = made.json()
    schemas.Request.model_validate(request)
    assert (request["phone"], request["tel"]) == ("120", "tel:120")
    assert (request["to"], request["department"]) == ("hospital", None)
    assert request["status"] == "asked"
    again = worker.call("POST", f"{alert}/whistle", {"to": "hospital"})
    assert (again.status_code, again.json()["id"]) == (200, request["id"])
    path = f"/v1/requests/{request['id']}"
    said = {"called_at": "2026-11-22T02:04:00Z", "note": "10:04 打过 120，车已派"}
    rung = worker.ok("POST", path, said)
    assert (rung["status"], rung["called_at"]) == ("asked", said["called_at"])
    assert worker.ok("POST", path, {"status": "on_the_way"})["closed_at"] is None
    assert worker.call("POST", path, {"status": "accepted"}).status_code == 409
    done = worker.ok("POST", path, {"status": "done"})
    assert done["closed_at"]
    assert worker.ok("POST", path, {"status": "done"}) == done
    assert worker.call("POST", path, {"status": "declined"}).status_code == 409
    assert events(worker, alert)[-4:] == ["whistled"] + ["request_answered"] * 3
    told = conn.execute(
        "SELECT count(*) FROM message WHERE kind = 'whistle'"
    ).fetchone()
    assert told == (0,)
    log = town.admin.ok("GET", "/v1/audit?limit=100")["items"]
    assert {"alert.whistle", "request.answer"} <= {entry["action"] for entry in log}


def test_the_nearest_department_is_asked(
    town: Town, worker: Login, conn: psycopg.Connection, alert: str
):
    far = department(town, town.district, "property", "区物业")
    near = department(town, town.compound, "property", "和平物业", deadline_s=120)
    department(town, town.other_street, "property", "别处物业")
    contact = {"kind": "chat", "url": "json://127.0.0.1:9/p", "verified": True}
    phone = {"kind": "voice", "url": "json://127.0.0.1:9/v", "verified": True}
    for one in (contact, phone):
        town.admin.ok("POST", f"/v1/people/{near['person_id']}/contacts", one)
    request = worker.ok("POST", f"{alert}/whistle", {"to": "property"})
    assert request["department"] == {"id": near["id"], "name": "和平物业"}
    asked, due = (datetime.fromisoformat(request[n]) for n in ("asked_at", "due_at"))
    assert due - asked == timedelta(seconds=120)
    told = conn.execute(
        "SELECT contact.kind FROM notification"
        " JOIN message ON message.id = message_id AND message.kind = 'whistle'"
        " JOIN contact ON contact.id = contact_id"
    ).fetchall()
    assert told == [("chat",)]  # a voice contact is never rung by itself
    other = worker.ok("POST", f"{alert}/whistle", {"to": far["id"], "deadline_s": 60})
    assert other["department"]["name"] == "区物业"
    near_path = f"/v1/departments/{near['id']}"
    assert town.admin.call("DELETE", near_path).status_code == 409


def department(town: Town, place_id: str, kind: str, name: str, **more: Any) -> dict:
    body = {"place_id": place_id, "kind": kind, "name": name} | more
    return town.admin.ok("POST", "/v1/departments", body)


def test_whom_one_cannot_call(
    town: Town, worker: Login, stranger: Login, daughter: Login, alert: str
):
    elsewhere = department(town, town.other_street, "hospital", "别处医院")
    whistle = f"{alert}/whistle"
    assert worker.call("POST", whistle, {"to": "property"}).status_code == 422
    assert worker.call("POST", whistle, {"to": elsewhere["id"]}).status_code == 404
    assert worker.call("POST", whistle, {"to": "army"}).status_code == 422
    assert (
        worker.call("POST", whistle, {"to": "fire", "deadline_s": 5}).status_code == 422
    )
    assert stranger.call("POST", whistle, {"to": "fire"}).status_code == 404
    assert daughter.call("POST", whistle, {"to": "fire"}).status_code == 403
    request = worker.ok("POST", whistle, {"to": "fire"})
    path = f"/v1/requests/{request['id']}"
    for method, body in (("GET", None), ("POST", {"status": "done"})):
        assert stranger.call(method, path, body).status_code == 404
        assert daughter.call(method, path, body).status_code == 403
        assert worker.call(method, f"/v1/requests/{new_id()}", body).status_code == 404
    assert daughter.call("GET", "/v1/requests").status_code == 403
    assert stranger.ok("GET", "/v1/requests")["items"] == []
    for body in ({}, {"status": "asked"}, {"status": "withdrawn"}, {"x": 1}):
        assert worker.call("POST", path, body).status_code == 422
    worker.ok("POST", f"{alert}/resolve", {"outcome": "helped"})
    assert worker.call("POST", whistle, {"to": "fire"}).status_code == 409


def test_requests_are_listed_until_they_are_closed(
    town: Town, worker: Login, manager: Login, alert: str
):
    for to in ("level_up", "hospital", "police"):
        worker.ok("POST", f"{alert}/whistle", {"to": to})

    def listed(query: str, who: Login = manager) -> list[str]:
        answer = who.ok("GET", f"/v1/requests?{query}")
        schemas.RequestList.model_validate(answer)
        return [item["to"] for item in answer["items"]]

    assert listed("") == ["police", "hospital", "level_up"]
    assert listed("status=open&limit=2") == ["police", "hospital"]
    assert listed(f"place_id={town.other_street}", town.admin) == []
    assert listed("to=hospital") == ["hospital"]
    assert listed(f"alert_id={alert.rpartition('/')[2]}") == listed("")
    answered = manager.ok("POST", f"{alert}/acknowledge")
    assert answered["owner"]["name"] == "manager"
    assert listed("status=accepted") == ["level_up"]
    worker.ok("POST", f"{alert}/resolve", {"outcome": "hospital"})
    assert listed("status=open") == []
    assert listed("status=done") == ["level_up"]
    assert listed("status=withdrawn") == ["police", "hospital"]
    first = manager.ok("GET", "/v1/requests?limit=2")
    rest = manager.ok("GET", f"/v1/requests?limit=2&cursor={first['next_cursor']}")
    assert [item["to"] for item in rest["items"]] == ["level_up"]
    for query in ("status=x", "to=x"):
        assert manager.call("GET", f"/v1/requests?{query}").status_code == 422


def test_departments_are_kept_by_managers(
    town: Town, worker: Login, manager: Login, daughter: Login, stranger: Login
):
    above = department(town, town.district, "police", "区公安", phone="029-110")
    body = {"place_id": town.compound, "kind": "property", "name": "和平物业"}
    made = manager.ok("POST", "/v1/departments", body | {"phone": "+86 29 8888"})
    schemas.Department.model_validate(made)
    path = f"/v1/departments/{made['id']}"
    changed = manager.ok("PATCH", path, {"phone": "029 1", "deadline_s": 300})
    assert (changed["phone"], changed["deadline_s"]) == ("029 1", 300)
    assert changed["name"] == "和平物业"
    for who, status in ((worker, 403), (daughter, 403), (stranger, 404)):
        assert who.call("POST", "/v1/departments", body).status_code in {status, 404}
    for who, status in ((worker, 403), (daughter, 404), (stranger, 404)):
        assert who.call("PATCH", path, {"name": "x"}).status_code == status
        assert who.call("DELETE", path).status_code == status
    kept_above = f"/v1/departments/{above['id']}"
    assert manager.ok("GET", kept_above)["name"] == "区公安"
    assert manager.call("PATCH", kept_above, {"name": "x"}).status_code == 403
    assert daughter.call("GET", "/v1/departments").status_code == 403
    listed = worker.ok("GET", "/v1/departments")
    schemas.DepartmentList.model_validate(listed)
    assert {one["name"] for one in listed["items"]} == {"区公安", "和平物业"}
    near = worker.ok("GET", f"/v1/departments?near={town.building}")["items"]
    assert [one["name"] for one in near] == ["和平物业", "区公安"]
    person = f"/v1/people/{made['person_id']}"
    login = {"username": "wuye", "password": "lantern-over-the-river"}
    assert town.admin.call("PATCH", person, login).status_code == 409
    role = {"name": "x", "role": "department", "place_id": town.compound}
    assert town.admin.call("POST", "/v1/people", role).status_code == 422
    manager.ok("DELETE", path)
    assert manager.call("GET", path).status_code == 404


@pytest.fixture
def followup(town: Town, worker: Login, conn: psycopg.Connection) -> Callable[[], str]:
    """Resolve an alert; the path of its follow-up."""

    def resolved() -> str:
        alert = worker.ok("POST", "/v1/alerts", {"senior_id": town.mother})["id"]
        worker.ok("POST", f"/v1/alerts/{alert}/resolve", {"outcome": "helped"})
        row = conn.execute(
            "SELECT id FROM followup WHERE alert_id = %s AND closed_at IS NULL",
            (alert,),
        ).fetchone()
        assert row is not None
        return f"/v1/followups/{row[0]}"

    return resolved


def test_a_followup_is_recorded_once(
    worker: Login, stranger: Login, daughter: Login, followup: Callable[[], str]
):
    path = followup()
    listed = worker.ok("GET", "/v1/followups?status=planned")
    schemas.FollowupList.model_validate(listed)
    assert [f"/v1/followups/{item['id']}" for item in listed["items"]] == [path]
    well = {"result": "well", "note": "在家看电视"}
    assert stranger.call("POST", path, well).status_code == 404
    assert daughter.call("POST", path, well).status_code == 403
    assert daughter.call("GET", "/v1/followups").status_code == 403
    assert stranger.ok("GET", "/v1/followups")["items"] == []
    tried = worker.ok("POST", path, {"result": "not_reached"})
    assert (tried["status"], tried["tries"]) == ("planned", 1)
    done = worker.ok("POST", path, well)
    assert (done["status"], done["result"]) == ("done", "well")
    assert worker.ok("POST", path, well) == done
    assert worker.call("POST", path, {"result": "not_well"}).status_code == 409
    assert events(worker, f"/v1/alerts/{done['alert_id']}")[-2:] == [
        "followup_tried",
        "verified",
    ]
    for body in ({}, {"result": "ok"}, {"result": "well", "then": "reopen"}):
        assert worker.call("POST", path, body).status_code == 422


def test_who_is_not_well_is_helped_again(
    worker: Login, town: Town, followup: Callable[[], str]
):
    path = followup()
    row = worker.ok("POST", path, {"result": "not_well"})
    alert = f"/v1/alerts/{row['alert_id']}"
    until = datetime.fromisoformat(row["may_reopen_until"])
    assert until - datetime.now(UTC) > timedelta(hours=23)
    assert worker.ok("GET", alert)["status"] == "resolved"
    worker.ok("POST", f"{alert}/reopen")
    assert worker.ok("GET", path)["may_reopen_until"] is None
    worker.ok("POST", f"{alert}/resolve", {"outcome": "helped"})
    [second] = worker.ok("GET", "/v1/followups?status=planned")["items"]
    again = {"result": "not_well", "then": "reopen", "note": "又摔了"}
    worker.ok("POST", f"/v1/followups/{second['id']}", again)
    assert worker.ok("GET", alert)["status"] == "open"
    worker.ok("POST", f"{alert}/resolve", {"outcome": "helped"})
    worker.ok("POST", f"{alert}/reopen")
    [taken_back] = worker.ok("GET", "/v1/followups?status=cancelled")["items"]
    gone = f"/v1/followups/{taken_back['id']}"
    assert worker.call("POST", gone, {"result": "well"}).status_code == 409
    worker.ok("POST", f"{alert}/resolve", {"outcome": "helped"})
    [third] = worker.ok("GET", "/v1/followups?status=planned")["items"]
    raised = {"result": "not_well", "then": "raise"}
    worker.ok("POST", f"/v1/followups/{third['id']}", raised)
    fresh = worker.ok("GET", "/v1/alerts?status=open")["items"]
    assert [(one["kind"], one["severity"]) for one in fresh] == [("sos", "critical")]
    assert fresh[0]["senior"]["id"] == town.mother


def test_whoever_is_on_duty_here_helps_here(town: Town, worker: Login, alert: str):
    """They work in another street and take a shift in this building."""
    away = town.person("grid_worker", town.other_street, "relief")
    now = datetime.now(UTC)
    shift = {"person_id": away, "place_id": town.building}
    shift |= {"starts_at": (now - timedelta(hours=1)).isoformat()}
    shift |= {"ends_at": (now + timedelta(hours=8)).isoformat()}
    town.admin.ok("POST", "/v1/shifts", shift)
    department(town, town.street, "property", "一街道物业")
    worker.ok("POST", f"{alert}/acknowledge")
    worker.ok("POST", f"{alert}/hand_over", {"person_id": away})
    relief = town.login("relief")
    assert relief.ok("POST", f"{alert}/accept")["owner"]["id"] == away
    request = relief.ok("POST", f"{alert}/whistle", {"to": "property"})
    assert [one["id"] for one in relief.ok("GET", "/v1/requests")["items"]] == [
        request["id"]
    ]
    named = {one["name"] for one in relief.ok("GET", "/v1/departments")["items"]}
    assert named == {"一街道物业"}
    relief.ok("POST", f"{alert}/resolve", {"outcome": "helped"})
    assert len(relief.ok("GET", "/v1/followups")["items"]) == 1
