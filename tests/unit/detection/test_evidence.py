"""Evidence names its numbers and says them so that a relative understands."""

import json
from typing import Any

import pytest

from alerts.detection.evidence import evidence
from core.model import Kind, Severity
from tests.unit.detection.played import NOON, Player
from tests.unit.detection.test_judging import (
    HOME_FENCE,
    REST,
    beats,
    circle,
    fixes,
    pressures,
    waves,
)


def last_evidence(player: Player, reports: list[dict[str, Any]]) -> dict[str, Any]:
    """Evidence of the firing that the last report must bring about."""
    player.feed(*reports)
    verdict = player.verdicts[-1]
    assert len(verdict.firings) == 1
    found = evidence(verdict, 0)
    assert set(found["text"]) == {"zh-CN", "en"}
    return json.loads(json.dumps(found))


def test_heart_rate() -> None:
    found = last_evidence(Player(), beats([132, 134], **REST))
    assert found["values"] == {"heart_rate": 134}
    assert found["limits"] == {"heart_rate": 131}
    assert (found["count"], found["duration_s"]) == (2, 60)
    assert found["readings"] == [
        {"time": "2026-11-21T04:01:00.000Z", "heart_rate": 134},
        {"time": "2026-11-21T04:00:00.000Z", "heart_rate": 132},
    ]
    assert found["text"]["en"] == (
        "Resting heart rate high: 134 a minute, 2 readings in 1 min at or above 131"
    )
    assert (
        found["text"]["zh-CN"] == "静息心率过快：134 次/分，1 分钟内连续 2 次不低于 131"
    )


def test_a_warning_names_the_warning_limit() -> None:
    found = last_evidence(Player(), waves(48, 11, **REST))
    assert found["limits"] == {"heart_rate": 50}
    assert (found["count"], found["duration_s"]) == (11, 600)
    assert len(found["readings"]) == 3
    assert "过慢" in found["text"]["zh-CN"]


@pytest.mark.parametrize(
    ("high", "low", "limits", "word"),
    [
        (185, 90, {"systolic": 180, "diastolic": 110}, "偏高"),
        (88, 60, {"systolic": 90}, "偏低"),
    ],
)
def test_blood_pressure_asks_for_a_cuff(
    high: float, low: float, limits: dict[str, float], word: str
) -> None:
    found = last_evidence(Player(), pressures((high, low), (high + 1, low)))
    assert found["limits"] == limits
    assert found["values"] == {"systolic": high + 1, "diastolic": low}
    assert word in found["text"]["zh-CN"]
    assert "上臂式" in found["text"]["zh-CN"]
    assert "cuff" in found["text"]["en"]


def test_grave_oxygen_names_the_grave_limit_and_its_three_readings() -> None:
    reports = [{"time": NOON + i * 10, "spo2": 91 - i % 2} for i in range(3)]
    found = last_evidence(Player(), reports)
    assert found["limits"] == {"spo2": 92}
    assert (found["count"], len(found["readings"])) == (3, 3)


def test_grave_low_pressure_names_both_readings() -> None:
    found = last_evidence(Player(), pressures((88, 60), (87, 60)))
    assert (found["count"], len(found["readings"])) == (2, 2)


def test_oxygen() -> None:
    reports = [{"time": NOON + i * 10, "spo2": 93} for i in range(3)]
    found = last_evidence(Player(), reports)
    assert found["values"] == {"spo2": 93}
    assert found["text"]["zh-CN"] == "血氧偏低：93%，连续 3 次不高于 94%"


def test_battery() -> None:
    found = last_evidence(Player(), [{"time": NOON, "battery": 18}])
    assert found["limits"] == {"battery": 20}
    assert "duration_s" not in found
    assert found["text"]["zh-CN"] == "手环电量 18%，请充电"
    urgent = last_evidence(Player(), [{"time": NOON, "battery": 8}])
    assert urgent["text"]["zh-CN"] == "手环电量 8%，请尽快充电"


def test_leaving_a_fence_names_it_and_no_position() -> None:
    found = last_evidence(Player(geofences=[HOME_FENCE]), fixes(0, 0.004, 0.005))
    assert found["fence"] == found["fence_id"] == "home"
    assert 250 < found["distance_m"] < 262
    assert found["accuracy_m"] == 10
    assert "latitude" not in json.dumps(found)
    assert found["text"]["en"] == f"Has left “home”, about {found['distance_m']} m away"


def test_entering_at_night_says_so() -> None:
    player = Player(geofences=[circle("river", "enter")])
    found = last_evidence(player, fixes(0, 0, start=NOON + 11 * 3600))
    assert found["night"] is True
    assert found["text"] == {
        "zh-CN": "已进入“river”（夜间）",
        "en": "Has entered “river” at night",
    }
    assert player.verdicts[-1].kind(0) is Kind.GEOFENCE_ENTER
    assert player.verdicts[-1].severity(0) is Severity.CRITICAL
