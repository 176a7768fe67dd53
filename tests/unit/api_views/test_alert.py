"""The Alert object: its words, and what scopes leave of evidence and timeline."""

from datetime import timedelta
from typing import Any

import pytest

from api.views.alert import alert_object
from api.views.eyes import ALL_SCOPES, Eyes, within
from api.views.summary import summary
from api.views.words import WORDS, length, say, span
from core.model import (
    AlertStatus,
    Kind,
    Outcome,
    Role,
    Scope,
    Severity,
    StatusLevel,
    TimelineEvent,
)
from tests.unit.api_views.conftest import NOW

Row = dict[str, Any]
STAFF = Eyes("zh-CN", staff=True, scopes=ALL_SCOPES)


def test_late_news_says_how_late(alert_row: Row) -> None:
    row = alert_row | {"observed_at": NOW - timedelta(seconds=90.5)}
    alert = alert_object(row, [], STAFF)
    assert alert["delay_s"] == 90.5
    assert alert["summary"] == "心率 134"
    assert alert["senior"] == {"id": row["senior_id"], "name": "王秀英"}


def test_nobodys_wristband_is_named(alert_row: Row) -> None:
    row = alert_row | {"senior_id": None, "kind": "sos", "evidence": {}, "place": None}
    alert = alert_object(row, [], STAFF)
    assert alert["senior"] is None
    assert alert["place"] == []
    assert alert["summary"] == "紧急呼救：手环 w1"


def test_figures_need_the_scope_vitals(alert_row: Row) -> None:
    eyes = Eyes("en", staff=False, scopes=frozenset({Scope.ALERTS}))
    alert = alert_object(alert_row, [], eyes)
    assert alert["evidence"] == {}
    assert alert["summary"] == "High heart rate"


def test_positions_need_the_scope_location() -> None:
    press = {
        "trigger": "button",
        "latitude": 34.1,
        "longitude": 108.1,
        "heart_rate": 90,
    }
    assert within(press, vitals=True, location=False) == {
        "trigger": "button",
        "heart_rate": 90,
    }
    assert within(press, vitals=False, location=True) == {
        "trigger": "button",
        "latitude": 34.1,
        "longitude": 108.1,
    }
    fence = {"fence": "小区", "distance_m": 300, "text": {"en": "300 m away"}}
    assert within(fence, vitals=True, location=False) == {"fence": "小区"}
    nested = {"people": [{"name": "王", "latitude": 1}], "readings": [{"spo2": 90}]}
    assert within(nested, vitals=False, location=False) == {"people": [{"name": "王"}]}


def test_a_responders_position_is_for_staff(alert_row: Row) -> None:
    event = {
        "at": NOW,
        "event": "arrived",
        "actor": {"id": "1", "name": "王", "role": "grid_worker"},
        "detail": {"note": "到了", "latitude": 34.1, "longitude": 108.1},
    }
    daughter = Eyes("en", staff=False, scopes=ALL_SCOPES)
    for eyes, keys in (
        (STAFF, {"note", "latitude", "longitude"}),
        (daughter, {"note"}),
    ):
        line = alert_object(alert_row, [event], eyes)["timeline"][0]
        assert set(line["detail"]) == keys


@pytest.mark.parametrize(
    ("kind", "evidence", "text"),
    [
        ("sos", {}, "SOS call"),
        ("sos", {"by_hand": True}, "SOS call (raised by hand)"),
        ("fall", {}, "Fall (detected by the wristband)"),
        ("offline", {"text": {"en": "No report for 20 min"}}, "No report for 20 min"),
        ("offline", {"text": "free"}, "Wristband out of contact"),
        ("something_new", {}, "something_new"),
    ],
)
def test_summaries(kind: str, evidence: Row, text: str) -> None:
    assert summary("en", kind, evidence) == text


def test_every_word_of_the_contract_has_both_languages() -> None:
    keys = [
        *(f"kind.{kind}" for kind in Kind),
        *(f"severity.{severity}" for severity in Severity),
        *(f"status.{status}" for status in AlertStatus),
        *(f"level.{level}" for level in StatusLevel),
        *(f"event.{event}" for event in TimelineEvent),
        *(f"role.{role}" for role in Role),
        *(f"outcome.{outcome}" for outcome in Outcome),
    ]
    for key in keys:
        assert all(WORDS[key]), key
    assert not [key for key, (zh, en) in WORDS.items() if not zh or not en]


def test_spans_and_lengths_in_words() -> None:
    assert span("en", 20) == "1 min"
    assert span("zh-CN", 3 * 3600) == "3 小时"
    assert length("en", 4) == "10 m"
    assert length("zh-CN", 1250) == "1.2 公里"
    assert say("fr", "kind.sos") == "SOS call"


def test_what_to_do_is_said_in_the_readers_language(alert_row: Row) -> None:
    assert "120" in alert_object(alert_row, [], STAFF)["advice"]
    outage = alert_row | {"kind": "area_outage", "senior_id": None}
    assert "供电" in alert_object(outage, [], STAFF)["advice"]
    assert not alert_object(outage | {"place": []}, [], STAFF)["advice"]


def test_how_people_were_told_is_for_staff(alert_row: Row) -> None:
    contact = {"id": "c", "kind": "sms"}
    person = {"id": "p", "name": "王", "role": "grid_worker", "contacts": [contact]}
    detail = {"level": "first", "step": "first#1", "people": [person], "policy": "0-x"}
    told = {"at": NOW, "event": "told", "actor": None, "detail": detail}
    (shown,) = alert_object(alert_row, [told], STAFF)["timeline"]
    assert shown["detail"] == detail
    family = Eyes("zh-CN", staff=False, scopes=ALL_SCOPES)
    (shown,) = alert_object(alert_row, [told], family)["timeline"]
    people = [{"id": "p", "name": "王", "role": "grid_worker"}]
    assert shown["detail"] == detail | {"people": people}
