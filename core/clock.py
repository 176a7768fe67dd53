"""The one place that reads the machine's clock, so that time can be passed in."""

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Source of the present: an instant to write down and a span to measure."""

    def now(self) -> datetime:
        """Present instant, aware, UTC."""
        ...

    def monotonic_s(self) -> float:
        """Seconds that never step back, for measuring spans [s]."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Present instant, aware, UTC."""
        return datetime.now(UTC)

    def monotonic_s(self) -> float:
        """Seconds since an arbitrary start [s]."""
        return time.monotonic()


class FixedClock:
    """A clock that stands still until it is moved: for tests and replays."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        """Present instant as last set."""
        return self.at

    def monotonic_s(self) -> float:
        """Seconds since the epoch of the instant last set [s]."""
        return self.at.timestamp()
