"""Where a reader of the stream is: the id of every event, and what Last-Event-ID resumes."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from api.stream.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Position:
    """Everything up to here was sent.

    Attributes
    ----------
    alerts : snapshot whose timeline events were sent.
    states : instant up to which wristbands' states were sent.
    """

    alerts: Snapshot
    states: datetime

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read an event's id; None where it is none of ours."""
        spelt, _, milliseconds = text.partition("@")
        alerts = Snapshot.parse(spelt)
        if alerts is None or not milliseconds.isdecimal() or len(milliseconds) > 14:
            return None
        return cls(alerts, datetime.fromtimestamp(int(milliseconds) / 1000, UTC))

    def __str__(self) -> str:
        """As an event's id."""
        return f"{self.alerts}@{int(self.states.timestamp() * 1000)}"
