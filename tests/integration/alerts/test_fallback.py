"""The contacts of a person one after the other: the next where one does not reach them."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg
import pytest

from alerts.incidents import store
from alerts.incidents.types import Opening
from alerts.notify.message import Stationery
from alerts.notify.outbox import Outbox
from core.clock import FixedClock
from core.ids import new_id
from core.model import Kind, PlaceLevel, Role, Severity
from tests.support.sink import Sink
from tests.support.town import NOON, Town
from tests.support.waiting import until

pytestmark = pytest.mark.db
S = timedelta(seconds=1)
PAPER = Stationery("https://yinling.example", b"k" * 32, ZoneInfo("Asia/Shanghai"))


class Chain:
    """One person told by three contacts in order, as a policy with channels does."""

    def __init__(self, town: Town, url: str, sink: Sink) -> None:
        self.clock = FixedClock(NOON)
        self.conn = psycopg.connect(url, autocommit=True)
        self.outbox = Outbox(PAPER, ("127.0.0.1",), 4, self.clock)
        worker = town.person(Role.GRID_WORKER, PlaceLevel.COMPOUND, "王", url=None)
        opening = Opening(
            Kind.SOS, Severity.CRITICAL, observed_at=NOON, senior_id=town.senior
        )
        (self.alert,) = store.open_alerts(town.conn, [opening], NOON)
        self.rows: list[UUID] = []
        self.contacts: list[UUID] = []
        for name in ("chat", "push", "sms"):
            self.contacts.append(town.contact(worker, sink.url(name)))
            self._add(town, worker.id, self.contacts[-1])
        town.conn.commit()

    def _add(self, town: Town, person: UUID, contact: UUID) -> None:
        first = not self.rows
        row = new_id()
        town.conn.execute(
            "INSERT INTO notification (id, alert_id, person_id, contact_id, step,"
            " after_id, status, urgent, due_at, created_at)"
            " VALUES (%s, %s, %s, %s, 'first#1', %s, %s, true, %s, %s)",
            (row, self.alert, person, contact, None if first else self.rows[-1],
             "queued" if first else "waiting", NOON if first else None, NOON),
        )  # fmt: skip
        self.rows.append(row)

    def work(self, at_s: float) -> None:
        self.clock.at = NOON + at_s * S
        while self.outbox.step(self.conn, 0.3):
            pass

    def settles(self, place: int) -> bool:
        """Work once; whether that contact no longer waits."""
        self.outbox.step(self.conn, 0.1)
        return self.status()[place] != "waiting"

    def status(self) -> list[str]:
        rows = self.conn.execute("SELECT id, status FROM notification").fetchall()
        by_id = dict(rows)
        return [by_id[row] for row in self.rows]


@pytest.fixture
def chain(town: Town, database_url: str, sink: Sink) -> Iterator[Chain]:
    chain = Chain(town, database_url, sink)
    yield chain
    chain.conn.close()


def test_those_behind_are_spared_once_one_is_sent(chain: Chain, sink: Sink):
    chain.work(0)
    assert chain.status() == ["sent", "spared", "spared"]
    chain.work(60)
    assert [call.path for call in sink.calls] == ["/chat"]


def test_the_next_is_tried_as_soon_as_one_fails(chain: Chain, sink: Sink):
    sink.answers["chat"] = 500
    chain.work(0)
    assert [call.path for call in sink.calls] == ["/chat", "/push"]
    assert chain.status() == ["failed", "sent", "spared"]
    sink.answers.clear()
    chain.work(1)  # the first is tried again all the same
    assert chain.status() == ["sent", "sent", "spared"]


def test_all_are_tried_where_none_reaches(chain: Chain, sink: Sink):
    sink.answers = {"chat": 500, "push": 503, "sms": 500}
    chain.work(0)
    assert [call.path for call in sink.calls] == ["/chat", "/push", "/sms"]
    assert chain.status() == ["failed"] * 3


def test_one_that_says_nothing_for_20_s_holds_nobody_up(chain: Chain, sink: Sink):
    sink.slow_s["chat"] = 30
    chain.outbox.step(chain.conn, 0.05)
    sink.wait_for(1, "chat")
    chain.clock.at = NOON + 19.9 * S
    chain.outbox.step(chain.conn, 0.1)
    assert [call.path for call in sink.calls] == ["/chat"]
    chain.clock.at = NOON + 20 * S
    while len(sink.calls) < 2:
        chain.outbox.step(chain.conn, 0.1)
    assert [call.path for call in sink.calls] == ["/chat", "/push"]


def test_an_archived_contact_holds_nobody_up(chain: Chain):
    chain.conn.execute(
        "UPDATE contact SET archived_at = %s WHERE id = %s", (NOON, chain.contacts[0])
    )
    chain.work(0)
    chain.work(0)
    assert chain.status() == ["overtaken", "sent", "spared"]


def test_a_sender_that_dies_holds_nobody_up(chain: Chain, sink: Sink):
    chain.conn.execute(
        "UPDATE notification SET due_at = %s WHERE id = %s",
        (NOON + 25 * S, chain.rows[0]),
    )
    chain.work(0)  # another process took the first, and is gone
    assert sink.calls == []
    chain.work(20)
    assert [call.path for call in sink.calls] == ["/push"]
    chain.work(25)
    assert chain.status() == ["sent", "sent", "spared"]


def test_whoever_came_forward_spares_the_contacts_behind(
    chain: Chain, sink: Sink, town: Town
):
    sink.slow_s["chat"] = 30
    chain.outbox.step(chain.conn, 0.05)
    sink.wait_for(1, "chat")
    other = town.person(Role.BUILDING_HEAD, PlaceLevel.BUILDING, "李", url=None)
    store.act(town.conn, chain.alert, "acknowledge", other, NOON + 5 * S)
    town.conn.commit()
    chain.clock.at = NOON + 20 * S
    until(lambda: chain.settles(1), what="the end of the wait")
    assert chain.status()[1] == "overtaken"
    assert "/push" not in [
        call.path for call in sink.calls if call.body["kind"] == "sos"
    ]
