"""Asking afterwards: planned in waking hours, given to somebody, overdue once."""

import threading
from datetime import timedelta

import psycopg
import pytest

from alerts.incidents.helping import followups
from alerts.response import asking, worker
from core.ids import new_id
from core.model import FollowupResult, Kind, PlaceLevel, Role, Severity
from tests.integration.response.conftest import TERMS, Street, at, opened
from tests.support.town import NOON

pytestmark = pytest.mark.db
H = 3600


def resolve(street: Street, at_s: float = 0, outcome: str = "helped") -> None:
    street.act("resolve", street.grid, at_s, outcome=outcome)


def one(street: Street) -> dict:
    return street.row("SELECT * FROM followup ORDER BY id DESC LIMIT 1")


def test_it_is_asked_an_hour_later(street: Street):
    resolve(street)
    assert street.due(0) == 1
    row = one(street)
    assert (row["due_at"], row["answer_by"]) == (at(H), at(5 * H))
    assert street.due(H - 1) == 0
    assert street.due(H) == 1
    row = one(street)
    assert (row["status"], row["assignee_id"]) == ("open", street.grid.id)
    told = {content["say"]: names for _, content, names in street.messages("followup")}
    assert told == {"ask": {"女儿", "儿子"}, "task": {"王五"}}
    assert street.town.events(street.alert)[-1] == "followup_asked"
    assert street.due(H + 1) == 0


def test_nobody_is_asked_at_night(street: Street):
    resolve(street, 7.5 * H)  # 19:30 local
    street.due(8 * H)
    row = one(street)
    assert row["due_at"] == NOON + timedelta(hours=20)  # 08:00
    assert row["answer_by"] == NOON + timedelta(hours=24)


@pytest.mark.parametrize(
    ("about", "outcome"),
    [
        ({"severity": Severity.WARNING, "kind": Kind.SPO2_LOW}, "helped"),
        ({"drill": True}, "drill"),
        ({"drill": True}, "helped"),
        ({"canary": True}, "helped"),
        ({}, "drill"),
        ({"senior_id": None, "device_id": "x"}, "no_action"),
    ],
)
def test_not_everything_is_asked_after(street: Street, about: dict, outcome: str):
    if about:
        street.alert = opened(street.town, **about)
    resolve(street, 0, outcome)
    count = street.row("SELECT count(*) AS n FROM followup")
    assert count["n"] == 0


def test_overdue_is_told_to_managers_once(street: Street):
    resolve(street)
    for at_s in (0, H, 5 * H - 1):
        street.due(at_s)
    assert one(street)["overdue_at"] is None
    assert street.due(5 * H) == 1
    assert street.due(9 * H) == 0
    row = one(street)
    assert (row["status"], row["overdue_at"]) == ("open", at(5 * H))
    *_, (_, content, names) = street.messages("followup")
    assert (content["say"], names) == ("overdue", {"社区主任"})
    assert street.overdue() == (0, 1)
    record(street, FollowupResult.WELL, 6 * H)
    assert street.overdue() == (0, 0)
    assert one(street)["status"] == "done"


def record(street: Street, result: FollowupResult, at_s: float) -> None:
    row = one(street)
    conn = street.town.conn
    followups.record(conn, row["id"], street.grid, result, None, at(at_s))
    conn.commit()


def test_whoever_is_not_reached_is_still_asked_after(street: Street):
    resolve(street)
    street.due(0)
    street.due(H)
    record(street, FollowupResult.NOT_REACHED, H + 60)
    row = one(street)
    assert (row["status"], row["tries"], row["result"]) == ("open", 1, "not_reached")
    assert street.due(5 * H) == 1


def test_the_task_goes_to_whoever_stands_now(street: Street):
    """The one who resolved it is off shift by then."""
    town = street.town
    shift = new_id()
    span = (at(-H), at(600))
    compound = town.places[PlaceLevel.COMPOUND]
    town.conn.execute(
        "INSERT INTO shift (id, person_id, place_id, starts_at, ends_at, over_at,"
        " created_at) VALUES (%s, %s, %s, %s, %s, %s, %s)",
        (shift, street.grid.id, compound, *span, span[1], at(-H)),
    )
    town.conn.execute(
        "INSERT INTO duty_period (shift_id, person_id, place_id, starts_at, ends_at)"
        " VALUES (%s, %s, %s, %s, %s)",
        (shift, street.grid.id, compound, *span),
    )
    resolve(street)
    street.due(0)
    street.due(H)
    assert one(street)["assignee_id"] == street.head.id  # nearest to the senior
    assert street.messages("followup")[-1][2] == {"吴头"}


def test_a_relatives_wish_to_be_called_reaches_the_task(street: Street):
    resolve(street)
    street.due(0)
    street.due(H)
    conn, followup_id = street.town.conn, one(street)["id"]
    for _ in range(2):
        followups.family_says(conn, followup_id, street.son, False, at(H + 60))
    conn.commit()
    *_, (_, content, names) = street.messages("followup")
    assert (content["say"], names) == ("call", {"王五"})
    assert len(street.messages("followup")) == 3
    assert one(street)["status"] == "open"
    followups.family_says(conn, followup_id, street.daughter, True, at(H + 90))
    conn.commit()
    row = one(street)
    assert (row["status"], row["result"]) == ("done", "well")
    assert row["answered_by"] == street.daughter.id
    followups.family_says(conn, followup_id, street.daughter, False, at(H + 99))
    conn.commit()
    assert len(street.messages("followup")) == 4  # a wish to be called is never lost


def test_an_alert_that_is_open_again_is_not_asked_after(street: Street):
    resolve(street)
    street.due(0)
    street.act("reopen", street.grid, 60)
    assert one(street)["status"] == "cancelled"
    assert street.due(H) == 0
    resolve(street, 2 * H)
    assert street.due(2 * H) == 1
    assert one(street)["due_at"] == at(3 * H)


def test_many_workers_ask_once_and_a_death_only_delays(
    street: Street, database_url: str, monkeypatch
):
    resolve(street)
    street.due(0)
    ask = asking.hearing.send

    def die(*_: object, **__: object) -> None:
        raise psycopg.OperationalError("killed")

    monkeypatch.setattr(asking.hearing, "send", die)
    with pytest.raises(psycopg.OperationalError):
        street.due(H)
    street.town.conn.rollback()
    assert one(street)["status"] == "planned"
    monkeypatch.setattr(asking.hearing, "send", ask)

    def work() -> None:
        with psycopg.connect(database_url) as conn:
            worker.run_due(conn, TERMS, at(H + 5))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(street.messages("followup")) == 2


def test_who_has_left_gets_no_task(street: Street):
    town = street.town
    resolve(street)
    town.conn.execute(
        "UPDATE person SET archived_at = %s WHERE role <> 'family'", (at(10),)
    )
    street.due(0)
    street.due(H)
    assert one(street)["assignee_id"] is None
    assert [content["say"] for _, content, _ in street.messages("followup")] == ["ask"]
    town.person(Role.ADMIN, None, "管理员")
    street.due(5 * H)
    assert street.messages("followup")[-1][2] == {"管理员"}
