"""What the escalation of an alert has done and been asked for, as kept in its row."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Progress:
    """The content of ``alert.escalation``.

    Attributes
    ----------
    tellings : how many tellings there were; numbers the steps of notifications.
    policy : version of the escalation policy that this round goes by.
    reached : highest step told in this round, None before the first telling.
    climbed : how many steps were reached in this round.
    told : who was told in this round, ids by step, in the order of the steps.
    told_at : when `reached` was last told.
    repeats : how often it was told again since it was reached.
    status_at : when the alert took its present status; expiries count from it.
    retell : everyone told so far is to be told again (a press).
    climb : how many steps a person asked for by hand.
    asked_at : since when `retell` or `climb` wait to be answered.
    alarmed_at : when administrators last heard that nobody is reachable.
    settled : after a fall, whether there was motion, or people were told there was none.
    """

    tellings: int = 0
    policy: str | None = None
    reached: str | None = None
    climbed: int = 0
    told: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    told_at: datetime | None = None
    repeats: int = 0
    status_at: datetime | None = None
    retell: bool = False
    climb: int = 0
    asked_at: datetime | None = None
    alarmed_at: datetime | None = None
    settled: bool = False

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Self:
        """Read the row's object; what it lacks has its default."""
        times = ("told_at", "status_at", "asked_at", "alarmed_at")
        known = {name: stored[name] for name in cls.__slots__ if name in stored}
        for name in times:
            if known.get(name) is not None:
                known[name] = datetime.fromisoformat(known[name])
        return cls(**known)

    def as_json(self) -> dict[str, Any]:
        """The object for the row: only what differs from the default."""
        pairs = ((name, getattr(self, name)) for name in self.__slots__)
        return {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in pairs
            if value
        }

    def anew(self, now: datetime) -> "Progress":
        """A fresh round (reopened, or the severity rose); step numbers go on."""
        return Progress(tellings=self.tellings, status_at=now, settled=self.settled)

    def asked_to_retell(self, now: datetime | None = None) -> "Progress":
        """The same with everyone told so far to be told again."""
        return replace(self, retell=True, asked_at=self.asked_at or now)

    def asked_to_climb(self, now: datetime | None = None) -> "Progress":
        """The same with one more step asked for by hand."""
        return replace(self, climb=self.climb + 1, asked_at=self.asked_at or now)

    def status_since(self, now: datetime) -> "Progress":
        """The same with a status taken at `now`."""
        return replace(self, status_at=now)

    def after(self, tellings: int) -> "Progress":
        """The same with as many more tellings numbered."""
        return replace(self, tellings=self.tellings + tellings)
