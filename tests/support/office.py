"""The alerts service's voice path in a test: escalation, outbox, calls."""

import threading
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg

from alerts.escalation import worker
from alerts.escalation.terms import Timing
from alerts.incidents import store
from alerts.incidents.types import Actor, Opening
from alerts.notify.message import Stationery
from alerts.voice.station import Station
from core.model import Kind, Severity
from core.settings import Settings
from tests.support.telephone import NOON, RunningClock
from tests.support.town import Town

ZONE = ZoneInfo("Asia/Shanghai")
PAPER = Stationery("https://yinling.example", b"k" * 32, ZONE)
_BEHIND = """
INSERT INTO notification (id, alert_id, person_id, contact_id, step, after_id, status,
    urgent, created_at)
SELECT gen_random_uuid(), alert_id, person_id, %(contact)s, step, id, 'waiting', urgent,
    created_at
FROM notification
"""


class CallingOffice:
    """Calls are made in a thread for as long as the ``with`` block lasts."""

    def __init__(
        self,
        town: Town,
        database_url: str,
        data_dir: Path,
        ahead_s: float = 0,
        **settings: Any,
    ) -> None:
        self.town = town
        self.clock = RunningClock(ahead_s)
        self.data_dir = data_dir
        chosen = {"sip_ring_s": 4, "sip_talk_s": 20, "sip_calls": 4} | settings
        self.settings = Settings(
            data_dir=data_dir, notify_hosts=("127.0.0.1",), **chosen
        )
        self.station = Station(self.settings, PAPER, database_url, self.clock)
        self.conn = psycopg.connect(database_url, autocommit=True)
        self._url = database_url
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._work)

    def __enter__(self) -> "CallingOffice":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self.station.courier.wake()
        self._thread.join(30)
        self.conn.close()
        assert not self._thread.is_alive()

    def alarm(self, kind: Kind = Kind.SOS, severity: Severity = Severity.CRITICAL):
        """Open an alert, and tell whom the policy says; its id."""
        opening = Opening(kind, severity, observed_at=NOON, senior_id=self.town.senior)
        store.open_alerts(self.town.conn, [opening], NOON)
        return self.tell()

    def tell(self) -> UUID:
        """Tell whom the policy says of what is open; the alert's id."""
        self.town.conn.commit()
        worker.run_due(self.town.conn, Timing(), ZONE, NOON)
        self.town.conn.commit()
        ((alert,),) = self.rows("SELECT id FROM alert")
        return alert

    def then(self, worker: Actor, url: str) -> None:
        """The only person told so far has another contact, to be told if need be."""
        contact = self.town.contact(worker, url)
        self.conn.execute(_BEHIND, {"contact": contact})

    def rows(self, query: str, *values: Any) -> list[Any]:
        return self.conn.execute(query, values).fetchall()

    def attempts(self) -> list[tuple[str, str]]:
        return self.rows(
            "SELECT status, answer FROM notification_attempt ORDER BY at, id"
        )

    def _work(self) -> None:
        with psycopg.connect(self._url, autocommit=True) as conn:
            while not self._done.is_set():
                self.station.courier.step(conn, 0.1)
