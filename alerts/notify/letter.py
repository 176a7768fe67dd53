"""A claimed notification: everything its text and its sending need."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from core.model import AlertStatus, Scope, Severity


@dataclass(frozen=True, slots=True)
class Letter:
    """One notification, joined with its recipient and what it is about.

    That is an alert, with the senior's last vitals, or an absence, whose ``alert_id``
    is None and whose ``observed_at`` is its beginning, or a message with its
    ``content`` (`core.messages`). Of an alert raised by hand ``notes`` are what those
    who raised it said, the newest first; ``device_id`` to ``worn_until`` are of a
    wristband nobody wears, and who wore it last is for administrators.
    """

    id: UUID
    alert_id: UUID | None
    step: str
    urgent: bool
    attempts: int
    created_at: datetime
    url: str
    locale: str
    family: bool
    senior: str | None
    place: list[str]
    kind: str
    severity: str
    status: str
    drill: bool
    observed_at: datetime
    opened_at: datetime
    evidence: dict[str, Any]
    content: dict[str, Any] | None
    away_until: datetime | None
    away_because: str | None
    scopes: list[str]
    consent: bool
    heart_rate: float | None
    heart_rate_at: datetime | None
    systolic: float | None
    diastolic: float | None
    blood_pressure_at: datetime | None
    spo2: float | None
    spo2_at: datetime | None
    temperature: float | None
    temperature_at: datetime | None
    overtaken: bool
    device_id: str | None = None
    model: str | None = None
    worn_by: str | None = None
    worn_until: datetime | None = None
    notes: list[str] = field(default_factory=list[str])

    @property
    def delay_s(self) -> int:
        """How late the service learned of what happened [s]."""
        return max(0, int((self.opened_at - self.observed_at).total_seconds()))

    @property
    def shows_vitals(self) -> bool:
        """Whether the recipient may read the senior's vitals."""
        return not self.family or Scope.VITALS in self.scopes

    @property
    def shows_location(self) -> bool:
        """Whether the recipient may see where the senior is, now.

        A wristband nobody wears is told to administrators alone, and is nobody's
        whereabouts.
        """
        if self.alert_id is None or self.status == AlertStatus.RESOLVED:
            return False
        if self.senior is None:
            return self.device_id is not None and "latitude" in self.evidence
        if self.family:
            return Scope.LOCATION in self.scopes
        pressing = self.severity == Severity.CRITICAL
        needed = pressing or self.kind.startswith("geofence_")
        return self.consent or (needed and not self.drill)
