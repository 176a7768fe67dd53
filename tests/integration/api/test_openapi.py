"""Every answer has the shape that the OpenAPI document says."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import httpx
import psycopg
import pytest
from jsonschema import Draft202012Validator, FormatChecker
from pydantic import BaseModel

from api.schemas import auth, ledger, people, places, seniors, wristbands
from core.model import Role
from core.rules.routine import Routine
from core.rules.thresholds import Thresholds
from tests.support.api import HOME, Town
from tests.support.histories import Histories, person
from tests.support.wearing import reading, state, wear

pytestmark = pytest.mark.db


def test_answers_have_their_documented_shape(town: Town):
    worker = town.person("grid_worker", town.community, "worker")
    town.relative("daughter", town.mother, "status")
    town.admin.ok("POST", "/v1/wristbands", {"device_id": "861"})
    binding = town.admin.ok(
        "PUT", "/v1/wristbands/861/binding", {"senior_id": town.mother}
    )
    wristbands.Binding.model_validate(binding)
    contact = {"kind": "push", "url": "json://127.0.0.1:9/x", "verified": True}
    town.admin.ok("POST", f"/v1/people/{worker}/contacts", contact)
    senior = f"/v1/seniors/{town.mother}"
    shape = {"type": "circle", "radius": 500} | HOME
    fence = {"name": "家", "shape": shape, "alert_on": "exit"}
    town.admin.ok("POST", f"{senior}/geofences", fence)
    span = {"from": "2026-11-01T00:00:00Z", "to": "2026-11-02T00:00:00Z"}
    town.admin.ok("POST", f"{senior}/absence", span | {"reason": "x"})
    shift = {"person_id": worker, "place_id": town.community}
    shift |= {"starts_at": span["from"], "ends_at": span["to"]}
    town.admin.ok("POST", "/v1/shifts", shift)
    shown: dict[str, type[BaseModel]] = {
        "/v1/me": auth.Me,
        "/v1/places": places.PlaceList,
        "/v1/people": people.PersonList,
        f"/v1/people/{worker}/contacts": people.ContactList,
        "/v1/seniors": seniors.SeniorList,
        f"{senior}/family": people.FamilyList,
        f"{senior}/geofences": seniors.GeofenceList,
        f"{senior}/absence": seniors.AbsenceList,
        f"{senior}/thresholds": Thresholds,
        f"{senior}/routine": Routine,
        "/v1/wristbands": wristbands.WristbandList,
        "/v1/wristbands/861/bindings": wristbands.WornWristbandList,
        f"{senior}/wristbands": wristbands.WornWristbandList,
        "/v1/seniors?list=over_80": seniors.SeniorList,
        "/v1/shifts": wristbands.ShiftList,
        "/v1/rejected": ledger.RejectedList,
        "/v1/audit": ledger.AuditList,
    }
    for path, model in shown.items():
        answer: dict[str, Any] = town.admin.ok("GET", path)
        model.model_validate(answer)
        if "items" in answer and path != "/v1/rejected":
            assert answer["items"], path
            listed = model.model_fields["items"].annotation
            assert listed is not None


Valid = Callable[..., Any]


@pytest.fixture
def document(api: httpx.Client) -> dict[str, Any]:
    return api.get("/openapi.json").json()


@pytest.fixture
def valid(town: Town, document: dict[str, Any]) -> Valid:
    """Ask, and hold the answer against what the document says of that path."""

    def ask(method: str, template: str, body: Any = None, **named: str) -> Any:
        query = named.pop("query", "")
        answer = town.admin.call(method, template.format(**named) + query, body)
        assert answer.is_success, answer.text
        told = document["paths"][template][method.lower()]["responses"]
        content = told[str(answer.status_code)]["content"]["application/json"]
        schema = content["schema"] | {"components": document["components"]}
        assert content["schema"], template
        Draft202012Validator(schema, format_checker=FormatChecker()).validate(
            answer.json()
        )
        return answer.json()

    return ask


def test_whatever_answers_json_says_its_shape(document: dict[str, Any]):
    silent = [
        f"{method} {path}"
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        for status, told in operation["responses"].items()
        if status.startswith("2")
        if told.get("content", {}).get("application/json", {"schema": 1})
        == {"schema": {}}
    ]
    assert silent == []


def test_alerts_and_their_steps_are_as_documented(town: Town, valid: Valid):
    body = {"senior_id": town.mother, "note": "跌倒"}
    alert = valid("POST", "/v1/alerts", body)["id"]
    path = "/v1/alerts/{alert_id}"
    for step in ("acknowledge", "depart", "arrive", "note", "escalate"):
        valid("POST", f"{path}/{step}", {"note": "x"}, alert_id=alert)
    valid("POST", f"{path}/resolve", {"outcome": "helped"}, alert_id=alert)
    valid("POST", f"{path}/reopen", alert_id=alert)
    assert valid("GET", "/v1/alerts")["items"][0]["id"] == alert
    assert len(valid("GET", path, alert_id=alert)["timeline"]) >= 8
    drill = {"senior_id": town.stranger}
    assert valid("POST", "/v1/seniors/{senior_id}/drill", **drill)["drill"] is True


def test_a_status_and_readings_are_as_documented(
    town: Town, valid: Valid, conn: psycopg.Connection
):
    now = datetime.now(UTC)
    known = {"heart_rate": 72, "systolic": 120, "diastolic": 80, "latitude": 34.3}
    known |= {"longitude": 108.9, "battery": 80, "worn": True}
    worn = wear(conn, town.mother, "w1", now - timedelta(days=1))
    for seq in (1, 2):
        reading(conn, worn, now - timedelta(minutes=seq), seq, **known)
    state(conn, worn, now, **known)
    valid("POST", "/v1/alerts", {"senior_id": town.mother})
    away = {"from": now.isoformat(), "to": (now + timedelta(days=1)).isoformat()}
    away |= {"reason": "住院"}
    valid("POST", "/v1/seniors/{senior_id}/absence", away, senior_id=town.mother)
    shown = valid("GET", "/v1/seniors/{senior_id}/status", senior_id=town.mother)
    assert shown["heart_rate"]["value"] == 72
    assert shown["location"]
    assert shown["absence"]
    path = "/v1/seniors/{senior_id}/readings"
    for metric in ("heart_rate", "blood_pressure"):
        for more in ({}, {"bucket": "1h"}):
            query = f"?{urlencode({'metric': metric} | more)}"
            found = valid("GET", path, senior_id=town.mother, query=query)
            assert found["points"], query


def test_reports_are_as_documented(town: Town, valid: Valid, conn: psycopg.Connection):
    people = [person(conn, role) for role in (Role.GRID_WORKER, Role.BUILDING_HEAD)]
    seniors = [UUID(town.mother), UUID(town.stranger)]
    Histories(conn, seniors, people, random.Random(3)).write(40)
    visit = {"senior_id": town.mother, "note": "一切都好"}
    valid("POST", "/v1/visits", visit)
    valid("GET", "/v1/visits")
    span = "?from=2026-09-01T00:00:00Z&to=2026-12-31T00:00:00Z"
    report = valid("GET", "/v1/reports/response", query=span)
    assert report["weekly"]
    assert report["by_place"]
    assert valid("GET", "/v1/reports/visits")["seniors"] == 2
    assert valid("GET", "/v1/reports/drills", query=span)["items"]


def test_consents_and_erasures_are_as_documented(town: Town, valid: Valid):
    senior = {"senior_id": town.mother}
    said = {"purpose": "health", "given": False}
    valid("POST", "/v1/seniors/{senior_id}/consents", said, **senior)
    assert valid("GET", "/v1/seniors/{senior_id}/consents", **senior)["items"]
    assert valid("GET", "/v1/consent-forms")["items"]
    valid("POST", "/v1/seniors/{senior_id}/erase", {"reason": "asked for"}, **senior)
    assert valid("GET", "/v1/erasures")["items"]
    assert valid("GET", "/v1/retention")
    assert valid("GET", "/v1/audit")["items"]
    valid("GET", "/v1/audit/head")
