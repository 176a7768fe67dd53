"""Takes away by night what was kept long enough, and erases whose time to undo is over."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import psycopg
from psycopg import Connection
from psycopg.errors import QueryCanceled

from alerts import metrics
from core import logs
from core.clock import Clock
from core.errors import YinlingError
from core.privacy import erasing, retention
from core.privacy.kinds import InForce, in_force
from core.queries import load

FROM_H: Final = 1
TO_H: Final = 5
"""The hours in which it works, local time: people sleep, and few alerts come."""
LOOK_EVERY_S: Final = 60.0
PAUSE_S: Final = 0.2
"""Between batches, so that whatever waits for a lock gets it."""
log = logs.get("retention")


class Retention:
    """The part that keeps data only as long as it may be kept.

    Any number may run: one at a time works, by an advisory lock. A kind is seen to once
    a night; what a night does not finish, the next goes on with.
    """

    def __init__(self, zone: ZoneInfo, clock: Clock) -> None:
        self._zone = zone
        self._clock = clock

    def work(self, conn: Connection) -> float:
        """Do one batch of what is due; how long nothing will be [s].

        Whatever goes wrong here but a lost database is counted and tried again later:
        it must not end the service that tells people.
        """
        try:
            with conn.transaction():
                worked = self._step(conn, self._clock.now())
        except QueryCanceled as error:
            return self._failed("a batch", error)
        except psycopg.OperationalError:
            raise
        except Exception as error:  # noqa: BLE001 - see above
            return self._failed("a batch", error)
        return PAUSE_S if worked else LOOK_EVERY_S

    def _step(self, conn: Connection, now: datetime) -> bool:
        row = conn.execute(
            load("core.privacy")["try_retention"], {"lock": retention.LOCK}
        ).fetchone()
        if not row or not row[0]:
            return False
        return self._erase(conn, now) or (
            self._is_night(now) and self._batch(conn, now)
        )

    def _failed(self, what: str, error: Exception) -> float:
        """Say so without the error's text, which may quote a row."""
        metrics.RETENTION_FAILURES.inc()
        log.error("could not be taken away", what=what, error=type(error).__name__)
        return LOOK_EVERY_S

    def _is_night(self, now: datetime) -> bool:
        return FROM_H <= now.astimezone(self._zone).hour < TO_H

    def _erase(self, conn: Connection, now: datetime) -> bool:
        """Erase one person whose time is over; whether there was one."""
        for erasure_id in erasing.due(conn, now):
            try:
                with conn.transaction():
                    counts = erasing.run(conn, erasure_id, now)
            except YinlingError as error:
                log.warning(
                    "an erasure has to wait", id=str(erasure_id), why=str(error)
                )
                continue
            except psycopg.IntegrityError as error:
                self._failed(f"erasure {erasure_id}", error)
                continue
            metrics.ERASURES.inc()
            log.info("erased", id=str(erasure_id), rows=sum(counts.values()))
            return True
        return False

    def _batch(self, conn: Connection, now: datetime) -> bool:
        """Take one batch of the first kind not yet seen to tonight; whether any was."""
        for one in in_force(conn):
            if self._seen_to(one, now):
                continue
            if one.run is None or one.run["ended_at"] is not None:
                retention.begin(conn, one, now)
            rows = self._take(conn, one, now)
            retention.go_on(conn, one, rows, now)
            metrics.RETAINED.labels(one.kind.name).inc(rows)
            if not rows:
                metrics.RETENTION_RAN.labels(one.kind.name).set(now.timestamp())
            return True
        return False

    def _take(self, conn: Connection, one: InForce, now: datetime) -> int:
        """One batch; a kind that cannot be taken tonight does not hold the others."""
        try:
            with conn.transaction():
                return retention.batch(conn, one, now)
        except (psycopg.DataError, psycopg.IntegrityError, QueryCanceled) as error:
            self._failed(one.kind.name, error)
            return 0

    def _seen_to(self, one: InForce, now: datetime) -> bool:
        run = one.run
        if run is None or run["ended_at"] is None:
            return False
        tonight = now.astimezone(self._zone).date()
        return run["ended_at"].astimezone(self._zone).date() >= tonight
