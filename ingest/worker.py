"""The writer's thread: takes batches, survives the database, sets culprits aside."""

from collections.abc import Sequence
from threading import Event
from typing import Final

import psycopg
from psycopg import Connection

from core import database, logs
from core.clock import Clock
from core.errors import UnavailableError
from core.queries import load
from ingest import metrics, stage
from ingest.failures import Remedy, remedy
from ingest.inbox import Inbox
from ingest.message import Message
from ingest.ownership import Ownership
from ingest.pace import Pace
from ingest.state import Roster
from ingest.subscriber import Subscriber
from ingest.writer import Writer

SQL: Final = load("ingest")
FIRST_PAUSE_S: Final = 0.1
LONGEST_PAUSE_S: Final = 5.0
BEAT_S: Final = 2.0
log = logs.get("worker")


class Worker:
    """Owns partitions and writes their messages, one batch a transaction.

    Parameters
    ----------
    url : the database.
    stop : ends :meth:`run` after the batch in hand.
    """

    def __init__(
        self,
        *,
        url: str,
        inbox: Inbox,
        subscriber: Subscriber,
        ownership: Ownership,
        roster: Roster,
        writer: Writer,
        clock: Clock,
        stop: Event,
    ) -> None:
        self._url = url
        self._inbox = inbox
        self._subscriber = subscriber
        self._ownership = ownership
        self._roster = roster
        self._writer = writer
        self._clock = clock
        self._stop = stop
        self._pace = Pace(clock)
        self._pause_s = FIRST_PAUSE_S
        self._beat_at_s = 0.0

    @property
    def ready(self) -> bool:
        """Whether every partition that is ours is subscribed, and there is one."""
        ours = list(self._ownership.epochs)
        return bool(ours) and all(map(self._subscriber.subscribed, ours))

    def run(self) -> None:
        """Write until told to stop; a database that is away is waited for."""
        while not self._stop.is_set():
            try:
                with database.connect(self._url, "ingest") as conn:
                    self._serve(conn)
            except (UnavailableError, psycopg.Error) as error:
                if remedy(error) is Remedy.GIVE_UP:
                    raise
                self._lose(error)
                self._stop.wait(self._pause_s)
                self._pause_s = min(self._pause_s * 2, LONGEST_PAUSE_S)

    def _lose(self, error: Exception) -> None:
        """The connection is gone, and perhaps a commit's answer: start from the rows."""
        if self._pause_s == FIRST_PAUSE_S:  # the first failure of several
            log.warning("database lost", error=type(error).__name__)
        metrics.BATCH_FAILURES.labels("lost").inc()
        self._ownership.lose()
        self._roster.clear()

    def _serve(self, conn: Connection) -> None:
        conn.autocommit = True  # transactions are explicit
        stage.prepare(conn)
        while not self._stop.is_set():
            self._beat(conn)
            self._subscriber.relieve()
            batch = self._inbox.take(self._stop)
            if batch:
                self._take(conn, batch)
            self._pause_s = FIRST_PAUSE_S

    def _take(self, conn: Connection, batch: list[Message]) -> None:
        """Write a batch; what is not written by an error goes back to the inbox."""
        waiting = [batch]
        try:
            while waiting:
                part = waiting[-1]
                halves = self._attempt(conn, part)
                waiting.pop()
                waiting.extend(reversed(halves))
        finally:
            for part in waiting:
                self._inbox.put_back(part)

    def _attempt(
        self, conn: Connection, part: list[Message]
    ) -> Sequence[list[Message]]:
        """Write and confirm messages; the halves to try instead where it fails for good."""
        ours = self._ownership.epochs
        part = [one for one in part if one.session.partition in ours and not one.stale]
        if not part:
            return ()
        epochs = {one: ours[one] for one in {m.session.partition for m in part}}
        try:
            with metrics.BATCH_SECONDS.time():
                self._writer.write(conn, part, epochs)
        except Exception as error:
            what = remedy(error, alone=len(part) == 1)
            if what is Remedy.SPLIT:
                metrics.BATCH_FAILURES.labels("split").inc()
                log.warning("batch refused", size=len(part), error=type(error).__name__)
                middle = len(part) // 2
                return (part[:middle], part[middle:])
            if what is not Remedy.SET_ASIDE:
                raise
            log.exception(
                "message set aside",
                device=part[0].origin.device_id,
                error=type(error).__name__,
            )
            reason = f"cannot be stored: {type(error).__name__}"
            self._writer.set_aside(conn, part[0], reason, epochs)
        self._subscriber.acknowledge(part)
        return ()

    def _beat(self, conn: Connection) -> None:
        """Every 2 s: take free partitions, say that ours are served and keep up."""
        now_s = self._clock.monotonic_s()
        self._pace.look(self._inbox.oldest_us())
        if now_s < self._beat_at_s and self._ownership.epochs:
            return
        self._beat_at_s = now_s + BEAT_S
        if not self._ownership.complete and self._ownership.extend(conn):
            self._roster.clear()
        epochs = self._ownership.epochs
        self._subscriber.serve(epochs)
        current = [
            self._pace.current(one, self._subscriber.subscribed(one)) for one in epochs
        ]
        conn.execute(
            SQL["beat_partitions"],
            {
                "partitions": list(epochs),
                "epochs": list(epochs.values()),
                "current": current,
                "now": self._clock.now(),
            },
        )
        metrics.QUEUE.set(len(self._inbox))
