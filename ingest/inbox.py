"""The bounded queue between the MQTT thread and the writer."""

from collections import deque
from collections.abc import Sequence
from threading import Condition, Event
from typing import Final

from core.clock import Clock
from ingest.message import Message
from ingest.session import Session

MAX_BYTES: Final = 256 << 20
SHARE_BYTES: Final = 32 << 20
BATCH_BYTES: Final = 4 << 20
_TURN_BYTES: Final = 256 << 10
_TURN_MESSAGES: Final = 300
_OVERHEAD: Final = 400  # of a queued message, beside its payload [bytes]
_LOOK_S: Final = 0.5


class _Lane:
    """What waits of one session, in order of arrival."""

    def __init__(self) -> None:
        self.waiting: deque[Message] = deque()
        self.bytes = 0

    def move(self, batch: list[Message], most: int) -> int:
        """Move one turn of what can still be confirmed to the batch.

        Returns
        -------
        int
            Payload bytes moved.
        """
        size = 0
        most = min(most, len(batch) + _TURN_MESSAGES)
        while self.waiting and len(batch) < most and size < _TURN_BYTES:
            message = self.waiting.popleft()
            self.bytes -= _bytes(message)
            if not message.stale:
                size += len(message.payload)
                batch.append(message)
        return size


class Inbox:
    """Messages waiting to be written: of each session in order, the sessions in turn.

    Parameters
    ----------
    most : messages a batch holds at most.
    age_s : how long a message waits for its batch to fill [s].
    """

    def __init__(self, clock: Clock, most: int, age_s: float) -> None:
        self._clock = clock
        self._most = most
        self._age_s = age_s
        self._lanes: dict[Session, _Lane] = {}  # of sessions with something waiting
        self._changed = Condition()

    def __len__(self) -> int:
        with self._changed:
            return self._count()

    @property
    def size_bytes(self) -> int:
        """Memory the waiting messages take, roughly [bytes]."""
        with self._changed:
            return self._size()

    def full(self, session: Session) -> bool:
        """Whether nothing more should be read from the session."""
        with self._changed:
            return self._size() > MAX_BYTES or self._held(session) > SHARE_BYTES

    def roomy(self, session: Session) -> bool:
        """Whether reading from the session may go on."""
        with self._changed:
            room = self._size() < MAX_BYTES // 2
            return room and self._held(session) < SHARE_BYTES // 2

    def put(self, messages: Sequence[Message]) -> None:
        """Add messages of one session; never blocks.

        What an older connection of the session brought is dropped: it comes again.
        """
        with self._changed:
            first = not self._lanes
            lane = self._lane(messages[0].session)
            if lane.waiting and lane.waiting[-1].stale:
                lane.waiting.clear()
                lane.bytes = 0
            lane.waiting.extend(messages)
            lane.bytes += sum(map(_bytes, messages))
            if first or self._filled:
                self._changed.notify()

    def put_back(self, messages: Sequence[Message]) -> None:
        """Return a batch that could not be written, before all others."""
        with self._changed:
            for message in reversed(messages):
                lane = self._lane(message.session)
                lane.waiting.appendleft(message)
                lane.bytes += _bytes(message)

    def take(self, stop: Event) -> list[Message]:
        """The next batch: full, or aged; empty after a short while without any.

        Messages whose connection has ended are dropped: they come again.
        """
        with self._changed:
            self._await_batch(stop)
            batch: list[Message] = []
            size = 0
            while self._lanes and len(batch) < self._most and size < BATCH_BYTES:
                session = next(iter(self._lanes))
                lane = self._lanes.pop(session)
                size += lane.move(batch, self._most)
                if lane.waiting:
                    self._lanes[session] = lane  # behind the others
            return batch

    def oldest_us(self) -> int | None:
        """Arrival of the message that waits longest [µs since 1970]."""
        with self._changed:
            heads = [lane.waiting[0].received_us for lane in self._lanes.values()]
            return min(heads, default=None)

    @property
    def _filled(self) -> bool:
        """Whether a batch need not wait for more."""
        return self._count() >= self._most or self._size() >= BATCH_BYTES

    def _count(self) -> int:
        return sum(len(lane.waiting) for lane in self._lanes.values())

    def _size(self) -> int:
        return sum(lane.bytes for lane in self._lanes.values())

    def _held(self, session: Session) -> int:
        lane = self._lanes.get(session)
        return 0 if lane is None else lane.bytes

    def _lane(self, session: Session) -> _Lane:
        lane = self._lanes.get(session)
        if lane is None:
            lane = self._lanes[session] = _Lane()
        return lane

    def _await_batch(self, stop: Event) -> None:
        deadline_s = self._clock.monotonic_s() + _LOOK_S
        aged = False
        while not self._filled and not stop.is_set():
            left_s = deadline_s - self._clock.monotonic_s()
            if left_s <= 0:
                return
            if self._lanes and not aged:
                aged, left_s = True, self._age_s
                deadline_s = self._clock.monotonic_s() + left_s
            self._changed.wait(left_s)


def _bytes(message: Message) -> int:
    return len(message.payload) + _OVERHEAD
