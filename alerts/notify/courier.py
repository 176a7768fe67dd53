"""Takes due notifications, has them sent, and writes down the answers, whatever the way."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

from alerts import metrics
from alerts.notify.channels import Answer
from alerts.notify.lanes import Lanes, Result
from alerts.notify.letter import Letter
from alerts.notify.retry import next_try
from core import destinations, queries
from core.clock import Clock
from core.errors import InvalidError
from core.ids import new_id

QUERIES = queries.load("alerts.notify")
CLAIM_MORE = 50
"""Letters claimed beyond the free places, to get past those of busy destinations."""
NEXT_CONTACT_AFTER = timedelta(seconds=20)
"""A person's next contact waits for the one before so long, not longer."""


class Lane(NamedTuple):
    """Letters that are claimed together."""

    urgent: bool
    again: bool  # tried before


LANES = (Lane(True, False), Lane(True, True), Lane(False, False), Lane(False, True))
"""In this order: what nobody was sent yet goes before what failed once."""


@dataclass(frozen=True, slots=True)
class Way:
    """What the letters of one courier have in common.

    Attributes
    ----------
    spoken : phones that ring; else whatever Apprise writes to.
    lease : how long a claimed letter is this process's, renewed while it is under way;
        one whose process has died comes again after that.
    least_wait_s : how often the outbox is looked at, at most [s].
    """

    spoken: bool
    lease: timedelta
    least_wait_s: float = 0.02


class Courier:
    """The sender of one process; any number of processes may send at once.

    Parameters
    ----------
    lanes : who may send at the same time.
    withdraw : ends a letter under way that nobody needs any more, given its id and
        whether its alert is over.
    """

    def __init__(
        self,
        way: Way,
        lanes: Lanes,
        clock: Clock,
        withdraw: Callable[[UUID, bool], None] | None = None,
    ) -> None:
        self._way = way
        self._lanes = lanes
        self._clock = clock
        self._withdraw = withdraw
        self._unwritten: list[Result] = []
        self._met_busy = False
        self._renewed_s = clock.monotonic_s()

    def wake(self) -> None:
        """Look at the outbox now; callable from any thread."""
        self._lanes.wake()

    def step(self, conn: Connection, wait_s: float) -> int:
        """Start what is due, wait up to `wait_s` for something to happen, write it down.

        Returns
        -------
        How many letters were started or ended.
        """
        with conn.transaction():
            until = self._clock.now() + NEXT_CONTACT_AFTER
            conn.execute(QUERIES["wait_until"], {"until": until})
        self._withdraw_needless(conn)
        started = sum(self._start_due(conn, lane) for lane in LANES)
        self._unwritten += self._lanes.results(wait_s)
        ended = len(self._unwritten)
        if self._unwritten:
            self._write_down(conn)
        self._keep_leases(conn)
        return started + ended

    def wait_s(self, conn: Connection, longest_s: float) -> float:
        """How long nothing is due, at most `longest_s` [s]."""
        values = {"spoken": self._way.spoken}
        with conn.transaction():
            row = conn.execute(QUERIES["earliest_notification"], values).fetchone()
        earliest: datetime | None = row[0] if row else None
        if earliest is None:
            return longest_s
        away_s = (earliest - self._clock.now()).total_seconds()
        renewal_s = self._way.lease.total_seconds() / 3
        return min(max(away_s, self._way.least_wait_s), longest_s, renewal_s)

    def _start_due(self, conn: Connection, lane: Lane) -> int:
        free = self._lanes.free(lane.urgent)
        if free <= 0:
            return 0
        with conn.transaction():
            more = CLAIM_MORE if self._met_busy else 0
            letters = self._claim(conn, lane, free + more)
            return self._start(conn, letters, free)

    def _claim(self, conn: Connection, lane: Lane, limit: int) -> list[Letter]:
        now = self._clock.now()
        values = {
            "urgent": lane.urgent,
            "again": lane.again,
            "spoken": self._way.spoken,
            "now": now,
            "lease": now + self._way.lease,
            "limit": limit,
        }
        with conn.cursor(row_factory=class_row(Letter)) as cursor:
            return cursor.execute(QUERIES["claim_notifications"], values).fetchall()

    def _start(self, conn: Connection, letters: Sequence[Letter], free: int) -> int:
        """Start letters while places last; put off the rest, drop the overtaken."""
        now = self._clock.now()
        overtaken: list[UUID] = []
        begun = 0
        self._met_busy = False
        for letter in letters:
            if letter.overtaken:
                overtaken.append(letter.id)
                continue
            destination = _destination(letter.url)
            if not self._lanes.has_room(destination, letter):
                self._met_busy = True
                wait = timedelta(seconds=self._lanes.look_again_s(destination))
                _put_off(conn, letter, now + wait)
            elif begun >= free:
                _put_off(conn, letter, now)
            else:
                self._lanes.start(letter, destination)
                begun += 1
        if overtaken:
            conn.execute(QUERIES["overtake"], {"ids": overtaken})
            conn.execute(QUERIES["release"], {"ids": overtaken, "now": now})
        return begun

    def _withdraw_needless(self, conn: Connection) -> None:
        under_way = self._lanes.under_way() if self._withdraw is not None else []
        if self._withdraw is None or not under_way:
            return
        with conn.transaction():
            found = conn.execute(QUERIES["withdrawn"], {"ids": under_way}).fetchall()
        for letter_id, over in found:
            self._withdraw(letter_id, over)

    def _keep_leases(self, conn: Connection) -> None:
        """Renew what is under way, thrice in each lease."""
        now_s = self._clock.monotonic_s()
        if now_s - self._renewed_s < self._way.lease.total_seconds() / 3:
            return
        self._renewed_s = now_s
        under_way = self._lanes.under_way()
        if under_way:
            lease = self._clock.now() + self._way.lease
            with conn.transaction():
                conn.execute(QUERIES["renew"], {"ids": under_way, "until": lease})

    def _write_down(self, conn: Connection) -> None:
        """Record every result that is not recorded yet, in one transaction."""
        now = self._clock.now()
        with conn.transaction():
            for result in self._unwritten:
                _keep(conn, result, self._way.spoken, now)
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


