"""SOS drills: marked, one at a time, apart from real alerts, over by themselves."""

import threading
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest

from alerts.incidents import drilling, store
from alerts.incidents.types import Actor
from core.errors import ConflictError
from core.model import PlaceLevel, Role
from tests.support.town import NOON, Town

pytestmark = pytest.mark.db
S = timedelta(seconds=1)


@pytest.fixture
def head(town: Town) -> Actor:
    return town.person(Role.COMMUNITY_MANAGER, PlaceLevel.COMMUNITY, "刘主任")


def begin(town: Town, head: Actor, now=NOON) -> UUID:
    alert_id = store.open_drill(town.conn, town.senior, head, "每月演练", now)
    town.conn.commit()
    return alert_id


def test_a_drill_is_an_sos_that_is_marked(town: Town, head: Actor):
    drill = begin(town, head)
    assert town.alert(drill, "drill") is True
    assert town.alert(drill, "kind") == "sos"
    assert town.alert(drill, "severity") == "critical"
    assert town.alert(drill, "next_due_at") is not None
    row = town.conn.execute("SELECT actor ->> 'name', detail FROM alert_event")
    name, detail = row.fetchone()
    assert name == "刘主任"
    assert detail["drill"] is True
    assert detail["note"] == "每月演练"


def test_one_drill_at_a_time(town: Town, head: Actor):
    begin(town, head)
    with pytest.raises(ConflictError, match="under way"):
        begin(town, head, NOON + S)


def test_many_at_the_same_moment_begin_one(town: Town, head: Actor, database_url: str):
    gate = threading.Barrier(4)
    begun: list[UUID] = []
    refused: list[ConflictError] = []

    def run() -> None:
        with psycopg.connect(database_url) as conn:
            gate.wait()
            try:
                begun.append(store.open_drill(conn, town.senior, head, None, NOON))
            except ConflictError as error:
                refused.append(error)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(begun), len(refused)) == (1, 3)


def test_no_drill_while_somebody_is_really_needed(town: Town, head: Actor):
    store.open_by_hand(town.conn, town.senior, "sos", head, None, NOON)
    with pytest.raises(ConflictError, match="unresolved"):
        begin(town, head)


def test_a_real_press_during_a_drill_is_an_alert_of_its_own(town: Town, head: Actor):
    drill = begin(town, head)
    real = store.open_by_hand(town.conn, town.senior, "sos", head, None, NOON + S)
    assert real != drill
    assert town.alert(real, "drill") is False


def test_a_drill_ends_as_a_drill(town: Town, head: Actor):
    drill = begin(town, head)
    store.act(town.conn, drill, "resolve", head, NOON + S, outcome="helped")
    assert town.alert(drill, "outcome") == "drill"
    begin(town, head, NOON + 2 * S)


def test_the_wristband_says_that_it_is_a_drill(town: Town, head: Actor):
    drill = begin(town, head)
    store.act(town.conn, drill, "depart", head, NOON + S)
    row = town.conn.execute("SELECT command ->> 'text' FROM command_outbox").fetchone()
    assert row == ("【演练】刘主任正在赶来",)


def test_a_forgotten_drill_is_over_after_an_hour(town: Town, head: Actor):
    drill = begin(town, head)
    real = store.open_by_hand(town.conn, town.senior, "sos", head, None, NOON)
    assert drilling.end_overdue(town.conn, NOON + drilling.LONGEST) == 0
    assert drilling.end_overdue(town.conn, NOON + drilling.LONGEST + S) == 1
    assert town.alert(drill, "status") == "resolved"
    assert town.alert(drill, "outcome") == "drill"
    assert town.alert(drill, "next_due_at") is None
    assert town.events(drill)[-1] == "resolved"
    assert town.alert(real, "status") == "open"
    assert drilling.end_overdue(town.conn, NOON + 2 * drilling.LONGEST) == 0
