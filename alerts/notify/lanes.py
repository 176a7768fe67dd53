"""Who may send at the same time: urgent apart from others, no destination taking all."""

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from uuid import UUID

from alerts.notify.channels import Answer
from alerts.notify.letter import Letter
from core.clock import Clock

GIVE_UP_S = 20.0
"""A try that takes longer has failed, though its thread may still hang [s]."""

SOON_S = 0.05
HANGS_AFTER_S = 1.0
"""A try that is older seems to hang, and a destination with none that is younger [s]."""
MOST_HANGING = 3
"""So many times its places a lane holds tries that seem to hang, beside the others."""


@dataclass(frozen=True, slots=True)
class Sending:
    """A try under way: one thread."""

    letter: Letter
    destination: str
    since_s: float


@dataclass(frozen=True, slots=True)
class Result:
    """How a try ended, and how long it took [s]."""

    letter: Letter
    answer: Answer
    took_s: float


class Lanes:
    """Threads that each send one letter.

    Urgent letters have `workers` places of their own and others a quarter of that
    beside them, so that neither waits for the other. A destination holds at most half
    of the urgent places, and a try that seems to hang holds none, up to a bound: phones
    that never answer do not hold up those that do.
    """

    def __init__(
        self, send: Callable[[Letter], Answer], workers: int, clock: Clock
    ) -> None:
        self._send = send
        self._clock = clock
        self._places = {True: workers, False: max(1, workers // 4)}
        self._per_destination = max(1, workers // 2)
        self._sending: dict[UUID, Sending] = {}
        self._threads: Counter[str] = Counter()  # alive, hung ones included
        self._finished: SimpleQueue[tuple[Sending, Answer] | None] = SimpleQueue()

    def free(self, urgent: bool) -> int:
        """Places left in a lane."""
        ages = [
            self._age_s(one)
            for one in self._sending.values()
            if one.letter.urgent == urgent
        ]
        places, hanging = self._places[urgent], sum(age > HANGS_AFTER_S for age in ages)
        return places + min(hanging, MOST_HANGING * places) - len(ages)

    def has_room(self, destination: str, letter: Letter) -> bool:
        """Whether the destination may be sent one more at the same time."""
        known = letter.id in self._sending
        return not known and self._threads[destination] < self._per_destination

    def look_again_s(self, destination: str) -> float:
        """When a busy destination may have room: soon, unless it seems to hang [s]."""
        ages = [
            self._age_s(one)
            for one in self._sending.values()
            if one.destination == destination
        ]
        return SOON_S if ages and min(ages) < HANGS_AFTER_S else HANGS_AFTER_S

    def start(self, letter: Letter, destination: str) -> None:
        """Send `letter` in a thread of its own."""
        sending = Sending(letter, destination, self._clock.monotonic_s())
        self._sending[letter.id] = sending
        self._threads[destination] += 1
        threading.Thread(
            target=self._run, args=(sending,), name=f"send {letter.id}", daemon=True
        ).start()

    def under_way(self) -> list[UUID]:
        """Ids of the letters being sent."""
        return list(self._sending)

    def wake(self) -> None:
        """End a wait in :meth:`results` early."""
        self._finished.put(None)

    def results(self, wait_s: float) -> list[Result]:
        """What has ended since, waiting up to `wait_s` for the first thing to [s]."""
        ended = [self._end(item) for item in self._drain(wait_s) if item is not None]
        return [*(one for one in ended if one is not None), *self._given_up()]

    def _run(self, sending: Sending) -> None:
        self._finished.put((sending, self._send(sending.letter)))

    def _drain(self, wait_s: float) -> Iterator[tuple[Sending, Answer] | None]:
        try:
            yield self._finished.get(timeout=wait_s)
            while True:
                yield self._finished.get_nowait()
        except Empty:
            return

    def _end(self, item: tuple[Sending, Answer]) -> Result | None:
        sending, answer = item
        self._threads[sending.destination] -= 1
        if self._threads[sending.destination] <= 0:
            del self._threads[sending.destination]
        given_up = self._sending.get(sending.letter.id) is not sending
        if not given_up:
            del self._sending[sending.letter.id]
        elif not answer.sent:
            return None
        return Result(sending.letter, answer, self._age_s(sending))

    def _patience_s(self) -> float:
        return GIVE_UP_S

    def _given_up(self) -> Iterable[Result]:
        text = f"no answer within {self._patience_s():.0f} s"
        for sending in list(self._sending.values()):
            if self._age_s(sending) > self._patience_s():
                del self._sending[sending.letter.id]
                answer = Answer(sent=False, text=text)
                yield Result(sending.letter, answer, self._age_s(sending))

    def _age_s(self, sending: Sending) -> float:
        return self._clock.monotonic_s() - sending.since_s


class Lines(Lanes):
    """Telephone lines: one number of them for all calls, the urgent ones first.

    What is not urgent holds a quarter of them at most, and so do calls that are no
    letters. A phone is called once at a time.

    Parameters
    ----------
    patience_s : a call that takes longer has failed, though its thread may hang [s].
    """

    def __init__(
        self,
        send: Callable[[Letter], Answer],
        lines: int,
        clock: Clock,
        patience_s: float,
    ) -> None:
        super().__init__(send, lines, clock)
        self._lines = lines
        self._quarter = max(1, lines // 4)
        self._per_destination = 1
        self._lent = 0
        self._lock = threading.Lock()
        self._longest_s = patience_s

    def free(self, urgent: bool) -> int:
        """Lines left for calls of this urgency."""
        with self._lock:
            left = self._lines - len(self._sending) - self._lent
        if urgent:
            return left
        others = sum(not one.letter.urgent for one in self._sending.values())
        return min(left, self._quarter - others)

    def borrow(self) -> bool:
        """Take a line for a call that is no letter, if one may be had; any thread."""
        with self._lock:
            left = self._lines - len(self._sending) - self._lent
            if left <= 0 or self._lent >= self._quarter:
                return False
            self._lent += 1
            return True

    def give_back(self) -> None:
        """The line is free again."""
        with self._lock:
            self._lent -= 1

    def _patience_s(self) -> float:
        return self._longest_s
