"""Sealing rows of a real database: nothing skipped, nothing twice, erasable."""

import threading
from datetime import timedelta

import psycopg
import pytest

from alerts.incidents import store
from alerts.incidents.types import Opening
from core.ids import new_id
from core.ledger import erase_entries, seal
from core.ledger.chain import GENESIS, Entry, link
from core.ledger.form import Source
from core.ledger.sealing import head, waiting
from core.model import Kind, PlaceLevel, Severity
from tests.support.town import NOON, Town

pytestmark = pytest.mark.db
S = timedelta(seconds=1)


@pytest.fixture
def town(conn: psycopg.Connection) -> Town:
    return Town(conn).build()


def open_sos(conn: psycopg.Connection, town: Town, **other) -> None:
    opening = Opening(Kind.SOS, Severity.CRITICAL, NOON, town.senior, **other)
    store.open_alerts(conn, [opening], NOON)


def entries(conn: psycopg.Connection) -> list[Entry]:
    rows = conn.execute(
        "SELECT position, source, row_id, form, digest, chain, sealed_at"
        " FROM ledger_entry ORDER BY position"
    )
    return [Entry(*row) for row in rows]


def test_an_alert_and_its_timeline_are_chained(town: Town):
    conn = town.conn
    open_sos(conn, town)
    conn.commit()
    assert waiting(conn).rows == 2
    assert seal(conn, NOON) == 2
    conn.commit()
    found = entries(conn)
    assert [entry.source for entry in found] == [Source.ALERT, Source.ALERT_EVENT]
    before = GENESIS
    for number, entry in enumerate(found, 1):
        assert entry.chain == link(before, number, entry)
        before = entry.chain
    assert head(conn).chain == before
    assert waiting(conn).rows == 0


def test_what_commits_late_is_sealed_late_and_not_passed_over(
    town: Town, database_url: str
):
    with psycopg.connect(database_url) as late:
        open_sos(late, town)
        open_sos(town.conn, town, drill=True)
        town.conn.commit()
        assert seal(town.conn, NOON) == 2
        town.conn.commit()
        late.commit()
    assert seal(town.conn, NOON) == 2
    assert [entry.position for entry in entries(town.conn)] == [1, 2, 3, 4]


def test_a_rolled_back_transaction_leaves_no_entry_and_no_gap(town: Town):
    open_sos(town.conn, town)
    town.conn.rollback()
    open_sos(town.conn, town)
    town.conn.commit()
    assert seal(town.conn, NOON) == 2
    assert [entry.position for entry in entries(town.conn)] == [1, 2]


def test_batches_are_bounded(town: Town):
    open_sos(town.conn, town)
    town.conn.commit()
    assert [seal(town.conn, NOON, limit=1) for _ in range(3)] == [1, 1, 0]


def test_several_sealers_share_the_work_without_a_gap(town: Town, database_url: str):
    for _ in range(40):
        senior = town.add_senior(new_id(), PlaceLevel.BUILDING)
        opening = Opening(Kind.SOS, Severity.CRITICAL, NOON, senior)
        store.open_alerts(town.conn, [opening], NOON)
    town.conn.commit()

    def run() -> None:
        with psycopg.connect(database_url, autocommit=True) as conn:
            while waiting(conn).rows:
                seal(conn, NOON, limit=7)

    sealers = [threading.Thread(target=run) for _ in range(4)]
    for sealer in sealers:
        sealer.start()
    for sealer in sealers:
        sealer.join()
    found = entries(town.conn)
    assert [entry.position for entry in found] == list(range(1, 81))
    assert len({entry.row_id for entry in found}) == 80


def test_final_rows_and_columns_refuse_change(town: Town):
    open_sos(town.conn, town)
    town.conn.commit()
    seal(town.conn, NOON)
    town.conn.commit()
    for statement in (
        "UPDATE alert SET drill = true",
        "UPDATE alert SET senior_id = NULL",
        "DELETE FROM alert",
        "UPDATE alert_event SET at = at - interval '1 h'",
        "DELETE FROM alert_event",
        "UPDATE ledger_entry SET form = 2",
        "DELETE FROM ledger_entry",
        "UPDATE ledger_salt SET salt = ''",
    ):
        with pytest.raises(psycopg.errors.RaiseException, match="append-only"):
            town.conn.execute(statement)
        town.conn.rollback()
    town.conn.execute("UPDATE alert SET status = 'acknowledged'")


def test_erasing_takes_the_salts_and_is_itself_sealed(town: Town):
    conn = town.conn
    open_sos(conn, town)
    ids = [row[0] for row in conn.execute("SELECT id FROM alert_event")]
    assert erase_entries(conn, {"alert_event": ids}, NOON + S, reason="erasure") == 1
    assert erase_entries(conn, {"alert_event": ids}, NOON + S, reason="again") == 0
    conn.commit()
    seal(conn, NOON + S)
    assert entries(conn)[-1].source == Source.ERASURE
    row = conn.execute("SELECT array_agg(position) FROM ledger_salt").fetchone()
    assert row == ([1, 3],)


def test_nothing_is_erased_of_what_is_unknown(town: Town):
    none = {"audit_log": [new_id()]}
    assert erase_entries(town.conn, none, NOON, reason="erasure") == 0
