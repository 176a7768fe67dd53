"""Calls for help: tracked from asking to closing, overdue by rows alone."""

import threading

import psycopg
import pytest

from alerts.incidents import ledger, store
from alerts.incidents.helping import answering, requests
from alerts.incidents.helping.answering import Answer
from alerts.incidents.helping.requests import Whistle
from alerts.incidents.types import Actor, Clearing
from alerts.response import overdue, worker
from core.errors import ConflictError
from core.ids import new_id
from core.model import Kind, PlaceLevel, RequestStatus, Role, Severity, TimelineEvent
from tests.integration.response.conftest import TERMS, Street, at, opened
from tests.support.town import NOON

pytestmark = pytest.mark.db
UP = Whistle("level_up", 600)
AMBULANCE = Whistle("hospital", 600)


def whistle(street: Street, asked: Whistle, actor: Actor, at_s: float = 0):
    made = requests.whistle(street.town.conn, street.alert, asked, actor, at(at_s))
    street.town.conn.commit()
    return made


def answer(street: Street, request_id, said: Answer, actor: Actor, at_s: float = 1):
    answering.answer(street.town.conn, request_id, said, actor, at(at_s))
    street.town.conn.commit()


def status(street: Street) -> str:
    return street.row("SELECT status FROM request")["status"]


def test_one_level_up_is_told_at_once(street: Street):
    made = whistle(street, UP, street.grid)
    assert made.new
    assert street.town.alert(street.alert, "escalation")["climb"] == 1
    assert whistle(street, UP, street.head, 5).id == made.id
    assert street.town.alert(street.alert, "escalation")["climb"] == 1
    assert street.town.events(street.alert) == ["opened", "whistled"]


def test_the_level_called_answers_by_coming(street: Street):
    street.act("acknowledge", street.grid)
    whistle(street, UP, street.grid)
    street.act("acknowledge", street.head, 5)  # near, not above, and not told by it
    assert status(street) == "asked"
    street.act("acknowledge", street.community, 10)
    assert status(street) == "accepted"
    street.act("depart", street.community, 20)
    street.act("arrive", street.community, 60)
    assert status(street) == "done"
    news = [content["status"] for _, content, _ in street.messages("request_news")]
    assert news == ["accepted", "on_the_way", "done"]


def test_whoever_the_call_told_is_of_that_level(street: Street):
    town = street.town
    volunteer = town.person(Role.VOLUNTEER, PlaceLevel.COMMUNITY, "志愿者")
    whistle(street, UP, street.grid)
    people = [{"id": str(volunteer.id), "name": "志愿者", "role": "volunteer"}]
    detail = {"level": "community", "reason": "by_hand", "people": people}
    told = TimelineEvent.TOLD
    ledger.add_event(town.conn, street.alert, told, at(1), detail=detail)
    street.act("depart", volunteer, 10)
    assert status(street) == "on_the_way"


def test_overdue_is_told_once_to_who_asked_and_above(street: Street):
    whistle(street, AMBULANCE, street.grid)
    assert street.due(599) == 0
    assert street.due(600) == 1
    assert street.due(601) == 0
    assert status(street) == "overdue"
    [(_, content, names)] = street.messages("request_news")
    assert (content["status"], content["to"]) == ("overdue", "hospital")
    assert names == {"王五", "社区主任"}
    assert street.town.events(street.alert)[-1] == "request_overdue"
    assert street.overdue() == (1, 0)
    made = whistle(street, AMBULANCE, street.grid, 700)  # asked once more
    assert not made.new
    row = street.row("SELECT status, asks, due_at FROM request")
    assert (row["status"], row["asks"], row["due_at"]) == ("asked", 2, at(1300))
    assert street.overdue() == (0, 0)
    assert street.due(1300) == 1


def test_above_a_manager_is_the_next_manager_and_the_top_stays(street: Street):
    whistle(street, AMBULANCE, street.community)
    whistle(street, Whistle("police", 600), street.street)
    street.due(600)
    told = {content["to"]: names for _, content, names in street.messages()}
    assert told["hospital"] == {"社区主任", "街道主任"}
    assert told["police"] == {"街道主任", "社区主任"}  # nobody above: who there is


def test_without_managers_administrators_hear(street: Street):
    town = street.town
    town.conn.execute("UPDATE contact SET verified_at = NULL")
    town.person(Role.ADMIN, None, "管理员")
    whistle(street, AMBULANCE, street.grid)
    street.due(600)
    assert street.messages()[0][2] == {"管理员"}


