"""The bounded queue between the MQTT thread and the writer."""

from collections import deque
from collections.abc import Iterable, Sequence
from threading import Condition, Event
from typing import Final

from core.clock import Clock
from ingest.message import Message

MAX_BYTES: Final = 256 << 20
BATCH_BYTES: Final = 4 << 20
_OVERHEAD: Final = 400  # of a queued message, beside its payload [bytes]
_LOOK_S: Final = 0.5


class Inbox:
    """Messages waiting to be written, in order of arrival.

    Parameters
    ----------
    most : messages a batch holds at most.
    age_s : how long a message waits for its batch to fill [s].
    """

    def __init__(self, clock: Clock, most: int, age_s: float) -> None:
        self._clock = clock
        self._most = most
        self._age_s = age_s
        self._waiting: deque[Message] = deque()
        self._changed = Condition()
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def size_bytes(self) -> int:
        """Memory the waiting messages take, roughly [bytes]."""
        return self._bytes

    @property
    def full(self) -> bool:
        """Whether nothing more should be read."""
        return self._bytes > MAX_BYTES

    @property
    def roomy(self) -> bool:
        """Whether reading may go on."""
        return self._bytes < MAX_BYTES // 2

    def put(self, messages: Sequence[Message]) -> None:
        """Add messages; never blocks."""
        with self._changed:
            first = not self._waiting
            self._waiting.extend(messages)
            self._bytes += _bytes(messages)
            if first or len(self._waiting) >= self._most:
                self._changed.notify()

    def put_back(self, messages: Sequence[Message]) -> None:
        """Return a batch that could not be written, before all others."""
        with self._changed:
            self._waiting.extendleft(reversed(messages))
            self._bytes += _bytes(messages)

    def take(self, stop: Event) -> list[Message]:
        """The next batch: full, or aged; empty after a short while without any.

        Messages whose connection has ended are dropped: they come again.
        """
        with self._changed:
            self._await_batch(stop)
            batch: list[Message] = []
            size = 0
            while self._waiting and len(batch) < self._most and size < BATCH_BYTES:
                message = self._waiting.popleft()
                self._bytes -= len(message.payload) + _OVERHEAD
                if not message.stale:
                    size += len(message.payload)
                    batch.append(message)
            return batch

    def oldest_us(self) -> int | None:
        """Arrival of the message that waits longest [µs since 1970]."""
        with self._changed:
            return self._waiting[0].received_us if self._waiting else None

    def _await_batch(self, stop: Event) -> None:
        deadline_s = self._clock.monotonic_s() + _LOOK_S
        aged = False
        while len(self._waiting) < self._most and not stop.is_set():
            left_s = deadline_s - self._clock.monotonic_s()
            if left_s <= 0:
                return
            if self._waiting and not aged:
                aged, left_s = True, self._age_s
                deadline_s = self._clock.monotonic_s() + left_s
            self._changed.wait(left_s)


def _bytes(messages: Iterable[Message]) -> int:
    return sum(len(message.payload) + _OVERHEAD for message in messages)
