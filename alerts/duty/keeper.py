"""The part of the alerts service that keeps duty going."""

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import psycopg
from psycopg import Connection

from alerts import metrics
from alerts.duty import daily, watching
from alerts.duty.handover import QUERIES, hand_over
from core import logs
from core.clock import Clock
from core.duty import roster
from core.duty.coverage import Reach

LOOK_EVERY_S: Final = 60.0
LEAST_S: Final = 5.0
FORGET_EVERY: Final = timedelta(hours=1)
log = logs.get("duty")


class Keeper:
    """One service's keeper; any number of services may have one."""

    def __init__(self, zone: ZoneInfo, clock: Clock) -> None:
        self._zone = zone
        self._clock = clock
        self._forget_at: datetime | None = None

    def work(self, conn: Connection) -> float:
        """Do what is due; return how long to rest [s].

        What goes wrong is said aloud and tried again: no alert waits for it.
        """
        try:
            return self._work(conn)
        except psycopg.OperationalError:
            raise
        except Exception:
            metrics.DUTY_FAILURES.inc()
            log.exception("duty could not be kept")
            return LOOK_EVERY_S

    def _work(self, conn: Connection) -> float:
        now = self._clock.now()
        while roster.roll_forward(conn, self._zone, now) == roster.PLACES_AT_ONCE:
            pass
        with conn.transaction():
            hand_over(conn, now)
        with conn.transaction():
            conn.execute(QUERIES["lock_progress"])
            without = watching.watch(conn, now)
        for reach in Reach:
            metrics.UNCOVERED.labels(reach).set(without[reach])
        with conn.transaction():
            daily.tell_gaps(conn, self._zone, now)
        if self._forget_at is None or now >= self._forget_at:
            roster.forget(conn, now)
            self._forget_at = now + FORGET_EVERY
        return self._rest_s(conn, now)

    def _rest_s(self, conn: Connection, now: datetime) -> float:
        """Until a duty ends, a minute at most."""
        row = conn.execute(QUERIES["next_end"], {"now": now}).fetchone()
        if row is None or row[0] is None:
            return LOOK_EVERY_S
        away_s = (row[0] - self._clock.now()).total_seconds()
        return min(max(away_s, LEAST_S), LOOK_EVERY_S)
