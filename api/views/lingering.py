"""Critical conditions that go on after somebody resolved their alert: not "all is well"."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from core.model import Kind

Row = Mapping[str, Any]
_HIGH: Final = (Kind.HEART_RATE_HIGH, Kind.BLOOD_PRESSURE_HIGH)
_TIMES: Final = {
    "heart_rate": "heart_rate_at",
    "systolic": "blood_pressure_at",
    "diastolic": "blood_pressure_at",
    "spo2": "spo2_at",
}
_ONLY: Final = {
    Kind.HEART_RATE_HIGH: "heart_rate",
    Kind.HEART_RATE_LOW: "heart_rate",
    Kind.SPO2_LOW: "spo2",
}
"""Kinds whose limit is one number: of what."""


def lingering(row: Row, now: datetime, fresh: timedelta) -> list[str]:
    """Kinds whose critical limit a fresh, trusted reading still passes.

    An episode is told once, so a person who resolves its alert while it lasts would be
    shown as well.

    Parameters
    ----------
    row : of the query ``statuses``; `resolved` holds the newest alert by kind, where it
        was critical and did not clear.
    fresh : readings older than this say nothing of now.
    """
    if not row["health_consent"] or row["closed_gates"] or row["worn"] is False:
        return []
    open_kinds = {alert["kind"] for alert in row["alerts"] if not alert["drill"]}
    return [
        alert["kind"]
        for alert in row["resolved"]
        if alert["kind"] not in open_kinds and _holds(row, alert, now - fresh)
    ]


def _holds(row: Row, alert: Row, oldest: datetime) -> bool:
    """Whether a reading since the alert was resolved lies at or beyond its limits."""
    since = max(oldest, datetime.fromisoformat(alert["resolved_at"]))
    return any(
        _trusted(row, name, since)
        and (row[name] >= limit if alert["kind"] in _HIGH else row[name] <= limit)
        for name, limit in _limits(row, alert)
    )


def _limits(row: Row, alert: Row) -> Iterator[tuple[str, float]]:
    """Critical limits by reading: the senior's own of today, else those it passed."""
    kind = Kind(alert["kind"])
    thresholds: dict[str, dict[str, Any] | None] = row["thresholds"] or {}
    own: Any = (thresholds.get(kind) or {}).get("critical")
    chosen: dict[str, float | None] = {}
    if own is not None:
        chosen = {_ONLY[kind]: own} if kind in _ONLY else own
    passed: dict[str, float] = alert["limits"]
    for name, limit in passed.items():
        if name in _TIMES:
            yield name, chosen.get(name) or limit


def _trusted(row: Row, name: str, since: datetime) -> bool:
    """Whether that reading came since, from a report that no gate stood before."""
    at: datetime | None = row[_TIMES[name]]
    if at is None or row[name] is None or at <= since:
        return False
    return name != "heart_rate" or row["valid_heart_rate_at"] == at
