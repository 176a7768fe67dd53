"""Calls the senior: are you all right? What is answered is noted, and changes nothing."""

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import psycopg
from psycopg import Connection
from psycopg.rows import class_row

from alerts.incidents import ledger
from alerts.notify.lanes import Lines
from alerts.voice import script
from alerts.voice.calls import Studio
from alerts.voice.gateway import Callee, Ended, Gateway, Outcome, Reply
from alerts.voice.keys import ACKNOWLEDGE, QUERIES, REPEAT
from core import database, logs, numbers
from core.clock import Clock
from core.errors import InvalidError, UnavailableError
from core.model import TimelineEvent

TRIES = 2
AGAIN_AFTER = timedelta(seconds=60)
LOOK_EVERY_S = 1.0
BATCH = 10
ALL_RIGHT = "all_right"
_WRITES = 5
log = logs.get("voice")


@dataclass(frozen=True, slots=True)
class Asked:
    """A senior to be called, as claimed."""

    alert_id: UUID
    attempts: int
    drill: bool
    name: str
    language: str
    phone: str


class CallBacks:
    """Finds seniors to call and calls them, each in a thread, on borrowed lines.

    Parameters
    ----------
    url : the database's, for writing the answer down.
    lease : so long one call takes at most; one whose process died is made again.
    """

    def __init__(
        self,
        gateway: Gateway,
        studio: Studio,
        lines: Lines,
        *,
        url: str,
        lease: timedelta,
        clock: Clock,
    ) -> None:
        self._gateway = gateway
        self._studio = studio
        self._lines = lines
        self._url = url
        self._lease = lease
        self._clock = clock

    def work(self, conn: Connection) -> float:
        """Call whom nobody has called yet; how long nothing will be due [s]."""
        for asked in self._claim(conn):
            thread = threading.Thread(
                target=self._run, args=(asked,), name="call back", daemon=True
            )
            thread.start()
        return LOOK_EVERY_S

    def _claim(self, conn: Connection) -> list[Asked]:
        """As many as there are lines for; never before the first step is told."""
        now = self._clock.now()
        with conn.transaction():
            conn.execute(QUERIES["plan_call_backs"], {"now": now})
        taken: list[Asked] = []
        while len(taken) < BATCH and self._lines.borrow():
            asked = self._claim_one(conn, now)
            if asked is None:
                self._lines.give_back()
                break
            taken.append(asked)
        return taken

    def _claim_one(self, conn: Connection, now: datetime) -> Asked | None:
        values = {"now": now, "lease": now + self._lease}
        with conn.transaction(), conn.cursor(row_factory=class_row(Asked)) as cursor:
            return cursor.execute(QUERIES["claim_call_back"], values).fetchone()

    def _run(self, asked: Asked) -> None:
        try:
            self._note(asked, self._call(asked))
        except Exception:
            log.exception("a senior could not be called", alert_id=str(asked.alert_id))
        finally:
            self._lines.give_back()

    def _call(self, asked: Asked) -> str:
        """How the senior answered, in a word."""
        said = script.phrases(asked.language)
        words = said.call_back.format(senior=asked.name)
        text = f"{said.drill} {words}" if asked.drill else words
        try:
            callee = Callee(numbers.phone(asked.phone))
            spoken = self._studio.speaker.say(text, asked.language, "call_back")
            glad = self._studio.phrase(said.glad, asked.language)
        except (InvalidError, UnavailableError):
            return str(Ended.FAILED)
        name = f"call-back-{asked.alert_id}"
        with self._studio.recording(name, spoken) as recording:
            talk = _Talk(recording=recording, glad=glad)
            outcome = self._gateway.place(callee, recording, talk)
        return _answer(outcome, talk)

    def _note(self, asked: Asked, answer: str) -> None:
        """Write the answer into the timeline; the alert itself stays as it is."""
        for left in reversed(range(_WRITES)):
            try:
                with database.connect(self._url, "alerts call back") as conn:
                    self._write(conn, asked, answer)
            except (UnavailableError, psycopg.OperationalError):
                if not left:
                    raise
            else:
                return

    def _write(self, conn: Connection, asked: Asked, answer: str) -> None:
        now = self._clock.now()
        reached = answer in {ALL_RIGHT, str(Ended.ANSWERED)}
        over = reached or asked.attempts >= TRIES
        again = None if over else now + AGAIN_AFTER
        values = {"alert_id": asked.alert_id, "due_at": again}
        conn.execute(QUERIES["called_back"], values)
        detail = {"answer": answer, "attempt": asked.attempts}
        event = TimelineEvent.CALLED_BACK
        ledger.add_event(conn, asked.alert_id, event, now, detail=detail)
        ledger.announce_alert(conn, asked.alert_id)


def _answer(outcome: Outcome, talk: "_Talk") -> str:
    all_right = outcome.ended is Ended.ANSWERED and talk.all_right
    return ALL_RIGHT if all_right else str(outcome.ended)


class _Talk:
    """The listener of one call to a senior."""

    def __init__(self, recording: Path, glad: Path) -> None:
        self._recording = recording
        self._glad = glad
        self.all_right = False

    def ringing(self) -> None:
        """It is noted once it is over."""

    def answered(self) -> None:
        """Somebody listens; only the key says who."""

    def withdrawn(self) -> Reply | None:
        """A senior who is asked may answer."""
        return None

    def pressed(self, key: str) -> Reply:
        """1: all right; 2: say it again."""
        if key == ACKNOWLEDGE:
            self.all_right = True
            return Reply(self._glad, last=True)
        return Reply(self._recording if key == REPEAT else None)
