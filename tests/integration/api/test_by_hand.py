"""Alerts raised by hand: by whom, of which kinds, and never paused by an absence."""

from datetime import UTC, datetime, timedelta

import pytest

from core.model import Kind
from tests.support.api import Town

pytestmark = pytest.mark.db


def test_who_raises_an_alert_by_hand(town: Town):
    town.person("volunteer", town.building, "volunteer")
    town.person("grid_worker", town.other_street, "elsewhere")
    town.relative("daughter", town.mother, "status", "alerts")
    town.relative("son", town.mother, "status", "vitals")
    body = {"senior_id": town.mother, "kind": "fall", "note": "邻居听到响声"}
    for name, status in (
        ("volunteer", 201), ("daughter", 201), ("elsewhere", 404), ("son", 403),
    ):  # fmt: skip
        answer = town.login(name).call("POST", "/v1/alerts", body)
        assert answer.status_code == status, (name, answer.text)
    (alert,) = town.admin.ok("GET", "/v1/alerts")["items"]
    whole = town.admin.ok("GET", f"/v1/alerts/{alert['id']}")
    assert [line["event"] for line in whole["timeline"][:2]] == ["opened", "pressed"]
    opened = whole["timeline"][0]
    assert opened["actor"]["name"] == "volunteer"
    assert opened["detail"]["note"] == "邻居听到响声"
    assert opened["detail"]["kind"] == "fall"
    outage = {"senior_id": town.mother, "kind": "area_outage"}
    assert town.admin.call("POST", "/v1/alerts", outage).status_code == 422
    wrong = {"senior_id": town.mother, "kind": "loneliness"}
    assert town.admin.call("POST", "/v1/alerts", wrong).status_code == 422


def test_an_absence_never_pauses_what_a_person_raises(town: Town):
    now = datetime.now(UTC)
    span = {"from": (now - timedelta(hours=1)).isoformat()}
    span |= {"to": (now + timedelta(days=3)).isoformat()}
    path = f"/v1/seniors/{town.mother}/absence"
    town.admin.ok("POST", path, span | {"reason": "住院"})
    for kind in (Kind.SOS, Kind.FALL, Kind.INACTIVITY):
        body = {"senior_id": town.mother, "kind": kind}
        assert town.admin.ok("POST", "/v1/alerts", body)["kind"] == kind
    status = town.admin.ok("GET", f"/v1/seniors/{town.mother}/status")
    assert status["absence"]["reason"] == "住院"
    assert status["level"] == "urgent"
