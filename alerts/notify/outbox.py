"""Takes due notifications from the outbox, has them sent, and writes down the answers."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

from alerts import metrics
from alerts.notify import channels
from alerts.notify.channels import Answer
from alerts.notify.lanes import GIVE_UP_S, Lanes, Result
from alerts.notify.letter import Letter
from alerts.notify.message import Stationery
from alerts.notify.retry import next_try
from core import destinations, logs, queries
from core.clock import Clock
from core.errors import InvalidError
from core.ids import new_id

QUERIES = queries.load("alerts.notify")
LEASE = timedelta(seconds=GIVE_UP_S + 5)
CLAIM_MORE = 50
"""Letters claimed beyond the free places, to get past those of busy destinations."""
log = logs.get("notify")


class Outbox:
    """The sender of one process; any number of processes may send at once.

    Parameters
    ----------
    stationery : writes the letters.
    allowed_hosts : private hosts that may be reached.
    workers : urgent notifications sent at the same time.
    """

    def __init__(
        self,
        stationery: Stationery,
        allowed_hosts: Sequence[str],
        workers: int,
        clock: Clock,
    ) -> None:
        channels.prepare()
        self._stationery = stationery
        self._allowed_hosts = tuple(allowed_hosts)
        self._clock = clock
        self._lanes = Lanes(self._send, workers, clock)
        self._unwritten: list[Result] = []
        self._met_busy = False

    def wake(self) -> None:
        """Look at the outbox now; callable from any thread."""
        self._lanes.wake()

    def step(self, conn: Connection, wait_s: float) -> int:
        """Start what is due, wait up to `wait_s` for something to happen, write it down.

        Returns
        -------
        How many letters were started or ended.
        """
        started = sum(self._start_due(conn, urgent) for urgent in (True, False))
        self._unwritten += self._lanes.results(wait_s)
        ended = len(self._unwritten)
        if self._unwritten:
            self._write_down(conn)
        return started + ended

    def wait_s(self, conn: Connection, longest_s: float) -> float:
        """How long nothing is due, at most `longest_s` [s]."""
        with conn.transaction():
            row = conn.execute(QUERIES["earliest_notification"]).fetchone()
        earliest: datetime | None = row[0] if row else None
        if earliest is None:
            return longest_s
        away_s = (earliest - self._clock.now()).total_seconds()
        return min(max(away_s, 0.02), longest_s)

    def _start_due(self, conn: Connection, urgent: bool) -> int:
        free = self._lanes.free(urgent)
        if free <= 0:
            return 0
        with conn.transaction():
            more = CLAIM_MORE if self._met_busy else 0
            letters = self._claim(conn, urgent, free + more)
            return self._start(conn, letters, free)

    def _claim(self, conn: Connection, urgent: bool, limit: int) -> list[Letter]:
        now = self._clock.now()
        with conn.cursor(row_factory=class_row(Letter)) as cursor:
            values = {
                "urgent": urgent,
                "now": now,
                "lease": now + LEASE,
                "limit": limit,
            }
            return cursor.execute(QUERIES["claim_notifications"], values).fetchall()

    def _start(self, conn: Connection, letters: Sequence[Letter], free: int) -> int:
        """Start letters while places last; put off the rest, drop the overtaken."""
        now = self._clock.now()
        overtaken: list[UUID] = []
        self._met_busy = False
        started = 0
        for letter in letters:
            if letter.overtaken:
                overtaken.append(letter.id)
                continue
            destination = _destination(letter.url)
            if not self._lanes.has_room(destination, letter):
                self._met_busy = True
                wait = timedelta(seconds=self._lanes.look_again_s(destination))
                _put_off(conn, letter, now + wait)
            elif started >= free:
                _put_off(conn, letter, now)
            else:
                self._lanes.start(letter, destination)
                started += 1
        if overtaken:
            conn.execute(QUERIES["overtake"], {"ids": overtaken})
        return started

    def _send(self, letter: Letter) -> Answer:
        """One try, in a thread of its own; never raises."""
        with metrics.SENDING.track_inprogress():
            try:
                message = self._stationery.write(letter)
            except Exception as error:
                log.exception("a notification cannot be written", id=str(letter.id))
                return Answer(sent=False, text=f"unwritable: {type(error).__name__}")
            return channels.send(letter.url, message, self._allowed_hosts)

    def _write_down(self, conn: Connection) -> None:
        """Record every result that is not recorded yet, in one transaction."""
        now = self._clock.now()
        with conn.transaction():
            for result in self._unwritten:
                _keep(conn, result, now)
        for result in self._unwritten:
            _count(result, now)
        self._unwritten = []


def _put_off(conn: Connection, letter: Letter, until: datetime) -> None:
    conn.execute(QUERIES["defer"], {"id": letter.id, "until": until})


def _destination(url: str) -> str:
    """What may be slow together; an address that is wrong stands for itself."""
    try:
        return destinations.read(url).name
    except InvalidError:
        return url


def _keep(conn: Connection, result: Result, now: datetime) -> None:
    letter, sent = result.letter, result.answer.sent
    status = "sent" if sent else "failed"
    again = None if sent else next_try(letter.attempts + 1, letter.urgent, now)
    values = {"notification_id": letter.id, "status": status}
    attempt = values | {"id": new_id(), "at": now, "answer": result.answer.text}
    conn.execute(QUERIES["add_attempt"], attempt)
    conn.execute(QUERIES["keep_result"], values | {"due_at": again})


def _count(result: Result, now: datetime) -> None:
    letter, sent = result.letter, result.answer.sent
    urgent = "yes" if letter.urgent else "no"
    metrics.ATTEMPTS.labels(urgent, "sent" if sent else "failed").inc()
    metrics.SEND_SECONDS.observe(result.took_s)
    if sent:
        waited_s = (now - letter.created_at).total_seconds()
        metrics.WAIT_SECONDS.labels(urgent).observe(max(0.0, waited_s))
