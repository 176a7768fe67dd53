"""The contract's Alert, Status and readings, as they are answered."""

from datetime import datetime
from typing import Any
from uuid import UUID

from api.schemas.base import Answer
from api.schemas.diary import Named
from core.model import AlertStatus, Kind, Outcome, Severity, StatusLevel, TimelineEvent


class WithSenior(Answer):
    """A relative who says that they are with the senior."""

    name: str
    since: datetime


class TimelineLine(Answer):
    """One step of an alert; without an actor the service itself."""

    at: datetime
    event: TimelineEvent
    actor: dict[str, Any] | None
    detail: dict[str, Any]


class Alert(Answer):
    """What people handle; `evidence` and `timeline` hold what the asker may see."""

    id: UUID
    senior: Named | None
    place: list[str]
    kind: Kind
    severity: Severity
    status: AlertStatus
    drill: bool
    observed_at: datetime
    opened_at: datetime
    delay_s: float
    summary: str
    advice: str
    evidence: dict[str, Any]
    rule_version: str | None
    outcome: Outcome | None
    owner: dict[str, Any] | None
    family_with: list[WithSenior]
    timeline: list[TimelineLine]


class AlertList(Answer):
    """A page of alerts, newest first."""

    items: list[Alert]
    next_cursor: str | None


class Reason(Answer):
    """Why the level is what it is."""

    code: str
    text: str


class Measured(Answer):
    """A last value, and when it was measured."""

    value: float
    time: datetime


class MeasuredPressure(Answer):
    """A last blood pressure [mmHg]."""

    systolic: float
    diastolic: float
    time: datetime


class Whereabouts(Answer):
    """A last position, degrees WGS-84, accuracy in m, and where that is in words."""

    latitude: float
    longitude: float
    accuracy: float | None
    time: datetime
    place: str


class OpenAlert(Answer):
    """An unresolved alert in short."""

    id: UUID
    kind: Kind
    severity: Severity
    status: AlertStatus
    drill: bool


class Status(Answer):
    """How a senior is now; what is not known, or not in scope, is null."""

    senior_id: UUID
    level: StatusLevel | None
    reasons: list[Reason]
    as_of: datetime
    last_seen: datetime | None
    worn: bool | None
    battery: float | None
    heart_rate: Measured | None
    blood_pressure: MeasuredPressure | None
    spo2: Measured | None
    temperature: Measured | None
    location: Whereabouts | None
    absence: dict[str, Any] | None
    open_alerts: list[OpenAlert] | None
    responder: dict[str, Any] | None
    family_with: list[WithSenior] | None


class Pressure(Answer):
    """A reading of blood pressure [mmHg]."""

    time: datetime
    systolic: float
    diastolic: float


class Point(Answer):
    """A reading."""

    time: datetime
    value: float


class Range(Answer):
    """The least, mean and greatest of a span."""

    min: float
    mean: float
    max: float


class Bucket(Range):
    """What `count` readings of a span come to."""

    time: datetime
    count: int


class PressureBucket(Answer):
    """What `count` readings of blood pressure of a span come to [mmHg]."""

    time: datetime
    systolic: Range
    diastolic: Range
    count: int


class Readings(Answer):
    """Readings in time order, single or in buckets."""

    metric: str
    unit: str
    points: list[Point] | list[Bucket] | list[Pressure] | list[PressureBucket]
