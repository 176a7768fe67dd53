"""Random histories of alerts, made by the store itself, and their figures from the events alone."""

import random
import statistics
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg

from alerts.incidents import ledger, store
from alerts.incidents.types import Actor, Clearing, Opening
from core.errors import ConflictError
from core.ids import new_id
from core.model import Kind, Outcome, Role, Severity, TimelineEvent

FIRST = datetime(2026, 9, 14, 3, 0, tzinfo=UTC)
KINDS = (Kind.SOS, Kind.FALL, Kind.INACTIVITY, Kind.OFFLINE, Kind.BATTERY_LOW)
RANKS = {"info": 0, "warning": 1, "critical": 2}
ANSWERS = {"acknowledged", "departed", "arrived", "resolved"}


@dataclass
class Histories:
    """Writes alerts of these seniors, with the steps that these people take."""

    conn: psycopg.Connection
    seniors: list[UUID]
    people: list[Actor]
    chance: random.Random

    def write(self, alerts: int) -> None:
        """Alerts one after the other over two months; committed."""
        self.play(alerts)
        self.conn.commit()

    def play(self, alerts: int) -> None:
        """The same, left to the caller to commit."""
        now = FIRST
        for _ in range(alerts):
            now += timedelta(seconds=self.chance.randrange(60, 30_000))
            self._one(now)

    def _one(self, now: datetime) -> None:
        chance = self.chance
        kind = chance.choice(KINDS)
        opening = Opening(
            kind,
            chance.choice(list(Severity)),
            now,
            chance.choice(self.seniors),
            drill=chance.random() < 0.1,
            canary=chance.random() < 0.05,
        )
        alert_id = store.open_alerts(self.conn, [opening], now)[0]
        assert alert_id is not None
        for _ in range(chance.randrange(7)):
            gap_s = chance.choice([1, 20, 40, 60, 100, 180, 400, 5000])
            now += timedelta(seconds=gap_s, microseconds=chance.randrange(1_000_000))
            self._step(alert_id, opening, now)

    def _step(self, alert_id: UUID, opening: Opening, now: datetime) -> None:
        action = self.chance.choice(
            ["acknowledge", "depart", "arrive", "resolve", "resolve", "reopen", "worse",
             "expire", "clear"]
        )  # fmt: skip
        if action == "worse":
            worse = Opening(opening.kind, Severity.CRITICAL, now, opening.senior_id,
                            drill=opening.drill, canary=opening.canary)  # fmt: skip
            store.open_alerts(self.conn, [worse], now)
        elif action == "clear":
            cleared = Clearing(opening.senior_id, opening.kind, now)
            store.clear_alerts(self.conn, [cleared], now)
        elif action == "expire":
            ledger.add_event(self.conn, alert_id, TimelineEvent.EXPIRED, now)
        else:
            outcome = self.chance.choice(list(Outcome)[:-1])
            actor = self.chance.choice(self.people)
            try:
                store.act(self.conn, alert_id, action, actor, now, outcome=outcome)
            except ConflictError:
                return


def person(conn: psycopg.Connection, role: Role) -> Actor:
    """A person who takes steps."""
    actor = Actor(new_id(), f"{role}", role)
    conn.execute(
        "INSERT INTO person (id, name, role, sessions_valid_after, created_at)"
        " VALUES (%s, %s, %s, %s, %s)",
        (actor.id, actor.name, role, FIRST, FIRST),
    )
    return actor


@dataclass
class Told:
    """What the events of one alert say."""

    kind: str
    severity: str
    place_id: str
    drill: bool
    canary: bool
    opened_at: datetime
    answered_s: float | None = None
    role: str | None = None
    arrived_s: float | None = None
    outcome: str | None = None
    closed: bool = False
    lapsed: bool = False


def from_events(conn: psycopg.Connection) -> list[Told]:
    """Every alert as `alert_event`, and nothing else, tells of it."""
    told: dict[UUID, Told] = {}
    rows = conn.execute(
        "SELECT alert_id, at, event, actor, detail FROM alert_event ORDER BY position"
    )
    for alert_id, at, event, actor, detail in rows:
        if event == "opened":
            told[alert_id] = Told(
                detail["kind"], detail["severity"], detail["place_id"],
                detail.get("drill", False), detail.get("canary", False), at,
            )  # fmt: skip
            continue
        one = told[alert_id]
        since_s = max(0.0, (at - one.opened_at).total_seconds())
        if event in ANSWERS and actor is not None and one.answered_s is None:
            one.answered_s, one.role = since_s, actor["role"]
        if event == "arrived" and one.arrived_s is None:
            one.arrived_s = since_s
        if event == "escalated" and detail.get("reason") == "severity":
            one.severity = max(one.severity, detail["severity"], key=RANKS.__getitem__)
        if event == "expired":
            one.lapsed = True
        if event == "resolved" and not detail.get("repeat"):
            one.closed, one.outcome = True, detail["outcome"]
        if event == "reopened":
            one.closed, one.outcome = False, None
    return [one for one in told.values() if not one.canary]


def figures(of: Iterable[Told]) -> dict[str, Any]:
    """The figures by their definitions, one plain line each."""
    alerts = list(of)
    calling = [one for one in alerts if one.severity != "info"]
    waits = [one.answered_s for one in calling if one.answered_s is not None]
    ways = [one.arrived_s for one in alerts if one.arrived_s is not None]
    closed = [one for one in alerts if one.closed]
    judged = [one for one in closed if one.outcome != "cleared"]
    false = [one for one in judged if one.outcome == "false_alarm"]
    outcomes: dict[str, int] = defaultdict(int)
    for one in alerts:
        if one.outcome:
            outcomes[one.outcome] += 1
    return {
        "alerts": len(alerts),
        "calling": len(calling),
        "answered": len(waits),
        "answered_60s_percent": share(sum(s <= 60 for s in waits), len(calling)),
        "answered_180s_percent": share(sum(s <= 180 for s in waits), len(calling)),
        "median_acknowledge_s": middle(waits),
        "median_arrive_s": middle(ways),
        "lapsed": sum(one.lapsed for one in alerts),
        "closed": len(closed),
        "closing_rate_percent": share(len(closed), len(alerts)),
        "false_alarms": len(false),
        "false_alarm_rate_percent": share(len(false), len(judged)),
        "outcomes": dict(outcomes),
    }


def share(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 2) if whole else None


def middle(lengths: list[float]) -> float | None:
    return round(statistics.median(lengths), 1) if lengths else None


def monday(at: datetime, zone: ZoneInfo) -> str:
    local = at.astimezone(zone).date()
    return (local - timedelta(days=local.weekday())).isoformat()


def month(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).date().replace(day=1).isoformat()
