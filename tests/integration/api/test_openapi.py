"""Every answer has the shape that the OpenAPI document says."""

from typing import Any

import pytest
from pydantic import BaseModel

from api.schemas import auth, ledger, people, places, seniors, wristbands
from core.rules.routine import Routine
from core.rules.thresholds import Thresholds
from tests.support.api import HOME, Town

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
