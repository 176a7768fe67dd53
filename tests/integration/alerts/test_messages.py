"""What people are told that is no alert reaches their hooks."""

from datetime import timedelta
from uuid import RFC_4122
from zoneinfo import ZoneInfo

import psycopg
import pytest

from alerts.notify.message import Stationery
from alerts.notify.outbox import Outbox
from core import messages
from core.clock import FixedClock
from core.ids import new_id
from core.model import PlaceLevel, Role
from tests.support.sink import Sink
from tests.support.town import NOON, Town

pytestmark = pytest.mark.db
HOUR = timedelta(hours=1)
CODE = {"code": "204 816", "expires_at": (NOON + HOUR).isoformat()}


@pytest.fixture
def outbox() -> Outbox:
    paper = Stationery("https://yinling.example", b"k" * 32, ZoneInfo("Asia/Shanghai"))
    return Outbox(paper, ("127.0.0.1",), 4, FixedClock(NOON))


def send(outbox: Outbox, database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as conn:
        while outbox.step(conn, 0.3):
            pass


@pytest.fixture
def worker(town: Town):
    return town.person(Role.GRID_WORKER, PlaceLevel.COMPOUND, url=None)


def test_a_code_reaches_a_contact_that_is_not_verified(
    town: Town, worker, sink: Sink, outbox: Outbox, database_url: str
):
    contact = town.contact(worker, sink.url("new"), verified=False)
    messages.tell_contact(
        town.conn, "contact_code", contact, NOON, content=CODE, expires_at=NOON + HOUR
    )
    town.conn.commit()
    send(outbox, database_url)
    [told] = sink.to("new")
    assert "204 816" in told["message"]
    assert told["kind"] == "contact_code"
    assert told["alert_id"] == ""


def test_people_are_told_once_a_key_at_every_verified_contact(
    town: Town, worker, sink: Sink, outbox: Outbox, database_url: str
):
    for name, verified in (("a", True), ("b", True), ("c", False)):
        town.contact(worker, sink.url(name), verified=verified)
    told = [
        messages.tell(
            town.conn, "contact_code", [worker.id], NOON, content=CODE, key="one"
        )
        for _ in range(2)
    ]
    town.conn.commit()
    send(outbox, database_url)
    assert told[0] is not None
    assert told[1] is None
    assert [len(sink.to(name)) for name in "abc"] == [1, 1, 0]


def test_what_expired_is_not_told(
    town: Town, worker, sink: Sink, outbox: Outbox, database_url: str
):
    town.contact(worker, sink.url("a"))
    messages.tell(
        town.conn, "contact_code", [worker.id], NOON, content=CODE, expires_at=NOON
    )
    town.conn.commit()
    send(outbox, database_url)
    assert sink.to("a") == []


def test_ids_made_by_the_database_sort_by_time_as_all_do(town: Town, worker):
    contact = town.contact(worker, "json://127.0.0.1:1/", verified=True)
    before = new_id()
    messages.tell(town.conn, "contact_code", [worker.id], NOON, content=CODE)
    messages.tell_contact(
        town.conn, "contact_code", contact, NOON, content=CODE, expires_at=NOON + HOUR
    )
    rows = town.conn.execute("SELECT id FROM notification").fetchall()
    rows += town.conn.execute(
        "SELECT fresh_id() FROM generate_series(1, 200)"
    ).fetchall()
    assert len({row[0] for row in rows}) == 202
    for (made,) in rows:
        assert (made.version, made.variant) == (7, RFC_4122)
        assert 0 <= (made.int >> 80) - (before.int >> 80) < 60_000
