"""The words escalation is decided in: facts, tellings, decisions."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from alerts.escalation.ladder import Reachable
from alerts.incidents.progress import Progress
from core.model import NEVER_CLIMBS, AlertStatus, Kind, Severity
from core.rules.policy_book import Timing

__all__ = ["Decision", "Facts", "Reason", "Telling", "Timing"]


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
class Facts:
    """What an alert is and where its escalation stands.

    ``counted_from`` is the instant that the steps' delays are counted from. After a
    fall ``still_due`` is when the lack of motion brings the next step, None once that
    is settled, and ``moved`` whether any motion was seen since. ``promised`` is the
    instant it was to be looked at now: what could have been told at the look before
    was told then, so nothing is due before it that was not told.
    """

    kind: str
    severity: Severity
    status: AlertStatus
    counted_from: datetime
    progress: Progress
    orphan: bool = False
    still_due: datetime | None = None
    moved: bool = False
    promised: datetime | None = None

    @property
    def technical(self) -> bool:
        """Whether it is told to those who mend things, at once, and to no family."""
        return self.kind == Kind.AREA_OUTAGE

    @property
    def climbs(self) -> bool:
        """Whether it goes on by itself, as far as its policy goes, until acknowledged."""
        return self.severity is not Severity.INFO and self.kind not in NEVER_CLIMBS

    @property
    def critical(self) -> bool:
        """Whether it goes on without end."""
        return self.climbs and self.severity is Severity.CRITICAL


@dataclass(frozen=True, slots=True)
class Telling:
    """Tell these people now, why, since when that was due, and by which channels.

    ``channels`` are kinds of contact in the order they are tried; empty: all at once.
    """

    level: str
    reason: Reason
    people: tuple[Reachable, ...]
    due_at: datetime
    channels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do now, what the alert then is, and when to look again (None: never)."""

    facts: Facts
    tellings: tuple[Telling, ...] = ()
    next_due: datetime | None = None
    expired: bool = False
    alarm: bool = False
    still: bool = False
