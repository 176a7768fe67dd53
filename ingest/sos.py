"""The lane of urgent events: own session, own threads, own connection."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import partial
from threading import Condition, Event
from typing import Final

import msgspec
import psycopg
from psycopg import Connection

from alerts.incidents.store import press
from alerts.incidents.types import Press
from core import database, logs, topics
from core.clock import Clock
from core.errors import UnavailableError
from core.queries import load
from ingest import metrics, refusals, urgent
from ingest.address import Address
from ingest.aside import Aside
from ingest.failures import Remedy, remedy
from ingest.loop import Loop
from ingest.message import Message
from ingest.ownership import SOS_LANE, try_lock
from ingest.session import Session
from ingest.state import instant
from ingest.urgent import Urgent

SQL: Final = load("ingest")
CLIENT_ID: Final = "yinling:sos"
STATEMENT_TIMEOUT_S: Final = 2.0
FIRST_PAUSE_S: Final = 0.1
LONGEST_PAUSE_S: Final = 2.0
STAND_BY_S: Final = 2.0
_LOOK_S: Final = 5.0
_AT_ONCE: Final = 100  # presses of one device in one transaction
log = logs.get("sos")

Tell = Callable[[Sequence[Message]], None]
"""Tells the first step of waiting presses that the database cannot take."""


class Lane:
    """Takes urgent events to their alerts, and answers the wristbands.

    Devices are served in turn; one device's waiting presses go together.

    Parameters
    ----------
    loop : drives this lane's session and no other.
    aside : lists what could not be read, after the answer.
    tell : called with presses that could not be committed, before they are tried again.
    """

    def __init__(
        self,
        url: str,
        address: Address,
        loop: Loop,
        aside: Aside,
        *,
        clock: Clock,
        stop: Event,
        tell: Tell | None = None,
    ) -> None:
        self._url = url
        self._loop = loop
        self._aside = aside
        self._clock = clock
        self._stop = stop
        self._tell = tell
        self._session = Session(CLIENT_ID, "wb/+/sos", address, self._arrived)
        self._serving = False
        self._waiting: OrderedDict[str, list[Message]] = OrderedDict()
        self._changed = Condition()
        self._pause_s = FIRST_PAUSE_S

    @property
    def ready(self) -> bool:
        """Whether presses reach this lane."""
        return self._session.subscribed

    def run(self) -> None:
        """Take presses until told to stop; a database that is away is tried again."""
        while not self._stop.is_set():
            try:
                with database.connect(self._url, "sos", STATEMENT_TIMEOUT_S) as conn:
                    self._own(conn)
            except (UnavailableError, psycopg.Error) as error:
                if remedy(error) is Remedy.GIVE_UP:
                    raise
                metrics.SOS_FAILURES.inc()
                if self._pause_s == FIRST_PAUSE_S:  # the first failure of several
                    log.warning("database lost", error=type(error).__name__)
                self._tell_waiting()
                self._stop.wait(self._pause_s)
                self._pause_s = min(self._pause_s * 2, LONGEST_PAUSE_S)

    def _own(self, conn: Connection) -> None:
        """Serve the lane while its lock is ours; otherwise leave it to its owner."""
        conn.autocommit = True  # transactions are explicit
        while not self._stop.is_set():
            if try_lock(conn, SOS_LANE):
                self._hold_session()
                self._serve(conn)
            else:
                self._release_session()
                self._stop.wait(STAND_BY_S)

    def _hold_session(self) -> None:
        if not self._serving:
            self._serving = True
            self._loop.post(partial(self._loop.add, self._session))

    def _release_session(self) -> None:
        if self._serving:
            self._serving = False
            self._loop.post(partial(self._loop.remove, self._session))

    def _serve(self, conn: Connection) -> None:
        while not self._stop.is_set():
            presses = self._next()
            if not presses:
                conn.execute("SELECT 1")  # a dead connection shows before it is needed
                continue
            try:
                self._commit(conn, presses)
            except BaseException:
                self._put_back(presses)
                raise
            self._pause_s = FIRST_PAUSE_S

    def _commit(self, conn: Connection, presses: Sequence[Message]) -> None:
        """Commit and answer presses; should some be unfit, each alone, then bare."""
        try:
            self._write(conn, presses, [_read(one) for one in presses])
        except Exception as error:
            if remedy(error, alone=True) is not Remedy.SET_ASIDE:
                raise
            metrics.SOS_FAILURES.inc()
            log.exception("press unfit", device=presses[0].origin.device_id)
            if len(presses) > 1:
                for one in presses:
                    self._commit(conn, [one])
            else:
                self._write_bare(conn, presses[0])
                reason = f"cannot be stored: {type(error).__name__}"
                self._aside.add([refusals.whole(presses[0], reason)])

    def _write_bare(self, conn: Connection, one: Message) -> None:
        """Take only that there was a press; a failure is tried again for ever."""
        try:
            blank = one._replace(payload=b"")
            self._write(conn, [blank], [urgent.bare(one.received_us)])
        except Exception as error:
            if remedy(error, alone=True) is not Remedy.SET_ASIDE:
                raise
            raise UnavailableError("a press cannot be stored; tried again") from error

    def _write(
        self, conn: Connection, presses: Sequence[Message], events: Sequence[Urgent]
    ) -> None:
        now = self._clock.now()
        with conn.transaction():
            rows = [
                self._press(conn, one, event)
                for one, event in zip(presses, events, strict=True)
                if not _known_copy(conn, one, event)
            ]
            answers = press(conn, rows, now)
        for answer in answers:
            metrics.PRESSES.labels("resend" if answer.resend else "press").inc()
        for one in presses:
            metrics.SOS_SECONDS.observe(
                max(0.0, now.timestamp() - one.received_us / 1e6)
            )
        alerts = sorted({str(answer.alert_id) for answer in answers})
        log.info("committed", presses=len(presses), alerts=alerts)
        self._loop.post(partial(_confirm, presses, events))
        self._aside.add(
            refusals.partly(one, event.refused)
            for one, event in zip(presses, events, strict=True)
            if event.refused
        )

    def _press(self, conn: Connection, one: Message, event: Urgent) -> Press:
        observed_at = instant(event.observed_us)
        received_at = instant(one.received_us)
        values = {
            "device_id": one.origin.device_id,
            "observed_at": observed_at,
            "now": received_at,
        }
        row = conn.execute(SQL["wearer"], values).fetchone() or (None, None, None)
        binding_id, senior_id, place_id = row
        return Press(
            device_id=one.origin.device_id,
            senior_id=senior_id,
            place_id=place_id,
            claimed_ms=event.claimed_ms,
            seq=event.seq,
            received_at=received_at,
            observed_at=observed_at,
            trigger=event.trigger,
            evidence=event.evidence,
            payload=one.payload,
            binding_id=binding_id,
        )

    def _arrived(self, messages: list[Message]) -> None:
        with self._changed:
            for one in messages:
                self._waiting.setdefault(one.origin.device_id, []).append(one)
            self._changed.notify()

    def _next(self) -> list[Message]:
        """Waiting presses of the device whose turn it is; empty after a while of none."""
        with self._changed:
            if not self._waiting and not self._stop.is_set():
                self._changed.wait(_LOOK_S)
            while self._waiting:
                device_id, presses = self._waiting.popitem(last=False)
                if presses[_AT_ONCE:]:
                    self._waiting[device_id] = presses[_AT_ONCE:]
                alive = [one for one in presses[:_AT_ONCE] if not one.stale]
                if alive:
                    return alive
            return []

    def wake(self) -> None:
        """Have :meth:`run` look whether it is to stop."""
        with self._changed:
            self._changed.notify()

    def _put_back(self, presses: list[Message]) -> None:
        """A device whose presses failed waits behind the others."""
        device_id = presses[0].origin.device_id
        with self._changed:
            self._waiting[device_id] = presses + self._waiting.pop(device_id, [])

    def _tell_waiting(self) -> None:
        """Where telling without the database hooks in."""
        if self._tell is not None:
            with self._changed:
                waiting = [one for presses in self._waiting.values() for one in presses]
            if waiting:
                self._tell(waiting)


def _read(one: Message) -> Urgent:
    return urgent.read(one.payload, one.received_us)


def _known_copy(conn: Connection, one: Message, event: Urgent) -> bool:
    """Whether it is a retained copy, nameless, of a press already taken.

    The broker sends a retained message at every subscription: without time and seq
    only its bytes tell that it is none of today's.
    """
    if not one.retained or event.claimed_ms is not None or event.seq is not None:
        return False
    values = {"device_id": one.origin.device_id, "payload": one.payload}
    return conn.execute(SQL["known_copy"], values).fetchone() is not None


def _confirm(presses: Sequence[Message], events: Sequence[Urgent]) -> None:
    """Answer the wristbands, then the broker; in the loop's thread."""
    for one, event in zip(presses, events, strict=True):
        answer = msgspec.json.encode(event.answer())
        one.session.publish(topics.command(one.origin.device_id), answer)
        if one.packet_id:
            one.session.acknowledge(one.generation, [one.packet_id])
