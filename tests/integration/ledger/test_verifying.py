"""Every kind of damage, planted by a superuser past all triggers, is found and named."""
# ruff: noqa: S608 - every statement is the test's own

from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from alerts.incidents import store
from alerts.incidents.types import Opening
from core.errors import InvalidError
from core.ledger import erase_entries, seal
from core.ledger.chain import Head
from core.ledger.damage import DamageKind
from core.ledger.sealing import head
from core.ledger.verifying import snapshot, verify
from core.model import Kind, PlaceLevel, Role, Severity
from tests.support.planting import Plant, damage, found
from tests.support.town import NOON, Town

pytestmark = pytest.mark.db
S = timedelta(seconds=1)


@pytest.fixture
def town(sealed: Town) -> Town:
    return sealed


def test_a_whole_ledger_is_whole(town: Town):
    steps: list[tuple[int, int]] = []
    finding = verify(town.conn, progress=lambda *done: steps.append(done))
    assert finding.damage is None
    assert (finding.entries, finding.erased, finding.waiting) == (8, 0, 0)
    assert finding.head == head(town.conn)
    assert steps == [(8, 8)]


def test_an_empty_ledger_is_whole(conn: psycopg.Connection):
    with snapshot(conn):
        assert verify(conn).damage is None


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE alert_event SET at = at + interval '1 s' WHERE position = 2",
        "UPDATE alert_event SET detail = '{}' WHERE position = 2",
        'UPDATE alert_event SET actor = \'{"name": "王"}\' WHERE position = 2',
    ],
)
def test_a_changed_row(town: Town, plant: Plant, statement: str):
    plant(statement)
    one = damage(town)
    assert one is not None
    assert (one.kind, one.position, one.source) == ("changed", 4, "alert_event")


def test_a_changed_column_that_moves_on_is_no_damage(town: Town, plant: Plant):
    plant("UPDATE alert SET evidence = '{}', next_due_at = NULL, updated_at = now()")
    assert damage(town) is None


def test_a_drill_flag_that_was_turned(town: Town, plant: Plant):
    plant(
        "UPDATE alert SET drill = false"
        " WHERE id = (SELECT row_id FROM ledger_entry WHERE position = 3)"
    )
    assert found(town) == ("changed", 3)


def test_a_removed_row(town: Town, plant: Plant):
    plant("DELETE FROM alert_event WHERE position = 3")
    assert found(town) == ("removed", 6)


def test_a_row_removed_before_it_was_sealed(town: Town, plant: Plant):
    opening = Opening(Kind.FALL, Severity.CRITICAL, NOON, town.senior)
    store.open_alerts(town.conn, [opening], NOON + 9 * S)
    plant("DELETE FROM alert_event WHERE event = 'opened' AND at = %s", NOON + 9 * S)
    seal(town.conn, NOON)
    assert found(town) == ("removed", 10)


def test_a_removed_entry_with_its_row(town: Town, plant: Plant):
    plant("DELETE FROM alert_event WHERE position = 3")
    plant("DELETE FROM ledger_entry WHERE position = 6")
    assert found(town) == ("removed", 6)


def test_a_removed_entry_with_the_gap_closed(town: Town, plant: Plant):
    plant("DELETE FROM alert_event WHERE position = 2")
    plant("DELETE FROM ledger_salt WHERE position = 4")
    plant("DELETE FROM ledger_entry WHERE position = 4")
    for position in range(5, 9):
        for table in ("ledger_entry", "ledger_salt"):
            plant(
                f"UPDATE {table} SET position = position - 1 WHERE position = %s",
                position,
            )
    assert found(town) == ("removed", 4)


def test_an_inserted_row(town: Town, plant: Plant):
    plant(
        "INSERT INTO alert_event (id, alert_id, at, event)"
        " SELECT gen_random_uuid(), id, opened_at, 'acknowledged' FROM alert LIMIT 1"
    )
    one = damage(town)
    assert one is not None
    assert (one.kind, one.position, one.source) == ("inserted", None, "alert_event")


def test_an_inserted_entry_with_the_rest_moved_on(town: Town, plant: Plant):
    for position in range(8, 4, -1):
        for table in ("ledger_entry", "ledger_salt"):
            plant(
                f"UPDATE {table} SET position = position + 1 WHERE position = %s",
                position,
            )
    plant(
        "INSERT INTO ledger_entry SELECT 5, source, gen_random_uuid(), form, digest,"
        " chain, sealed_at FROM ledger_entry WHERE position = 4"
    )
    assert found(town) == ("inserted", 5)


@pytest.mark.parametrize(("one", "other"), [(3, 4), (2, 7), (7, 8)])
def test_entries_that_changed_places(town: Town, plant: Plant, one: int, other: int):
    for table in ("ledger_entry", "ledger_salt"):
        for old, new in ((one, 0), (other, one), (0, other)):
            plant(f"UPDATE {table} SET position = %s WHERE position = %s", new, old)
    assert found(town) == ("reordered", one)


@pytest.mark.parametrize(
    "change",
    ["digest = decode(repeat('00', 32), 'hex')", "chain = decode(repeat('00', 32), 'hex')",
     "sealed_at = sealed_at - interval '1 h'", "form = 2", "row_id = gen_random_uuid()",
     "source = 'elsewhere'"],
)  # fmt: skip
def test_a_changed_entry(town: Town, plant: Plant, change: str):
    plant(f"UPDATE ledger_entry SET {change} WHERE position = 5")
    assert found(town) == ("changed", 5)


