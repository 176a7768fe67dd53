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

LOOK_EVERY: Final = timedelta(minutes=1)
"""Gaps are looked for so often, and whenever a duty ends."""
TURN_EVERY_S: Final = 10.0
LEAST_S: Final = 1.0
PUT_OFF_S: Final = 60.0
FORGET_EVERY: Final = timedelta(hours=1)
log = logs.get("duty")


class Keeper:
    """One service's keeper; any number of services may have one."""

    def __init__(self, zone: ZoneInfo, clock: Clock) -> None:
        self._zone = zone
        self._clock = clock
        self._forget_at: datetime | None = None
        self._look_at: datetime | None = None

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
            return PUT_OFF_S

    def _work(self, conn: Connection) -> float:
        now = self._clock.now()
        while roster.roll_forward(conn, self._zone, now) == roster.PLACES_AT_ONCE:
            pass
        with conn.transaction():
            hand_over(conn, now)
        if self._look_at is None or now >= self._look_at:
            self._look(conn, now)
            self._look_at = now + LOOK_EVERY
        if self._forget_at is None or now >= self._forget_at:
            roster.forget(conn, now)
            self._forget_at = now + FORGET_EVERY
        next_end = self._next_end(conn, now)
        self._look_at = min(self._look_at, next_end)
        away_s = (next_end - self._clock.now()).total_seconds()
        return min(max(away_s, LEAST_S), TURN_EVERY_S)

    def _look(self, conn: Connection, now: datetime) -> None:
        """Look for gaps, and tell of them."""
        with conn.transaction():
            conn.execute(QUERIES["lock_progress"])
            without = watching.watch(conn, now)
        for reach in Reach:
            metrics.UNCOVERED.labels(reach).set(without[reach])
        with conn.transaction():
            daily.tell_gaps(conn, self._zone, now)

    def _next_end(self, conn: Connection, now: datetime) -> datetime:
        """When the next duty ends; a minute from now at the latest."""
        row = conn.execute(QUERIES["next_end"], {"now": now}).fetchone()
        latest = now + LOOK_EVERY
        return latest if row is None or row[0] is None else min(row[0], latest)
