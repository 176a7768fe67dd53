"""Rows as the statements of api.views return them."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

NOW = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
SENIOR = UUID(int=1)


@pytest.fixture
def status_row() -> dict[str, Any]:
    """A senior at home with everything known and in order."""
    return {
        "senior_id": SENIOR,
        "name": "王秀英",
        "expected_interval_s": 300,
        "location_consent": False,
        "health_consent": True,
        "home_latitude": 34.3416,
        "home_longitude": 108.9398,
        "path": [UUID(int=7), UUID(int=8)],
        "binding_id": UUID(int=2),
        "reported_at": NOW,
        "last_received_at": NOW,
        "worn": True,
        "battery": 83.0,
        "heart_rate": 72.0,
        "heart_rate_at": NOW,
        "valid_heart_rate_at": NOW,
        "systolic": 128.0,
        "diastolic": 79.0,
        "blood_pressure_at": NOW,
        "spo2": 97.0,
        "spo2_at": NOW,
        "temperature": 36.4,
        "temperature_at": NOW,
        "latitude": 34.3416,
        "longitude": 108.9398,
        "accuracy": 12.0,
        "location_at": NOW,
        "closed_gates": [],
        "outage": None,
        "absence": None,
        "thresholds": None,
        "resolved": [],
        "alerts": [],
        "responder": None,
    }


@pytest.fixture
def alert_row() -> dict[str, Any]:
    """A critical heart-rate alert, still open."""
    return {
        "id": UUID(int=3),
        "senior_id": SENIOR,
        "senior_name": "王秀英",
        "device_id": "w1",
        "kind": "heart_rate_high",
        "severity": "critical",
        "status": "open",
        "drill": False,
        "observed_at": NOW,
        "opened_at": NOW,
        "evidence": {
            "values": {"heart_rate": 134},
            "text": {"zh-CN": "心率 134", "en": "Heart rate 134"},
        },
        "rule_version": None,
        "outcome": None,
        "place": ["新城区", "1号楼"],
        "path": [UUID(int=7), UUID(int=8)],
        "location_consent": False,
        "health_consent": True,
        "emergency": True,
        "urgent": True,
    }
