"""The Status object: levels, reasons and what is left out of scope."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from api.views.eyes import ALL_SCOPES, Eyes
from api.views.status import gist, level, status_object
from core.model import Scope, StatusLevel
from tests.unit.api_views.conftest import NOW, SENIOR

Row = dict[str, Any]
STAFF = Eyes("zh-CN", staff=True, scopes=ALL_SCOPES)
DAUGHTER = Eyes("en", staff=False, scopes=ALL_SCOPES)


def family(*scopes: Scope, locale: str = "en") -> Eyes:
    return Eyes(locale, staff=False, scopes=frozenset(scopes))


def alert(severity: str = "critical", kind: str = "sos", **more: Any) -> Row:
    return {
        "id": str(UUID(int=9)),
        "kind": kind,
        "severity": severity,
        "status": "open",
        "drill": False,
        "evidence": {},
    } | more


def test_all_is_well(status_row: Row) -> None:
    assert status_object(status_row, DAUGHTER, NOW) == {
        "senior_id": SENIOR,
        "level": "ok",
        "reasons": [],
        "as_of": NOW,
        "last_seen": NOW,
        "worn": True,
        "battery": 83,
        "heart_rate": {"value": 72, "time": NOW},
        "blood_pressure": {"systolic": 128, "diastolic": 79, "time": NOW},
        "spo2": {"value": 97, "time": NOW},
        "temperature": {"value": 36.4, "time": NOW},
        "location": {
            "latitude": 34.3416,
            "longitude": 108.9398,
            "accuracy": 12,
            "time": NOW,
            "place": "At home",
        },
        "absence": None,
        "open_alerts": [],
        "responder": None,
        "family_with": [],
    }


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"binding_id": None}, "unbound"),
        ({"last_received_at": None}, "offline"),
        ({"last_received_at": NOW - timedelta(seconds=901)}, "offline"),
        ({"worn": False}, "not_worn"),
        ({"valid_heart_rate_at": None}, "no_heart_rate"),
        ({"valid_heart_rate_at": NOW - timedelta(seconds=901)}, "no_heart_rate"),
        ({"closed_gates": [{"code": "frozen", "text": {}}]}, "frozen"),
        ({"closed_gates": [{"code": "no_signal", "text": {}}]}, "no_signal"),
    ],
)
def test_doubts_make_the_level_unknown(status_row: Row, change: Row, code: str) -> None:
    status = status_object(status_row | change, STAFF, NOW)
    assert status["level"] == "unknown"
    assert [reason["code"] for reason in status["reasons"]] == [code]


def test_three_intervals_are_still_fresh(status_row: Row) -> None:
    row = status_row | {"valid_heart_rate_at": NOW - timedelta(seconds=900)}
    assert level(row, NOW) is StatusLevel.OK


def test_a_gate_says_itself_what_was_inferred(status_row: Row) -> None:
    gate = {"code": "not_worn", "text": {"en": "No pulse: perhaps not worn"}}
    status = status_object(status_row | {"closed_gates": [gate]}, DAUGHTER, NOW)
    assert status["level"] == "unknown"
    assert status["reasons"] == [{"code": "not_worn", "text": gate["text"]["en"]}]


MOVING = {"code": "moving", "text": {"zh-CN": "正在活动", "en": "On the move"}}


def test_on_the_move_is_no_doubt_by_itself(status_row: Row) -> None:
    status = status_object(status_row | {"closed_gates": [MOVING]}, STAFF, NOW)
    assert status["level"] == "ok"
    assert [reason["code"] for reason in status["reasons"]] == ["moving"]


@pytest.mark.parametrize(
    ("interval_s", "ago_s", "codes"),
    [
        (300, 600, ["moving"]),
        (300, 601, []),
        (60, 181, ["offline"]),
        (3600, 601, []),
    ],
)
def test_nobody_is_on_the_move_long_after_the_last_report(
    status_row: Row, interval_s: int, ago_s: float, codes: list[str]
) -> None:
    row = status_row | {
        "closed_gates": [MOVING],
        "expected_interval_s": interval_s,
        "reported_at": NOW - timedelta(seconds=ago_s),
        "last_received_at": NOW - timedelta(seconds=ago_s),
    }
    reasons = status_object(row, STAFF, NOW)["reasons"]
    assert [reason["code"] for reason in reasons] == codes


def test_a_heart_rate_behind_a_closed_gate_is_none(status_row: Row) -> None:
    """Sent just now while walking for long: seen, but not known to be well."""
    row = status_row | {
        "closed_gates": [MOVING],
        "heart_rate_at": NOW,
        "valid_heart_rate_at": NOW - timedelta(seconds=901),
    }
    status = status_object(row, DAUGHTER, NOW)
    assert status["level"] == "unknown"
    assert [reason["code"] for reason in status["reasons"]] == ["moving"]
    assert status["heart_rate"]["time"] == NOW


@pytest.mark.parametrize("outage", ["area_outage", "service"])
def test_an_outage_explains_the_silence(status_row: Row, outage: str) -> None:
    silent = {"last_received_at": NOW - timedelta(seconds=901), "outage": outage}
    status = status_object(status_row | silent, family(Scope.STATUS), NOW)
    assert status["level"] == "unknown"
    assert [reason["code"] for reason in status["reasons"]] == ["offline", outage]
    assert all(reason["text"] for reason in status["reasons"])
    heard = status_row | {"outage": outage}
    assert status_object(heard, STAFF, NOW)["reasons"] == []


@pytest.mark.parametrize(
    ("severities", "expected"),
    [
        (["critical", "warning"], "urgent"),
        (["warning", "info"], "attention"),
        (["info"], "unknown"),
    ],
)
def test_alerts_press_before_doubts(
    status_row: Row, severities: list[str], expected: str
) -> None:
    row = status_row | {"worn": False, "alerts": [alert(each) for each in severities]}
    assert level(row, NOW) == expected


def test_a_drill_frightens_nobody(status_row: Row) -> None:
    row = status_row | {"alerts": [alert(drill=True)]}
    assert level(row, NOW) is StatusLevel.OK
    assert "[Drill]" in status_object(row, DAUGHTER, NOW)["reasons"][0]["text"]


def test_without_vitals_no_reason_carries_a_number(status_row: Row) -> None:
    text = {"zh-CN": "心率 134", "en": "Heart rate 134"}
    row = status_row | {
        "alerts": [alert(kind="heart_rate_high", evidence={"text": text})],
        "closed_gates": [{"code": "odd", "text": {"en": "odd gate"}}],
        "absence": {"from": NOW.isoformat(), "to": NOW.isoformat(), "reason": "住院"},
    }
    status = status_object(row, family(Scope.STATUS), NOW)
    assert not any(letter.isdigit() for letter in str(status["reasons"]))
    for name in ("heart_rate", "blood_pressure", "spo2", "temperature", "location"):
        assert status[name] is None
    assert status["open_alerts"] is None
    told = status_object(row, DAUGHTER, NOW)
    assert told["reasons"][0]["text"] == "Heart rate 134"
    assert told["absence"]["from"] == NOW


def test_without_status_only_the_rest_is_told(status_row: Row) -> None:
    status = status_object(status_row, family(Scope.VITALS), NOW)
    assert status["level"] is None
    assert status["last_seen"] is None
    assert status["heart_rate"]["value"] == 72


def test_staff_see_a_location_only_with_consent_or_in_need(status_row: Row) -> None:
    def seen(**change: Any) -> bool:
        return status_object(status_row | change, STAFF, NOW)["location"] is not None

    assert not seen()
    assert seen(location_consent=True)
    assert seen(alerts=[alert("critical")])
    assert seen(alerts=[alert("info", kind="geofence_exit")])
    assert not seen(alerts=[alert("warning", kind="heart_rate_high")])


def test_far_from_home_is_said_in_words(status_row: Row) -> None:
    row = status_row | {"latitude": 34.3416 + 0.01}
    location = status_object(row, DAUGHTER, NOW)["location"]
    assert location["place"] == "About 1.1 km from home"


def test_the_gist_changes_with_time_alone(status_row: Row) -> None:
    assert gist(status_row, NOW) == gist(status_row, NOW + timedelta(seconds=60))
    assert gist(status_row, NOW) != gist(status_row, NOW + timedelta(seconds=1000))
