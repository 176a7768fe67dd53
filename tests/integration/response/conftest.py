"""A town whose alerts people act on, and what they hear of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg
import pytest

from alerts import metrics
from alerts.incidents import store
from alerts.incidents.types import Actor, Opening
from alerts.response import worker
from alerts.response.waking import WakingHours
from core.ids import new_id
from core.model import Kind, PlaceLevel, Role, Severity
from tests.support.town import NOON, Town

TERMS = worker.Terms(3600, 4 * 3600, WakingHours(8, 20, ZoneInfo("Asia/Shanghai")))


@dataclass
class Street:
    """Responders, a family, and one alert at a time."""

    town: Town
    grid: Actor
    other: Actor
    head: Actor
    community: Actor
    street: Actor
    daughter: Actor
    son: Actor
    alert: UUID

    def told_of(self, *people: Actor) -> None:
        """Note that the alert was told to these."""
        for person in people:
            row = self.town.conn.execute(
                "SELECT id FROM contact WHERE person_id = %s LIMIT 1", (person.id,)
            ).fetchone()
            assert row is not None
            self.town.conn.execute(
                "INSERT INTO notification (id, alert_id, person_id, contact_id, step,"
                " urgent, created_at) VALUES (%s, %s, %s, %s, 'first#1', true, %s)",
                (new_id(), self.alert, person.id, row[0], NOON),
            )
        self.town.conn.commit()

    def act(self, action: str, actor: Actor, at_s: float = 0, **more: Any) -> str:
        status = store.act(self.town.conn, self.alert, action, actor, at(at_s), **more)
        self.town.conn.commit()
        return status

    def due(self, at_s: float) -> int:
        """Do what is due then."""
        self.town.conn.commit()
        return worker.run_due(self.town.conn, TERMS, at(at_s))

    def messages(self, kind: str | None = None) -> list[tuple[str, dict, set[str]]]:
        """Kind, content and readers of every message, in order."""
        rows = self.town.conn.execute(
            "SELECT message.kind, content, array_agg(person.name) FROM message"
            " JOIN notification ON message_id = message.id"
            " JOIN person ON person.id = person_id"
            " WHERE %(kind)s::text IS NULL OR message.kind = %(kind)s"
            " GROUP BY message.id ORDER BY message.id",
            {"kind": kind},
        ).fetchall()
        self.town.conn.commit()
        return [(kind, content, set(names)) for kind, content, names in rows]

    def overdue(self) -> tuple[float, float]:
        """Calls for help and follow-ups that are overdue, as the metric says."""
        self.town.conn.commit()
        worker.count_overdue(self.town.conn)
        shown = (metrics.OVERDUE.labels(what) for what in ("request", "followup"))
        requests, followups = (one._value.get() for one in shown)
        return requests, followups

    def row(self, query: str) -> dict[str, Any]:
        """The one row of a query."""
        with self.town.conn.cursor(row_factory=psycopg.rows.dict_row) as cursor:
            found = cursor.execute(query).fetchall()
        self.town.conn.commit()
        assert len(found) == 1, found
        return found[0]


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


@pytest.fixture
def town(conn: psycopg.Connection) -> Town:
    return Town(conn).build()


@pytest.fixture
def street(town: Town) -> Street:
    people = {
        "grid": town.person(Role.GRID_WORKER, PlaceLevel.COMPOUND, "王五"),
        "other": town.person(Role.GRID_WORKER, PlaceLevel.COMPOUND, "赵六"),
        "head": town.person(Role.BUILDING_HEAD, PlaceLevel.BUILDING, "吴头"),
        "community": town.person(
            Role.COMMUNITY_MANAGER, PlaceLevel.COMMUNITY, "社区主任"
        ),
        "street": town.person(Role.STREET_MANAGER, PlaceLevel.STREET, "街道主任"),
        "daughter": town.relative(["alerts"], name="女儿"),
        "son": town.relative(["alerts", "status"], name="儿子"),
    }
    return Street(town=town, **people, alert=opened(town))


def opened(town: Town, **other: Any) -> UUID:
    values = {"kind": Kind.SOS, "severity": Severity.CRITICAL, "observed_at": NOON}
    opening = Opening(**(values | {"senior_id": town.senior} | other))
    alert = store.open_alerts(town.conn, [opening], NOON)[0]
    town.conn.commit()
    assert alert is not None
    return alert
