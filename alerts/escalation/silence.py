"""Finds wristbands that have gone silent, by deadlines in rows rather than messages.

Silence is judged only while the partition's ingest is alive and keeps up, and counts
from when it began to: after an outage of our own every deadline begins anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from psycopg import Connection
from psycopg.rows import class_row

from alerts import metrics
from alerts.detection.silence import Silence, evidence, stage
from alerts.escalation.record import QUERIES
from alerts.incidents.store import clear_alerts, open_alerts
from alerts.incidents.types import Clearing, Opening
from core import topics
from core.model import Kind, Severity

BATCH = 500
ALIVE_WITHIN = timedelta(seconds=30)
LOOK_AGAIN = timedelta(seconds=60)
"""When to look again at a silence that cannot be judged or told now."""


@dataclass(frozen=True, slots=True)
class Silent:
    """A wristband whose deadline passed."""

    binding_id: UUID
    last_received_at: datetime
    device_id: str
    senior_id: UUID
    place_id: UUID
    expected_interval_s: int
    risk: str


@dataclass(frozen=True, slots=True)
class _Finding:
    """What is to be done about one of them."""

    due: datetime | None
    opening: Opening | None = None


def run_silent(conn: Connection, partitions: int, zone: ZoneInfo, now: datetime) -> int:
    """Open `offline` alerts for every deadline that passed at `now`; how many passed.

    Parameters
    ----------
    partitions : into how many partitions the broker spreads wristbands.
    zone : by whose day a silence becomes a warning.
    """
    with conn.transaction():
        conn.execute(QUERIES["end_silences"], {"now": now})
        clear_heard(conn, now)
    total = 0
    while True:
        with conn.transaction():
            passed = _batch(conn, partitions, zone, now)
        total += passed
        if passed < BATCH:
            return total


def clear_heard(conn: Connection, now: datetime) -> None:
    """Clear `offline` of wristbands heard again while their alert was being opened."""
    rows = conn.execute(QUERIES["heard_again"], {"limit": BATCH}).fetchall()
    clear_alerts(conn, [Clearing(senior, Kind.OFFLINE, at) for senior, at in rows], now)


def _batch(conn: Connection, partitions: int, zone: ZoneInfo, now: datetime) -> int:
    with conn.cursor(row_factory=class_row(Silent)) as cursor:
        values = {"now": now, "limit": BATCH}
        silent = cursor.execute(QUERIES["claim_silent"], values).fetchall()
    current = _current_partitions(conn, now)
    findings = [
        _judge(one, current.get(topics.partition(one.device_id, partitions)), zone, now)
        for one in silent
    ]
    _carry_out(conn, silent, findings, now)
    return len(silent)


def _current_partitions(conn: Connection, now: datetime) -> dict[int, datetime]:
    values = {"alive_since": now - ALIVE_WITHIN}
    return dict(conn.execute(QUERIES["current_partitions"], values).fetchall())


def _judge(
    one: Silent, current_since: datetime | None, zone: ZoneInfo, now: datetime
) -> _Finding:
    if current_since is None:
        return _Finding(now + LOOK_AGAIN)
    since = max(one.last_received_at, current_since)
    silence = stage(
        since.timestamp(), now.timestamp(), one.expected_interval_s, one.risk, zone
    )
    due = _instant(silence.due_s)
    if silence.severity is None:
        return _Finding(due)
    return _Finding(due, _opening(one, silence, silence.severity, now))


def _opening(
    one: Silent, silence: Silence, severity: Severity, now: datetime
) -> Opening:
    return Opening(
        kind=Kind.OFFLINE,
        severity=severity,
        observed_at=now,
        senior_id=one.senior_id,
        place_id=one.place_id,
        device_id=one.device_id,
        binding_id=one.binding_id,
        evidence=evidence(silence),
    )


def _carry_out(
    conn: Connection,
    silent: Sequence[Silent],
    findings: Sequence[_Finding],
    now: datetime,
) -> None:
    """Open what is to be opened; an absence that pauses it has it looked at again."""
    dues = {
        one.binding_id: finding.due
        for one, finding in zip(silent, findings, strict=True)
    }
    openings = [finding.opening for finding in findings if finding.opening is not None]
    for opening, alert in zip(openings, open_alerts(conn, openings, now), strict=True):
        if alert is not None:
            metrics.SILENCES.labels(opening.severity).inc()
        elif opening.binding_id is not None:
            dues[opening.binding_id] = now + LOOK_AGAIN
    values = {"bindings": list(dues), "dues": list(dues.values())}
    conn.execute(QUERIES["set_silence_due"], values)


def _instant(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