def test_what_is_on_the_way_is_not_overdue(street: Street):
    made = whistle(street, AMBULANCE, street.grid)
    answer(street, made.id, Answer(RequestStatus.ACCEPTED), street.grid)
    answer(street, made.id, Answer(RequestStatus.ON_THE_WAY), street.grid, 599)
    assert street.due(600) == 0
    with pytest.raises(ConflictError):
        answer(street, made.id, Answer(RequestStatus.ACCEPTED), street.grid, 601)


def test_only_accepting_does_not_stop_the_deadline(street: Street):
    made = whistle(street, AMBULANCE, street.grid)
    answer(street, made.id, Answer(RequestStatus.ACCEPTED), street.head)
    assert street.messages()[-1][2] == {"王五"}
    assert street.due(600) == 1
    assert status(street) == "overdue"


def test_the_alerts_end_closes_them(street: Street):
    town = street.town
    made = whistle(street, AMBULANCE, street.grid)
    whistle(street, Whistle("fire", 600), street.grid)
    answer(street, made.id, Answer(RequestStatus.ACCEPTED), street.grid)
    street.act("resolve", street.grid, 100, outcome="hospital")
    rows = town.conn.execute("SELECT kind, status FROM request ORDER BY id").fetchall()
    assert rows == [("hospital", "done"), ("fire", "withdrawn")]
    street.alert = opened(town, kind=Kind.SPO2_LOW, severity=Severity.WARNING)
    whistle(street, UP, street.grid)
    cleared = [Clearing(town.senior, Kind.SPO2_LOW, at(5))]
    store.clear_alerts(town.conn, cleared, at(5))
    assert status_of(street, street.alert) == "withdrawn"
    street.due(700)
    assert street.messages("request_news") == []


def status_of(street: Street, alert) -> str:
    row = street.town.conn.execute(
        "SELECT status FROM request WHERE alert_id = %s", (alert,)
    ).fetchone()
    street.town.conn.commit()
    assert row is not None
    return row[0]


def test_many_workers_tell_once(street: Street, database_url: str):
    for kind in ("hospital", "police", "fire"):
        whistle(street, Whistle(kind, 600), street.grid)
    done: list[int] = []

    def work() -> None:
        with psycopg.connect(database_url) as conn:
            done.append(worker.run_due(conn, TERMS, at(700)))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    street.due(700)
    assert len(street.messages("request_news")) == 3


def test_a_worker_that_dies_leaves_it_due(street: Street, monkeypatch):
    whistle(street, AMBULANCE, street.grid)
    tell = answering.tell_news

    def die(*_: object, **__: object) -> None:
        raise psycopg.OperationalError("the server went away")

    monkeypatch.setattr(answering, "tell_news", die)
    with pytest.raises(psycopg.OperationalError):
        street.due(600)
    street.town.conn.rollback()
    assert status(street) == "asked"
    monkeypatch.setattr(answering, "tell_news", tell)
    assert street.due(660) == 1
    assert status(street) == "overdue"


def test_one_that_cannot_be_told_holds_no_other(street: Street, monkeypatch):
    whistle(street, AMBULANCE, street.grid)
    whistle(street, Whistle("police", 600), street.grid)
    note = overdue.note

    def fail(conn, row, now) -> None:
        if row["kind"] == "hospital":
            raise ValueError("no")
        note(conn, row, now)

    monkeypatch.setattr(overdue, "note", fail)
    street.due(600)
    assert [content["to"] for _, content, _ in street.messages()] == ["police"]
    monkeypatch.setattr(overdue, "note", note)
    assert street.due(629) == 0
    assert street.due(630) == 1


def test_two_who_whistle_at_once_ask_once(street: Street, database_url: str):
    begin = threading.Barrier(2)
    made: list[bool] = []

    def call(actor: Actor) -> None:
        with psycopg.connect(database_url) as conn:
            begin.wait(10)
            asked = requests.whistle(conn, street.alert, AMBULANCE, actor, NOON)
            made.append(asked.new)

    threads = [
        threading.Thread(target=call, args=(one,)) for one in (street.grid, street.head)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == [False, True]
    assert status(street) == "asked"


def test_a_department_gets_where_and_whose(street: Street):
    town = street.town
    office = town.person(Role.DEPARTMENT, PlaceLevel.COMPOUND, "和平物业")
    town.conn.execute(
        "INSERT INTO department (id, place_id, kind, name, person_id, created_at)"
        " VALUES (%s, %s, 'property', '和平物业', %s, %s)",
        (new_id(), town.places[PlaceLevel.COMPOUND], office.id, NOON),
    )
    town.conn.execute("UPDATE senior SET address = '1 单元 302'")
    made = whistle(street, Whistle("property", 300, note="带钥匙"), street.grid)
    [(_, content, names)] = street.messages("whistle")
    assert names == {"和平物业"}
    assert content["address"] == "1 单元 302"
    assert content["request_id"] == str(made.id)
    assert content["note"] == "带钥匙"
