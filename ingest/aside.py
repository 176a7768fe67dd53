"""List what could not be read of urgent events, aside from their lane."""

from collections import deque
from collections.abc import Iterable, Sequence
from itertools import islice
from threading import Condition, Event
from typing import Final

from core import database, logs
from core.clock import Clock
from ingest import metrics, refusals
from ingest.failures import Remedy, remedy
from ingest.refusals import Refusal

MOST_BYTES: Final = 64 << 20
AT_ONCE: Final = 20
PAUSE_S: Final = 1.0
_LOOK_S: Final = 5.0
_OVERHEAD: Final = 400  # of a waiting refusal, beside its payload [bytes]
log = logs.get("sos")


class Aside:
    """Takes refusals of presses that are committed, and lists them when it can.

    It has a thread and a connection of its own, so that no press waits for a list; one
    that finds the queue full, or that the database refuses for good, is only counted.
    """

    def __init__(self, url: str, clock: Clock, stop: Event) -> None:
        self._url = url
        self._clock = clock
        self._stop = stop
        self._waiting: deque[Refusal] = deque()
        self._bytes = 0
        self._changed = Condition()

    def add(self, refused: Iterable[Refusal]) -> None:
        """Have these listed soon; never blocks and never raises."""
        with self._changed:
            for one in refused:
                if self._bytes > MOST_BYTES:
                    metrics.SOS_UNLISTED.inc()
                    continue
                self._waiting.append(one)
                self._bytes += _bytes(one)
            self._changed.notify()

    def wake(self) -> None:
        """Have :meth:`run` look whether it is to stop."""
        with self._changed:
            self._changed.notify()

    def run(self) -> None:
        """List refusals until told to stop, then those that still wait, once."""
        while not self._stop.is_set():
            with self._changed:
                if not self._waiting and not self._stop.is_set():
                    self._changed.wait(_LOOK_S)
            if not self._list_some():
                self._stop.wait(PAUSE_S)
        self._list_some()

    def _list_some(self) -> bool:
        """List what has waited longest; False if that is to be tried again later."""
        with self._changed:
            batch = list(islice(self._waiting, AT_ONCE))
        if batch and not self._list(batch):
            return False
        with self._changed:
            for one in batch:
                self._waiting.popleft()
                self._bytes -= _bytes(one)
        return True

    def _list(self, batch: Sequence[Refusal]) -> bool:
        try:
            with database.connect(self._url, "sos refusals") as conn:
                refusals.reject(conn, batch, self._clock.now())
        except Exception as error:  # whatever it is, no press may suffer
            if remedy(error, alone=True) is Remedy.AGAIN:
                log.warning("refusals wait", error=type(error).__name__)
                return False
            if len(batch) > 1:
                return all(self._list([one]) for one in batch)
            metrics.SOS_UNLISTED.inc()
            device_id = batch[0].message.origin.device_id
            log.exception("refusal not listed", device=device_id)
        return True


def _bytes(one: Refusal) -> int:
    return len(one.message.payload) + _OVERHEAD
