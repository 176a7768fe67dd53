"""What the escalation of an alert has done and been asked for, as kept in its row."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Progress:
    """The content of ``alert.escalation``.

    Attributes
    ----------
    tellings : how many tellings there were; numbers the steps of notifications.
    reached : highest level told in this round, None before the first telling.
    told_at : when `reached` was last told.
    status_at : when the alert took its present status; expiries count from it.
    retell : everyone told so far is to be told again (a press).
    climb : how many levels a person asked for by hand.
    alarmed_at : when administrators last heard that nobody is reachable.
    settled : after a fall, whether there was motion, or people were told there was none.
    """

    tellings: int = 0
    reached: str | None = None
    told_at: datetime | None = None
    status_at: datetime | None = None
    retell: bool = False
    climb: int = 0
    alarmed_at: datetime | None = None
    settled: bool = False

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Self:
        """Read the row's object; what it lacks has its default."""
        times = ("told_at", "status_at", "alarmed_at")
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

    def asked_to_retell(self) -> "Progress":
        """The same with everyone told so far to be told again."""
        return replace(self, retell=True)

    def asked_to_climb(self) -> "Progress":
        """The same with one more level asked for by hand."""
        return replace(self, climb=self.climb + 1)

    def status_since(self, now: datetime) -> "Progress":
        """The same with a status taken at `now`."""
        return replace(self, status_at=now)

    def after(self, tellings: int) -> "Progress":
        """The same with as many more tellings numbered."""
        return replace(self, tellings=self.tellings + tellings)
