"""Reads the stories of a run from the ledger's tables, and from nothing else."""

from collections import defaultdict
from uuid import UUID

import psycopg

from tests.street.checker import Entry, Sent, Story

ENTRIES = """
SELECT alert_id, at, event, detail FROM alert_event
WHERE alert_id = ANY(%s) ORDER BY position
"""
SENT = """
SELECT alert_id, person_id, contact_id, step, status, created_at,
    ARRAY(SELECT at FROM notification_attempt
          WHERE notification_id = notification.id ORDER BY at)
FROM notification WHERE alert_id = ANY(%s)
"""


def stories(url: str, alerts: list[str]) -> list[Story]:
    """One story for each alert."""
    ids = [UUID(one) for one in alerts]
    entries: dict[str, list[Entry]] = defaultdict(list)
    sent: dict[str, list[Sent]] = defaultdict(list)
    with psycopg.connect(url) as conn:
        conn.isolation_level = (
            psycopg.IsolationLevel.REPEATABLE_READ
        )  # as of one instant
        for alert, at, event, detail in conn.execute(ENTRIES, (ids,)):
            entries[str(alert)].append(Entry(at, event, detail))
        for alert, person, contact, step, status, made, tried in conn.execute(
            SENT, (ids,)
        ):
            one = Sent(str(person), str(contact), step, status, made, tuple(tried))
            sent[str(alert)].append(one)
        rows = conn.execute(
            "SELECT id, senior_id FROM alert WHERE id = ANY(%s)", (ids,)
        )
        return [
            Story(
                str(one), str(senior), tuple(entries[str(one)]), tuple(sent[str(one)])
            )
            for one, senior in rows
        ]