def test_a_salt_taken_without_an_erasure(town: Town, plant: Plant):
    plant("DELETE FROM ledger_salt WHERE position = 6")
    assert found(town) == ("erased", 6)


def test_a_truncated_tail(town: Town, plant: Plant):
    plant("DELETE FROM ledger_entry WHERE position > 6")
    plant("DELETE FROM alert_event WHERE position = 4")
    assert found(town) == ("truncated", 7)


def test_a_tail_truncated_with_the_head_is_told_by_an_anchor(town: Town, plant: Plant):
    anchor = head(town.conn)
    rows = "SELECT row_id FROM ledger_entry WHERE position > 6"
    for table in ("alert_event", "alert"):
        plant(f"DELETE FROM {table} WHERE id IN ({rows})")
    plant("DELETE FROM ledger_entry WHERE position > 6")
    plant("UPDATE ledger_head SET position = 6, chain = (SELECT chain"
          " FROM ledger_entry WHERE position = 6)")  # fmt: skip
    assert damage(town) is None
    assert found(town, anchors=[anchor]) == ("truncated", 7)


def test_a_chain_rewritten_from_there_on_is_told_by_an_anchor(town: Town, plant: Plant):
    anchor = head(town.conn)
    rows = "SELECT row_id FROM ledger_entry WHERE position > 6"
    for table in ("alert_event", "alert"):
        plant(f"DELETE FROM {table} WHERE id IN ({rows})")
    plant("DELETE FROM ledger_salt WHERE position > 6")
    plant("DELETE FROM ledger_entry WHERE position > 6")
    plant("UPDATE ledger_head SET position = 6, chain = (SELECT chain"
          " FROM ledger_entry WHERE position = 6)")  # fmt: skip
    opening = Opening(Kind.FALL, Severity.CRITICAL, NOON, town.senior)
    store.open_alerts(town.conn, [opening], NOON)
    seal(town.conn, NOON)
    assert damage(town) is None
    assert found(town, anchors=[anchor]) == ("rewritten", 8)


def test_a_row_that_waits_too_long(town: Town, plant: Plant):
    opening = Opening(Kind.FALL, Severity.CRITICAL, NOON, town.senior)
    store.open_alerts(town.conn, [opening], NOON)
    assert damage(town) is None
    plant("UPDATE ledger_pending SET noted_at = noted_at - interval '2 min'")
    assert found(town) == ("unsealed", None)


def test_an_erasure_on_record_is_no_damage(town: Town, plant: Plant):
    conn = town.conn
    events = [row[0] for row in conn.execute("SELECT id FROM alert_event LIMIT 3")]
    erase_entries(conn, {"alert_event": events}, NOON + 9 * S, reason="a wish")
    seal(conn, NOON + 10 * S)
    plant("DELETE FROM alert_event WHERE id = ANY(%s)", events[:2])
    plant("UPDATE alert_event SET detail = '{}' WHERE id = %s", events[2])
    finding = verify(conn)
    assert finding.damage is None
    assert (finding.entries, finding.erased) == (9, 3)
    plant("DELETE FROM ledger_salt WHERE position = 8")
    assert found(town) == ("erased", 8)


def test_an_erasure_that_was_widened(town: Town, plant: Plant):
    conn = town.conn
    events = [row[0] for row in conn.execute("SELECT id FROM alert_event LIMIT 1")]
    erase_entries(conn, {"alert_event": events}, NOON + 9 * S, reason="a wish")
    seal(conn, NOON + 10 * S)
    plant("UPDATE ledger_erasure SET positions = positions || 8::bigint")
    plant("DELETE FROM ledger_salt WHERE position = 8")
    assert found(town) == ("changed", 9)


def test_from_a_position_on(town: Town, plant: Plant):
    plant("UPDATE alert_event SET detail = '{}' WHERE position = 2")
    assert damage(town, first=5) is None
    assert verify(town.conn, first=5).entries == 4
    assert found(town, first=4) == ("changed", 4)
    with pytest.raises(InvalidError):
        verify(town.conn, first=99)


def test_the_api_and_people_leave_all_that_they_do(town: Town):
    """What people do to alerts, is told and audited is in the ledger."""
    worker = town.person(Role.GRID_WORKER, PlaceLevel.COMPOUND)
    alert_id = store.open_by_hand(town.conn, town.senior, "sos", worker, "跌倒", NOON)
    for action in ("acknowledge", "depart", "arrive"):
        store.act(town.conn, alert_id, action, worker, NOON + S)
    store.act(town.conn, alert_id, "resolve", worker, NOON + S, outcome="helped")
    assert seal(town.conn, NOON + 2 * S) == 6
    assert damage(town) is None


def test_kinds_are_all_planted_here():
    """A kind that no test plants would not be known to be found."""
    here = Path(__file__).parent
    text = "".join(file.read_text("utf-8") for file in here.glob("test_*.py"))
    assert all(f'"{kind}"' in text for kind in DamageKind)


def test_anchors_that_hold_change_nothing(town: Town):
    whole = verify(town.conn).head
    row = town.conn.execute("SELECT chain FROM ledger_entry WHERE position = 3")
    early = Head(3, row.fetchone()[0])
    assert damage(town, anchors=[early, whole]) is None
