"""The words escalation is decided in: facts, tellings, decisions."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from alerts.escalation.ladder import Reachable
from alerts.incidents.progress import Progress
from core.model import NEVER_CLIMBS, AlertStatus, Kind, Severity


class Reason(StrEnum):
    """Why people are told."""

    OPENED = "opened"
    CLIMBED = "climbed"
    REPEATED = "repeated"
    PRESSED = "pressed"
    EXPIRED = "expired"
    BY_HAND = "by_hand"
    STILL = "no_motion"
    NOBODY = "nobody_reachable"


@dataclass(frozen=True, slots=True)
class Timing:
    """The delays of the contract [s].

    ``climb_s`` are those of the levels after the first, counted from opening.
    """

    climb_s: tuple[float, ...] = (60, 180, 600)
    top_repeat_s: float = 300
    ack_expiry_s: float = 600
    arrival_expiry_s: float = 1800


@dataclass(frozen=True, slots=True)
class Facts:
    """What an alert is and where its escalation stands.

    ``counted_from`` is the instant that the levels' delays are counted from. After a
    fall ``still_due`` is when the lack of motion brings the next level, None once that
    is settled, and ``moved`` whether any motion was seen since.
    """

    kind: str
    severity: Severity
    status: AlertStatus
    counted_from: datetime
    progress: Progress
    orphan: bool = False
    still_due: datetime | None = None
    moved: bool = False

    @property
    def technical(self) -> bool:
        """Whether it is told to those who mend things, at once, and to no family."""
        return self.kind == Kind.AREA_OUTAGE

    @property
    def climbs(self) -> bool:
        """Whether it goes on up by itself until someone acknowledges."""
        return self.severity is Severity.CRITICAL and self.kind not in NEVER_CLIMBS


@dataclass(frozen=True, slots=True)
class Telling:
    """Tell these people now, and why."""

    level: str
    reason: Reason
    people: tuple[Reachable, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do now, what the alert then is, and when to look again (None: never)."""

    facts: Facts
    tellings: tuple[Telling, ...] = ()
    next_due: datetime | None = None
    expired: bool = False
    alarm: bool = False
    still: bool = False
