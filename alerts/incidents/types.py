"""What ingest, the api and the escalation worker say to the alert store, and hear back."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from core.model import Kind, Outcome, Role, Severity, Trigger

Json = dict[str, Any]


class Action(StrEnum):
    """What a person can do to an alert."""

    ACKNOWLEDGE = "acknowledge"
    DEPART = "depart"
    ARRIVE = "arrive"
    ESCALATE = "escalate"
    NOTE = "note"
    RESOLVE = "resolve"
    REOPEN = "reopen"
    FAMILY_ACKNOWLEDGE = "family_acknowledge"


@dataclass(frozen=True, slots=True)
class Actor:
    """A person who does something to an alert, as the timeline remembers them."""

    id: UUID
    name: str
    role: Role | str

    def as_json(self) -> Json:
        """The shape of ``alert_event.actor``."""
        return {"id": str(self.id), "name": self.name, "role": str(self.role)}


@dataclass(frozen=True, slots=True)
class Opening:
    """A reason to open an alert, or to join the unresolved one of senior and kind.

    ``observed_at`` is when it happened by the device, ``evidence`` what the alert
    shows as its reason. ``alert_id`` is set where the id was promised before (an SOS
    told while the database was away).
    """

    kind: Kind | str
    severity: Severity | str
    observed_at: datetime
    senior_id: UUID | None
    place_id: UUID | None = None
    device_id: str | None = None
    binding_id: UUID | None = None
    evidence: Json = field(default_factory=dict[str, Any])
    rule_version: str | None = None
    drill: bool = False
    canary: bool = False
    alert_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Clearing:
    """The condition behind an alert of this kind is over since `at`.

    It is a senior's, or, where ``senior_id`` is None, a place's; an `area_outage`
    without a place is our own.
    """

    senior_id: UUID | None
    kind: Kind | str
    at: datetime
    place_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Press:
    """One urgent event of a wristband.

    ``claimed_ms`` is the claimed time in milliseconds since 1970 [ms], None where the
    event had none; ``observed_at`` the instant it is taken to have happened.
    ``senior_id`` is whoever wore the wristband then, else its present wearer.
    """

    device_id: str
    senior_id: UUID | None
    place_id: UUID | None
    claimed_ms: int | None
    seq: int | None
    received_at: datetime
    observed_at: datetime
    trigger: Trigger | str
    evidence: Json = field(default_factory=dict[str, Any])
    payload: bytes = b""
    binding_id: UUID | None = None
    alert_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class PressAnswer:
    """Which alert a press belongs to, and whether it was a resend without effect."""

    alert_id: UUID
    resend: bool


@dataclass(frozen=True, slots=True)
class Step:
    """An action with what goes into the timeline beside it."""

    action: Action
    actor: Actor
    note: str | None = None
    outcome: Outcome | None = None
    latitude: float | None = None
    longitude: float | None = None

    def detail(self) -> Json:
        """The filled fields, as ``alert_event.detail``."""
        named: Json = {
            "note": self.note,
            "outcome": self.outcome and str(self.outcome),
            "latitude": self.latitude,
            "longitude": self.longitude,
        }
        return {name: value for name, value in named.items() if value is not None}
