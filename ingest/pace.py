"""Whether this worker keeps up with what arrives: silence is only judged while it does."""

from typing import Final

from core.clock import Clock
from ingest import metrics

LAG_S: Final = 2.0
CALM_S: Final = 5.0


class Pace:
    """Follows how long messages wait; "current" once that was short for a while."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._calm_since_s = clock.monotonic_s()
        self._subscribed_since_s: dict[int, float] = {}

    def look(self, oldest_us: int | None) -> None:
        """Note the arrival of the message that waits longest [µs since 1970]."""
        lag_s = 0.0
        if oldest_us is not None:
            lag_s = max(0.0, self._clock.now().timestamp() - oldest_us / 1e6)
        metrics.LAG_SECONDS.set(lag_s)
        if lag_s > LAG_S:
            self._calm_since_s = self._clock.monotonic_s()

    def current(self, partition: int, subscribed: bool) -> bool:
        """Whether the partition is subscribed and nothing has waited long lately."""
        now_s = self._clock.monotonic_s()
        if not subscribed:
            self._subscribed_since_s.pop(partition, None)
            return False
        since_s = self._subscribed_since_s.setdefault(partition, now_s)
        return now_s - max(since_s, self._calm_since_s) >= CALM_S
