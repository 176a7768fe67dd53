"""What follows from sealed rows is held against them; consents, rules and receipts are sealed."""
# ruff: noqa: S608 - every statement is the test's own

import random
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest

from alerts.escalation.terms import Timing
from alerts.incidents import store
from core.ids import new_id
from core.ledger import seal
from core.model import PlaceLevel, Role
from core.privacy.consents import Declaration, Purpose, Recorder, declare
from core.registry.policies import set_policies
from core.registry.rules import set_rules
from core.registry.rulings import Author, Given, Scope
from tests.support.histories import Histories, person
from tests.support.planting import Plant, damage, found
from tests.support.town import NOON, Town

pytestmark = pytest.mark.db
S = timedelta(seconds=1)
SHIPPED = Timing().shipped()


@pytest.fixture
def town(sealed: Town) -> Town:
    return sealed


@pytest.mark.parametrize(
    "change",
    ["status = 'resolved'", "status = 'resolved', outcome = 'helped'",
     "severity = 'info'", "answered_at = opened_at", "answered_role = 'grid_worker'",
     "arrived_at = opened_at", "lapses = 1"],
)  # fmt: skip
def test_figures_that_the_timeline_does_not_bear_out(
    town: Town, plant: Plant, change: str
):
    plant(
        f"UPDATE alert SET {change}"
        " WHERE id = (SELECT row_id FROM ledger_entry WHERE position = 3)"
    )
    assert found(town) == ("contradicted", 3)


def test_figures_that_were_bettered_after_the_fact(town: Town, plant: Plant):
    worker = town.person(Role.GRID_WORKER, PlaceLevel.COMPOUND)
    conn = town.conn
    alert_id = store.open_by_hand(conn, town.senior, "sos", worker, "跌倒", NOON)
    store.act(conn, alert_id, "acknowledge", worker, NOON + 300 * S)
    store.act(conn, alert_id, "resolve", worker, NOON + 400 * S, outcome="false_alarm")
    store.act(conn, alert_id, "reopen", worker, NOON + 500 * S)
    store.act(conn, alert_id, "resolve", worker, NOON + 600 * S, outcome="helped")
    seal(conn, NOON)
    assert damage(town) is None
    plant("UPDATE alert SET answered_at = opened_at + interval '20 s' WHERE id = %s",
          alert_id)  # fmt: skip
    assert found(town) == ("contradicted", 9)


def test_whatever_happens_to_alerts_follows_from_their_timelines(town: Town):
    conn = town.conn
    people = [person(conn, role) for role in (Role.GRID_WORKER, Role.BUILDING_HEAD)]
    Histories(conn, [town.senior], people, random.Random(7)).play(60)
    while seal(conn, NOON):
        pass
    assert damage(town) is None


@pytest.fixture
def notification(town: Town) -> UUID:
    """That somebody was told of the first alert, sealed, and read it."""
    worker = town.person(Role.GRID_WORKER, PlaceLevel.COMPOUND)
    contact = town.contact(worker, "json://127.0.0.1:9/x")
    told = new_id()
    town.conn.execute(
        "INSERT INTO notification (id, alert_id, person_id, contact_id, step, urgent,"
        " created_at) SELECT %s, id, %s, %s, 'first', true, %s FROM alert LIMIT 1",
        (told, worker.id, contact, NOON),
    )
    for at in (NOON + S, NOON + 9 * S):
        town.conn.execute(
            "UPDATE notification SET delivered_at = coalesce(delivered_at, %s),"
            " read_at = coalesce(read_at, %s)",
            (at, at),
        )
    assert seal(town.conn, NOON + 10 * S) == 3
    assert damage(town) is None
    return told


@pytest.mark.usefixtures("notification")
def test_a_receipt_that_was_moved(town: Town, plant: Plant):
    plant("UPDATE notification SET read_at = read_at - interval '1 s'")
    assert found(town) == ("contradicted", 9)
    plant(
        "UPDATE notification_receipt SET at = at - interval '1 s' WHERE kind = 'read'"
    )
    kind, position = found(town)
    assert kind == "changed"
    assert position in {10, 11}


def test_a_receipt_nobody_gave(town: Town, plant: Plant, notification: UUID):
    plant("UPDATE notification SET used_at = created_at WHERE id = %s", notification)
    assert found(town) == ("contradicted", 9)
    plant("INSERT INTO notification_receipt SELECT gen_random_uuid(), id, 'used',"
          " used_at FROM notification")  # fmt: skip
    assert found(town) == ("inserted", None)


@pytest.fixture
def agreed(town: Town) -> Iterator[None]:
    """A consent, a rule for a place and a policy for it, sealed in that order."""
    author = Author(None, "command line")
    said = Declaration(Purpose.HEALTH, given=False)
    declare(town.conn, town.senior, said, Recorder(None, "x"), NOON)
    place = Scope(town.places[PlaceLevel.COMPOUND])
    body = "[heart_rate_high]\nwarning = 125.0\n"
    set_rules(town.conn, place, Given(body), author, None, NOON)
    policy = "[critical]\nrepeat_s = 240\n"
    set_policies(town.conn, place, Given(policy), author, None, NOON, shipped=SHIPPED)
    assert seal(town.conn, NOON + S) == 3
    assert damage(town) is None
    yield
    town.conn.rollback()


@pytest.mark.usefixtures("agreed")
@pytest.mark.parametrize(
    ("statement", "what", "position"),
    [
        ("UPDATE consent SET given = true", "changed", 9),
        ("UPDATE consent SET at = at - interval '1 d'", "changed", 9),
        ("DELETE FROM consent", "removed", 9),
        ("UPDATE rule_set SET figures = '{}'", "changed", 10),
        ("UPDATE rule_set SET set_by_name = '王'", "changed", 10),
        ("DELETE FROM rule_set", "removed", 10),
        ("UPDATE escalation_policy SET policies = '{}'", "changed", 11),
        ("UPDATE escalation_policy SET set_at = set_at - interval '1 d'", "changed", 11),
        ("INSERT INTO escalation_policy SELECT revision + 1, scope, place_id, format,"
         " body, policies, note, set_at, set_by, set_by_name FROM escalation_policy",
         "inserted", None),
    ],
)  # fmt: skip
def test_consents_rules_and_policies_that_were_changed(
    town: Town, plant: Plant, statement: str, what: str, position: int | None
):
    plant(statement)
    assert found(town) == (what, position)
