"""Finds wristbands that have gone silent, by deadlines in rows rather than messages.

Silence is judged only while the partition's ingest is alive and keeps up, and counts
from when it began to: after an outage of our own every deadline begins anew. First the
silent are marked, then whole places are judged, and only then is anybody told.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from psycopg import Connection
from psycopg.rows import class_row

from alerts import metrics
from alerts.detection.silence import Silence, evidence, stage
from alerts.escalation import lapse, outages
from alerts.escalation.record import QUERIES
from alerts.incidents.store import clear_alerts, open_alerts
from alerts.incidents.types import Clearing, Opening
from core import topics
from core.model import Kind, Severity
from core.registry.rulebook import About, Rulebook, keep_versions, rulebook
from core.rules.book import Resolved

BATCH = 500
LOOK_AGAIN = timedelta(seconds=60)
"""When to look again at a silence that cannot be judged or told now."""


@dataclass(frozen=True, slots=True)
class Silent:
    """A wristband whose deadline passed, and what it is judged by."""

    binding_id: UUID
    last_received_at: datetime
    silent_since: datetime | None
    device_id: str
    senior_id: UUID
    place_id: UUID
    path: list[UUID]
    expected_interval_s: int
    risk: str
    conditions: list[str]
    thresholds: Mapping[str, Any]
    routine: Mapping[str, Any]
    own: Mapping[str, Any] | None
    own_revision: int | None
    outage: UUID | None

    def about(self) -> About:
        """What says which rules are the wearer's."""
        return About(
            tuple(self.path),
            tuple(self.conditions),
            self.thresholds,
            self.routine,
            self.own,
            self.own_revision or 0,
        )


@dataclass(frozen=True, slots=True)
class Finding:
    """What is to be done about one of them.

    Attributes
    ----------
    due : when to look at it again, None where there is no more to come.
    since : from when it is silent, None where it is not.
    opening : the alert to open, by the rules of `rules`.
    held_by : the outage of its place that is told in its stead.
    """

    due: datetime | None
    since: datetime | None = None
    opening: Opening | None = None
    rules: Resolved | None = None
    held_by: UUID | None = None


class Round:
    """One look at all deadlines: the instant, and what holds for everybody at it."""

    def __init__(
        self, conn: Connection, partitions: int, zone: ZoneInfo, now: datetime
    ) -> None:
        self.conn = conn
        self.now = now
        self._partitions = partitions
        self._zone = zone
        with conn.transaction():
            self.book: Rulebook = rulebook(conn)
            self.current = lapse.current_partitions(conn, now)

    def mark(self, one: Silent) -> Finding:
        """Whether a wristband not known to be silent is; it stays due where it is."""
        found, _ = self._stage(one)
        if found is None:
            return Finding(self.now + LOOK_AGAIN)
        if not found.silent:
            return Finding(_instant(found.due_s))
        return Finding(self.now, _instant(found.since_s))

    def tell(self, one: Silent) -> Finding:
        """What the silence of a wristband known to be silent has come to."""
        if one.outage is not None:
            return Finding(None, one.silent_since, held_by=one.outage)
        found, rules = self._stage(one)
        if found is None:
            return Finding(self.now + LOOK_AGAIN, one.silent_since)
        due = _instant(found.due_s)
        if found.severity is None:
            return Finding(due, one.silent_since)
        opening = _opening(one, found, found.severity, rules, self.now)
        return Finding(due, one.silent_since, opening, rules)

    def _stage(self, one: Silent) -> tuple[Silence | None, Resolved]:
        """Its stage, None while its ingest does not keep up; and by which rules."""
        rules = self.book.resolve_surely(one.about())
        served = self.current.get(topics.partition(one.device_id, self._partitions))
        if served is None:
            return None, rules
        since = max(one.last_received_at, served, one.silent_since or served)
        found = stage(
            since.timestamp(),
            self.now.timestamp(),
            one.expected_interval_s,
            one.risk,
            values=rules.values,
            zone=self._zone,
        )
        return found, rules


def run_silent(conn: Connection, partitions: int, zone: ZoneInfo, now: datetime) -> int:
    """Tell of every silence whose deadline passed at `now`; how many passed.

    A place whose wristbands fell silent together becomes one `area_outage`, an ingest
    of ours that does not keep up another; what is left becomes `offline`, by senior.

    Parameters
    ----------
    partitions : into how many partitions the broker spreads wristbands.
    zone : by whose day a silence becomes a warning.
    """
    with conn.transaction():
        conn.execute(QUERIES["end_silences"], {"now": now})
        clear_heard(conn, now)
        lapse.judge(conn, partitions, now)
    this = Round(conn, partitions, zone, now)
    _each_batch(this, "claim_unmarked", this.mark)
    with conn.transaction():
        outages.judge(conn, this.book, now)
    return _each_batch(this, "claim_silent", this.tell)


def clear_heard(conn: Connection, now: datetime) -> None:
    """Clear `offline` of wristbands heard again while their alert was being opened."""
    rows = conn.execute(QUERIES["heard_again"], {"limit": BATCH}).fetchall()
    clear_alerts(conn, [Clearing(senior, Kind.OFFLINE, at) for senior, at in rows], now)


def _each_batch(this: Round, query: str, judge: Callable[[Silent], Finding]) -> int:
    """Claim and judge in batches, each committed; how many there were."""
    total = 0
    while True:
        with this.conn.transaction():
            silent = _claim(this, query)
            _carry_out(this, silent, [judge(one) for one in silent])
        total += len(silent)
        if len(silent) < BATCH:
            return total


def _claim(this: Round, query: str) -> list[Silent]:
    with this.conn.cursor(row_factory=class_row(Silent)) as cursor:
        values = {"now": this.now, "limit": BATCH}
        return cursor.execute(QUERIES[query], values).fetchall()


def _opening(
    one: Silent, found: Silence, severity: Severity, rules: Resolved, now: datetime
) -> Opening:
    return Opening(
        kind=Kind.OFFLINE,
        severity=severity,
        observed_at=now,
        senior_id=one.senior_id,
        place_id=one.place_id,
        device_id=one.device_id,
        binding_id=one.binding_id,
        evidence=evidence(found),
        rule_version=rules.version,
    )


def _carry_out(
    this: Round, silent: Sequence[Silent], findings: Sequence[Finding]
) -> None:
    """Open what is to be opened; an absence that pauses it has it looked at again."""
    opened = [one for one in findings if one.opening is not None]
    openings = [one.opening for one in opened if one.opening is not None]
    paused: set[UUID | None] = set()
    for opening, alert in zip(
        openings, open_alerts(this.conn, openings, this.now), strict=True
    ):
        if alert is None:
            paused.add(opening.binding_id)
        else:
            metrics.SILENCES.labels(opening.severity).inc()
    keep_versions(this.conn, _rules(opened), this.now)
    again = this.now + LOOK_AGAIN
    values = {
        "bindings": [one.binding_id for one in silent],
        "dues": [
            again if one.binding_id in paused else finding.due
            for one, finding in zip(silent, findings, strict=True)
        ],
        "since": [finding.since for finding in findings],
        "held": [finding.held_by for finding in findings],
    }
    this.conn.execute(QUERIES["set_silence"], values)


def _rules(opened: Iterable[Finding]) -> list[Resolved]:
    return [one.rules for one in opened if one.rules is not None]


def _instant(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
