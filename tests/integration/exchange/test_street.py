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
