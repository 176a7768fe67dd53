"""Write what judging said: detections, alerts opened and cleared, measurements asked."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import Final
from uuid import UUID

from psycopg import Connection
from psycopg.types.json import Jsonb

from alerts.incidents.store import clear_alerts, open_alerts
from alerts.incidents.types import Clearing, Opening
from core.ids import new_id
from core.queries import load
from ingest.judge import Asked, Cleared, Fired
from ingest.state import instant

SQL: Final = load("ingest")
MEASURE: Final = {"command": "measure"}


def carry_out(
    conn: Connection, events: Iterable[Fired | Cleared], now: datetime
) -> None:
    """Open and clear alerts, in the order of the events."""
    for fired, group in groupby(events, key=lambda one: isinstance(one, Fired)):
        if fired:
            _open(conn, [one for one in group if isinstance(one, Fired)], now)
        else:
            _clear(conn, [one for one in group if isinstance(one, Cleared)], now)


def ask(conn: Connection, asked: Sequence[Asked], now: datetime) -> None:
    """Have wristbands measure the blood pressure a second time when it is due."""
    if not asked:
        return
    conn.execute(
        SQL["command"],
        {
            "ids": [new_id() for _ in asked],
            "device_ids": [one.binding.device_id for one in asked],
            "command": Jsonb(MEASURE),
            "due": [instant(one.due_us) for one in asked],
            "expires": [instant(one.expires_us) for one in asked],
            "now": now,
        },
    )
    conn.execute(SQL["notify"], {"channel": "yinling_outbox"})


def _open(conn: Connection, fired: Sequence[Fired], now: datetime) -> None:
    """Note each detection once, and open the alerts of those that are new."""
    ids = [new_id() for _ in fired]
    new = _detect(conn, ids, fired, now)
    fresh = [(id_, one) for id_, one in zip(ids, fired, strict=True) if id_ in new]
    alerts = open_alerts(conn, [_opening(one) for _, one in fresh], now)
    linked = [
        (id_, alert)
        for (id_, _), alert in zip(fresh, alerts, strict=True)
        if alert is not None
    ]
    if linked:
        values = {
            "ids": [one[0] for one in linked],
            "alerts": [one[1] for one in linked],
        }
        conn.execute(SQL["link_detections"], values)


def _detect(
    conn: Connection, ids: Sequence[UUID], fired: Sequence[Fired], now: datetime
) -> set[UUID]:
    rows = conn.execute(
        SQL["detect"],
        {
            "ids": list(ids),
            "bindings": [one.binding.id for one in fired],
            "seniors": [one.binding.senior_id for one in fired],
            "kinds": [str(one.kind) for one in fired],
            "severities": [str(one.severity) for one in fired],
            "observed": [instant(one.observed_us) for one in fired],
            "evidence": [Jsonb(one.evidence) for one in fired],
            "rule_versions": [one.rule_version for one in fired],
            "now": now,
        },
    )
    return {row[0] for row in rows}


def _opening(one: Fired) -> Opening:
    return Opening(
        kind=one.kind,
        severity=one.severity,
        observed_at=instant(one.observed_us),
        senior_id=one.binding.senior_id,
        place_id=one.binding.place_id,
        device_id=one.binding.device_id,
        binding_id=one.binding.id,
        evidence=one.evidence,
        rule_version=one.rule_version,
    )


def _clear(conn: Connection, cleared: Sequence[Cleared], now: datetime) -> None:
    """Clear what is open: most conditions that are over were never an alert."""
    values = {
        "seniors": [one.binding.senior_id for one in cleared],
        "kinds": [str(one.kind) for one in cleared],
    }
    there = set(conn.execute(SQL["clearable"], values).fetchall())
    clearings = [
        Clearing(one.binding.senior_id, one.kind, instant(one.at_us))
        for one in cleared
        if (one.binding.senior_id, str(one.kind)) in there
    ]
    if clearings:
        clear_alerts(conn, clearings, now)
