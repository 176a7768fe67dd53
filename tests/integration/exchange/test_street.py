"""A whole street goes in and comes out again without a change."""

import time

import pytest

from core import registry
from simulators import street
from tests.support import exchange

pytestmark = pytest.mark.db
LONGEST_S = 30.0


@pytest.fixture(autouse=True)
def _an_administrator(conn):
    registry.ensure_admin(conn, "lantern-over-the-river", exchange.NOW)
    conn.commit()


@pytest.mark.slow
def test_a_street_is_imported_within_thirty_seconds(conn):
    """About 17,000 rows: places, staff, seniors, relatives; measured as CPU time."""
    drawn = street.draw()
    drawn.tables.pop("wristbands")
    content = street.write(drawn)
    began = time.process_time()
    grids = exchange.opened(content)
    plan = exchange.carry_out(conn, grids)
    assert plan.tables.count > 16_000
    assert time.process_time() - began < LONGEST_S
    assert conn.execute("SELECT count(*) FROM senior").fetchone() == (6000,)
    assert conn.execute("SELECT count(*) FROM family_link").fetchone() == (9000,)
    assert conn.execute("SELECT count(*) FROM place").fetchone() == (982,)


SMALL = street.Size(
    communities=2, compounds=4, buildings=8, seniors=30, staff=40, relatives=45
)


def test_what_was_exported_changes_nothing(conn):
    exchange.carry_out(
        conn,
        exchange.opened(street.write(street.draw(SMALL, phones="json://127.0.0.1:9/"))),
    )
    plan = exchange.look(conn, exchange.opened(exchange.exported_workbook(conn)))
    assert (plan.faults, plan.changes) == ([], [])
    assert not plan.draft.missing or not any(plan.draft.missing.values())


def test_health_of_who_does_not_consent_is_not_exported(conn):
    exchange.carry_out(conn, exchange.opened(street.write(street.draw(SMALL))))
    conn.execute(
        """UPDATE senior SET conditions = '{dementia}', risk = 'high', hospital = '二院',
               medication_note = '阿司匹林', discharged_on = '2026-11-01',
               health_consent = name <> (SELECT min(name) FROM senior)"""
    )
    rows = exchange.exported(conn)["seniors"]
    health = ("conditions", "risk", "hospital", "medication_note", "discharged_on")
    without = [row for row in rows if row["health_consent"] is False]
    assert without
    assert all(row[key] is None for row in without for key in health)
    assert any(row["conditions"] for row in rows if row["health_consent"])
    book = exchange.opened(exchange.exported_workbook(conn))
    assert exchange.look(conn, book).changes == []
