"""How an alert stands, in the words its escalation is decided in."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg import Connection

from alerts.escalation import motion
from alerts.escalation.book import InForce, Versioned
from alerts.escalation.chains import Subject
from alerts.escalation.terms import Facts
from alerts.incidents.progress import Progress
from core.model import AlertStatus, Kind, Severity


@dataclass(frozen=True, slots=True)
class Due:
    """An alert's row, with the policy in force for it as stored (None: as shipped)."""

    id: UUID
    senior_id: UUID | None
    place_id: UUID | None
    kind: str
    severity: str
    status: str
    observed_at: datetime
    opened_at: datetime
    escalation_from: datetime
    escalation: dict[str, Any]
    next_due_at: datetime | None
    policy: Mapping[str, Any] | None = None
    revision: int | None = None

    @property
    def goes_by(self) -> str | None:
        """Version of the policy of its present round; None where that begins now."""
        return self.escalation.get("policy")

    @property
    def in_force(self) -> InForce:
        """What is set for its place now."""
        return InForce(self.kind, self.severity, self.policy, self.revision)

    def subject(self, chosen: Versioned) -> Subject:
        """Whose people are asked for."""
        named = chosen.policy.people()
        return Subject(self.id, self.senior_id, self.place_id, named)

    def facts(self, version: str) -> Facts:
        """The row in the policy's words."""
        progress = Progress.from_json(self.escalation)
        return Facts(
            self.kind,
            Severity(self.severity),
            AlertStatus(self.status),
            self.escalation_from,
            replace(progress, policy=version),
            orphan=self.senior_id is None,
            promised=self.next_due_at,
        )

    def watched(self, conn: Connection, version: str, now: datetime) -> Facts:
        """The same, and after a fall whether there was motion, once that is asked."""
        facts = self.facts(version)
        if self.kind != Kind.FALL or facts.progress.settled:
            return facts
        by = motion.wearer(conn, self.senior_id)
        due = self.opened_at + timedelta(seconds=by.still_s)
        if now < due:
            return replace(facts, still_due=due)
        found = motion.reports(conn, self.senior_id, self.observed_at)
        stirred = motion.moved(found, self.observed_at, by)
        return replace(facts, still_due=due, moved=stirred)
