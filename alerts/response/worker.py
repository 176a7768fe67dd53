"""Takes what is due of calls for help and of asking afterwards: a transaction a batch."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import psycopg
from psycopg import Connection
from psycopg.rows import dict_row

from alerts import metrics
from alerts.response import asking, overdue
from alerts.response.asking import QUERIES
from alerts.response.waking import WakingHours
from core import logs
from core.database import Row

BATCH: Final = 20
PUT_OFF: Final = timedelta(seconds=30)
log = logs.get("response")


@dataclass(frozen=True, slots=True)
class Terms:
    """When people are asked afterwards.

    ``after_s`` is how long after an alert was resolved, ``answer_s`` how long an answer
    may take [s], both only in ``hours``.
    """

    after_s: float
    answer_s: float
    hours: WakingHours


def run_due(conn: Connection, terms: Terms, now: datetime) -> int:
    """Do everything that is due at `now`, in batches, each committed; how much that was.

    Any number of workers may run: each claims rows that no other has.
    """

    def ask(conn: Connection, row: Row, now: datetime) -> None:
        after, answer = (
            timedelta(seconds=terms.after_s),
            timedelta(seconds=terms.answer_s),
        )
        asking.go_on(conn, row, terms.hours, (after, answer), now)

    return _run(conn, "request", overdue.note, now) + _run(conn, "followup", ask, now)


def count_overdue(conn: Connection) -> None:
    """Show how many calls for help and follow-ups are past their time and not closed."""
    with conn.transaction():
        row = conn.execute(QUERIES["overdue"]).fetchone()
    for what, count in zip(("request", "followup"), row or (0, 0), strict=True):
        metrics.OVERDUE.labels(what).set(count)


def earliest_due(conn: Connection) -> datetime | None:
    """When the next thing is due; None where nothing ever is."""
    with conn.transaction():
        row = conn.execute(QUERIES["earliest_due"]).fetchone()
    return row[0] if row else None


def _run(
    conn: Connection,
    what: str,
    step: Callable[[Connection, Row, datetime], None],
    now: datetime,
) -> int:
    total = 0
    while True:
        with conn.transaction():
            claimed = _claim(conn, what, now)
            for row in claimed:
                _safely(conn, what, step, row, now)
        total += len(claimed)
        if len(claimed) < BATCH:
            return total


def _claim(conn: Connection, what: str, now: datetime) -> list[dict[str, Any]]:
    with conn.cursor(row_factory=dict_row) as cursor:
        values = {"now": now, "limit": BATCH}
        return cursor.execute(QUERIES[f"claim_{what}s"], values).fetchall()


def _safely(
    conn: Connection,
    what: str,
    step: Callable[[Connection, Row, datetime], None],
    row: Row,
    now: datetime,
) -> None:
    """Do one; one that cannot be done does not hold the others."""
    try:
        with conn.transaction():
            step(conn, row, now)
    except psycopg.OperationalError:
        raise
    except Exception:
        metrics.UNDECIDED.inc()
        log.exception("something due could not be done", what=what, id=str(row["id"]))
        values = {"id": row["id"], "until": now + PUT_OFF}
        conn.execute(QUERIES[f"put_off_{what}"], values)