def _keep(conn: Connection, result: Result, spoken: bool, now: datetime) -> None:
    letter, answer = result.letter, result.answer
    status = "sent" if answer.sent else "failed"
    over = answer.sent or answer.withdrawn
    tries = letter.attempts + 1
    again = None if over else next_try(tries, letter.urgent, now, spoken)
    values = {"notification_id": letter.id, "status": status}
    attempt = values | {"id": new_id(), "at": now, "answer": answer.text}
    conn.execute(QUERIES["add_attempt"], attempt)
    kept = {"due_at": again, "delivered_at": answer.delivered_at}
    kept |= {"status": "overtaken"} if answer.withdrawn else {}
    conn.execute(QUERIES["keep_result"], values | kept)
    _move_next(conn, letter, answer, now)


def _move_next(conn: Connection, letter: Letter, answer: Answer, now: datetime) -> None:
    """The person's next contact: spared where this one reached them, else due."""
    if answer.sent and not answer.doubtful:
        conn.execute(QUERIES["spare"], {"id": letter.id})
    else:
        conn.execute(QUERIES["release"], {"ids": [letter.id], "now": now})


def _count(result: Result, now: datetime) -> None:
    letter, sent = result.letter, result.answer.sent
    urgent = "yes" if letter.urgent else "no"
    outcome = "withdrawn" if result.answer.withdrawn else "sent" if sent else "failed"
    metrics.ATTEMPTS.labels(urgent, outcome).inc()
    metrics.SEND_SECONDS.observe(result.took_s)
    if sent:
        waited_s = (now - letter.created_at).total_seconds()
        metrics.WAIT_SECONDS.labels(urgent).observe(max(0.0, waited_s))
