"""The sealer as a service runs it: in time, outside copies of the head, killed at any moment."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from alerts import metrics
from alerts.incidents import store
from alerts.incidents.types import Opening
from alerts.sealing import Sealer, sealer
from alerts.service import Part
from core.clock import FixedClock, SystemClock
from core.ids import new_id
from core.ledger import anchors, sealing
from core.ledger.chain import Head
from core.ledger.verifying import snapshot, verify
from core.model import Kind, PlaceLevel, Severity
from tests.support.town import NOON, Town
from tests.support.waiting import until

pytestmark = pytest.mark.db
KILLED = 3
SCRIPT = """
import sys
from datetime import UTC, datetime
import psycopg
from core.ledger import seal
with psycopg.connect(sys.argv[1], autocommit=True) as conn:
    while True:
        if seal(conn, datetime.now(UTC), limit=3):
            print(flush=True)
"""


@pytest.fixture
def town(conn: psycopg.Connection) -> Town:
    return Town(conn).build()


@pytest.fixture
def loose(database_url: str) -> Iterator[psycopg.Connection]:
    """A connection as parts of the service have one."""
    with psycopg.connect(database_url, autocommit=True) as conn:
        yield conn


def alerts(town: Town, how_many: int) -> None:
    """Two rows each, committed."""
    for _ in range(how_many):
        senior = town.add_senior(new_id(), PlaceLevel.BUILDING)
        opening = Opening(Kind.SOS, Severity.CRITICAL, NOON, senior)
        store.open_alerts(town.conn, [opening], NOON)
    town.conn.commit()


def test_what_commits_is_sealed_within_two_seconds(
    town: Town, database_url: str, tmp_path: Path
):
    part = Part("sealer", Sealer(tmp_path, SystemClock()).work)
    stop = threading.Event()
    thread = threading.Thread(target=part.run, args=(database_url, stop))
    thread.start()
    try:
        alerts(town, 1)
        began = datetime.now(UTC)
        until(lambda: not sealing.waiting(town.conn).rows, 10, "the sealer")
        town.conn.commit()
        row = town.conn.execute("SELECT max(sealed_at) FROM ledger_entry").fetchone()
        assert row is not None
        assert row[0] - began < timedelta(seconds=2)
    finally:
        stop.set()
        part.wake.set()
        thread.join()
    assert part.failure is None


def test_the_head_is_written_down_once_an_hour(
    town: Town, loose: psycopg.Connection, tmp_path: Path
):
    clock = FixedClock(NOON)
    sealing_part = Sealer(tmp_path, clock)
    assert sealing_part.work(loose) == sealer.LOOK_EVERY_S
    assert list(anchors.read(tmp_path)) == []
    for minutes in (0, 30, 60, 61, 120):
        alerts(town, 1)
        clock.at = NOON + timedelta(hours=1, minutes=minutes)
        sealing_part.work(loose)
    assert [head.position for head in anchors.read(tmp_path)] == [2, 6, 10]
    path = tmp_path / anchors.NAME
    assert path.stat().st_mode & 0o777 == 0o600
    with snapshot(town.conn):
        held = verify(town.conn, anchors=anchors.read(tmp_path))
    assert held.damage is None
    path.write_text(path.read_text() + '{"torn')
    assert len(list(anchors.read(tmp_path))) == 3


def test_a_fault_is_counted_and_tried_again(
    town: Town,
    loose: psycopg.Connection,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    alerts(town, 1)
    failed = metrics.SEALING_FAILURES._value.get()
    with monkeypatch.context() as patch:
        patch.setattr(sealing, "digest", lambda *_: 1 / 0)
        assert Sealer(tmp_path, FixedClock(NOON)).work(loose) == sealer.PUT_OFF_S
    assert metrics.SEALING_FAILURES._value.get() == failed + 1
    Sealer(tmp_path, FixedClock(NOON)).work(loose)
    assert sealing.waiting(loose).rows == 0


def test_killed_at_any_moment_it_leaves_a_whole_ledger(
    town: Town, loose: psycopg.Connection, database_url: str
):
    alerts(town, 40)
    for _ in range(KILLED):
        command = [sys.executable, "-c", SCRIPT, database_url]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as child:
            assert child.stdout is not None
            for _ in range(5):
                child.stdout.readline()
            child.kill()
    left = sealing.waiting(loose).rows
    assert 0 < left < 80
    assert sealing.head(loose).position == 80 - left
    while sealing.seal(loose, NOON):
        pass
    with snapshot(town.conn):
        found = verify(town.conn)
    assert (found.entries, found.damage) == (80, None)


def test_a_head_is_written_as_it_is_read():
    head = Head(812, bytes(range(32)))
    assert anchors.parse(str(head)) == head
