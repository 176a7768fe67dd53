"""What a key press means: the called person acknowledges, as by the link of a message."""

from enum import StrEnum

import psycopg

from alerts.incidents import store
from alerts.incidents.types import Action, Actor
from alerts.notify.letter import Letter
from core import database, logs, queries
from core.clock import Clock
from core.errors import ConflictError, NotFoundError, UnavailableError
from core.ids import new_id

QUERIES = queries.load("alerts.voice")
ACKNOWLEDGE = "1"
REPEAT = "2"
_TRIES = 3
log = logs.get("voice")


class Pressed(StrEnum):
    """What came of it."""

    DONE = "done"
    OVER = "over"
    """The alert is resolved, or no longer this person's."""
    TROUBLE = "trouble"
    """It could not be written down."""


class Keys:
    """Writes key presses down, each over a connection of its own.

    Parameters
    ----------
    url : the database's.
    """

    def __init__(self, url: str, clock: Clock) -> None:
        self._url = url
        self._clock = clock

    def acknowledge(self, letter: Letter) -> Pressed:
        """Acknowledge the letter's alert as the person it called."""
        for _ in range(_TRIES):
            try:
                return self._acknowledge(letter)
            except (UnavailableError, psycopg.Error):
                continue
            except (ConflictError, NotFoundError):
                return Pressed.OVER
        log.error("a key press could not be written down", id=str(letter.id))
        return Pressed.TROUBLE

    def _acknowledge(self, letter: Letter) -> Pressed:
        alert_id = letter.alert_id
        if alert_id is None:
            return Pressed.OVER
        now = self._clock.now()
        with database.connect(self._url, "alerts key") as conn:
            row = conn.execute(QUERIES["called"], {"id": letter.id}).fetchone()
            if row is None:
                return Pressed.OVER
            actor = Actor(*row)
            store.act(conn, alert_id, Action.ACKNOWLEDGE, actor, now)
            conn.execute(QUERIES["note_read"], {"id": letter.id, "now": now})
            values = {"id": new_id(), "now": now, "alert_id": alert_id}
            values |= {"actor_id": actor.id, "actor_name": actor.name}
            conn.execute(QUERIES["record"], values)
        return Pressed.DONE
