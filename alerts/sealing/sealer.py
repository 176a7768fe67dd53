"""Seals what waits, batch by batch, and writes the head down outside the database."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import psycopg
from psycopg import Connection

from alerts import metrics
from core import ledger, logs
from core.clock import Clock
from core.ledger import anchors, sealing

LOOK_EVERY_S: Final = 0.5
PUT_OFF_S: Final = 10.0
ANCHOR_EVERY: Final = timedelta(hours=1)
MOST_BATCHES: Final = 50
"""Batches in a row before the service is asked whether it should stop."""
log = logs.get("ledger")


class Sealer:
    """One service's sealer; any number of services may have one.

    Parameters
    ----------
    folder : where heads are written down, apart from the database.
    """

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder = folder
        self._clock = clock
        self._anchor_at: datetime | None = None

    def work(self, conn: Connection) -> float:
        """Seal what waits; return how long to rest [s].

        What goes wrong here is said aloud and tried again: nobody's help waits for it.
        """
        try:
            return self._work(conn)
        except psycopg.OperationalError:
            raise
        except Exception:
            metrics.SEALING_FAILURES.inc()
            log.exception("the ledger could not be sealed")
            return PUT_OFF_S

    def _work(self, conn: Connection) -> float:
        full = False
        for _ in range(MOST_BATCHES):
            sealed = ledger.seal(conn, self._clock.now())
            metrics.SEALED.inc(sealed)
            full = sealed == sealing.BATCH
            if not full:
                break
        waiting = sealing.waiting(conn)
        metrics.UNSEALED.set(waiting.rows)
        metrics.SEAL_LAG_SECONDS.set(waiting.longest_s)
        self._anchor(conn)
        return 0 if full else LOOK_EVERY_S

    def _anchor(self, conn: Connection) -> None:
        """Once an hour, keep the head where who changes the database may not reach."""
        now = self._clock.now()
        if self._anchor_at is not None and now < self._anchor_at:
            return
        head = sealing.head(conn)
        if head.position == 0:
            return
        self._anchor_at = now + ANCHOR_EVERY
        log.info("head", head=str(head))
        try:
            anchors.write(self._folder, head, now)
        except OSError as error:
            log.warning("the head could not be written down", error=error.strerror)
