"""What is left of an alert and a status without consent to health data."""

from typing import Any

import pytest

from api.views.alert import alert_object
from api.views.eyes import ALL_SCOPES, Eyes
from api.views.status import status_object
from core.model import Scope
from tests.unit.api_views.conftest import NOW

Row = dict[str, Any]
STAFF = Eyes("en", staff=True, scopes=ALL_SCOPES)
DAUGHTER = Eyes("en", staff=False, scopes=ALL_SCOPES)


@pytest.mark.parametrize("eyes", [STAFF, DAUGHTER])
def test_an_alert_keeps_its_figures_from_everyone(alert_row: Row, eyes: Eyes) -> None:
    refused = {"health_consent": False, "urgent": False}
    told = alert_object(alert_row | refused, [], eyes)
    assert "134" not in str(told)
    assert told["kind"] == alert_row["kind"]
    agreed = alert_object(alert_row | {"urgent": False}, [], eyes)
    assert "134" in str(agreed)
    needed = alert_object(alert_row | {"health_consent": False}, [], eyes)
    assert "134" in str(needed)  # a critical alert is unresolved


def test_consent_gives_a_relative_nothing_beyond_their_scopes(alert_row: Row) -> None:
    son = Eyes("en", staff=False, scopes=ALL_SCOPES - {Scope.VITALS})
    assert "134" not in str(alert_object(alert_row, [], son))


def test_a_drill_shows_no_vital_sign(status_row: Row) -> None:
    drill = {"id": "1", "kind": "sos", "severity": "critical", "status": "open"}
    row = status_row | {
        "health_consent": False,
        "alerts": [drill | {"drill": True, "evidence": {}}],
    }
    assert status_object(row, STAFF, NOW)["heart_rate"] is None
    real = row | {"alerts": [drill | {"drill": False, "evidence": {}}]}
    assert status_object(real, STAFF, NOW)["heart_rate"] is not None


def test_closed_gates_tell_nothing_either(status_row: Row) -> None:
    gates = [{"code": "frozen", "text": {"en": "72 for an hour"}}]
    row = status_row | {"health_consent": False, "closed_gates": gates}
    status = status_object(row, DAUGHTER, NOW)
    assert [one["code"] for one in status["reasons"]] == ["no_consent"]
