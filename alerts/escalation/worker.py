"""Looks at alerts that are due and writes down who is told: one transaction a batch."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import psycopg
from psycopg import Connection
from psycopg.rows import class_row

from alerts import metrics
from alerts.escalation import book, chains, record
from alerts.escalation.book import Versioned
from alerts.escalation.chains import QUERIES, Chain
from alerts.escalation.policy import decide
from alerts.escalation.standing import Due
from alerts.escalation.terms import Decision, Timing
from core import logs

BATCH = 20
"""Alerts decided in one transaction: few, for a press on one of them waits for it."""
PUT_OFF = timedelta(seconds=30)
NOBODY_AGAIN = timedelta(seconds=30)
"""Where nobody was reachable, whether somebody is by now is asked again so soon."""
log = logs.get("escalation")


def run_due(conn: Connection, timing: Timing, zone: ZoneInfo, now: datetime) -> int:
    """Decide every alert that is due at `now`, in batches, each committed; how many.

    Any number of workers may run: each claims rows that no other has.
    """
    ask = partial(decide, now=now, zone=zone)
    shipped = timing.shipped()
    total = 0
    while True:
        with conn.transaction():
            claimed = _claim(conn, now)
            asked = {due.id: (due.goes_by, due.in_force) for due in claimed}
            chosen = book.choose(conn, asked, shipped, now)
            people = chains.read(
                conn, [due.subject(chosen[due.id]) for due in claimed], now
            )
            for due in claimed:
                _decide_safely(conn, due, (chosen[due.id], people[due.id]), ask, now)
        total += len(claimed)
        if len(claimed) < BATCH:
            return total


def earliest_due(conn: Connection) -> datetime | None:
    """When the next alert is due; None where none ever is."""
    with conn.transaction():
        row = conn.execute(QUERIES["earliest_due"]).fetchone()
    return row[0] if row else None


def _claim(conn: Connection, now: datetime) -> list[Due]:
    with conn.cursor(row_factory=class_row(Due)) as cursor:
        query = cursor.execute(QUERIES["claim_due"], {"now": now, "limit": BATCH})
        return query.fetchall()


def _decide_safely(
    conn: Connection,
    due: Due,
    by: tuple[Versioned, Chain],
    ask: Callable[..., Decision],
    now: datetime,
) -> None:
    """Decide one alert; one that cannot be decided does not hold the others."""
    try:
        with conn.transaction():
            chosen, chain = by
            facts = due.watched(conn, chosen.version, now)
            decision = _sooner(ask(facts, chain.people, chosen.policy), now)
            record.keep(
                conn, due.id, due.status, decision, contacts=chain.contacts, now=now
            )
    except psycopg.OperationalError:
        raise
    except Exception:
        metrics.UNDECIDED.inc()
        log.exception("an alert could not be decided", alert_id=str(due.id))
        conn.execute(QUERIES["put_off"], {"id": due.id, "until": now + PUT_OFF})


def _sooner(decision: Decision, now: datetime) -> Decision:
    """The same, looked at again soon while nobody at all could be told."""
    facts, due = decision.facts, decision.next_due
    if due is None or not facts.critical or facts.progress.reached is not None:
        return decision
    return replace(decision, next_due=min(due, now + NOBODY_AGAIN))
