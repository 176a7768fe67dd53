"""What the services do all day, done once each in a crowd: the real code, its own values."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import httpx
import psycopg

from alerts.duty import Keeper
from alerts.escalation import silence, worker
from alerts.escalation.terms import Timing
from alerts.incidents import drilling, store
from alerts.incidents.types import Press
from alerts.notify.commands import wait_s
from alerts.notify.message import Stationery
from alerts.notify.outbox import Outbox
from alerts.response import worker as response
from alerts.response.waking import WakingHours
from alerts.sealing import Sealer
from alerts.voice import callback
from api import daily
from api.app import create_app
from api.serving import Serving, Site, address, listen
from api.stream import changes
from core import database, passwords
from core.clock import SystemClock
from core.model import Trigger
from core.privacy import kinds, retention
from core.queries import load
from core.registry import changes as registry
from core.registry import ensure_admin
from core.settings import Settings
from tests.support.api import PASSWORD

ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Person:
    """Somebody of the crowd."""

    id: UUID
    username: str


class Crowd:
    """The people and places that something is done with."""

    def __init__(self, conn: psycopg.Connection) -> None:
        self.conn = conn
        conn.autocommit = True
        self.now = SystemClock().now()
        row = conn.execute(
            "SELECT senior.id, place.id, place.path FROM senior"
            " JOIN place ON place.id = senior.place_id ORDER BY senior.id LIMIT 1"
        ).fetchone()
        assert row is not None
        self.senior, self.building, self.path = row

    def worker(self, place: UUID, role: str) -> Person:
        """One who works at a place, with a password."""
        return self._person("place_id = %s AND role = %s", place, role)

    def relative(self) -> Person:
        """A relative of the senior, with a password."""
        linked = "id IN (SELECT person_id FROM family_link WHERE senior_id = %s)"
        return self._person(linked, self.senior)

    def _person(self, where: str, *values: Any) -> Person:
        row = self.conn.execute(
            f"SELECT id, username FROM person WHERE {where} ORDER BY id LIMIT 1",  # type: ignore[arg-type]  # noqa: S608
            values,
        ).fetchone()
        assert row is not None
        self.conn.execute(
            "UPDATE person SET password_hash = %s WHERE id = %s",
            (passwords.hashed(PASSWORD), row[0]),
        )
        return Person(*row)


def press(crowd: Crowd, wristbands: int) -> None:
    """That many people press at the same time, each as the urgent lane takes it."""
    now = SystemClock().now()
    for n in range(wristbands):
        device = f"wb-{n * 3 + 1:07}"
        about = {"device_id": device, "observed_at": now, "now": now}
        row = crowd.conn.execute(load("ingest")["wearer"], about).fetchone()
        assert row is not None
        binding, senior, place = row
        one = Press(
            device_id=device,
            senior_id=senior,
            place_id=place,
            claimed_ms=n,
            seq=n,
            received_at=now,
            observed_at=now,
            trigger=Trigger.BUTTON,
            evidence={},
            payload=b"{}",
            binding_id=binding,
        )
        with crowd.conn.transaction():
            store.press(crowd.conn, [one], now)


def alerts_service(crowd: Crowd, folder: Path) -> Mapping[str, Callable[[], object]]:
    """What each thread of the alerts service does when it wakes."""
    conn, now, clock = crowd.conn, SystemClock().now(), SystemClock()
    paper = Stationery("https://yinling.example", b"k" * 32, ZONE)
    outbox = Outbox(paper, (), 8, clock)
    terms = response.Terms(60, 60, WakingHours(8, 20, ZONE))
    settings = Settings(data_dir=folder)
    return {
        "escalation": lambda: worker.run_due(
            conn, Timing.of(settings), ZONE, clock.now()
        ),
        "earliest due": lambda: worker.earliest_due(conn),
        "outbox": lambda: (outbox.step(conn, 3), outbox.wait_s(conn, 5)),
        "response": lambda: (
            response.run_due(conn, terms, now),
            response.earliest_due(conn),
        ),
        "call back": lambda: (
            conn.execute(callback.QUERIES["plan_call_backs"], {"now": now}),
            conn.execute(
                callback.QUERIES["claim_call_back"],
                {"now": now, "lease": now + timedelta(minutes=1)},
            ),
        ),
        "commands": lambda: wait_s(conn, clock, 5),
        "silence": lambda: silence.run_silent(conn, 16, ZONE, clock.now()),
        "drills": lambda: drilling.end_overdue(conn, now),
        "changes": lambda: registry.forget_changes(conn, now - timedelta(days=1)),
        "duty": lambda: Keeper(ZONE, clock).work(conn),
        "sealer": lambda: Sealer(folder, clock).work(conn),
        "daily": lambda: daily.send_due(conn, ZONE, now),
    }


def keep_only(crowd: Crowd) -> None:
    """One batch of each kind that is not kept for ever, and how much there is."""
    for of in kinds.in_force(crowd.conn):
        with crowd.conn.transaction():
            retention.batch(crowd.conn, of, crowd.now)


def stream(crowd: Crowd) -> None:
    """What the live stream reads for a street, and for a relative."""
    conn = crowd.conn
    seen = conn.execute(changes.SQL["present"]).fetchone()
    assert seen is not None
    conn.execute(changes.SQL["alerts_since"], {"seen": seen[0]})
    for everything, places, seniors in (
        (True, [], []),
        (False, [crowd.path[1]], []),
        (False, [], [crowd.senior]),
    ):
        about = {"everything": everything, "place_ids": places, "senior_ids": seniors}
        since = SystemClock().now() - timedelta(seconds=2)
        conn.execute(
            changes.SQL["states_since"], about | {"since": since, "limit": 1000}
        )


@contextmanager
def served(url: str, folder: Path) -> Iterator[httpx.Client]:
    """A client of the public application."""
    settings = Settings(data_dir=folder, notify_hosts=("127.0.0.1",))
    pool = database.pool(url, "crowd", most=4)
    with pool.connection() as connection:
        ensure_admin(connection, PASSWORD, SystemClock().now())
    listener = listen("127.0.0.1", 0)
    serving = Serving([Site(create_app(settings, pool), listener)])
    serving.start()
    try:
        with httpx.Client(base_url=address(listener), timeout=120) as client:
            yield client
    finally:
        serving.stop()
        pool.close()


def steps(alert_id: object) -> list[tuple[str, str, Any]]:
    """What a responder does of an alert from first to last."""
    alert = f"/v1/alerts/{alert_id}"
    return [
        ("GET", alert, None),
        ("GET", f"{alert}/responders", None),
        ("GET", f"{alert}/notifications", None),
        ("POST", f"{alert}/acknowledge", {}),
        ("POST", f"{alert}/note", {"note": "x"}),
        ("POST", f"{alert}/whistle", {"to": "level_up"}),
        ("POST", f"{alert}/depart", {}),
        ("POST", f"{alert}/arrive", {}),
        ("POST", f"{alert}/resolve", {"outcome": "helped"}),
        ("POST", f"{alert}/reopen", {}),
        ("POST", f"{alert}/escalate", {}),
        ("POST", f"{alert}/resolve", {"outcome": "helped"}),
    ]


def looks(crowd: Crowd) -> list[str]:
    """What everybody looks at all day, each within what they may see."""
    senior, place = f"/v1/seniors/{crowd.senior}", crowd.path[-2]
    return [
        "/v1/me",
        "/v1/alerts",
        "/v1/alerts?status=open",
        "/v1/alerts?kind=sos&severity=critical",
        f"/v1/alerts?senior_id={crowd.senior}",
        f"/v1/alerts?place_id={place}",
        "/v1/seniors",
        f"/v1/seniors?place_id={place}",
        senior,
        f"{senior}/status",
        f"{senior}/readings?metric=heart_rate&from=2026-01-01T00:00:00Z",
        f"{senior}/family",
        f"{senior}/absence",
        f"{senior}/wristbands",
        f"{senior}/escalation",
        f"{senior}/rules/effective",
        "/v1/requests",
        "/v1/followups",
        "/v1/visits",
    ]


def looks_of_managers(crowd: Crowd) -> list[str]:
    """What managers look at now and then."""
    month = "from=2026-11-01T00:00:00Z&to=2026-12-01T00:00:00Z"
    return [
        "/v1/coverage",
        f"/v1/coverage?place_id={crowd.path[-2]}",
        f"/v1/rota?place_id={crowd.path[-2]}",
        f"/v1/places/{crowd.path[-2]}/handover",
        f"/v1/reports/response?{month}",
        f"/v1/reports/drills?{month}",
        "/v1/reports/visits",
        "/v1/places",
        "/v1/people",
        "/v1/people?role=grid_worker",
        "/v1/shifts",
        "/v1/overrides",
        "/v1/swaps",
        "/v1/departments",
        "/v1/seniors?list=special_care",
    ]


def newest_alert(crowd: Crowd) -> UUID:
    """The alert that was opened last, of the senior's street."""
    row = crowd.conn.execute(
        "SELECT id FROM alert WHERE kind = 'sos' AND status = 'open'"
        " ORDER BY opened_at DESC LIMIT 1"
    ).fetchone()
    assert row is not None
    return row[0]
